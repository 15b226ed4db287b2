"""The US Census geocoder on a server that answers, and fails, as the real one was seen to."""

import json

import pytest
from geopy.exc import GeocoderParseError, GeocoderQueryError, GeocoderServiceError
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import GeocodingError, GeoError
from geo.geocoding.census import USCensus
from geo.geocoding.census_replies import read_batch, read_matches, split_label, write_batch
from geo.geocoding.outcome import Kind
from geo.geocoding.providers import make_providers
from geo.geocoding.settings import parse_settings
from geo.geocoding.urban_rural import UrbanRuralIndex
from geo.places.precision import Precision
from tests.examples import examples
from tests.handmade.geocoding import START, Clock, memory_cache, query, zip_table
from tests.servers.census import CensusService, Known
from tests.servers.loopback import HANG, HTML, RESET, Reply, half, json_reply, serve

SILVER_HILL = Known(
    "4600 Silver Hill Rd", "Washington", "DC", "20233", 38.84601622386617, -76.92748724230096
)
WEAK = Known("12 Oak St", "Boise", "ID", "83702", 43.62, -116.2, is_exact=False)
KNOWN = {
    "4600 SILVER HILL RD": [SILVER_HILL],
    "10 OAK ST": [WEAK],
    "100 MAIN ST": [
        Known("100 N Main St", "Boise", "ID", "83702", 43.62, -116.2),
        Known("100 S Main St", "Boise", "ID", "83702", 43.60, -116.2),
    ],
} | {
    f"{number} ELM ST": [
        Known(f"{number} Elm St", "Boise", "ID", "83702", 43 + number / 1e4, -116 - number / 1e4)
    ]
    for number in range(100, 400)
}
ELMS = [query(f"{number} Elm St") for number in range(100, 400)]
SLOW_DOWN = json_reply({}, 429, Retry_After="7")
FAULTS = [
    HTML,
    RESET,
    SLOW_DOWN,
    half,
    json_reply({"errors": []}, 500),
    json_reply({}, 503, Retry_After="3"),
    Reply(b"\xff\xfe", kind="text/csv; charset=utf-8"),
]


@pytest.fixture(scope="module")
def server():
    with serve(CensusService(KNOWN)) as service:
        yield service


@pytest.fixture
def service(server):
    server.faults.clear()
    server.requests.clear()
    yield server
    server.faults.clear()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def cache(clock):
    return memory_cache(clock)


@pytest.fixture
def make(service, cache):
    def provider(**changes):
        table = {"url": service.url, "timeout_seconds": 0.5, "batch_timeout_seconds": 1} | changes
        document = {"providers": ["census"], "census": table}
        urban_rural = UrbanRuralIndex(zip_table())
        return make_providers(parse_settings(document), cache, urban_rural, str)[0]

    return provider


def ask(provider, *queries):
    return {one: outcome for said in provider.ask(queries) for one, outcome in said.items()}


def ask_one(provider, one):
    return ask(provider, one)[one]


SILVER = query("4600 Silver Hill Rd", "Washington", "DC", "20233")


@pytest.mark.parametrize("asked", ["4600 Silver Hill Rd, Washington, DC 20233", None])
def test_geopys_interface_on_one_line_and_in_parts(service, asked):
    parts = {"street": "4600 Silver Hill Rd", "city": "Washington", "state": "DC", "zip": ""}
    with USCensus(url=service.url, timeout=1) as census:
        location = census.geocode(asked or parts)

    assert location.address == "4600 SILVER HILL RD, WASHINGTON, DC, 20233"
    assert location.point[:2] == (38.84601622386617, -76.92748724230096)
    assert location.raw["tigerLine"]["side"] == "L"
    form = "onelineaddress" if asked else "address"
    assert service.requests[0].path == f"/geocoder/locations/{form}"
    assert "zip" not in service.requests[0].query


def test_geopys_interface_without_a_match_and_with_two(service):
    with USCensus(url=service.url, timeout=1) as census:
        assert census.geocode("1 Nowhere Ln, Boise, ID") is None
        assert len(census.geocode("100 Main St, Boise, ID", exactly_one=False)) == 2


def test_geopys_interface_refuses_an_unknown_part(service):
    with USCensus(url=service.url) as census, pytest.raises(GeocoderQueryError, match="postcode"):
        census.geocode({"postcode": "83702"})


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (HTML, GeocoderParseError),
        (json_reply({"result": {}}), GeocoderParseError),
        (json_reply([1]), GeocoderParseError),
        (json_reply({"errors": ["no"]}, 400), GeocoderQueryError),
        (RESET, GeocoderServiceError),
        (half, GeocoderServiceError),
        (HANG, GeocoderServiceError),
        (json_reply({}, 302, Location="http://127.0.0.1:9/"), GeocoderServiceError),
    ],
)
def test_one_fault_is_one_request_and_geopys_error(service, fault, error):
    service.faults.append(fault)
    with USCensus(url=service.url, timeout=0.3) as census, pytest.raises(error):
        census.geocode("4600 Silver Hill Rd, Washington, DC")

    assert len(service.requests) == 1


def test_a_match_is_interpolated_as_wide_as_its_zip_is_settled(make):
    outcome = ask_one(make(), SILVER)
    (point,) = outcome.candidates

    assert outcome.kind is Kind.MATCH
    assert (outcome.provider, outcome.benchmark) == ("census", "Public_AR_Current")
    assert outcome.licence == "public domain (US Census)"
    assert outcome.at == "2027-01-15T08:00:00Z"
    assert json.loads(outcome.raw)[0]["matchedAddress"] == point.label
    assert (point.precision, point.radius_miles) == (Precision.INTERPOLATED, 0.1)
    assert (point.house_number, point.state, point.zip) == ("4600", "DC", "20233")
    assert (point.latitude, point.longitude) == (SILVER_HILL.latitude, SILVER_HILL.longitude)


@pytest.mark.parametrize(
    ("zip_code", "radius"), [("20233", 0.1), ("20234", 0.3), ("20235", 1.8), ("20239", 1.8)]
)
def test_the_radius_follows_the_households_a_square_mile(zip_code, radius):
    urban_rural = UrbanRuralIndex(zip_table())

    assert urban_rural.radius_miles(Precision.INTERPOLATED, zip_code) == radius
    assert urban_rural.radius_miles(Precision.INTERPOLATED_WEAK, zip_code) == radius * 2


@pytest.mark.parametrize(
    "asked",
    [
        query("4600 Silver Hill Rd", "Washington", "DC", "20746"),  # another ZIP
        query("10 Oak St"),  # another number
        query("4600 Silver Hill Rd", "Washington", "VA", ""),  # another state
    ],
)
def test_a_single_match_that_differs_is_weak(make, asked):
    (point,) = ask_one(make(), asked).candidates

    assert point.precision is Precision.INTERPOLATED_WEAK


def test_no_match_and_a_tie_are_values(make):
    nowhere, tie = query("1 Nowhere Ln"), query("100 Main St")
    said = ask(make(), nowhere, tie)

    assert (said[nowhere].kind, said[nowhere].candidates) == (Kind.NO_MATCH, ())
    assert said[tie].kind is Kind.TIE
    assert [point.latitude for point in said[tie].candidates] == [43.62, 43.60]


def test_without_town_or_zip_the_line_is_asked_for(make, service):
    ask_one(make(), query("4600 Silver Hill Rd", "Washington", "", ""))

    assert service.requests[0].path.endswith("/onelineaddress")


def test_a_batch_comes_back_in_another_order(make, service):
    others = [query("1 Nowhere Ln"), query("10 Oak St"), query("100 Main St")]
    said = ask(make(), *ELMS, *others)

    assert set(said) == {*ELMS, *others}
    for one in ELMS:
        (point,) = said[one].candidates
        assert point.latitude == 43 + int(one.house_number) / 1e4
        assert point.precision is Precision.INTERPOLATED
    assert said[others[0]].kind is Kind.NO_MATCH
    assert said[others[1]].candidates[0].precision is Precision.INTERPOLATED_WEAK
    # A batch names no ends of a tie, so that they are asked for.
    assert (said[others[2]].kind, len(said[others[2]].candidates)) == (Kind.TIE, 2)
    assert [one.path.rsplit("/", 1)[1] for one in service.requests] == ["addressbatch", "address"]


def test_a_batch_goes_out_in_chunks_each_handed_on_at_once(make, service):
    said = make(batch_rows=100).ask(ELMS)

    assert len(next(said)) == 100
    assert len(service.requests) == 1
    assert [len(more) for more in said] == [100, 100]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("size", [1, 30])
def test_a_passing_fault_is_outwaited(make, service, fault, size):
    service.faults.append(fault)
    said = ask(make(), *ELMS[:size])

    assert {outcome.kind for outcome in said.values()} == {Kind.MATCH}
    assert len(service.requests) == 2


@pytest.mark.parametrize("size", [1, 30])
def test_a_timeout_is_outwaited(make, service, size):
    service.faults.append(HANG)
    said = ask(make(timeout_seconds=0.2, batch_timeout_seconds=1), *ELMS[:size])

    assert {outcome.kind for outcome in said.values()} == {Kind.MATCH}


def test_retry_after_is_obeyed(make, service, clock):
    service.faults.append(SLOW_DOWN)
    ask_one(make(), SILVER)

    assert clock.now - START == pytest.approx(7)


def test_pauses_grow(make, service, clock):
    service.faults.extend([HTML] * 3)
    ask_one(make(), SILVER)

    first, second, third = clock.slept
    assert 1 <= first <= 1.2
    assert 2 <= second <= 2.4
    assert 4 <= third <= 4.8


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_lasts_is_an_error_and_never_no_match(make, service, fault):
    service.faults.extend([fault] * 4)
    outcome = ask_one(make(), SILVER)

    assert (outcome.kind, outcome.final, outcome.candidates) == (Kind.ERROR, False, ())
    assert "Geocoder" in outcome.raw
    assert len(service.requests) == 4


def test_an_address_that_is_refused_is_asked_for_once(make, service):
    service.faults.append(json_reply({"errors": ["Street address is too long"]}, 400))
    outcome = ask_one(make(), SILVER)

    assert (outcome.kind, outcome.final) == (Kind.ERROR, True)
    assert "Street address is too long" in outcome.raw
    assert len(service.requests) == 1


def test_refused_addresses_do_not_end_a_run_that_works(make, service):
    said = make().ask([SILVER, *ELMS[:5]])
    next(said)
    service.faults.extend([json_reply({"errors": ["no"]}, 400)] * 4)

    kinds = [(one.kind, one.final) for each in said for one in each.values()]
    assert kinds == [(Kind.ERROR, True)] * 4 + [(Kind.MATCH, False)]


def test_a_batch_that_is_refused_speaks_of_no_address(make, service):
    service.faults.append(json_reply({"errors": ["no"]}, 400))
    said = ask(make(), *ELMS[:30])

    assert {(one.kind, one.final) for one in said.values()} == {(Kind.ERROR, False)}


def test_a_wrong_benchmark_ends_the_run(make):
    with pytest.raises(GeocodingError, match="Specified benchmark was not found"):
        ask(make(benchmark="Public_AR_1999"), *ELMS[:5])


def test_a_service_that_is_out_ends_the_run_and_what_was_found_stays(make, service):
    said = make().ask(ELMS[:10])
    first = [next(said), next(said)]
    service.faults.extend([RESET] * 100)
    errors = [next(said), next(said)]
    with pytest.raises(GeocodingError, match="census failed 3 times in a row"):
        next(said)

    assert [one.kind for each in (*first, *errors) for one in each.values()] == [
        Kind.MATCH, Kind.MATCH, Kind.ERROR, Kind.ERROR,
    ]  # fmt: skip
    assert len(service.requests) == 2 + 3 * 4


def test_a_long_pause_ends_the_run_and_holds_for_the_next(make, service, clock):
    service.faults.append(json_reply({}, 429, Retry_After="86400"))
    with pytest.raises(GeocodingError, match="asks to be left alone until 2027-01-16"):
        ask_one(make(), SILVER)
    with pytest.raises(GeocodingError, match="asks to be left alone until 2027-01-16"):
        ask_one(make(), SILVER)

    assert len(service.requests) == 1
    clock.now += 86_400
    assert ask_one(make(), SILVER).kind is Kind.MATCH


@pytest.mark.parametrize("after", ["soon", "-5", "9" * 400, "Fri, 99 Foo 99999999 25:61:61 GMT"])
def test_a_retry_after_that_says_nothing_is_passed_over(make, service, clock, after):
    service.faults.append(json_reply({}, 503, Retry_After=after))
    try:
        ask_one(make(), SILVER)
    except GeocodingError as error:
        assert "left alone" in str(error)  # noqa: PT017 - the other end is as good
    assert clock.now - START < 3


def reply_of(*rows):
    return "".join(",".join(f'"{field}"' for field in row) + "\n" for row in rows)


ROW = ("0", "a", "Match", "Exact", "1 A ST, B, ID, 83702", "-116.2,43.6", "7", "L")
MISS = ("1", "a", "No_Match")


def test_a_batch_reply_is_put_in_order():
    first, second = read_batch(reply_of(MISS, ROW), 2)

    assert (first.status, first.is_exact, first.latitude) == ("Match", True, 43.6)
    assert second.status == "No_Match"
    assert second.raw == '"1","a","No_Match"'


def test_geographies_have_twelve_fields():
    (row,) = read_batch(reply_of((*ROW, "16", "001", "000100", "1001")), 1)

    assert row.longitude == -116.2


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("", "0 of the 2 addresses"),
        (reply_of(ROW), "1 of the 2 addresses"),
        (reply_of(ROW, ROW), "twice or unasked"),
        (reply_of(ROW, ("2", "a", "Tie")), "twice or unasked"),
        (reply_of(ROW, ("1", "a", "Match")), "another form"),
        (reply_of(ROW, ("1", "a", "Maybe")), "another form"),
        (reply_of(ROW, ("1",)), "another form"),
        (reply_of(ROW, ("1", *ROW[1:5], "north", "7", "L")), "no point"),
        (reply_of(ROW, ("1", *ROW[1:5], "43.6,-116.2", "7", "L")), "not on Earth"),
        (reply_of(ROW, ("1", *ROW[1:5], "nan,nan", "7", "L")), "not on Earth"),
        (reply_of(ROW, MISS)[:-5], "breaks off"),
        ("<html><body>Error</body></html>", "no list of addresses"),
        ('"id","address","match"\n', "no list of addresses"),
        (reply_of(("²", "a", "Tie"), ROW), "no list of addresses"),
    ],
)
def test_a_batch_reply_that_is_not_whole_is_refused(reply, reason):
    with pytest.raises(GeocodingError, match=reason):
        read_batch(reply, 2)


def test_a_batch_is_sent_without_heading_and_quoted():
    sent = write_batch([query('1 "A" St, Rear', "Coeur d'Alene", "ID", "83814"), query()])

    assert sent.decode().splitlines() == [
        '0,"1 ""A"" St Rear",Coeur d\'Alene,ID,83814',
        "1,100 Main St,Boise,ID,83702",
    ]


@pytest.mark.parametrize("count", [0, 10_001])
def test_a_batch_of_a_wrong_size_is_refused(service, count):
    with USCensus(url=service.url) as census, pytest.raises(ValueError, match="1 to 10000"):
        census.geocode_batch([query()] * count)


@pytest.mark.parametrize(
    ("label", "parts"),
    [
        ("4600 SILVER HILL RD, WASHINGTON, DC, 20233", ("4600", "DC", "20233")),
        ("100-02 QUEENS BLVD, FOREST HILLS, NY, 11375", ("100-02", "NY", "11375")),
        ("SILVER HILL RD & SUITLAND PKWY, SUITLAND, MD", ("", "MD", "")),
        ("", ("", "", "")),
    ],
)
def test_a_label_is_taken_apart(label, parts):
    assert split_label(label) == parts


FIELDS = st.sampled_from(["0", "1", "Match", "Exact", "Tie", "No_Match", "-116,43", "x", ""])
ROWS = st.lists(st.lists(FIELDS | st.text(max_size=4), max_size=12), max_size=4)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["result", "addressMatches", "coordinates", "x", "y", "matchedAddress"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@examples(80)
@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")) | ROWS.map(
    lambda rows: reply_of(*rows)
), st.integers(1, 3))  # fmt: skip
def test_no_batch_reply_raises_anything_else(reply, sent):
    try:
        rows = read_batch(reply, sent)
    except GeoError:
        return
    assert len(rows) == sent


@examples(80)
@given(JSON | JSON.map(lambda inner: {"result": {"addressMatches": [inner]}}))
def test_no_document_raises_anything_else(document):
    try:
        matches = read_matches(document)
    except GeoError:
        return
    assert isinstance(matches, list)
