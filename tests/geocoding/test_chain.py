"""From clinics to positions and cases: who is asked, what is kept, and what an operator decides."""

import json
import subprocess
import sys
import time
from dataclasses import replace

import pandas as pd
import pytest

from geo import reference
from geo.errors import GeocodingError, SchemaError
from geo.geocoding.accepted import CASE_COLUMNS, COLUMNS
from geo.geocoding.cache import open_cache
from geo.geocoding.candidates import Candidate
from geo.geocoding.chain import geocode, make_chain
from geo.geocoding.outcome import Kind, Outcome, make_query
from geo.geocoding.providers import make_providers
from geo.geocoding.settings import parse_settings
from geo.geocoding.urban_rural import UrbanRuralIndex
from geo.places.precision import Precision
from tests.handmade.geocoding import Clock, clinic_addresses, last_positions, memory_cache
from tests.servers.census import CensusService, Known
from tests.servers.loopback import RESET, serve
from tests.servers.nominatim import ROAD, NominatimService, place

NEAR = (41.8857, -87.6225)  # in ZIP 60601
TOWN = ("Chicago", "IL", "60601")
MAIN = ("100 Main St", *TOWN)
LICENCE = "public domain (test)"


class Fake:
    """A provider that answers from a table: street -> kind, or a candidate, or several."""

    benchmark = "b"

    def __init__(self, name, known):
        self.name = name
        self.known = known
        self.asked = []

    def ask(self, queries):
        for query in queries:
            said = self.known.get(query.street, Kind.NO_MATCH)
            if isinstance(said, Exception):
                raise said
            self.asked.append(query.street)
            if isinstance(said, Kind):
                yield {query: self.outcome(said)}
            elif isinstance(said, Outcome):
                yield {query: replace(said, provider=self.name)}
            else:
                points = said if isinstance(said, tuple) else (said,)
                kind = Kind.MATCH if len(points) == 1 else Kind.TIE
                yield {query: self.outcome(kind, points)}

    def outcome(self, kind, points=()):
        return Outcome(
            kind, self.name, self.benchmark, points, LICENCE, "{}", "2027-01-15T08:00:00Z"
        )


def point(latitude=NEAR[0], longitude=NEAR[1], precision=Precision.INTERPOLATED, **facts):
    known = {"radius_miles": 0.1, "house_number": "100", "zip": "60601", "state": "IL"}
    return Candidate(latitude, longitude, precision, **(known | facts))


@pytest.fixture(scope="module")
def bare():
    return make_chain(parse_settings({"providers": []}), memory_cache())


@pytest.fixture
def cache():
    return memory_cache()


@pytest.fixture
def run(bare, cache):
    def geocode_by(*providers, last=None, progress=lambda _: None, offered=None, **addresses):
        chain = replace(bare, providers=providers)
        last = last_positions() if last is None else last
        clinics = clinic_addresses(**addresses)
        return geocode(clinics, chain, cache, last, progress, offered=offered or {})

    return geocode_by


def positions(result):
    return result.positions.set_index("clinic_id")


def test_a_match_becomes_a_position(run):
    result = run(Fake("census", {"100 Main St": point()}), c1=MAIN)

    assert result.positions.to_dict("records") == [
        {
            "clinic_id": "c1",
            "latitude": NEAR[0],
            "longitude": NEAR[1],
            "precision": "interpolated",
            "radius_miles": 0.1,
            "geocoder": "census",
            "geocoded_date": "2027-01-15",
            "coordinate_licence": LICENCE,
        }
    ]
    assert result.cases.empty
    assert (result.counts["match"], result.counts["changed"], result.failures) == (1, 1, ())


def test_the_unit_is_split_off_and_one_address_is_asked_once(run):
    census = Fake("census", {"100 Main St": point()})
    result = run(census, c1=("100 Main St, Suite 4", *TOWN), c2=("100 MAIN ST #7", *TOWN))

    assert [street.casefold() for street in census.asked] == ["100 main st"]
    assert len(result.positions) == 2


@pytest.mark.parametrize(
    "street",
    ["", "PO Box 12", "P.O. Box 12", "P O BOX 12A", "Post Office Box 7", "Box 3", "PMB 12", "123"],
)
def test_without_a_street_nothing_is_asked(run, street):
    census = Fake("census", {})
    result = run(census, c1=(street, *TOWN))

    assert census.asked == []
    assert result.counts["no_street"] == 1
    assert positions(result).loc["c1", ["precision", "geocoder"]].tolist() == ["zip", "gazetteer"]


@pytest.mark.parametrize("street", ["1 Boxwood Ln", "12 Post Office Rd", "5 Popular Ave"])
def test_a_street_that_looks_like_a_box_is_asked_for(run, street):
    census = Fake("census", {})
    run(census, c1=(street, *TOWN))

    assert census.asked == [street]


def test_the_next_provider_is_asked_where_there_is_no_match(run):
    first = Fake("census", {"1 A St": point(house_number="1")})
    second = Fake("nominatim", {"2 B St": point(house_number="2")})
    result = run(first, second, c1=("1 A St", *TOWN), c2=("2 B St", *TOWN), c3=("3 C St", *TOWN))

    assert second.asked == ["2 B St", "3 C St"]
    table = positions(result)
    assert table["geocoder"].to_dict() == {"c1": "census", "c2": "nominatim", "c3": "gazetteer"}
    assert table.loc["c3", "precision"] == "zip"
    assert (result.counts["match"], result.counts["no_match"]) == (2, 1)


def test_after_the_zip_comes_the_city_and_then_nothing(run):
    result = run(
        Fake("census", {}),
        c1=("1 A St", "Chicago", "IL", ""),
        c2=("1 A St", "Nosuchtown", "IL", ""),
    )

    assert positions(result)["precision"].to_dict() == {"c1": "city"}
    assert result.counts["nowhere"] == 1


@pytest.mark.parametrize("last", [None, ("c1", *NEAR, "address", 0.05)])
def test_a_tie_goes_to_review_and_the_next_provider_is_not_asked(run, last):
    ends = (point(), point(latitude=41.95))
    first, second = Fake("census", {"100 Main St": ends}), Fake("nominatim", {})
    result = run(first, second, c1=MAIN, last=last_positions(last) if last else None)

    (case,) = result.cases.to_dict("records")
    assert case["reason"] == "2 places fit the address equally well."
    offered = json.loads(case["candidates"])
    assert [one["latitude"] for one in offered] == [NEAR[0], 41.95]
    assert (offered[0]["geocoder"], offered[0]["licence"]) == ("census", LICENCE)
    assert second.asked == []
    assert result.positions["precision"].tolist() == ([] if last else ["zip"])


def test_a_doubtful_match_goes_to_review(run):
    weak = point(precision=Precision.INTERPOLATED_WEAK, house_number="102")
    result = run(Fake("census", {"100 Main St": weak}), c1=MAIN)

    (reason,) = result.cases["reason"]
    assert "house number 102 instead of 100" in reason
    assert "The match is weak" in reason
    assert result.positions["precision"].tolist() == ["zip"]
    assert result.counts["review"] == 1


def test_a_jump_goes_to_review_and_the_clinic_stays(run):
    moved = point(latitude=NEAR[0] + 0.006)
    last = last_positions(("c1", *NEAR, "interpolated", 0.1))
    result = run(Fake("census", {"100 Main St": moved}), c1=MAIN, last=last)

    assert result.cases["reason"].tolist() == [
        "The point is 0.4 miles from the last agreed position."
    ]
    assert result.positions.empty


def test_a_verified_pin_is_left_alone(run):
    census = Fake("census", {"100 Main St": point(latitude=44.0)})
    last = last_positions(("c1", *NEAR, "verified", 0.02))
    result = run(census, c1=MAIN, c2=("PO Box 1", *TOWN), last=last)

    assert census.asked == []
    assert list(result.positions["clinic_id"]) == ["c2"]
    assert result.cases.empty
    assert result.counts["verified"] == 1


def test_a_position_that_is_as_before_is_no_change(run):
    last = last_positions(("c1", *NEAR, "interpolated", 0.1))
    result = run(Fake("census", {"100 Main St": point()}), c1=MAIN, last=last)

    assert len(result.positions) == 1
    assert result.counts["changed"] == 0


def test_a_better_position_takes_the_place_of_the_zip(run):
    zips = reference.load("zips").set_index("zip").loc["60601"]
    last = last_positions(("c1", zips["latitude"], zips["longitude"], "zip", zips["radius_miles"]))
    result = run(Fake("census", {"100 Main St": point()}), c1=MAIN, last=last)

    assert result.positions["precision"].tolist() == ["interpolated"]


def test_a_clinic_that_is_not_found_any_more_stays_where_it_was(run):
    last = last_positions(("c1", *NEAR, "interpolated", 0.1))
    result = run(Fake("census", {}), c1=MAIN, last=last)

    assert (len(result.positions), len(result.cases)) == (0, 0)


def test_a_clinic_that_has_left_its_position_and_is_not_found_goes_to_review(run):
    last = last_positions(("c1", *NEAR, "interpolated", 0.1))
    result = run(Fake("census", {}), c1=("1 A St", "Peoria", "IL", "61602"), last=last)

    (case,) = result.cases.to_dict("records")
    assert case["reason"].startswith("No geocoder finds the address, and the last agreed position")
    assert json.loads(case["candidates"])[0]["precision"] == "zip"
    assert result.positions.empty


def test_a_street_wider_than_its_zip_tells_nothing(run):
    wide = point(precision=Precision.STREET, radius_miles=4.0, house_number="")
    narrow = replace(wide, radius_miles=0.4)
    result = run(
        Fake("census", {"1 Wide St": wide, "1 Short St": narrow}),
        c1=("1 Wide St", *TOWN),
        c2=("1 Short St", *TOWN),
    )

    assert positions(result)["precision"].to_dict() == {"c1": "zip", "c2": "street"}


def test_an_error_is_no_match_for_nobody(run, cache):
    first = Fake("census", {"100 Main St": Kind.ERROR})
    second = Fake("nominatim", {"100 Main St": point()})
    result = run(first, second, c1=MAIN)

    assert second.asked == []
    assert result.counts["error"] == 1
    assert result.positions["precision"].tolist() == ["zip"]
    assert cache.answers([make_query(*MAIN).key], "census", "b") == {}

    assert result.failures == (
        "census failed for 1 address: {} (1). Run it again later; what was found is kept.",
    )

    first.known["100 Main St"] = point()
    again = run(first, second, c1=MAIN)
    assert again.positions["geocoder"].tolist() == ["census"]


def test_what_a_service_fails_at_is_counted_by_what_it_answered(run):
    down = Outcome(Kind.ERROR, "", "b", raw="GeocoderServiceError: It answers with HTTP 500.")
    late = Outcome(Kind.ERROR, "", "b", raw="GeocoderTimedOut: It did not answer in time.")
    known = {"1 Main St": down, "2 Main St": down, "3 Main St": late, "4 Main St": point()}
    result = run(
        Fake("census", known),
        **{f"c{number}": (f"{number} Main St", *TOWN) for number in range(1, 5)},
    )

    assert result.failures == (
        (
            "census failed for 3 addresses: It answers with HTTP 500 (2); It did not answer in time (1). "
            "Run it again later; what was found is kept."
        ),
    )


def test_an_address_that_is_refused_goes_on_to_the_next(run):
    refused = Outcome(Kind.ERROR, "census", "b", at="2027-01-15T08:00:00Z", final=True)
    first = Fake("census", {"100 Main St": refused})
    result = run(first, Fake("nominatim", {"100 Main St": point()}), c1=MAIN)

    assert result.positions["geocoder"].tolist() == ["nominatim"]


def test_a_service_that_is_given_up_is_named_and_the_rest_waits(run):
    first = Fake(
        "census", {"1 A St": point(house_number="1"), "2 B St": GeocodingError("census is out.")}
    )
    second = Fake("nominatim", {})
    addresses = {"c1": ("1 A St", *TOWN), "c2": ("2 B St", *TOWN), "c3": ("3 C St", *TOWN)}
    result = run(first, second, **addresses)

    assert result.failures == ("census is out.",)
    assert second.asked == []
    assert (result.counts["match"], result.counts["not_asked"]) == (1, 2)
    assert positions(result)["precision"].to_dict() == {
        "c1": "interpolated", "c2": "zip", "c3": "zip",
    }  # fmt: skip

    first.known["2 B St"] = Kind.NO_MATCH
    again = run(first, second, **addresses)
    assert first.asked == ["1 A St", "2 B St", "3 C St"]
    assert (again.failures, again.counts["not_asked"]) == ((), 0)


def test_what_is_in_the_cache_is_not_asked_again(run):
    census = Fake("census", {"100 Main St": point()})
    first = run(census, c1=MAIN, c2=("9 Gone St", *TOWN))
    second = run(census, c1=MAIN, c2=("9 Gone St", *TOWN))

    assert census.asked == ["100 Main St", "9 Gone St"]
    pd.testing.assert_frame_equal(first.positions, second.positions)


def test_a_case_has_the_same_key_when_it_comes_up_again(run):
    census = Fake("census", {"100 Main St": (point(), point(latitude=41.95))})
    keys = [run(census, c1=MAIN).cases["key"].item() for _ in range(2)]
    other = run(census, c2=MAIN).cases["key"].item()

    assert keys[0] == keys[1] != other


def test_progress_counts_and_tells_the_time_left(bare):
    clock = Clock()
    cache = memory_cache(clock)
    seen = []
    known = {f"{number} A St": point(house_number=str(number)) for number in range(1, 4)}
    addresses = {f"c{number}": (f"{number} A St", *TOWN) for number in range(1, 5)}
    chain = replace(bare, providers=[Fake("census", known)])
    geocode(
        clinic_addresses(**addresses, c9=("PO Box 1", *TOWN)), chain, cache, last_positions(),
        seen.append,
    )  # fmt: skip

    assert [one.done for one in seen] == [0, 0, 1, 2, 3, 4]
    assert {one.total for one in seen} == {4}
    assert seen[-1].counts == {Kind.MATCH: 3, Kind.NO_MATCH: 1}
    assert seen[0].seconds_left is None
    assert seen[-1].per_second > 0
    assert seen[-1].seconds_left == 0


def test_no_clinics_are_no_positions(run):
    result = run(Fake("census", {}))

    assert list(result.positions) == list(COLUMNS)
    assert list(result.cases) == list(CASE_COLUMNS)
    assert result.positions["latitude"].dtype == "float64"


def test_a_missing_column_is_named(bare, cache):
    with pytest.raises(SchemaError, match="clinics lacks zip"):
        geocode(clinic_addresses().drop(columns="zip"), bare, cache, last_positions())
    with pytest.raises(SchemaError, match="last positions lacks geocoder"):
        geocode(clinic_addresses(), bare, cache, last_positions().drop(columns="geocoder"))


@pytest.fixture
def services():
    houses = {
        f"{number} ELM ST": [Known(f"{number} Elm St", "Chicago", "IL", "60601", *NEAR)]
        for number in range(1, 61)
    }
    chicago = {"state": "Illinois", "postcode": "60601", "city": "Chicago"}
    places = {
        "100 Oak St": [place(*NEAR, "100", **chicago)],
        "200 Oak St": [place(*NEAR, kind=ROAD, **chicago)],
    }
    with serve(CensusService(houses)) as census, serve(NominatimService(places)) as nominatim:
        yield census, nominatim


def settings_of(services):
    census, nominatim = services
    return {
        "providers": ["census", "nominatim"],
        "census": {"url": census.url, "batch_rows": 20, "requests_per_second": 1000},
        "nominatim": {"url": nominatim.url, "requests_per_second": 1000},
    }


@pytest.fixture
def connect(bare, services):
    """Return the chain over the services, with any cache."""
    urban_rural = UrbanRuralIndex(reference.load("zips"))

    def make(cache):
        settings = parse_settings(settings_of(services))
        state_code = {"Illinois": "IL"}.get
        providers = make_providers(settings, cache, urban_rural, lambda name: state_code(name, ""))
        return replace(bare, providers=providers)

    return make


def test_the_whole_chain_over_the_services(services, connect, cache):
    chain = connect(cache)
    addresses = {f"e{number}": (f"{number} Elm St", *TOWN) for number in range(1, 61)}
    addresses |= {"o1": ("100 Oak St", *TOWN), "o2": ("200 Oak St", *TOWN), "x": ("1 Fir", *TOWN)}
    result = geocode(clinic_addresses(**addresses), chain, cache, last_positions())

    table = positions(result)
    assert (table["geocoder"].eq("census")).sum() == 60
    assert table.loc[["o1", "o2", "x"], "precision"].tolist() == ["address", "street", "zip"]
    assert table.loc["o1", "coordinate_licence"] == "ODbL (OpenStreetMap)"
    assert len(services[0].requests) == 4
    assert len(services[1].requests) == 3
    assert result.failures == ()


RUN = """
import json, sys
from pathlib import Path
from geo.geocoding.cache import open_cache
from geo.geocoding.asking import ask_providers
from geo.geocoding.urban_rural import UrbanRuralIndex
from geo.geocoding.outcome import make_query
from geo.geocoding.providers import make_providers
from geo.geocoding.settings import parse_settings
from tests.handmade.geocoding import zip_table
with open_cache(Path(sys.argv[1])) as cache:
    settings = parse_settings(json.loads(sys.argv[2]))
    providers = make_providers(settings, cache, UrbanRuralIndex(zip_table()), str)
    queries = [make_query(*address) for address in json.loads(sys.argv[3]).values()]
    ask_providers(queries, providers, cache, lambda progress: None)
"""


def test_a_run_that_is_killed_goes_on_where_it_was(services, connect, tmp_path):
    census, _ = services
    path = tmp_path / "workspace.sqlite"
    addresses = {f"e{number}": (f"{number} Elm St", *TOWN) for number in range(1, 61)}
    document = settings_of(services)
    document["census"]["requests_per_second"] = 2
    worker = subprocess.Popen(
        [sys.executable, "-c", RUN, path, json.dumps(document), json.dumps(addresses)]
    )
    until = time.monotonic() + 60
    while len(census.requests) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    worker.kill()
    worker.wait()
    before = len(census.requests)

    keys = [make_query(*address).key for address in addresses.values()]
    with open_cache(path) as cache:
        kept = cache.answers(keys, "census", "Public_AR_Current")
        chain = connect(cache)
        result = geocode(clinic_addresses(**addresses), chain, cache, last_positions())

    assert 20 <= len(kept) < 60
    assert len(kept) % 20 == 0
    assert len(census.requests) - before == (60 - len(kept)) // 20
    assert result.counts["match"] == 60


def test_an_outage_in_the_middle_loses_nothing(services, connect, cache):
    census, nominatim = services
    chain = connect(cache)
    addresses = {f"e{number}": (f"{number} Elm St", *TOWN) for number in range(1, 61)}
    census.faults.extend([lambda reply: reply, *[RESET] * 100])
    first = geocode(clinic_addresses(**addresses), chain, cache, last_positions())
    census.faults.clear()
    second = geocode(clinic_addresses(**addresses), chain, cache, last_positions())

    assert (first.counts["match"], first.counts["error"]) == (20, 40)
    assert nominatim.requests == []
    assert second.counts["match"] == 60
    assert len(census.requests) == 1 + 2 * 4 + 2


def offer(clinic="c1", **facts):
    said = Outcome(Kind.MATCH, "OpenStreetMap", "", (point(**facts),), "ODbL", at="2027-01-15")
    return {clinic: said}


def test_a_sources_point_stands_where_no_service_has_one(run):
    remote = {
        "latitude": 60.5544,
        "longitude": -151.2583,
        "zip": "",
        "state": "",
        "house_number": "",
    }
    offered = offer(precision=Precision.ADDRESS) | offer("c2", **remote)

    done = run(c1=MAIN, c2=("1 Village Rd", "Nowhereville", "AK", ""), offered=offered)

    found = done.positions.set_index("clinic_id")
    assert found["geocoder"].tolist() == ["OpenStreetMap", "OpenStreetMap"]
    assert found["coordinate_licence"].tolist() == ["ODbL", "ODbL"]
    assert found["precision"].tolist() == ["address", "interpolated"]
    assert (done.counts["from_source"], done.counts["nowhere"]) == (2, 0)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"latitude": 34.05, "longitude": -118.24}, "outside"),
        ({"latitude": 41.6, "longitude": -87.75}, "60601"),
    ],
)
def test_a_sources_point_passes_the_checks_of_a_services(run, facts, reason):
    far = {"zip": "", "state": "", "house_number": ""} | facts
    done = run(c1=MAIN, offered=offer(**far))

    assert reason in done.cases["reason"].iloc[0]
    assert json.loads(done.cases["candidates"].iloc[0])[0]["geocoder"] == "OpenStreetMap"
    assert done.positions["geocoder"].tolist() == ["gazetteer"]


def test_a_services_match_goes_before_a_sources_point(run):
    near = offer(latitude=NEAR[0] + 0.001)
    done = run(Fake("one", {"100 Main St": point()}), c1=MAIN, offered=near)

    assert done.positions["geocoder"].tolist() == ["one"]
