"""States most like a state: by hand on a small table, and on the shipped one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo import releases
from geo.coverage.coverage_table import Coverage
from geo.coverage.demand import load_demand
from geo.coverage.like_places import MOST, TRAITS, describe_states, find_like
from pages.analysts.parts import like_places
from pages.analysts.parts.coverage_view import Choice
from pages.analysts.parts.measures import MEASURES

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


def test_traits_of_states_are_what_is_known_of_them():
    demand = load_demand()
    traits = describe_states(demand)

    pennsylvania = demand.zips[demand.zips["state"] == "PA"]
    assert traits.loc["PA", "people"] == pennsylvania["population"].sum()
    assert 40_000 < traits.loc["MS", "income"] < traits.loc["NJ", "income"] < 150_000
    assert traits["people_per_sq_mile"].idxmin() == "AK"
    assert traits["share_65_plus"].between(0.05, 0.3).all()


def test_the_page_lists_a_state_first_and_five_beside_it():
    coverage = Coverage(releases.load(releases.SHIPPED).table("coverage"), "any")
    near = MEASURES["share_within_30_miles"]
    demand = load_demand()
    table = like_places.build(demand, coverage, Choice("state", near, "any", about=("state", "42")))

    assert table["rows"][0][0] == table["selected"] == "PA"
    assert len(table["rows"]) == MOST + 1
    assert all(len(row) - 3 == len(table["columns"]) for row in table["rows"])
    assert len(table["columns"]) == len(TRAITS) + 3
    assert like_places.build(demand, coverage, Choice("state", near, "any")) is None
