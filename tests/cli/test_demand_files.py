"""What `coverage --demand` prints, and what it refuses."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from geo import releases
from geo.cli import app, demand_files
from geo.coverage.counting import pick_clinics
from geo.coverage.coverage_draws import PER_MILE
from geo.coverage.demand import LEVELS, load_demand
from geo.coverage.drive_measures import join_drive_shares
from geo.coverage.measures import measure, tabulate
from geo.coverage.position_draws import draw_positions
from geo.scale import drawn, files
from tests.handmade.blocks import scatter_blocks, write_files

pytestmark = pytest.mark.long


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr(drawn, "DRAWS", 3)  # all take a minute


@pytest.fixture(scope="module")
def pattern(tmp_path_factory):
    return write_files(scatter_blocks(2_000), tmp_path_factory.mktemp("blocks"))


def run(*arguments):
    return CliRunner().invoke(app, ["coverage", *arguments])


def test_the_four_regions_hold_all_but_puerto_rico(pattern):
    result = run("--demand", pattern, "--format", "json")
    assert result.exit_code == 0, result.output
    rows = json.loads(result.stdout)
    assert [row["geoid"] for row in rows] == ["1", "2", "3", "4"]
    assert all(0 < row["share_within_60_miles"] <= 1 for row in rows)
    assert {row["release"] for row in rows}


def test_fewer_clinics_are_farther(pattern):
    every, few = (
        json.loads(run("--demand", pattern, "--by", "nation", "--format", "json", *more).stdout)[0]
        for more in ((), ("--treatment", "nasal"))
    )
    assert few["clinics"] < every["clinics"]
    assert few["mean_distance_miles"] > every["mean_distance_miles"]


def test_table_and_csv_say_the_same_areas(pattern):
    table = run("--demand", pattern, "--by", "division")
    assert "Straight lines" in table.stdout
    assert "New England" in table.stdout
    csv = run("--demand", pattern, "--by", "division", "--format", "csv")
    assert csv.stdout.splitlines()[0].startswith("geoid,name,level")
    assert len(csv.stdout.splitlines()) == 10


def test_wrong_use_is_told_from_files_that_fail(pattern, tmp_path):
    assert run("--scheduler", "tcp://127.0.0.1:9").exit_code == 2
    assert run("--scheduler", "tcp://127.0.0.1:9", "--over-releases").exit_code == 2
    assert run("--by-road").exit_code == 2
    assert run("--measure", "clinics").exit_code == 2
    assert run("--demand", pattern, "--format", "geojson").exit_code == 2
    missing = run("--demand", str(tmp_path / "*.parquet"))
    assert missing.exit_code == 1
    assert "No file is named" in missing.stderr
    assert missing.stdout == ""


def test_the_zips_as_a_file_have_the_shares_of_coverage(tmp_path, monkeypatch):
    demand = load_demand()
    minutes = np.random.default_rng(1).integers(0, 301, (3, len(demand.zip))).astype(np.int32)
    minutes *= PER_MILE
    # All drives of the country take half a minute to work out, and are tested where that is done.
    monkeypatch.setattr(demand_files, "share_roads", lambda: None)
    monkeypatch.setattr(demand_files, "tabulate_drives", lambda *_: None)
    monkeypatch.setattr(demand_files, "find_minutes", lambda *_: [minutes])
    counted = pick_clinics(releases.load(releases.SHIPPED).clinics)
    located = counted[counted["latitude"].notna()].reset_index(drop=True)
    positions = draw_positions(located, demand, 3)
    coverage = tabulate(counted, demand, positions, measure(located, demand, positions))
    largest = demand.zips[["latitude", "longitude", "adults"]].assign(
        county_geoid=demand.areas["county"]["geoid"].to_numpy()[find_county(demand)]
    )
    largest.to_parquet(tmp_path / "zips.parquet")

    asked = ("--demand", str(tmp_path / "zips.parquet"), "--by-road", "--by", "state")
    result = run(*asked, "--format", "json")

    rows = {row["geoid"]: row for row in json.loads(result.stdout)}
    states = coverage[coverage["level"] == "state"].set_index("geoid")
    by_road = join_drive_shares(coverage, demand, minutes, LEVELS)
    by_road = by_road[by_road["level"] == "state"].set_index("geoid")
    for geoid in ("06", "17", "30"):
        told, kept = rows[geoid], states.loc[geoid]
        assert told["people"] == kept["adults"]
        assert told["clinics"] == kept["clinics"]
        for name in ("share_within_30_miles", "mean_distance_miles"):
            for end in ("", "_low", "_high"):
                assert told[f"{name}{end}"] == pytest.approx(kept[f"{name}{end}"], abs=1 / PER_MILE)
        for name in ("share_within_30_minutes", "share_within_90_minutes"):
            for end in ("", "_low", "_high"):
                expected = by_road.loc[geoid, f"{name}{end}"]
                assert told[f"{name}{end}"] == pytest.approx(expected, abs=1 / PER_MILE)
    table = run(*asked)
    assert "minutes" in table.stdout
    assert "OpenStreetMap" in table.stdout


def find_county(demand):
    """Return a county of each ZIP, as rows of the counties."""
    county = np.zeros(len(demand.zip), dtype=np.intp)
    county[demand.share_zip] = demand.share_county
    return county


@pytest.mark.parametrize(("rows", "count"), [(1_000_000, 200), (1_000_001, 20)])
def test_over_a_million_rows_there_are_fewer_draws(rows, count, monkeypatch):
    monkeypatch.undo()

    assert drawn.count_draws(rows) == count


def test_fewer_draws_are_said(pattern, monkeypatch):
    monkeypatch.setattr(drawn, "MANY_ROWS", 1_000)
    monkeypatch.setattr(drawn, "FEWER_DRAWS", 2)

    result = run("--demand", pattern, "--by", "county")

    assert "Over 1,000 rows of demand: 2 draws instead of 200." in result.stderr
    assert "the median of 2 draws" in " ".join(result.stdout.split())


def test_the_recipe_of_the_guide_makes_a_file_of_centers_of_population(tmp_path, monkeypatch):
    guide = (Path(__file__).parents[2] / "geo" / "README.md").read_text()
    blocks = [after.split("```")[0] for after in guide.split("```python\n")[1:]]
    (recipe,) = (block for block in blocks if "CenPop2020" in block)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "CenPop2020_Mean_TR.txt").write_text(
        "\ufeffSTATEFP,COUNTYFP,TRACTCE,POPULATION,LATITUDE,LONGITUDE\n"
        "01,001,020100,1775,+32.477181,-086.490048\n09,001,010101,4400,+41.08,-073.6\n"
    )

    exec(recipe, {})  # noqa: S102  our own guide

    (unit,), layout = files.plan("tracts.parquet")
    (batch,) = files.read_batches(unit, layout)
    assert batch.people.tolist() == [1775, 4400]
    assert batch.county.tolist() == [1001, 9001]
    assert batch.longitude.tolist() == [-86.490048, -73.6]
