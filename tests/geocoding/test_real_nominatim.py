"""Our chain against a real Nominatim, built from a small extract on this machine."""

import statistics
import tempfile
import time
from pathlib import Path

import pytest

from geo import reference
from geo.geocoding.cache import open_cache
from geo.geocoding.chain import geocode, make_chain
from geo.geocoding.settings import parse_settings
from geo.units import geodesic_miles
from tests.handmade.geocoding import clinic_addresses, last_positions
from tests.servers import real_nominatim
from tests.servers.osm_extract import Town, write_extract

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(900)]

TOWNS = [
    # town, county, state, code, ZIP, streets
    ("Springfield", "Sangamon County", "Illinois", "IL", "62704",
     ("West Lawrence Avenue", "South MacArthur Boulevard", "Outer Park Drive")),
    ("Springfield", "Greene County", "Missouri", "MO", "65807",
     ("South Campbell Avenue", "West Sunshine Street", "West Lawrence Avenue")),
    ("Boise", "Ada County", "Idaho", "ID", "83702",
     ("West Main Street", "North 8th Street", "Harrison Boulevard")),
    ("Austin", "Travis County", "Texas", "TX", "78704",
     ("South Congress Avenue", "West Oltorf Street", "Barton Springs Road")),
    ("Asheville", "Buncombe County", "North Carolina", "NC", "28801",
     ("Patton Avenue", "Biltmore Avenue", "Merrimon Avenue")),
    ("Burlington", "Chittenden County", "Vermont", "VT", "05401",
     ("Church Street", "North Avenue", "Pearl Street")),
]  # fmt: skip
SHORTER = {
    "North ": "N ", "South ": "S ", "West ": "W ", " Street": " St", " Avenue": " Ave",
    " Boulevard": " Blvd", " Drive": " Dr", " Road": " Rd",
}  # fmt: skip


def shorten(street):
    """Return a street as clinics write it."""
    for long, short in SHORTER.items():
        street = street.replace(long, short)
    return street


@pytest.fixture(scope="module")
def towns():
    zips = reference.load("zips").set_index("zip")
    return [
        Town(*names, code, zips["latitude"][code], zips["longitude"][code], streets)
        for *names, code, streets in TOWNS
    ]


@pytest.fixture(scope="module")
def nominatim(towns):
    if reason := real_nominatim.reason_to_skip():
        pytest.skip(reason)
    # pytest's own folders are closed to PostgreSQL's user.
    with tempfile.TemporaryDirectory(prefix="nominatim-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        houses = write_extract(folder / "towns.osm", towns)
        try:
            venv = real_nominatim.install(folder)
        except LookupError as error:
            pytest.skip(str(error))
        started = time.monotonic()
        with real_nominatim.serve(folder, venv, folder / "towns.osm") as url:
            print(  # noqa: T201  the figures, with -s
                f"\nimport and start {time.monotonic() - started:.0f} s, {len(houses)} houses"
            )
            yield url, houses


@pytest.fixture
def locate(nominatim, tmp_path):
    url, _ = nominatim
    document = {
        "providers": ["nominatim"],
        "nominatim": {"url": url, "requests_per_second": 1000, "timeout_seconds": 30},
    }
    with open_cache(tmp_path / "workspace.sqlite") as cache:
        chain = make_chain(parse_settings(document), cache)

        def geocode_by(**addresses):
            return geocode(clinic_addresses(**addresses), chain, cache, last_positions())

        yield geocode_by


def test_every_house_is_found_where_it_is(nominatim, locate):
    _, houses = nominatim
    addresses = {
        f"h{row}": (
            f"{house.number} {shorten(house.street)}, Suite {row + 1}",
            house.town.name,
            house.town.code,
            house.town.zip,
        )
        for row, house in enumerate(houses)
    }
    started = time.monotonic()
    result = locate(**addresses)
    seconds = time.monotonic() - started

    table = result.positions.set_index("clinic_id").loc[list(addresses)]
    miles = geodesic_miles(
        table["latitude"],
        table["longitude"],
        [house.latitude for house in houses],
        [house.longitude for house in houses],
    )
    print(  # noqa: T201  the figures, with -s
        f"\n{len(houses)} addresses in {seconds:.1f} s; off by {statistics.median(miles):.5f} "
        f"miles in the middle, {max(miles):.5f} at most; {table['precision'].value_counts().to_dict()}"
    )
    assert result.failures == ()
    assert result.cases.empty
    assert result.counts["match"] == len(houses)
    expected = ["interpolated" if one.kind == "interpolated" else "address" for one in houses]
    assert table["precision"].tolist() == expected
    assert max(miles) < 0.01
    assert set(table["coordinate_licence"]) == {"ODbL (OpenStreetMap)"}


def test_what_is_wrong_goes_to_review_or_stays_at_its_zip(nominatim, locate):
    _, houses = nominatim
    boise = ("Boise", "ID", "83702")
    result = locate(
        unknown_number=("777 W Main St", *boise),
        unknown_street=("100 Nowhere Rd", *boise),
        wrong_zip=("100 W Main St", "Boise", "ID", "83703"),
        po_box=("PO Box 12", *boise),
        without_zip=("100 W Lawrence Ave", "Springfield", "MO", ""),
    )

    precision = result.positions.set_index("clinic_id")["precision"].to_dict()
    assert precision == {
        "unknown_number": "street",
        "unknown_street": "zip",
        "wrong_zip": "zip",
        "po_box": "zip",
        "without_zip": "address",
    }
    assert list(result.cases["clinic_id"]) == ["wrong_zip"]
    assert "the ZIP 83702 instead of 83703" in result.cases["reason"][0]
    springfield = next(
        one for one in houses if one.street == "West Lawrence Avenue" and one.town.code == "MO"
    )
    found = result.positions.set_index("clinic_id").loc["without_zip"]
    off = geodesic_miles(
        found["latitude"], found["longitude"], springfield.latitude, springfield.longitude
    )
    assert off < 0.01
