"""Exact sums by county become the table of an area's level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo import reference
from geo.coverage.counting import find_rates
from geo.coverage.demand import DIVISION_GEOIDS, NATION, REGION_GEOIDS
from geo.coverage.measures import WITHIN_MILES
from geo.scale.partial import BINS, BINS_PER_MILE, COLUMNS, PER_MILE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.scale.files import Layout
    from geo.scale.partial import Partial

_NATION_NAME: Final = "United States (50 states and DC)"
_OF_LEVEL: Final = {
    "nation": "nation",
    "region": "region",
    "division": "division",
    "state": "state_fips",
    "county": "county_geoid",
}


def tabulate(partial: Partial, layout: Layout, clinics: pd.DataFrame, level: str) -> pd.DataFrame:
    """Return the areas of a level that have people in the files.

    Parameters
    ----------
    partial : what all units add up to.
    layout : of the files.
    clinics : those that are counted, with their county, state, division and region.
    level : `nation`, `region`, `division`, `state` or `county`.

    Returns
    -------
    A row an area by GEOID: `geoid`, `name`, `level`, `state`, `division`, `region`; `points`,
    `people` (with a point), `people_unlocated`; `clinics`, `clinics_per_million_people`,
    `rate_low`, `rate_high` (exact Poisson, 95%); `mean_distance_miles`, `median_distance_miles`
    (to a quarter of a mile; NaN beyond 200); `share_within_15_miles` and so on, of the people with a
    point. Puerto Rico is in no region and not in the nation.
    """
    counties = _list_counties()
    numbers = pd.to_numeric(counties["county_geoid"]).to_numpy(np.int64)
    row = pd.Index(numbers).get_indexer(partial.county)
    inside = row >= 0
    key = _OF_LEVEL[level]
    group, values = pd.factorize(counties[key].to_numpy()[row[inside]], sort=True)
    kept = values != ""
    sums = np.zeros((len(values), len(COLUMNS)), np.int64)
    np.add.at(sums, group, partial.sums[inside])

    first = counties.drop_duplicates(key).set_index(key, drop=False).reindex(values)
    column = dict(zip(COLUMNS, sums.T, strict=True))
    people = column["people"] / layout.people_units
    listed = clinics.assign(nation=np.where(clinics["region"].ne(""), NATION, ""))[key]
    count = listed.value_counts().reindex(values, fill_value=0).to_numpy(np.float64)
    rates = find_rates(count, people)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = column["distance"] / column["people"] / PER_MILE
        shares = {
            f"share_within_{miles}_miles": column[miles] / column["people"]
            for miles in WITHIN_MILES
        }
    table = pd.DataFrame(
        {
            "geoid": [_name_geoid(level, value) for value in values],
            "name": first["name"].to_numpy() if level == "county" else _name(level, first, values),
            "level": level,
            "state": first["state"].to_numpy() if level in {"state", "county"} else "",
            "division": first["division"].to_numpy() if level not in {"nation", "region"} else "",
            "region": first["region"].to_numpy() if level != "nation" else "",
            "points": column["points"],
            "people": people,
            "people_unlocated": column["unlocated"] / layout.people_units,
            "clinics": count,
            "clinics_per_million_people": rates["clinics_per_million_adults"],
            "rate_low": rates["rate_low"],
            "rate_high": rates["rate_high"],
            "mean_distance_miles": mean,
            "median_distance_miles": _find_medians(partial, row, group, len(values)),
            **shares,
        }
    )
    areas: pd.DataFrame = table[kept].sort_values("geoid", ignore_index=True)
    return areas


def find_areas(county: NDArray[np.int64], level: str) -> NDArray[np.object_]:
    """Return the GEOID of the area of a level that each county is in; "" for none.

    Parameters
    ----------
    county : (n,) GEOIDs as numbers; 0 is no county.
    level : `nation`, `region`, `division`, `state` or `county`.
    """
    counties = _list_counties()
    numbers = pd.to_numeric(counties["county_geoid"]).to_numpy(np.int64)
    geoids = [_name_geoid(level, value) for value in counties[_OF_LEVEL[level]]]
    # The last, empty, is that of a number that is no county's.
    names: NDArray[np.object_] = np.array([*geoids, ""], dtype=object)
    found: NDArray[np.object_] = names[pd.Index(numbers).get_indexer(county)]
    return found


def count_outside(partial: Partial, layout: Layout) -> tuple[int, float]:
    """Return how many points, and people, lie in no county and so in no area."""
    outside = partial.sums[partial.county == 0].sum(axis=0)
    column = dict(zip(COLUMNS, outside, strict=True))
    people = (column["people"] + column["unlocated"]) / layout.people_units
    return int(column["points"]), float(people)


def _list_counties() -> pd.DataFrame:
    counties = reference.load_shapeless("counties")
    return counties.assign(nation=np.where(counties["region"].ne(""), NATION, "")).sort_values(
        "county_geoid", ignore_index=True
    )


def _name_geoid(level: str, value: str) -> str:
    names = {"region": REGION_GEOIDS, "division": DIVISION_GEOIDS}.get(level, {})
    return names.get(value, value)


def _name(level: str, first: pd.DataFrame, values: NDArray[np.object_]) -> list[str]:
    if level == "nation":
        return [_NATION_NAME] * len(values)
    if level == "state":
        states = reference.load_shapeless("states").set_index("state")["name"]
        return [str(states[state]) for state in first["state"]]
    return [str(value) for value in values]


def _find_medians(
    partial: Partial, row: NDArray[np.intp], group: NDArray[np.intp], size: int
) -> NDArray[np.float64]:
    """Return the distance that half of the people of each area are within, to a bin's middle."""
    county_group = np.full(len(row), -1, dtype=np.intp)
    county_group[row >= 0] = group
    number, place = np.divmod(partial.bins, BINS)
    of_bin = county_group[np.searchsorted(partial.county, number)]
    counts = np.zeros((size, BINS), np.int64)
    np.add.at(counts, (of_bin[of_bin >= 0], place[of_bin >= 0]), partial.people[of_bin >= 0])
    reached = counts.cumsum(axis=1)
    half = (reached[:, -1:] + 1) // 2
    median = (reached < half).sum(axis=1)
    known = (reached[:, -1] > 0) & (median < BINS - 1)
    return np.where(known, (median + 0.5) / BINS_PER_MILE, np.nan)
