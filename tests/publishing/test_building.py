import datetime as dt
import hashlib

import pandas as pd
import pytest

from geo import releases
from geo.clinics.resolving import COLUMNS, LATER_COLUMNS
from geo.errors import SourceError
from geo.publishing import building
from geo.sources import curated
from tests.handmade import small_home


@pytest.fixture(scope="module")
def shipped():
    return releases.load(releases.SHIPPED)


@pytest.fixture
def quick_areas(monkeypatch):
    """Measure quickly, where the figures of areas are not looked at."""
    monkeypatch.setattr(building, "measure_areas", small_home.measure_quickly)


@pytest.fixture
def another_source(monkeypatch, tmp_path):
    """Return a function that makes the pipeline start from other listings."""

    def use(listings):
        path = tmp_path / "listings.csv"
        curated.write(listings, path)
        monkeypatch.setattr(curated, "PATH", path)
        return path

    return use


@pytest.mark.nightly  # two minutes; what it is made of is compared below in every run
def test_the_shipped_release_is_what_its_listings_give(shipped):
    listings, rejects = curated.read()

    rebuilt = building.build_release(listings, shipped.as_of)

    assert rejects.empty
    for name, table in rebuilt.items():
        there = shipped.tables[name]  # whose later columns come last until it is built anew
        pd.testing.assert_frame_equal(there[list(table)], table, check_exact=True)
        assert len(there.columns) == len(table.columns)
    assert releases.content_sha256(rebuilt, shipped.as_of) == shipped.manifest["content"]
    assert shipped.manifest["counts"] == releases.count(rebuilt)
    assert shipped.id == f"{shipped.as_of}-{shipped.manifest['content'][:8]}"


def test_the_shipped_release_names_the_inputs_that_are_here(shipped):
    assert shipped.manifest["inputs"] == building.hash_shipped()


def test_every_listing_of_the_shipped_release_belongs_to_one_of_its_clinics(shipped):
    clinics = shipped.clinics

    assert set(shipped.listings["clinic_id"]) == set(clinics["clinic_id"])
    assert clinics["listings"].sum() == len(shipped.listings)
    assert {*clinics.columns} == {*COLUMNS, *LATER_COLUMNS}


def test_every_point_of_the_shipped_release_has_its_region_and_certainty(shipped):
    clinics = shipped.clinics
    located = clinics[clinics["latitude"].notna()]

    assert len(located) >= 515
    for column in ("precision", "geocoder", "coordinate_licence", "state_fips", "county_geoid"):
        assert located[column].ne("").all(), column
    assert (located["radius_miles"] > 0).all()
    assert (located["county_geoid"].str[:2] == located["state_fips"]).all()
    assert set(clinics.loc[clinics["latitude"].isna(), "precision"]) == {"none"}


@pytest.mark.usefixtures("quick_areas")
def test_rebuilding_leaves_an_equal_release_untouched(shipped, tmp_path):
    target = tmp_path / "release"
    first = building.rebuild_shipped(shipped.as_of, target, draws=1)
    made = (target / "manifest.json").stat().st_ino

    again = building.rebuild_shipped(None, target, draws=1)

    assert again.id == first.id
    assert (target / "manifest.json").stat().st_ino == made
    assert [path.name for path in tmp_path.iterdir()] == ["release"]


@pytest.mark.usefixtures("quick_areas")
def test_another_date_gives_another_release(shipped, tmp_path):
    later = building.rebuild_shipped(dt.date(2030, 1, 1), tmp_path / "release", draws=1)

    assert later.id.startswith("2030-01-01-")
    assert later.manifest["counts"]["unconfirmed"] > shipped.manifest["counts"]["unconfirmed"]
    assert not releases.same_content(later, shipped)


@pytest.mark.usefixtures("quick_areas")
def test_the_first_release_is_as_of_today(shipped, tmp_path, another_source):
    another_source(shipped.listings.head(3))

    release = building.rebuild_shipped(None, tmp_path / "release", draws=1)

    assert abs(release.as_of - dt.datetime.now(dt.UTC).date()) <= dt.timedelta(days=1)


@pytest.mark.service
def test_the_order_of_listings_does_not_matter(shipped):
    listings = shipped.listings.head(40)

    one, other = (
        building.build_release(rows, shipped.as_of, draws=2) for rows in (listings, listings[::-1])
    )

    assert releases.content_sha256(one, shipped.as_of) == releases.content_sha256(
        other, shipped.as_of
    )


def test_a_rejected_listing_stops_the_build(shipped, tmp_path, another_source):
    path = another_source(shipped.listings.head(3))
    path.write_text(path.read_text() + "too,few,cells\n")

    with pytest.raises(SourceError, match=r"data/listings\.csv line \d+: .*nothing was written"):
        building.rebuild_shipped(shipped.as_of, tmp_path / "release")

    assert not (tmp_path / "release").exists()


PIN = {
    "latitude": 41.9,
    "longitude": -87.65,
    "precision": "verified",
    "radius_miles": 0.02,
    "geocoder": "operator",
    "geocoded_date": "2026-11-23",
    "coordinate_licence": "",
}


def position_table(*rows):
    return pd.DataFrame([PIN | row for row in rows], columns=["clinic_id", *PIN])


@pytest.mark.usefixtures("quick_areas")
def test_an_agreed_position_takes_the_place_of_the_gazetteers(shipped):
    clinics = shipped.clinics.query("state == 'IL' and precision != 'none'").head(2)
    first, second = clinics["clinic_id"]
    listings = shipped.listings[shipped.listings["clinic_id"].isin(clinics["clinic_id"])]

    tables = building.build_release(
        listings,
        shipped.as_of,
        position_table({"clinic_id": first}, {"clinic_id": "of-no-release"}),
        draws=1,
    )

    clinics = tables["clinics"].set_index("clinic_id")
    assert clinics.loc[first, list(PIN)].to_dict() == PIN
    assert clinics.loc[first, "county_geoid"] == "17031"
    before = shipped.clinics.set_index("clinic_id").loc[second, list(PIN)]
    pd.testing.assert_series_equal(clinics.loc[second, list(PIN)], before)
    assert "of-no-release" not in clinics.index


@pytest.mark.usefixtures("quick_areas")
def test_every_listing_keeps_its_licence_and_the_hash_of_its_record(shipped):
    listings = shipped.listings.head(2).copy()
    listings["listing_id"] = ["osm:node.1", "L0002"]
    listings["raw"] = ['{"a": 1}', ""]

    origins = building.build_release(
        listings, shipped.as_of, licences={"osm:node.1": "ODbL (OpenStreetMap)"}, draws=1
    )["origins"]

    digest = hashlib.sha256(b'{"a": 1}').hexdigest()
    assert origins.to_numpy().tolist() == [
        ["L0002", "curated", "", ""],
        ["osm:node.1", "osm", "ODbL (OpenStreetMap)", digest],
    ]


@pytest.mark.usefixtures("quick_areas")
def test_the_shipped_release_takes_the_positions_beside_its_listings(
    shipped, tmp_path, monkeypatch, another_source
):
    another_source(shipped.listings.head(3))
    path = tmp_path / "positions.csv"
    clinic_id = shipped.listings["clinic_id"].iloc[0]
    position_table({"clinic_id": clinic_id}).to_csv(path, index=False)
    monkeypatch.setattr(building, "POSITIONS", path)

    release = building.rebuild_shipped(shipped.as_of, tmp_path / "release", draws=1)

    clinic = release.clinics.set_index("clinic_id").loc[clinic_id]
    assert (clinic["latitude"], clinic["precision"]) == (41.9, "verified")
    assert {"listings.csv", "positions.csv"} <= set(release.manifest["inputs"])
