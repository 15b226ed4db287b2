"""What `coverage --rates` and `site --rates` print, and what they refuse."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import geo
from geo.api import need_verb, planning
from geo.cli import app
from geo.coverage import demand
from geo.coverage.demand import load_demand
from geo.siting.supply import find_supply


@pytest.fixture(scope="module")
def people():
    return load_demand()


@pytest.fixture(scope="module")
def supply(people):
    """Return the shipped clinics in three draws: all take seconds."""
    return find_supply(geo.open_release("shipped").clinics, people, draws=3)


@pytest.fixture(autouse=True)
def few_draws(monkeypatch, people, supply):
    monkeypatch.setattr(demand, "load_demand", lambda: people)
    for module in (need_verb, planning):
        monkeypatch.setattr(module, "find_supply", lambda *_: supply)


@pytest.fixture(scope="module")
def rates(people, tmp_path_factory):
    """Return a file of the shape of CDC PLACES: three tenths in Montana's ZIPs, a fifth elsewhere."""
    states = people.zips["state"]
    share = np.where(states == "MT", 30.0, 20.0)
    path = tmp_path_factory.mktemp("rates") / "places.csv"
    table = pd.DataFrame({"ZCTA5": people.zip, "DEPRESSION_CrudePrev": share})
    table[~states.isin(["PR", "NJ"])].to_csv(path, index=False)
    return path


def run(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)])


def test_table_json_and_csv_say_the_same(rates):
    told = run("coverage", "--by", "region", "--rates", rates, "--format", "json")
    rows = {row["name"]: row for row in json.loads(told.stdout)}
    midwest = rows["Midwest"]
    assert midwest["rate"] == pytest.approx(0.2, abs=1e-6)
    assert midwest["with_condition"] == pytest.approx(midwest["adults"] / 5, abs=1)
    assert midwest["share_with_condition_within_30_miles"] == pytest.approx(
        midwest["share_of_all_adults_within_30_miles"], abs=0.001
    )
    assert rows["West"]["rate"] > 0.2
    assert "left out: NJ, PR." in midwest["rates"]
    assert "median of 200 draws" in midwest["method"]
    csv = run("coverage", "--by", "region", "--rates", rates, "--format", "csv").stdout
    assert f",{midwest['with_condition']}," in csv
    table = run("coverage", "--by", "region", "--rates", rates).stdout
    assert f"{midwest['with_condition']:,}" in table
    assert "places.csv, column DEPRESSION_CrudePrev" in " ".join(table.split())


def test_what_does_not_go_with_rates_is_refused(rates, tmp_path):
    assert run("coverage", "--rates", rates, "--all-people").exit_code == 2
    assert run("coverage", "--rates", rates, "--format", "geojson").exit_code == 2
    wrong = run("coverage", "--rates", tmp_path / "none.csv")
    assert wrong.exit_code == 1
    assert "none.csv cannot be read as CSV" in wrong.stderr


@pytest.mark.service
def test_sites_are_chosen_for_adults_with_the_condition(rates):
    question = ("site", "--add", 1, "--within", 30, "--region", "MT", "--format", "json")
    of_all, of_some = (
        json.loads(run(*question, *more).stdout) for more in ((), ("--rates", rates))
    )
    (site,), (other,) = of_all["sites"], of_some["sites"]
    assert site["name"] == other["name"]
    assert other["adults_gained"] == pytest.approx(0.3 * site["adults_gained"], rel=0.01)
    assert "adults with the condition" in of_some["objective"]["means"]
    assert "places.csv" in of_some["weighted_by"][0]
    assert "weighted_by" not in of_all
    assert of_some["limits"][-1] != of_all["limits"][-1]
    nowhere = run("site", "--add", 1, "--region", "NJ", "--rates", rates)
    assert nowhere.exit_code == 1
    assert "places.csv has no rate in New Jersey" in nowhere.stderr


def test_the_verb_says_what_levels_and_treatments_there_are(rates):
    with pytest.raises(ValueError, match="There is no level 'town'"):
        geo.measure_need(rates, "town")
    with pytest.raises(ValueError, match="A treatment is one of"):
        geo.measure_need(rates, treatment="magic")
