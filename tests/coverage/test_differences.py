"""Areas against the rest of the country: the difference that ranks is the one that judges."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo import releases
from geo.coverage.coverage_table import NATION, Coverage
from geo.coverage.differences import find_differences, read_verdicts
from geo.coverage.verdicts import name_difference

ORDER = ["low", "lower", "not different", "higher", "high"]


@pytest.fixture(scope="module")
def release():
    return releases.load(releases.SHIPPED)


@pytest.fixture(scope="module")
def verdicts(release):
    return read_verdicts(release.table("verdicts"))


@pytest.fixture(scope="module")
def coverage(release):
    return Coverage(release.table("coverage"), "any")


@pytest.mark.parametrize("key", ["share_within_30_miles", "share_within_60_minutes"])
@pytest.mark.parametrize("level", ["region", "division", "state"])
def test_no_verdict_contradicts_the_ranking(coverage, verdicts, level, key):
    rows = coverage.level(level)

    found = find_differences(rows, coverage.area(NATION), key, verdicts).dropna()
    judged = found[found["verdict"].ne("cannot be judged")].sort_values("difference")
    ranks = judged["verdict"].map(ORDER.index)

    assert len(judged) == len(rows) - (level == "state")  # Puerto Rico
    # A verdict is by the band, the rank by its middle: what is surely low is under what is not lower.
    assert ranks[judged["difference"] < 0].max() <= ORDER.index("not different")
    assert ranks[judged["difference"] > 0].min() >= ORDER.index("not different")


def test_no_band_without_nought_is_called_not_different(verdicts):
    judged = verdicts.dropna(subset=["difference"])

    assert len(judged) == 2 * (4 + 9 + 51)
    assert judged["verdict"].tolist() == [
        name_difference(low, high)
        for low, high in zip(judged["difference_low"], judged["difference_high"], strict=True)
    ]
    south = judged.query("kind == 'distance' and name == 'South'").iloc[0]
    assert south["verdict"] == "lower"
    assert south["why"].endswith(
        f"lower, by {-100 * south['difference_high']:.1f} to {-100 * south['difference_low']:.1f} "
        "points; low is 5 or more for sure."
    )


@pytest.mark.parametrize(
    "key", ["share_within_15_miles", "mean_distance_miles", "clinics_per_million_adults"]
)
def test_the_rest_is_the_nation_without_the_area(coverage, verdicts, key):
    states = coverage.level("state")
    inside = states[states["region"].ne("")]
    nation = coverage.area(NATION)

    found = find_differences(states, nation, key, verdicts)["difference"]

    for geoid in ("06", "17", "56"):
        others = inside.drop(index=geoid)
        rest = np.average(others[key], weights=others["adults"])
        assert found[geoid] == pytest.approx(inside.loc[geoid, key] - rest, abs=0.02 * rest)
    assert np.isnan(found["72"])


def test_a_share_of_two_areas_differs_by_what_it_is_in_each():
    rows = pd.DataFrame(
        {
            "level": "region",
            "geoid": ["2", "4"],
            "region": ["Midwest", "West"],
            "adults": [30.0, 10.0],
            "share_within_15_miles": [0.5, 0.9],
        }
    )
    nation = pd.Series({"adults": 40.0, "share_within_15_miles": 0.6, "treatment": "any"})
    none = pd.DataFrame({"kind": [], "level": [], "geoid": [], "difference": [], "verdict": []})

    found = find_differences(rows, nation, "share_within_15_miles", none)

    assert found["difference"].tolist() == pytest.approx([-0.4, 0.4])
    assert find_differences(rows, nation, "median_distance_miles", none) is None
