"""ZIP-county shares of people: by homes, and raked where a county would be far off its estimate."""

import numpy as np
import pandas as pd
import pytest

from geo import reference
from geo.reference.raking import expect_people, rake_shares
from geo.reference.shares import allocate_population

# ZIP 00001 spans the counties 01001 and 01003, 00002 lies in the second alone, 00003 in another
# state, whose county has no estimate.
ZIPS = pd.DataFrame(
    {"zip": ["00001", "00002", "00003"], "state": ["AL", "AL", "CT"], "population": 100.0}
)
SHARES = pd.DataFrame(
    [("00001", "01001", 0.5), ("00001", "01003", 0.5), ("00002", "01003", 1.0),
     ("00003", "09110", 1.0)],
    columns=["zip", "county_geoid", "share"],
)  # fmt: skip


def counties_of(first, second):
    """Return three counties, the first two with estimates."""
    return pd.DataFrame(
        {
            "county_geoid": ["01001", "01003", "09110"],
            "state": ["AL", "AL", "CT"],
            "population_2019": [first, second, np.nan],
        }
    )


def test_estimates_are_scaled_to_the_people_of_their_state():
    expected = expect_people(counties_of(100, 100), np.array([50.0, 150.0, 100.0]))

    np.testing.assert_allclose(expected, [100, 100, np.nan])


@pytest.mark.parametrize(
    ("estimates", "people_of_first"),
    [
        ((50, 150), 50),  # as counted
        ((270, 730), 50),  # 7% off: left as it is
        ((60, 140), 0.95 * 60),  # 17% off: brought to 5%
        ((40, 160), 1.05 * 40),
        ((150, 50), 1600 / 17),  # 67% off: homes count for four here, and for a fourth there
    ],
)
def test_a_county_far_off_its_estimate_is_brought_near(estimates, people_of_first):
    share = rake_shares(ZIPS, SHARES, counties_of(*estimates))

    assert share[0] * 100 == pytest.approx(people_of_first, rel=1e-6)
    assert share[:2].sum() == pytest.approx(1)
    assert share[2:].tolist() == [1, 1]


@pytest.fixture(scope="module")
def people():
    """Return the people of each county as its homes count them, as they are, and as estimated."""
    zips, shares = reference.load("zips"), reference.load("zip_county")
    counties = reference.load_shapeless("counties").set_index("county_geoid")
    by_homes = allocate_population(
        zips, shares.assign(people_share=shares["share"]), "population"
    ).groupby("county_geoid")["people"].sum()  # fmt: skip
    table = counties.assign(by_homes=by_homes)
    known = table[table["population_2019"].notna()]
    of_state = known.groupby("state")[["population", "population_2019"]].sum()
    scale = known["state"].map(of_state["population"] / of_state["population_2019"])
    return table.assign(expected=known["population_2019"] * scale)


def test_fewer_counties_are_over_a_tenth_off_their_estimates(people):
    off = {
        column: (people[column] / people["expected"] - 1).abs()
        for column in ("by_homes", "population")
    }

    assert (off["by_homes"] > 0.1).sum() == 212
    assert (off["population"] > 0.1).sum() == 69
    assert (off["by_homes"] > 0.2).sum() == 45
    assert (off["population"] > 0.2).sum() == 17
    left = off["by_homes"] <= 0.05
    assert left.sum() > 2400
    assert (off["population"][left] <= 0.1 + 1e-3).all()


def test_raking_moves_people_within_states_alone(people):
    for column in ("by_homes", "population"):
        assert people.groupby("state")[column].sum().sum() == people["population"].sum()
    by_state = people.groupby("state")[["by_homes", "population"]].sum()
    assert (by_state["by_homes"] == by_state["population"]).all()
    moved = (people["by_homes"] - people["population"]).abs().sum() / 2
    assert moved == pytest.approx(168_000, rel=0.01)


def test_connecticut_and_two_areas_of_alaska_have_no_estimate(people):
    unknown = people[people["population_2019"].isna() & people["region"].ne("")]

    assert unknown["state"].value_counts().to_dict() == {"CT": 9, "AK": 2}
    of_connecticut = unknown[unknown["state"] == "CT"]
    assert (of_connecticut["by_homes"] == of_connecticut["population"]).all()
