"""States and counties most like one: by hand on a small table, and on the shipped one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo import releases
from geo.coverage.coverage_table import Coverage
from geo.coverage.demand import Demand, load_demand
from geo.coverage.like_places import LEVELS, MOST, TRAITS, describe_areas, find_like
from pages.analysts.parts import like_places

HAND = pd.DataFrame(
    {
        "people": [100.0, 200.0, 400.0, 100.0],
        "people_per_sq_mile": [1.0, 1.0, 1.0, 8.0],
        "income": [50.0, 50.0, 50.0, 100.0],
        "share_65_plus": [0.2, 0.2, 0.2, 0.1],
    },
    index=["AA", "BB", "CC", "DD"],
)


def test_the_distance_is_that_worked_out_by_hand():
    found = find_like(HAND, "AA")

    spread = np.log(HAND["people"]).std()
    assert found.index.tolist() == ["BB", "CC", "DD"]
    assert found["distance"].iloc[0] == pytest.approx(np.log(2) / spread / 2)
    assert found["distance"].iloc[1] == pytest.approx(np.log(4) / spread / 2)
    assert found.loc["DD", "alike"] == "people"
    assert find_like(HAND, "ZZ").empty


@pytest.fixture(scope="module")
def demand() -> Demand:
    return load_demand()


@pytest.fixture(scope="module")
def traits(demand: Demand) -> dict[str, pd.DataFrame]:
    return {level: describe_areas(demand, level) for level in LEVELS}


def test_traits_are_what_is_known_of_areas(demand: Demand, traits: dict[str, pd.DataFrame]) -> None:
    states, counties = traits["state"], traits["county"]

    zips = demand.zips[demand.zips["state"] == "PA"]
    known = zips["median_household_income"].notna()
    assert states.loc["42", "people"] == zips["population"].sum()
    by_hand = np.average(zips["median_household_income"][known], weights=zips["adults"][known])
    assert states.loc["42", "income"] == pytest.approx(by_hand)
    density = zips["population"].sum() / zips["land_area_sq_miles"].sum()
    assert states.loc["42", "people_per_sq_mile"] == pytest.approx(density)
    assert 40_000 < states.loc["28", "income"] < states.loc["34", "income"] < 150_000
    assert states["people_per_sq_mile"].idxmin() == "02"
    assert states["share_65_plus"].between(0.05, 0.3).all()
    people = demand.areas["county"].set_index("geoid")["population"]
    assert (counties["people"] == people[counties.index]).all()
    assert len(counties) > 3_000
    with pytest.raises(ValueError, match="by state and county"):
        describe_areas(demand, "region")


@pytest.mark.parametrize(
    ("level", "geoid", "name"),
    [("state", "42", "Pennsylvania"), ("county", "17031", "Cook County, IL")],
)
def test_the_page_lists_a_place_first_and_five_beside_it(
    traits: dict[str, pd.DataFrame], level: str, geoid: str, name: str
) -> None:
    coverage = Coverage(releases.load(releases.SHIPPED).table("coverage"), "any")

    table = like_places.build(traits[level], coverage, level, geoid)

    assert table["rows"][0][0] == table["selected"] == geoid
    assert table["rows"][0][3] == name
    assert table["rows"][0][-1] == ""
    assert len(table["rows"]) == MOST + 1
    assert all(len(row) - 3 == len(table["columns"]) for row in table["rows"])
    assert len(table["columns"]) == len(TRAITS) + 5
    assert all(row[-1] in TRAITS.values() for row in table["rows"][1:])


def test_a_place_of_which_nothing_is_known_has_no_like(traits: dict[str, pd.DataFrame]) -> None:
    coverage = Coverage(releases.load(releases.SHIPPED).table("coverage"), "any")

    assert like_places.build(traits["county"], coverage, "county", "09001")["rows"] == []
