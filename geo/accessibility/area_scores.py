"""Scores of census areas by floating catchments, in miles of straight lines or minutes by road.

Where clinics stand is drawn as for coverage (`geo.coverage.position_draws`), so that an area without a
clinic in the catchment is the same in both; each score is the median of the draws, beside their 5th
and 95th percentile.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.accessibility.catchments import build_pairs, check_catchment
from geo.accessibility.drive_catchments import check_drive_catchment, draw_drive_pairs
from geo.accessibility.floating import (
    METHODS,
    ZONE_WEIGHTS,
    Steps,
    divide,
    three_step,
    two_step,
)
from geo.coverage.counting import pick_clinics
from geo.coverage.coverage_draws import find_spread
from geo.coverage.position_draws import DRAWS, draw_positions

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from geo.accessibility.floating import Catchments
    from geo.coverage.demand import Demand
    from geo.roads import Roads

    Numbers = NDArray[np.float64]

ZONES: Final = 3
"""A catchment is cut into so many zones of one width, by methods that weigh by distance."""

_PER: Final = 100_000


def score_areas(
    demand: Demand,
    clinics: pd.DataFrame,
    level: str,
    method: str,
    catchment_miles: float,
    *,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """Return the score of each area: the mean over its adults of the score of their ZIP.

    Parameters
    ----------
    clinics : the clinic table of a release; those of `pick_clinics` with a point count, each as 1.
    level : one of `geo.coverage.demand.LEVELS`.
    method : one of `METHODS`.
    catchment_miles : statute miles; at least twice the clinics' median radius of uncertainty, and
        each of its zones as wide as that.
    draws : of where the clinics may stand; those of a release are the default.

    Returns
    -------
    A row an area, by GEOID: `level`, `geoid`, `name`, `state`, `method`, `catchment_miles`,
    `population`, `adults`, `clinics_per_100k_adults`, `adults_out_of_range` (without a clinic in
    the catchment; they score 0) and `share_out_of_range`: the median of the draws, with `_low` and
    `_high`, their 5th and 95th percentile. Figures are NaN where no people are known, and there only.

    Raises
    ------
    CatchmentError : the catchment is no distance, or it or a zone of it is finer than the clinics' positions.
    ValueError : the level or the method is unknown, or no draw is asked for.
    """
    _check_asked(demand, level, method)
    counted = pick_clinics(clinics)
    located = counted[counted["latitude"].notna()].reset_index(drop=True)
    check_catchment(catchment_miles, located["radius_miles"], _count_zones(method))
    positions = draw_positions(located, demand, draws)

    def build(draw: int) -> Catchments:
        return build_pairs(
            demand.latitude,
            demand.longitude,
            positions.latitude[draw],
            positions.longitude[draw],
            catchment_miles,
        )

    scored = _score_draws(build, draws, demand, level, method=method, catchment=catchment_miles)
    return _tabulate(demand, level, scored, method=method, catchment_miles=catchment_miles)


def score_areas_by_road(
    net: Roads,
    demand: Demand,
    clinics: pd.DataFrame,
    level: str,
    *,
    method: str,
    catchment_minutes: float,
    draws: int = DRAWS,
) -> pd.DataFrame:
    """Return the score of each area, as `score_areas`, by road.

    Parameters
    ----------
    net : the highways.
    demand, clinics, level, method, draws : as there; zones are thirds of the minutes.
    catchment_minutes : without traffic, up to 300; at least twice the median drive across the radius
        within which a clinic's position is known, and each of its zones as long as that.

    Returns
    -------
    As there, with `catchment_minutes` in the place of `catchment_miles`.

    Raises
    ------
    CatchmentError : the catchment is no such time, or it or a zone of it is finer than the clinics' positions.
    ValueError : the level or the method is unknown, or no draw is asked for.
    """
    _check_asked(demand, level, method)
    counted = pick_clinics(clinics)
    located = counted[counted["latitude"].notna()].reset_index(drop=True)
    positions = draw_positions(located, demand, draws)
    build = draw_drive_pairs(net, demand, located, positions, catchment_minutes)
    check_drive_catchment(net, located, catchment_minutes, _count_zones(method))
    scored = _score_draws(build, draws, demand, level, method=method, catchment=catchment_minutes)
    return _tabulate(demand, level, scored, method=method, catchment_minutes=catchment_minutes)


def _count_zones(method: str) -> int:
    """Return into how many zones a method cuts its catchment."""
    return 1 if method == "2sfca" else ZONES


def _check_asked(demand: Demand, level: str, method: str) -> None:
    """Refuse a level or a method that there is none of."""
    if method not in METHODS:
        raise ValueError(f"There is no method {method!r}; there are {', '.join(METHODS)}.")
    if level not in demand.areas:
        raise ValueError(f"There is no level {level!r}; there are {', '.join(demand.areas)}.")


def _score_draws(
    build: Callable[[int], Catchments],
    draws: int,
    demand: Demand,
    level: str,
    *,
    method: str,
    catchment: float,
) -> tuple[Numbers, Numbers]:
    """Return (draws, areas) what the adults of each area share in all, and adults in range."""
    part = demand.areal_weights(level)
    shared, inside = np.empty((2, draws, part.size))

    def score_draw(draw: int) -> None:
        pairs = build(draw)
        score = _score(pairs, demand.adults, method, catchment)
        in_range = np.diff(pairs.starts) > 0
        shared[draw] = np.bincount(part.area, part.adults * score[part.point], part.size)
        inside[draw] = np.bincount(part.area, part.adults * in_range[part.point], part.size)

    with ThreadPoolExecutor() as threads:  # the work is in numpy and scipy, outside of the GIL
        for _ in threads.map(score_draw, range(draws)):
            pass
    return shared, inside


def _tabulate(
    demand: Demand, level: str, scored: tuple[Numbers, Numbers], **asked: str | float
) -> pd.DataFrame:
    """Return the rows of `score_areas`, by the sums of each draw and what was asked."""
    adults = demand.areal_weights(level).total().astype(np.float64)
    known = np.where(adults > 0, 0.0, np.nan)
    areas = demand.areas[level]
    table = areas[["geoid", "name", "state"]].assign(**asked)
    table.insert(0, "level", level)
    score, inside = (find_spread(sums) for sums in scored)
    # The complement of the median, so that it is the complement of coverage's share too.
    outside = {
        "": adults - inside.median,
        "_low": adults - inside.high,
        "_high": adults - inside.low,
    }
    scores = {"": score.median, "_low": score.low, "_high": score.high}
    return table.assign(
        population=areas["population"],
        adults=areas["adults"],
        **{
            f"clinics_per_100k_adults{end}": divide(sums * _PER, adults) + known
            for end, sums in scores.items()
        },
        **{f"adults_out_of_range{end}": people + known for end, people in outside.items()},
        **{
            f"share_out_of_range{end}": divide(people, adults) + known
            for end, people in outside.items()
        },
    )


def _score(pairs: Catchments, demand: ArrayLike, method: str, catchment: float) -> Numbers:
    """Return the (n,) scores of a method, each clinic counted as 1; zones are thirds of the catchment."""
    supply = np.ones(pairs.shape[1])
    if method == "2sfca":
        return two_step(pairs, demand, supply)
    thirds = tuple(catchment * third / ZONES for third in range(1, ZONES + 1))
    weight = Steps(thirds, ZONE_WEIGHTS)
    return (two_step if method == "e2sfca" else three_step)(pairs, demand, supply, weight)
