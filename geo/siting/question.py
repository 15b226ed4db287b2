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
MOST_PAIRS: Final = 6_000_000
"""So many pairs of a place and a site that could serve it are weighed at most, in half a gigabyte."""


class QuestionError(GeoError, ValueError):
    """What is asked has no answer: no site to choose from, or a share that no sites reach."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A question about one area in plain arrays, fit to be sent to another process; read-only.

    Parameters
    ----------
    objective : one of `OBJECTIVES`.
    within_miles : the distance that counts for `coverage` and `share`, statute miles.
    add : how many sites; 0 for `share`.
    goal : adults to be newly within the distance, for `share`; else 0.
    latitude, longitude : (m,) places of the area that a site may serve better, degrees, EPSG:4326.
    adults : (m,) who live there, > 0.
    nearest : (m,) how far the nearest clinic is now, thousandths of a mile.
    site_latitude, site_longitude : (c,) the sites to choose from; of equals the first is chosen.
    left_out : how many further sites were left out, the least populous, to keep within memory.
    """

    objective: str
    within_miles: float
    add: int
    goal: int
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    adults: NDArray[np.int64]
    nearest: NDArray[np.int64]
    site_latitude: NDArray[np.float64]
    site_longitude: NDArray[np.float64]
    left_out: int = 0


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
    context : the area, the clinics that exist, and the distance (which the objective `distance`
        does not look at).
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
    demand, area, within_miles = context.demand, context.area, context.within_miles
    if objective not in OBJECTIVES:
        raise QuestionError(f"There is no objective {objective!r}: {', '.join(OBJECTIVES)}.")
    if not (math.isfinite(within_miles) and within_miles > 0):
        raise QuestionError(f"A distance is a number of miles above 0, not {within_miles}.")
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
    nearest = context.supply.nearest
    if locked is not None:
        nearest = add_sites(demand, nearest, locked)
    served = nearest <= within_miles * PER_MILE
    inside = area.inside & (demand.adults > 0)
    goal = 0
    if share is not None:
        wanted = math.ceil(share * int(demand.adults[inside].sum()))
        goal = max(wanted - int(demand.adults[inside & served].sum()), 0)
    rows = np.flatnonzero(inside & (nearest > 0) & ((objective == DISTANCE) | ~served))
    latitude, longitude = (
        candidates[axis].to_numpy(np.float64) for axis in ("latitude", "longitude")
    )
    reach = nearest[rows] / PER_MILE if objective == DISTANCE else within_miles
    kept = _count_affordable(demand.xyz[rows], to_ecef(latitude, longitude), reach, most_pairs)
    return Question(
        objective=objective,
        within_miles=within_miles,
        add=add,
        goal=goal,
        latitude=demand.latitude[rows],
        longitude=demand.longitude[rows],
        adults=demand.adults[rows],
        nearest=nearest[rows],
        site_latitude=latitude[:kept],
        site_longitude=longitude[:kept],
        left_out=len(candidates) - kept,
    )


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
