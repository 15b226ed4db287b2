"""Which states or counties are most like one: in people, density, income and age, so they compare."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.i18n.language import mark

if TYPE_CHECKING:
    from geo.coverage.demand import Demand

MOST: Final = 5
LEVELS: Final = ("state", "county")
"""There are too few regions and divisions for one to be like another."""

TRAITS: Final = MappingProxyType(
    {
        "people": mark("People"),
        "people_per_sq_mile": mark("People a square mile"),
        "income": mark("Household income"),
        "share_65_plus": mark("65 and older"),
    }
)
"""What areas are compared by, and what each is called."""

_BY_RATIO: Final = ["people", "people_per_sq_mile", "income"]


def describe_areas(demand: Demand, level: str) -> pd.DataFrame:
    """Return what the areas of a level are compared by.

    A county has the people and adults of its ZIPs that are dealt to it, and the land of a ZIP in the
    proportion of its people.

    Parameters
    ----------
    level : `state` or `county`.

    Returns
    -------
    By GEOID: `people`, `people_per_sq_mile` (land of populated ZIPs), `income` (US dollars, mean of the
    ZIPs' medians by their adults), `share_65_plus` (0 to 1); areas of which one is not known are left
    out.

    Raises
    ------
    ValueError : areas of this level are not compared.
    """
    if level not in LEVELS:
        raise ValueError(f"Areas are compared by {' and '.join(LEVELS)}, not by {level!r}.")
    if level == "county":
        point, area = demand.share_zip, demand.share_county
        people, adults = demand.share_population, demand.share_adults
    else:
        point = np.flatnonzero(demand.area[level] >= 0)
        area = demand.area[level][point]
        people, adults = demand.population[point], demand.adults[point]
    zips = demand.zips.iloc[point].reset_index(drop=True)
    land = zips["land_area_sq_miles"] * people / demand.population[point]
    living, inside = pd.Series(people), pd.Series(area)
    total = living.groupby(inside).sum()
    traits = pd.DataFrame(
        {
            "people": total,
            "people_per_sq_mile": total / land.groupby(inside).sum(),
            "income": _weigh(zips["median_household_income"], pd.Series(adults), inside),
            "share_65_plus": _weigh(zips["share_65_plus"], living, inside),
        }
    )
    traits.index = pd.Index(demand.areas[level]["geoid"].to_numpy()[traits.index])
    known = traits.replace([np.inf, -np.inf], np.nan).dropna()
    return known[known[_BY_RATIO].gt(0).all(axis=1)]


def find_like(traits: pd.DataFrame, geoid: str) -> pd.DataFrame:
    """Return the areas most like one, the most alike first.

    Each trait counts the same: how far apart two areas are in it, in standard deviations over all
    areas; people, density and income by their ratio (logarithm). `distance` is the root of the mean
    square of the four.

    Parameters
    ----------
    traits : of `describe_areas`.
    geoid : of the area.

    Returns
    -------
    Up to `MOST` rows of the traits with `distance` and `alike`, the trait in which they are nearest;
    none where the area is not among them.
    """
    if geoid not in traits.index:
        return traits.iloc[:0].assign(distance=0.0, alike="")
    scaled = traits.assign(**{name: np.log(traits[name]) for name in _BY_RATIO})
    apart = ((scaled - scaled.loc[geoid]) / scaled.std()).drop(index=geoid)
    found = traits.loc[apart.index].assign(
        distance=np.sqrt((apart**2).mean(axis=1)), alike=apart.abs().idxmin(axis=1)
    )
    return found.sort_values("distance", kind="stable").head(MOST)


def _weigh(values: pd.Series, weights: pd.Series, areas: pd.Series) -> pd.Series:
    """Return the weighted mean of the known values in each area."""
    known = values.notna()
    total = (values * weights)[known].groupby(areas[known]).sum()
    return total / weights[known].groupby(areas[known]).sum()
