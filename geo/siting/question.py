"""What a solver is asked: places with adults, sites to choose from, and what counts as better."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.spatial import cKDTree

from geo.coverage.coverage_draws import PER_MILE
from geo.errors import GeoError
from geo.i18n.language import gettext as _
from geo.siting.supply import add_sites
from geo.units import METRES_PER_MILE, to_ecef

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from geo.siting.siting_context import SitingContext

COVERAGE: Final = "coverage"
DISTANCE: Final = "distance"
SHARE: Final = "share"
OBJECTIVES: Final = {
    COVERAGE: "most adults newly within the distance of a clinic",
    DISTANCE: "least mean distance of adults to the nearest clinic",
    SHARE: "fewest sites that bring a share of adults within the distance of a clinic",
}
OBJECTIVES_BY_ROAD: Final = {
    COVERAGE: "most adults newly within the drive of a clinic",
    DISTANCE: OBJECTIVES[DISTANCE],
    SHARE: "fewest sites that bring a share of adults within the drive of a clinic",
}
"""What the objectives are where minutes count; a mean distance is of straight lines still."""

MOST_PAIRS: Final = 6_000_000
"""So many pairs of a place and a site that could serve it are weighed at most, in half a gigabyte."""


class QuestionError(GeoError, ValueError):
    """What is asked has no answer: no site to choose from, or a share that no sites reach."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A question about one area in plain arrays, fit to be sent to another process; read-only.

    What sites are worth is the mean over the draws of where the clinics may stand. Since a site that
    is chosen stands in all of them, that is one question of this size and not one for each draw: an
    adult counts for as many draws as have no clinic near enough, and a distance for what it saves
    over all of them.

    Parameters
    ----------
    objective : one of `OBJECTIVES`.
    within : the distance that counts for `coverage` and `share`, statute miles; where `reached` is
        given, the minutes that made it.
    add : how many sites; 0 for `share`.
    draws : of where the clinics that exist may stand.
    goal : adults to be newly within the distance, added up over the draws, for `share`; else 0.
    latitude, longitude : (m,) places of the area that a site may serve better, degrees, EPSG:4326.
    adults : (m,) who live there, > 0.
    missed : (m,) in how many draws no clinic is near enough, > 0, for `coverage` and `share`; for
        `distance` all of them.
    nearest : (m, draws) how far the nearest clinic is, thousandths of a mile, ascending, for
        `distance`; (m, 0) else.
    site_latitude, site_longitude : (c,) the sites to choose from; of equals the first is chosen.
    left_out : how many further sites were left out, the least populous, to keep within memory.
    reached : (k,) rows of places and (k,) of the sites that reach them by road, for `coverage` and
        `share`; None where straight lines tell.
    start : sites that are known to be good, as rows of these: an answer is never worse.
    """

    objective: str
    within: float
    add: int
    draws: int
    goal: int
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    adults: NDArray[np.int64]
    missed: NDArray[np.int64]
    nearest: NDArray[np.int32]
    site_latitude: NDArray[np.float64]
    site_longitude: NDArray[np.float64]
    left_out: int = 0
    reached: tuple[NDArray[np.int32], NDArray[np.int32]] | None = None
    start: tuple[int, ...] = ()


def pose(
    context: SitingContext,
    candidates: pd.DataFrame,
    *,
    objective: str = COVERAGE,
    add: int = 0,
    share: float | None = None,
    locked: pd.DataFrame | None = None,
    most_pairs: int = MOST_PAIRS,
) -> Question:
    """Return the question which of some sites would help the adults of an area most.

    Parameters
    ----------
    context : the area, the clinics that exist, and how near is near (which the objective `distance`
        does not look at: it is of straight lines).
    candidates : the sites, as of `geo.siting.candidate_sites`, most populous first.
    objective : one of `OBJECTIVES`.
    add : how many sites, >= 1; for `share` not given.
    share : of the area's adults, above 0 and up to 1, for `share` alone.
    locked : sites that are given already, beside those that are chosen.
    most_pairs : the last of the candidates are left out where there would be more.

    Raises
    ------
    QuestionError : no candidate is given, the distance or number is none, or the share is.
    """
    demand, area, within = context.demand, context.area, context.within
    if objective not in OBJECTIVES:
        raise QuestionError(f"There is no objective {objective!r}: {', '.join(OBJECTIVES)}.")
    if not (math.isfinite(within) and within > 0):
        raise QuestionError(f"A distance is a number of {context.unit} above 0, not {within}.")
    if (objective == SHARE) != (add == 0) or add < 0 or add != int(add):
        raise QuestionError(f"For {objective}, {add} sites cannot be asked for.")
    if (share is None) == (objective == SHARE) or not 0 < (1 if share is None else share) <= 1:
        raise QuestionError(f"For {objective}, a share of {share} cannot be asked for.")
    if candidates.empty:
        raise QuestionError(
            _("There is no site to choose from in {area}; lower the least population.").format(
                area=area.name
            )
        )
    draws = context.draws
    served = context.count_served(locked)
    inside = area.inside & (demand.adults > 0)
    goal = 0
    if share is not None:
        wanted = math.ceil(share * draws * int(demand.adults[inside].sum()))
        goal = max(wanted - int((demand.adults * served)[inside].sum()), 0)
    if objective == DISTANCE:
        distances = context.supply.distances
        if locked is not None:
            distances = add_sites(demand, distances, locked)
        rows = np.flatnonzero(inside & distances.any(axis=0))
        nearest = np.sort(distances[:, rows].T, axis=1)
        missed = np.full(len(rows), draws, dtype=np.int64)
    else:
        rows = np.flatnonzero(inside & (served < draws))
        nearest = np.empty((len(rows), 0), dtype=np.int32)
        missed = draws - served[rows]
    latitude, longitude = (
        candidates[axis].to_numpy(np.float64) for axis in ("latitude", "longitude")
    )
    reached: tuple[NDArray[np.int32], NDArray[np.int32]] | None = None
    if context.drives is None or objective == DISTANCE:
        reach = nearest[:, -1] / PER_MILE if objective == DISTANCE else within
        kept = _count_affordable(demand.xyz[rows], to_ecef(latitude, longitude), reach, most_pairs)
    else:
        kept, reached = _pair_by_road(
            context.drives.reach(candidates), rows, len(demand.zip), most_pairs
        )
    return Question(
        objective=objective,
        within=within,
        add=add,
        draws=draws,
        goal=goal,
        latitude=demand.latitude[rows],
        longitude=demand.longitude[rows],
        adults=demand.adults[rows],
        missed=missed,
        nearest=nearest,
        site_latitude=latitude[:kept],
        site_longitude=longitude[:kept],
        left_out=len(candidates) - kept,
        reached=reached,
    )


def _pair_by_road(
    reached: Sequence[NDArray[np.int32]],
    rows: NDArray[np.intp],
    size: int,
    most_pairs: int,
) -> tuple[int, tuple[NDArray[np.int32], NDArray[np.int32]]]:
    """Return how many of the sites, from the first on, make no more than so many pairs, and those.

    Parameters
    ----------
    reached : rows of the demand that each site reaches.
    rows : of the demand that are places of the question.
    size : how many ZIP points the demand has.
    """
    number = np.full(size, -1, dtype=np.int32)
    number[rows] = np.arange(len(rows), dtype=np.int32)
    place = number[np.concatenate([np.empty(0, dtype=np.int32), *reached])]
    site = np.arange(len(reached), dtype=np.int32).repeat([len(each) for each in reached])
    counts = np.bincount(site[place >= 0], minlength=len(reached))
    kept = int(np.searchsorted(np.cumsum(counts), most_pairs, side="right"))
    some = np.flatnonzero((place >= 0) & (site < kept))
    return kept, (place[some], site[some])


def _count_affordable(
    places: NDArray[np.float64],
    sites: NDArray[np.float64],
    miles: NDArray[np.float64] | float,
    most_pairs: int,
) -> int:
    """Return how many of the sites, from the first on, make no more than so many pairs."""
    kept = len(sites)
    while len(places) * kept > most_pairs:
        around = cKDTree(sites[:kept])
        metres = np.broadcast_to(np.asarray(miles) * METRES_PER_MILE, len(places))
        pairs = int(around.query_ball_point(places, metres, return_length=True).sum())
        if pairs <= most_pairs:
            break
        kept = int(kept * most_pairs / pairs)
    return kept
