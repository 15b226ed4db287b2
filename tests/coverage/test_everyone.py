"""Shares of all people beside those of adults: the same sums with other weights."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from geo import cli, releases
from geo.coverage.demand import load_demand
from geo.coverage.everyone import compare_with_everyone, count_everyone
from geo.siting import supply
from pages.analysts.parts.everyone import build_table


@pytest.fixture(scope="module")
def demand():
    return load_demand()


@pytest.fixture(scope="module")
def distances(demand):
    clinics = releases.load(releases.SHIPPED).clinics
    return supply.find_supply(clinics, demand, draws=20).distances


def test_both_shares_are_those_of_the_zips(demand, distances):
    table = compare_with_everyone(demand, distances, "state").set_index(["geoid", "counted"])

    state = demand.areas["state"]["geoid"].tolist()
    near = distances <= 30_000
    nation = demand.area["nation"] >= 0
    for geoid in ("06", "17"):
        inside = demand.area["state"] == state.index(geoid)
        for counted, people in (("adults", demand.adults), ("people", demand.population)):
            here, rest = (
                near[:, some] @ people[some] / people[some].sum()
                for some in (inside, nation & ~inside)
            )
            row = table.loc[(geoid, counted)]
            assert row["number"] == people[inside].sum()
            assert row["share_within_30_miles"] == np.sort(here)[9]
            assert row["difference"] == np.sort(here - rest)[9]


def test_everyone_adds_up_like_adults(demand):
    people = count_everyone(demand)

    for level in ("nation", "state", "county"):
        total = people.areal_weights(level).total()
        assert total.sum() == demand.areas[level]["population"].sum()


def test_areas_whose_verdict_turns_stand_first(demand, distances):
    compared = compare_with_everyone(demand, distances, "state")

    rows = build_table(compared)["rows"]

    turning = [row[7] == "yes" for row in rows if row[3]]
    assert turning == sorted(turning, reverse=True)
    verdicts = compared.groupby("geoid")["verdict"].nunique()
    assert sum(turning) == (verdicts > 1).sum()
    assert {row[4] for row in rows} == {"adults", "all people"}


def test_the_command_prints_both(monkeypatch, tmp_path):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    monkeypatch.setattr(supply.find_supply, "__defaults__", ("any", 2))  # all draws take seconds

    def run(*words):
        return CliRunner().invoke(cli.app, ["coverage", "--all-people", *words])

    rows = json.loads(run("--format", "json").stdout)
    assert [row["counted"] for row in rows] == ["adults", "people"] * 4
    said = run("--by", "state").stdout
    assert "California" in said
    assert "people" in said
    assert run("--by", "county").exit_code == 2
