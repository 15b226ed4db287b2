"""How many missing clinics, best placed, would turn a verdict on distance.

A list of clinics misses some. If few clinics in the right places would turn a verdict, it rests on
few that may only be missing from the list; so they are placed one by one where they turn it soonest:
in the area itself where it is low, in the rest of the country where it is high.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import csr_array

from geo.accessibility.catchments import build_pairs
from geo.coverage.coverage_draws import PER_MILE, find_spread
from geo.coverage.verdicts import HIGH, LOW, NEAR_MILES, name_difference
from geo.siting.study_area import get_area

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from geo.coverage.demand import Demand

MOST_CLINICS: Final = 200


@dataclass(frozen=True, slots=True, eq=False)
class Reversal:
    """What it takes to turn a verdict on distance.

    Parameters
    ----------
    verdict : of `geo.coverage.verdicts`: `low`, `lower`, `not different`, `higher` or `high`.
    clinics : how many, placed one by one where most adults gain; None where the verdict is neither
        low nor high, or where `MOST_CLINICS` do not turn it. Cleverer placing may take fewer.
    zips : of the demand, where they stand, in order: the name, state and point of each.
    """

    verdict: str
    clinics: int | None
    zips: pd.DataFrame


def count_to_reverse(
    demand: Demand, distances: NDArray[np.int32], level: str, geoid: str
) -> Reversal:
    """Return how many missing clinics would turn the verdict on the distances of an area.

    Any populated ZIP point may be the place of one. That with the most adults newly within 30 miles,
    over all draws, is taken each time, until the verdict is another (`geo.coverage.verdicts`).

    Parameters
    ----------
    demand : the ZIP points.
    distances : (draws, n) to the nearest clinic, as of `geo.siting.effect.Baseline`.
    level, geoid : the area: a `region`, `division` or `state`.

    Raises
    ------
    PlaceError : there is no such area, or no people of it are known.
    """
    inside = get_area(demand, level, geoid).inside
    rest = (demand.area["nation"] >= 0) & ~inside
    is_far = distances > NEAR_MILES * PER_MILE
    adults_here, adults_there = (np.where(some, demand.adults, 0) for some in (inside, rest))
    near, near_elsewhere = ~is_far @ adults_here, ~is_far @ adults_there

    def judge() -> str:
        difference = find_spread(near / adults_here.sum() - near_elsewhere / adults_there.sum())
        return name_difference(float(difference.low), float(difference.high))

    verdict = judge()
    chosen: list[int] = []
    if verdict not in {LOW, HIGH}:
        return Reversal(verdict, None, demand.zips.take(chosen))
    helped = inside if verdict == LOW else rest
    sites = np.flatnonzero(helped)
    reached = _find_reached(demand, sites)
    missed = np.where(helped, demand.adults, 0) * is_far.sum(axis=0)  # over all draws
    while judge() == verdict and len(chosen) < MOST_CLINICS and missed.any():
        best = int((reached @ missed).argmax())
        chosen.append(int(sites[best]))
        points = reached.indices[reached.indptr[best] : reached.indptr[best + 1]]
        newly = is_far[:, points]
        near = near + newly @ adults_here[points]
        near_elsewhere = near_elsewhere + newly @ adults_there[points]
        is_far[:, points] = False
        missed[points] = 0
    turned = judge() != verdict
    return Reversal(verdict, len(chosen) if turned else None, demand.zips.take(chosen))


def _find_reached(demand: Demand, sites: NDArray[np.intp]) -> csr_array:
    """Return (sites, n) which ZIP points are within 30 miles of each site, itself a ZIP point."""
    pairs = build_pairs(
        demand.latitude[sites],
        demand.longitude[sites],
        demand.latitude,
        demand.longitude,
        NEAR_MILES + 1 / (2 * PER_MILE),  # in whole thousandths, as the distances are
    )
    ones = np.ones(len(pairs.clinic), dtype=np.int64)
    return csr_array((ones, pairs.clinic, pairs.starts), shape=(len(sites), len(demand.zip)))
