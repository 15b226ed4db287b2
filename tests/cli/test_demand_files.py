"""What `coverage --demand` prints, and what it refuses."""

import json

import pytest
from typer.testing import CliRunner

from geo.cli import app
from tests.handmade.blocks import scatter_blocks, write_files


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
    assert run("--demand", pattern, "--format", "geojson").exit_code == 2
    missing = run("--demand", str(tmp_path / "*.parquet"))
    assert missing.exit_code == 1
    assert "No file is named" in missing.stderr
    assert missing.stdout == ""
