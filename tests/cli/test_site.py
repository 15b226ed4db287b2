"""`clinic-finder site` on the shipped release: what it prints, and what it refuses."""

import csv
import io
import json
import re
from functools import partial

import pytest
from typer.testing import CliRunner

from geo import cli, releases
from geo.api import planning
from geo.cli.site import _LEAST_POPULATION, Objective
from geo.coverage import demand
from geo.reference.road_tables import ATTRIBUTION
from geo.siting.candidate_sites import LEAST_POPULATION
from geo.siting.question import OBJECTIVES
from geo.units import geodesic_miles
from tests.handmade.clinics import clinic_table, release_tables

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def loaded():
    return demand.load_demand()


@pytest.fixture(autouse=True)
def shipped(tmp_path, monkeypatch, loaded):
    monkeypatch.setattr(demand, "load_demand", lambda: loaded)  # half a second each time
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def few_draws(monkeypatch):
    """Draw little, where what is drawn is not looked at."""
    monkeypatch.setattr(planning, "find_supply", partial(planning.find_supply, draws=3))


def run(*words):
    return CliRunner().invoke(cli.app, ["site", *map(str, words)])


def ask(*words):
    result = run(*words, "--format", "json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def row(rows, name):
    (found,) = [row for row in rows if row["name"] == name]
    return found


def test_json_is_the_agreed_form():
    answer = ask("--add", 2, "--within", 60, "--region", "Midwest")

    assert {"sites", "before", "after", "gap"} <= set(answer)
    assert answer["gap"] == 0
    assert answer["area"] == {"level": "region", "geoid": "2", "name": "Midwest"}
    assert answer["release"] == releases.load(releases.SHIPPED).id
    assert answer["limits"]
    assert [site["rank"] for site in answer["sites"]] == [1, 2]
    for site in answer["sites"]:
        assert {"rank", "name", "state", "zip", "latitude", "longitude"} <= set(site)
        assert site["state"] in {
            "IA",
            "IL",
            "IN",
            "KS",
            "MI",
            "MN",
            "MO",
            "ND",
            "NE",
            "OH",
            "SD",
            "WI",
        }
        assert isinstance(site["adults_gained"], int)
        assert site["adults_gained"] > 100_000
        assert isinstance(site["population"], int)
        assert len(site["zip"]) == 5
    assert [*answer["before"][0]] == [*answer["after"][0]]
    before, after = row(answer["before"], "Midwest"), row(answer["after"], "Midwest")
    assert after["clinics"] == before["clinics"] + 2
    assert after["share_within_60_miles"] > before["share_within_60_miles"]
    gained = sum(site["adults_gained"] for site in answer["sites"])
    more = after["adults_within_60_miles"] - before["adults_within_60_miles"]
    assert more == pytest.approx(gained, rel=0.02)  # the mean of draws, and the median
    assert row(answer["before"], "Florida") == row(answer["after"], "Florida")
    levels = [row["level"] for row in answer["after"]]
    assert (levels.count("nation"), levels.count("region"), levels.count("division")) == (1, 4, 9)
    coverage = CliRunner().invoke(cli.app, ["coverage", "--by", "region", "--format", "json"])
    said = row(json.loads(coverage.stdout), "Midwest")
    assert before == {column: said[column] for column in before}


@pytest.mark.usefixtures("few_draws")
def test_listings_are_counted_around_the_printed_point():
    (site,) = ask("--add", 1, "--within", 20, "--region", "AZ", "--objective", "distance")["sites"]

    clinics = json.loads(CliRunner().invoke(cli.app, ["clinics", "--format", "json"]).stdout)
    near = [
        clinic["listings"]
        for clinic in clinics["clinics"]
        if clinic["latitude"] is not None
        and clinic["status"] in {"open", "unconfirmed"}
        and geodesic_miles(
            site["latitude"], site["longitude"], clinic["latitude"], clinic["longitude"]
        )
        <= 60
    ]
    assert site["listings_within_60_miles"] == sum(near)
    kinds = [name for name in site if name.startswith("listings_") and "within" not in name]
    assert sum(site[kind] for kind in kinds) == sum(near)


@pytest.mark.usefixtures("few_draws")
def test_the_table_says_what_it_does_not_know():
    result = run("--add", 2, "--within", 45, "--region", "West Virginia")

    assert result.exit_code == 0
    said = " ".join(result.stdout.split())
    assert "Where next in West Virginia: most adults newly within the distance" in said
    assert "Proven: no other choice among" in said
    assert "cities and ZIPs of 5,000 people or more is better" in said
    for limit in ("straight lines", "costs", "staff", "not a census"):
        assert limit in said
    assert "secondary directory)" in said
    assert "Guam" not in said
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.usefixtures("few_draws")
def test_by_minutes_of_road_it_says_whose_roads_they_are():
    result = run("--add", 1, "--within-minutes", 30, "--region", "VT")

    said = " ".join(result.stdout.split())
    assert "Where next in Vermont: most adults newly within the drive of a clinic" in said
    assert "within 30 min" in said
    gained, share_before, share_after = (
        re.search(pattern, said)
        for pattern in (
            r"\b1 \w[^0-9]*, VT 05\d{3} ([\d,]+) ",
            r"Vermont ([\d.]+)% ",
            r"Vermont [\d.]+% ([\d.]+)% ",
        )
    )
    assert int(gained[1].replace(",", "")) > 10_000
    assert 50 < float(share_before[1]) < float(share_after[1]) < 90
    assert "Proven: no other choice among" in said
    assert f"Minutes by road, without traffic: {ATTRIBUTION}." in said
    assert "straight lines" not in said


@pytest.mark.usefixtures("few_draws")
def test_geojson_and_csv_hold_the_sites():
    asked = ("--add", 2, "--region", "VT", "--within", 30)

    features = json.loads(run(*asked, "--format", "geojson").stdout)["features"]
    rows = list(csv.DictReader(io.StringIO(run(*asked, "--format", "csv").stdout)))

    assert [feature["id"] for feature in features] == [row["site"] for row in rows]
    for feature, row_ in zip(features, rows, strict=True):
        point = [float(row_["longitude"]), float(row_["latitude"])]
        assert feature["geometry"] == {"type": "Point", "coordinates": point}
        assert row_["release"] == releases.load(releases.SHIPPED).id
        assert "straight lines" in row_["limits"]
        assert row_["area"] == "Vermont"


@pytest.mark.usefixtures("few_draws")
def test_sites_come_from_a_list_of_ones_own(tmp_path):
    path = tmp_path / "ours.csv"
    path.write_text("name,latitude,longitude\nMill,44.2,-72.5\nBarn,44.8,-72.2\nElsewhere,40,-89\n")

    sites = ask("--add", 1, "--region", "VT", "--within", 30, "--candidates", path)["sites"]

    assert len(sites) == 1
    assert sites[0]["name"] in {"Mill", "Barn"}
    assert sites[0]["site"].startswith("point:44.")


@pytest.mark.usefixtures("few_draws")
def test_fewer_sites_than_asked_for_are_explained():
    result = run("--add", 50, "--region", "RI", "--within", 60, "--format", "csv")

    assert result.exit_code == 0
    assert "of 50 sites: no further place adds an adult." in result.stderr


def test_a_treatment_that_nobody_offers_is_told(tmp_path):
    tables = release_tables(clinic_table({"clinic_id": "a", "name": "A", "treatments": "iv"}))
    made = releases.write(tables, tmp_path / "releases", as_of=releases.current().as_of, inputs={})
    (tmp_path / "releases" / "current").write_text(made.name)

    result = run("--region", "VT", "--treatment", "at_home")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "No listed clinic" in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--region", "Midwst"], "'Midwst' is no census region"),
        (["--region", "Guam"], "No adults are known to live in Guam"),
        (["--region", "VT", "--least-population", 10**8], "no site to choose from in Vermont"),
        (["--region", "VT", "--candidates", "none.csv"], "none.csv cannot be read"),
        (["--region", "VT", "--within-minutes", 301], "give minutes above 0, at most 300"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence_and_exit_1(words, said):
    result = run(*words)

    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "words",
    [
        ["--add", 0],
        ["--add", 101],
        ["--within", 0],
        ["--within", "nan"],
        ["--within", 30, "--within-minutes", 30],
        ["--objective", "share"],
    ],
)
def test_wrong_use_is_exit_2(words):
    assert run(*words).exit_code == 2


def test_the_choices_are_those_of_the_library():
    assert {*Objective} < {*OBJECTIVES}
    assert _LEAST_POPULATION == LEAST_POPULATION
