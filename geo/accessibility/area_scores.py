"""Scores of census areas by floating catchments, in miles of straight lines or minutes by road."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from geo.accessibility.catchments import build_pairs, check_catchment
from geo.accessibility.drive_catchments import build_drive_pairs, check_drive_catchment
from geo.accessibility.floating import (
    METHODS,
    ZONE_WEIGHTS,
    Steps,
    divide,
    three_step,
    two_step,
)
from geo.coverage.counting import pick_clinics

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from geo.accessibility.floating import Catchments
    from geo.coverage.demand import Demand
    from geo.roads import Roads

    Numbers = NDArray[np.float64]

_PER: Final = 100_000


def score_areas(
    demand: Demand, clinics: pd.DataFrame, level: str, method: str, catchment_miles: float
) -> pd.DataFrame:
    """Return the score of each area: the mean over its adults of the score of their ZIP.

    Parameters
    ----------
    clinics : the clinic table of a release; those of `pick_clinics` with a point count, each as 1.
    level : one of `geo.coverage.demand.LEVELS`.
    method : one of `METHODS`.
    catchment_miles : statute miles; at least twice the clinics' median radius of uncertainty.

    Returns
    -------
    A row an area, by GEOID: `level`, `geoid`, `name`, `state`, `method`, `catchment_miles`,
    `population`, `adults`, `clinics_per_100k_adults`, `adults_out_of_range` (without a clinic in
    the catchment; they score 0) and `share_out_of_range`. Figures are NaN where no people are
    known, and there only.

    Raises
    ------
    CatchmentError : the catchment is no distance, or finer than the clinics' positions.
    ValueError : the level or the method is unknown.
    """
    _check_asked(demand, level, method)
    counted = pick_clinics(clinics)
    located = counted[counted["latitude"].notna()]
    check_catchment(catchment_miles, located["radius_miles"])
    pairs = build_pairs(
        demand.latitude,
        demand.longitude,
        located["latitude"],
        located["longitude"],
        catchment_miles,
    )
    score = _score(pairs, demand.adults, method, catchment_miles)
    return _tabulate(
        demand, level, score, pairs.in_range, method=method, catchment_miles=catchment_miles
    )


def score_areas_by_road(
    net: Roads,
    demand: Demand,
    clinics: pd.DataFrame,
    level: str,
    *,
    method: str,
    catchment_minutes: float,
) -> pd.DataFrame:
    """Return the score of each area, as `score_areas`, by road.

    Parameters
    ----------
    net : the highways.
    demand, clinics, level, method : as there; zones are thirds of the minutes.
    catchment_minutes : without traffic, up to 300; at least twice the median drive across the
        radius within which a clinic's position is known.

    Returns
    -------
    As there, with `catchment_minutes` in the place of `catchment_miles`.

    Raises
    ------
    CatchmentError : the catchment is no such time, or finer than the clinics' positions.
    ValueError : the level or the method is unknown.
    """
    _check_asked(demand, level, method)
    counted = pick_clinics(clinics)
    located = counted[counted["latitude"].notna()]
    pairs = build_drive_pairs(net, demand, located, catchment_minutes)
    check_drive_catchment(net, located, catchment_minutes)
    score = _score(pairs, demand.adults, method, catchment_minutes)
    return _tabulate(
        demand, level, score, pairs.in_range, method=method, catchment_minutes=catchment_minutes
    )


def _check_asked(demand: Demand, level: str, method: str) -> None:
    """Refuse a level or a method that there is none of."""
    if method not in METHODS:
        raise ValueError(f"There is no method {method!r}; there are {', '.join(METHODS)}.")
    if level not in demand.areas:
        raise ValueError(f"There is no level {level!r}; there are {', '.join(demand.areas)}.")


def _tabulate(
    demand: Demand,
    level: str,
    score: Numbers,
    in_range: NDArray[np.bool_],
    **asked: str | float,
) -> pd.DataFrame:
    """Return the rows of `score_areas`, by the scores of ZIP points and what was asked."""
    part = demand.areal_weights(level)
    adults = part.total().astype(np.float64)
    shared = np.bincount(part.area, part.adults * score[part.point], part.size)
    outside = np.bincount(part.area, part.adults * ~in_range[part.point], part.size)
    known = np.where(adults > 0, 0.0, np.nan)
    areas = demand.areas[level]
    table = areas[["geoid", "name", "state"]].assign(**asked)
    table.insert(0, "level", level)
    return table.assign(
        population=areas["population"],
        adults=areas["adults"],
        clinics_per_100k_adults=divide(shared * _PER, adults) + known,
        adults_out_of_range=outside + known,
        share_out_of_range=divide(outside, adults) + known,
    )


def _score(pairs: Catchments, demand: ArrayLike, method: str, catchment: float) -> Numbers:
    """Return the (n,) scores of a method, each clinic counted as 1; zones are thirds of the catchment."""
    supply = np.ones(pairs.shape[1])
    if method == "2sfca":
        return two_step(pairs, demand, supply)
    thirds = tuple(catchment * third / 3.0 for third in (1, 2, 3))
    weight = Steps(thirds, ZONE_WEIGHTS)
    return (two_step if method == "e2sfca" else three_step)(pairs, demand, supply, weight)
