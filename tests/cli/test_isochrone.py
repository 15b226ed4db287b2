"""`clinic-finder isochrone`: the file, the adults, and what is said where there is no area."""

import json

import geopandas as gpd
import pytest
import shapely
from typer.testing import CliRunner

from geo import cli
from geo.coverage import drive_area
from geo.coverage.demand import load_demand
from geo.errors import SchemaError
from geo.roads import Router, drive_pairs, join_points
from geo.roads.shared_roads import share_roads
from tests.servers.loopback import HTML, serve
from tests.servers.road_engines import ValhallaService


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    monkeypatch.delenv("CLINIC_FINDER_RELEASES", raising=False)


def isochrone(*words):
    return CliRunner().invoke(cli.app, ["isochrone", *map(str, words)])


def test_an_area_is_written_with_its_adults_and_whose_the_map_is(tmp_path):
    out = tmp_path / "boise.geojson"
    result = isochrone("83702", "--minutes", 45, "--out", out)
    read = json.loads(out.read_text(encoding="utf-8"))
    (feature,) = read["features"]
    told = feature["properties"]

    assert result.exit_code == 0, result.stderr
    assert f"About {told['adults']:,} adults" in result.stdout
    assert "45 minutes' drive of Boise, ID 83702" in result.stdout
    assert "© OpenStreetMap contributors, ODbL 1.0" in result.stderr
    assert read["attribution"] == "© OpenStreetMap contributors, ODbL 1.0"
    assert "without traffic" in read["method"]
    assert told["adults_low"] < told["adults"] < told["adults_high"]
    shape = shapely.geometry.shape(feature["geometry"])
    assert shape.contains(shapely.Point(-116.56, 43.58))  # Nampa
    assert not shape.contains(shapely.Point(-114.46, 42.56))  # Twin Falls


def test_a_clinic_by_its_id_as_geoparquet(tmp_path):
    out = tmp_path / "gilbert.parquet"
    result = isochrone("2nd-chance-treatment-center-gilbert-az", "--out", out)
    row = gpd.read_parquet(out).iloc[0]

    assert result.exit_code == 0, result.stderr
    assert "2nd Chance Treatment Center (Gilbert)" in result.stdout
    assert "known to within 12 miles only" in result.stderr
    assert row["minutes"] == 60
    assert row["attribution"] == "© OpenStreetMap contributors, ODbL 1.0"
    assert row["release"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["35, -70"], "outside the United States"),
        (["43.2, -87.2"], "outside the United States"),
        (["42.25, -82.95"], "outside the United States"),  # Windsor
        (["Nome, AK"], "No highway that is known is near"),
        (["Ohio"], "is no point to drive to"),
        (["60601", "--minutes", "0"], "minutes above 0 and at most 240"),
        (["60601", "--minutes", "nan"], "minutes above 0 and at most 240"),
    ],
)
def test_where_there_is_no_area_that_is_one_sentence_and_no_file(tmp_path, words, said):
    out = tmp_path / "none.geojson"
    result = isochrone(*words, "--out", out)

    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stdout == ""
    assert not out.exists()


@pytest.mark.parametrize(("latitude", "longitude"), [(42.25, -82.95), (43.2, -87.2), (35, -70)])
def test_a_point_abroad_or_at_sea_is_refused_without_a_finder_of_places(latitude, longitude):
    with pytest.raises(SchemaError, match="at sea, on a lake or outside the United States"):
        drive_area.find_drive_area(Router(share_roads(), None), load_demand(), latitude, longitude)


def test_another_form_is_wrong_use(tmp_path):
    assert isochrone("60601", "--out", tmp_path / "a.shp").exit_code == 2


def test_the_adults_are_those_of_every_zip_that_is_driven_in_time():
    """Against each ZIP of the country's drive, one by one, without a first choice by distance."""
    network, demand = share_roads(), load_demand()
    rows = demand.zips.index[demand.zips["state"].isin(["NV", "CA", "ID", "UT", "OR", "AZ"])]
    homes = join_points(network, demand.latitude[rows], demand.longitude[rows])
    drives = drive_pairs(network, join_points(network, 39.53, -119.81), homes)
    area = drive_area.find_drive_area(
        Router(network, None), demand, 39.53, -119.81, minutes=60
    ).iloc[0]

    for column, name in (("adults", "minutes"), ("adults_low", "high"), ("adults_high", "low")):
        assert area[column] == demand.adults[rows[drives[name].le(60)]].sum(), column
    assert area["zips"] == drives["minutes"].le(60).sum()


def test_more_minutes_reach_no_fewer_adults_and_an_island_keeps_to_itself():
    network, demand = share_roads(), load_demand()
    reno = [
        drive_area.find_drive_area(
            Router(network, None), demand, 39.53, -119.81, minutes=minutes
        ).iloc[0]
        for minutes in (15, 60, 120)
    ]
    nantucket = drive_area.find_drive_area(
        Router(network, None), demand, 41.283, -70.099, minutes=60
    ).iloc[0]

    assert reno[0]["adults"] < reno[1]["adults"] < reno[2]["adults"]
    assert nantucket["adults"] < 15_000


def test_an_engine_of_ones_own_draws_the_area_and_counts(tmp_path):
    out = tmp_path / "area.geojson"
    with serve(ValhallaService((38, -92, 44, -84))) as valhalla:
        (tmp_path / "roads.toml").write_text(f'engine = "valhalla"\nurl = "{valhalla.url}"\n')
        result = isochrone("60601", "--minutes", "20", "--out", out)
        (feature,) = json.loads(out.read_text(encoding="utf-8"))["features"]
        assert len(feature["geometry"]["coordinates"][0]) == 5  # the square that it draws
        method = json.loads(out.read_text(encoding="utf-8"))["method"]
        assert method.startswith("Drive time by the operator's own road engine")
        asked = len(valhalla.requests)
        valhalla.faults.append(HTML)
        fallen = isochrone("60601", "--minutes", "20", "--out", out)
        assert len(valhalla.requests) == asked + 1  # nor are the adults by it then
    assert result.exit_code == fallen.exit_code == 0
    assert "instead" not in result.stderr
    assert "from the highways that come with the program instead" in fallen.stderr
    method = json.loads(out.read_text(encoding="utf-8"))["method"]
    assert method.startswith("Estimated drive time by highways")
