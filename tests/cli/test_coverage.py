import csv
import io
import json

import pytest
from typer.testing import CliRunner

from geo import cli, releases
from geo.cli.shell import Level
from geo.coverage.demand import LEVELS
from tests.handmade.clinics import clinic_table, release_tables

FIRST = (
    "geoid", "name", "level", "state", "division", "region", "treatment", "population", "adults",
    "clinics",
)  # fmt: skip
LOW = (
    releases.load(releases.SHIPPED)
    .table("verdicts")
    .query("kind == 'distance' and level == 'region' and verdict == 'low'")["name"]
    .tolist()
)
"""The regions whose distance is low, by the shipped release."""


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Return a function that runs `coverage` on the shipped release."""
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    return lambda *words, **options: CliRunner().invoke(cli.app, ["coverage", *words], **options)


def read_json(result):
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


@pytest.mark.parametrize(
    ("level", "rows"), [("nation", 1), ("region", 4), ("division", 9), ("state", 56)]
)
def test_json_is_a_list_of_rows(run, level, rows):
    found = read_json(run("--by", level, "--format", "json"))

    assert len(found) == rows
    assert tuple(found[0])[:10] == FIRST
    for row in found:
        assert row["level"] == level
        assert row["release"] == releases.current_id()
        assert {"rate_low", "rate_high", "mean_distance_miles", "share_within_30_miles",
                "share_within_60_miles", "clinics_per_million_adults"} <= set(row)  # fmt: skip


def test_counts_are_whole_numbers_and_unknowns_null(run):
    states = {row["geoid"]: row for row in read_json(run("--by", "state", "--format", "json"))}

    illinois = states["17"]
    assert {type(illinois[name]) for name in ("population", "adults", "clinics")} == {int}
    assert type(illinois["adults_beyond_60_miles"]) is int
    assert states["66"]["adults"] is None
    assert states["66"]["share_within_30_miles"] is None
    assert states["66"]["clinics"] == 0


def test_verdicts_come_with_their_reasons(run):
    regions = {row["name"]: row for row in read_json(run("--format", "json"))}

    (low,) = LOW
    assert regions[low]["distance"] == "low"
    assert "points fewer" in regions[low]["distance_why"]
    assert {row["supply"] for row in regions.values()} == {"cannot be judged"}
    assert 200 < regions["Midwest"]["total_at_1"] < regions["Midwest"]["total_at_4"]
    assert "agreement" in regions["Midwest"]["supply_lacking"]


def test_a_treatment_has_fewer_clinics_and_no_verdict(run):
    every = read_json(run("--by", "nation", "--format", "json"))[0]
    some = read_json(run("--by", "nation", "--treatment", "esketamine", "--format", "json"))[0]

    assert some["treatment"] == "esketamine"
    assert 0 < some["clinics"] < every["clinics"]
    assert "distance" not in some


def test_counties_are_estimates(run):
    result = run("--by", "county", "--format", "csv")

    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert len(rows) == 3235
    assert {row["release"] for row in rows} == {releases.current_id()}
    assert "True" in {row["clinics_estimated"] for row in rows}
    assert rows[0]["adults"] == "45682"
    guam = next(row for row in rows if row["geoid"] == "66010")
    assert guam["adults"] == guam["mean_distance_miles"] == ""


def test_geojson_has_shapes(run):
    found = read_json(run("--by", "division", "--format", "geojson"))

    assert found["type"] == "FeatureCollection"
    assert found["release"] == releases.current_id()
    assert len(found["features"]) == 9
    assert {feature["geometry"]["type"] for feature in found["features"]} <= {
        "Polygon",
        "MultiPolygon",
    }


@pytest.mark.parametrize("width", ["80", "200"])
def test_the_table_fits_and_says_why(run, width):
    result = run(env={"COLUMNS": width})

    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= int(width)
    told = " ".join(" ".join(lines).split())
    for region in ("Northeast", "Midwest", "South", "West"):
        assert f"{region} (supply cannot be judged): By two lists there are at least" in told
    assert "it is low by one list and high by the other" in told
    assert f"{', '.join(LOW)} (distance low): " in told
    assert "not a census" in told
    assert "ACS 2018-22" in told
    assert "December 2025" in told
    assert lines[-1] == f"Release {releases.current_id()}"


@pytest.mark.long
def test_the_table_marks_what_is_estimated_and_what_is_not_known(run):
    counties = run("--by", "county", env={"COLUMNS": "200"}).stdout
    states = run("--by", "state", env={"COLUMNS": "200"}).stdout

    assert " ~" in counties
    assert "People of counties are estimated" in counties
    guam = next(line for line in states.splitlines() if line.startswith("Guam"))
    assert guam.split()[1:] == ["N/A", "0", *["N/A"] * 5]
    assert "The supply of none of these can be judged" in states


def test_a_treatment_that_nobody_offers_is_told(run, tmp_path):
    shipped = releases.current()
    tables = {name: shipped.table(name) for name in shipped.tables}
    measured = tables["coverage"]
    nobody = measured["treatment"].eq("any")
    put_to_use(tables | {"coverage": measured[nobody].reset_index(drop=True)}, tmp_path)

    result = run("--treatment", "at_home")

    assert result.exit_code == 0
    assert result.stdout == ""
    assert "No listed clinic with a known place is known to offer at_home." in result.stderr
    assert read_json(run("--treatment", "at_home", "--format", "json")) == []


def put_to_use(tables, home):
    """Write a release of some tables and let it be the one in use."""
    root = home / "releases"
    made = releases.write(tables, root, as_of=releases.current().as_of, inputs={})
    (root / "current").write_text(made.name)


def test_a_release_without_coverage_is_told(run, tmp_path):
    put_to_use(release_tables(clinic_table({"clinic_id": "a", "name": "A"})), tmp_path)

    result = run()

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "was made without the table coverage; use a newer one." in result.stderr


def test_the_levels_are_those_of_the_library():
    assert [level.value for level in Level] == list(LEVELS)
