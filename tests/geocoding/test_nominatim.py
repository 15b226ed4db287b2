"""Nominatim, and any geocoder of geopy, on servers that answer as real ones did."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import GeocodingError, GeoError
from geo.geocoding.candidates import Candidate, gather_places, same_house
from geo.geocoding.nominatim import read_places
from geo.geocoding.outcome import Kind
from geo.geocoding.providers import make_providers
from geo.geocoding.settings import parse_settings
from geo.geocoding.urban_rural import STREET_RADIUS_MILES, UrbanRuralIndex
from geo.places.precision import Precision
from tests.examples import examples
from tests.handmade.geocoding import memory_cache, query, zip_table
from tests.servers.loopback import HTML, RESET, Service, half, json_reply, serve
from tests.servers.nominatim import BUILDING, NODE, ON_A_LINE, ROAD, TOWN, NominatimService, place

HERE = (43.6284500, -116.2108817)
KNOWN = {
    "100 Main St": [place(*HERE, "100")],
    "201 Main St": [place(*HERE, "201", kind=BUILDING)],
    "340 Main St": [place(*HERE, "340", kind=ON_A_LINE)],
    "777 Main St": [place(*HERE, kind=ROAD)],
    "100 State St": [place(*HERE, "100"), place(43.7, -116.3, "100")],
    "100 Two Doors": [place(*HERE, "100"), place(43.62846, -116.21087, "100", kind=BUILDING)],
    "100 Long Rd": [place(*HERE, kind=ROAD), place(43.65, -116.21, kind=ROAD)],
    "100 Boise": [place(*HERE, kind=TOWN)],
    "1 Broken": [{"lat": "north", "lon": "west"}],
    "2 Broken": ["place"],
}
URBAN_RURAL = UrbanRuralIndex(zip_table())


def state_code(name):
    return {"Idaho": "ID"}.get(name, "")


@pytest.fixture(scope="module")
def server():
    with serve(NominatimService(KNOWN)) as service:
        yield service


@pytest.fixture
def service(server):
    server.faults.clear()
    server.requests.clear()
    yield server
    server.faults.clear()


def make(document, cache=None):
    return make_providers(
        parse_settings(document), cache or memory_cache(), URBAN_RURAL, state_code
    )[0]


@pytest.fixture
def provider(service):
    return make(
        {
            "providers": ["nominatim"],
            "contact": "maps@clinic.example",
            "nominatim": {"url": f"{service.url}/", "timeout_seconds": 0.5},
        }
    )


def ask_one(provider, street):
    one = query(street)
    return {key: value for said in provider.ask([one]) for key, value in said.items()}[one]


@pytest.mark.parametrize(
    ("street", "precision", "radius"),
    [
        ("100 Main St", Precision.ADDRESS, 0.05),
        ("201 Main St", Precision.ADDRESS, 0.05),
        ("340 Main St", Precision.INTERPOLATED, 1.8),
        ("777 Main St", Precision.STREET, 0.511),
        ("100 Two Doors", Precision.ADDRESS, 0.05),
        ("100 Long Rd", Precision.STREET, 2.0),
    ],
)
def test_a_match_is_as_precise_as_what_was_hit(provider, street, precision, radius):
    outcome = ask_one(provider, street)
    (point,) = outcome.candidates

    assert outcome.kind is Kind.MATCH
    assert outcome.licence == "ODbL (OpenStreetMap)"
    assert (point.precision, point.latitude, point.longitude) == (precision, *HERE)
    assert point.radius_miles == pytest.approx(radius, abs=0.01)
    assert (point.state, point.zip) == ("ID", "83702")
    assert json.loads(outcome.raw)[0]["osm_type"]


@pytest.mark.parametrize("street", ["1 Nowhere Ln", "100 Boise"])
def test_nothing_and_a_town_are_no_match(provider, street):
    outcome = ask_one(provider, street)

    assert (outcome.kind, outcome.candidates) == (Kind.NO_MATCH, ())


def test_two_houses_apart_are_a_tie(provider):
    outcome = ask_one(provider, "100 State St")

    assert (outcome.kind, len(outcome.candidates)) == (Kind.TIE, 2)


def test_the_server_is_told_who_asks_and_for_what(provider, service):
    ask_one(provider, "100 Main St Suite 400")
    (request,) = service.requests

    assert request.headers["user-agent"] == "clinic-finder (maps@clinic.example)"
    assert request.query["q"] == "100 Main St, Boise, ID 83702"
    assert (request.query["countrycodes"], request.query["addressdetails"]) == ("us", "1")


@pytest.mark.parametrize("fault", [HTML, RESET, half, json_reply({}, 429, Retry_After="2")])
def test_a_passing_fault_is_outwaited(provider, service, fault):
    service.faults.append(fault)

    assert ask_one(provider, "100 Main St").kind is Kind.MATCH
    assert len(service.requests) == 2


@pytest.mark.parametrize("street", ["1 Broken", "2 Broken"])
def test_a_reply_that_cannot_be_read_is_an_error(provider, street):
    outcome = ask_one(provider, street)

    assert (outcome.kind, outcome.final) == (Kind.ERROR, False)
    assert "cannot be read" in outcome.raw


def test_the_public_server_is_not_asked_in_bulk():
    provider = make({"providers": ["nominatim"], "contact": "maps@clinic.example"})
    queries = [query(f"{number} Main St") for number in range(1001)]

    with pytest.raises(GeocodingError, match=r"1,001 addresses are left .* takes 1,000 more today"):
        next(provider.ask(queries))


@pytest.mark.parametrize(
    ("number", "zip_code", "kind", "precision"),
    [
        ("100", "83702", NODE, Precision.ADDRESS),
        ("100", "83799", NODE, Precision.INTERPOLATED_WEAK),
        ("102", "83702", NODE, Precision.INTERPOLATED_WEAK),
        ("100", "", NODE, Precision.ADDRESS),
        ("100", "83799", ON_A_LINE, Precision.INTERPOLATED_WEAK),
    ],
)
def test_a_house_of_another_number_or_zip_is_weak(number, zip_code, kind, precision):
    found = [place(*HERE, number, kind=kind, postcode=zip_code)]
    (point,) = read_places(found, query(), URBAN_RURAL, state_code)

    assert (point.precision, point.house_number, point.zip) == (precision, number, zip_code)


def test_the_right_house_comes_before_others():
    found = [place(*HERE, kind=ROAD), place(*HERE, "102"), place(*HERE, "100")]

    assert [one.house_number for one in read_places(found, query(), URBAN_RURAL, state_code)] == [
        "100", "102", "",
    ]  # fmt: skip


def test_the_state_is_taken_from_its_code_where_there_is_one():
    found = [place(*HERE, "100", **{"ISO3166-2-lvl4": "US-WA", "state": "Idaho"})]

    assert read_places(found, query(), URBAN_RURAL, state_code)[0].state == "WA"


@pytest.mark.parametrize("box", [None, ["1", "2"], ["a", "b", "c", "d"]])
def test_a_street_without_a_box_has_a_radius_still(box):
    found = [place(*HERE, kind=ROAD) | {"boundingbox": box}]

    assert (
        read_places(found, query(), URBAN_RURAL, state_code)[0].radius_miles == STREET_RADIUS_MILES
    )


@pytest.mark.parametrize(
    ("asked", "found", "same"),
    [
        ("100", "100", True),
        ("100", "102", False),
        ("100a", "100 A", True),
        ("10-02", "1002", True),
        ("1200-1210", "1210", True),
        ("1200-1210", "1204", False),
        ("100", "100;102", True),
        ("100-02", "100", False),
        ("", "100", True),
        ("100", "", True),
    ],
)
def test_house_numbers_are_compared(asked, found, same):
    assert same_house(asked, found) is same


def test_nothing_gathered_is_nothing():
    assert gather_places([]) == ()
    one = Candidate(1.0, 2.0, Precision.STREET, 0.5)
    assert gather_places([one]) == (one,)


class OpenCage(Service):
    """A keyed geocoder, as geopy asks it."""

    def answer(self, request):
        if request.query.get("key") != "s3cret-key":
            return json_reply({"status": {"code": 401, "message": "s3cret unknown"}}, 401)
        if "Nowhere" in request.query["q"]:
            return json_reply({"results": [], "status": {"code": 200, "message": "OK"}})
        if "Odd" in request.query["q"]:
            return json_reply({"results": [{"geometry": "s3cret-key"}]})
        one = {"formatted": "here", "geometry": {"lat": HERE[0], "lng": HERE[1]}}
        return json_reply({"results": [one | {"echo": request.query["key"]}]})


@pytest.fixture(scope="module")
def keyed_server():
    with serve(OpenCage()) as service:
        yield service


@pytest.fixture
def keyed(keyed_server):
    def provider(key="s3cret-key", **changes):
        host = keyed_server.url.removeprefix("http://")
        table = {
            "licence": "ODbL (OpenCage)",
            "arguments": {"api_key": key, "domain": host, "scheme": "http"},
        }
        return make({"providers": ["opencage"], "opencage": table | changes})

    return provider


def test_a_keyed_geocoder_is_asked(keyed):
    outcome = ask_one(keyed(), "100 Main St")
    (point,) = outcome.candidates

    assert (outcome.kind, outcome.licence) == (Kind.MATCH, "ODbL (OpenCage)")
    assert (point.precision, point.radius_miles) == (Precision.STREET, STREET_RADIUS_MILES)
    assert (point.latitude, point.longitude, point.label) == (*HERE, "here")


def test_the_settings_say_how_precise_it_is(keyed):
    (point,) = ask_one(keyed(precision="address", radius_miles=0.2), "100 Main St").candidates

    assert (point.precision, point.radius_miles) == (Precision.ADDRESS, 0.2)


def test_a_keyed_geocoder_without_a_match(keyed):
    assert ask_one(keyed(), "1 Nowhere Ln").kind is Kind.NO_MATCH


def test_a_key_is_neither_kept_nor_shown(keyed, caplog):
    caplog.set_level("DEBUG")
    kept = [ask_one(keyed(), street).raw for street in ("100 Main St", "1 Odd St")]
    with pytest.raises(GeocodingError, match="opencage refuses us") as refused:
        ask_one(keyed(key="s3cret"), "100 Main St")

    assert all(kept)
    assert "s3cret" not in f"{kept} {refused.value}"
    logged = [record.getMessage() for record in caplog.records if record.name[:4] == "http"]
    assert len(logged) > 2
    assert "s3cret" not in str(logged)


def test_a_service_or_an_argument_that_geopy_does_not_know_is_named(keyed):
    with pytest.raises(GeocodingError, match="geopy knows no geocoder 'nosuch'"):
        keyed(service="nosuch")
    with pytest.raises(GeocodingError, match="arguments pass_phrase") as error:
        keyed(arguments={"pass_phrase": "s3cret"})
    assert "s3cret" not in str(error.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.just("43.6"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "lat",
                    "lon",
                    "class",
                    "type",
                    "osm_type",
                    "address",
                    "boundingbox",
                    "postcode",
                    "house_number",
                    "state",
                ]
            ),
            inner | st.just("highway"),
            max_size=6,
        )
    ),
    max_leaves=15,
)


@examples(80)
@given(JSON | st.lists(JSON, max_size=3))
def test_no_document_raises_anything_else(document):
    try:
        found = read_places(document, query(), URBAN_RURAL, state_code)
    except GeoError:
        return
    assert all(abs(one.latitude) <= 90 for one in found)
