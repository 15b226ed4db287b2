"""Which states are most like a state: in people, density, income and age, so that they compare."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.i18n.language import mark

if TYPE_CHECKING:
    from geo.coverage.demand import Demand

MOST: Final = 5
TRAITS: Final = MappingProxyType(
    {
        "people": mark("People"),
        "people_per_sq_mile": mark("People a square mile"),
        "income": mark("Household income"),
        "share_65_plus": mark("65 and older"),
    }
)
"""What states are compared by, and what each is called."""

_BY_RATIO: Final = ["people", "people_per_sq_mile", "income"]


def describe_states(demand: Demand) -> pd.DataFrame:
    """Return what states are compared by.

    Returns
    -------
    By the state's letters: `people`, `people_per_sq_mile` (land of its populated ZIPs), `income`
    (US dollars, mean of the ZIPs' medians by their adults), `share_65_plus` (0 to 1); states of which
    one is not known are left out.
    """
    zips = demand.zips
    states = zips["state"]
    people = zips["population"].groupby(states).sum()
    land = zips["land_area_sq_miles"].groupby(states).sum()
    return pd.DataFrame(
        {
            "people": people,
            "people_per_sq_mile": people / land,
            "income": _weigh(zips["median_household_income"], zips["adults"], states),
            "share_65_plus": _weigh(zips["share_65_plus"], zips["population"], states),
        }
    ).dropna()


def find_like(traits: pd.DataFrame, state: str) -> pd.DataFrame:
    """Return the states most like one, the most alike first.

    Each trait counts the same: how far apart two states are in it, in standard deviations over all
    states; people, density and income by their ratio (logarithm). `distance` is the root of the mean
    square of the four.

    Parameters
    ----------
    traits : of `describe_states`.
    state : letters.

    Returns
    -------
    Up to `MOST` rows of the traits with `distance` and `alike`, the trait in which they are nearest;
    none where the state is not among them.
    """
    if state not in traits.index:
        return traits.iloc[:0].assign(distance=0.0, alike="")
    scaled = traits.assign(**{name: np.log(traits[name]) for name in _BY_RATIO})
    apart = ((scaled - scaled.loc[state]) / scaled.std()).drop(index=state)
    found = traits.loc[apart.index].assign(
        distance=np.sqrt((apart**2).mean(axis=1)), alike=apart.abs().idxmin(axis=1)
    )
    return found.sort_values("distance", kind="stable").head(MOST)


def _weigh(values: pd.Series, weights: pd.Series, states: pd.Series) -> pd.Series:
    """Return the weighted mean of the known values in each state."""
    known = values.notna()
    total = (values * weights)[known].groupby(states[known]).sum()
    return total / weights[known].groupby(states[known]).sum()
