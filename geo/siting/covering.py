"""The best set of sites by mixed-integer programming, where prices and bounds have left a few.

A place and its sites, the best first, are a row of nested sets: whoever has one of the first two
sites open saves at least what the second one saves. So any question becomes one of covering, each
set weighted by what its last site saves above the next, and equal sets are taken as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, csr_array, eye_array

from geo.siting.reducing import draw_signatures, find_equal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.siting.coverage_gains import CoverageGains

    Numbers = NDArray[np.float64]

MOST_ENTRIES: Final = 1_500_000
"""A program of more entries would not be solved within a minute, nor in a gigabyte."""

_PROVEN: Final = 0  # the status of `milp`
_LARGEST_WEIGHT: Final = 1e6


@dataclass(frozen=True, slots=True)
class Solved:
    """What the solver found.

    Parameters
    ----------
    sites : of the best set it has; empty where it has none.
    bound : on the value of any set; infinite where it has none.
    is_proven : whether no set is better.
    """

    sites: tuple[int, ...]
    bound: float
    is_proven: bool


def solve_covering(coverage_gains: CoverageGains, add: int, seconds: float) -> Solved:
    """Return the best set of at most so many sites, or what is known of it when the time is up.

    Parameters
    ----------
    coverage_gains : of the sites that are left to choose from.
    add : how many sites.
    seconds : how long to try, about.

    Source
    ------
    Church and ReVelle (1974), doi:10.1007/BF01942293; HiGHS, doi:10.1007/s12532-017-0130-5.
    """
    weight, sets = nest(coverage_gains)
    if sets is None or seconds <= 0:
        return Solved((), np.inf, is_proven=False)
    count, sites = sets.shape
    scale = max(float(weight.max()) / _LARGEST_WEIGHT, 1.0)
    matrix = block_array(
        [[sets, -eye_array(count)], [csr_array(np.ones((1, sites))), None]], format="csc"
    )
    low = np.append(np.zeros(count), -np.inf)
    high = np.append(np.full(count, np.inf), add)
    result = milp(
        np.concatenate([np.zeros(sites), -weight / scale]),
        constraints=LinearConstraint(matrix, low, high),
        integrality=np.concatenate([np.ones(sites), np.zeros(count)]),
        bounds=Bounds(0, 1),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    found = () if result.x is None else tuple(np.flatnonzero(result.x[:sites] > 1 / 2).tolist())
    bound = getattr(result, "mip_dual_bound", None)
    return Solved(
        found, np.inf if bound is None else -float(bound) * scale, result.status == _PROVEN
    )


def nest(coverage_gains: CoverageGains) -> tuple[Numbers, csr_array | None]:
    """Return the weights of nested sets of sites, and the sets; None where they are too many.

    A set of sites is worth the sum of the weights of the sets that hold one of them.
    """
    matrix = coverage_gains.by_place
    lengths = np.diff(matrix.indptr)
    place = np.arange(len(lengths)).repeat(lengths)
    order = np.lexsort((matrix.indices, -matrix.data, place))
    site, gain = matrix.indices[order], matrix.data[order]
    is_last = np.append(place[1:] != place[:-1], True)
    step = gain - np.where(is_last, 0.0, np.append(gain[1:], 0.0))
    rank = np.arange(len(site)) - matrix.indptr[place]
    # The signature of a set is the sum of its sites' numbers, modulo 2^64.
    running = np.cumsum(draw_signatures(matrix.shape[1])[site], axis=0, dtype=np.uint64)
    before = np.concatenate([np.zeros((1, 2), dtype=np.uint64), running])[matrix.indptr[place]]
    ends = np.flatnonzero(step > 0)
    first, kind = find_equal((running - before)[ends])
    weight = np.bincount(kind, step[ends] * coverage_gains.adults[place[ends]]).astype(np.float64)
    sizes = rank[ends[first]] + 1
    if sizes.sum() > MOST_ENTRIES:
        return weight, None
    starts = np.concatenate([[0], np.cumsum(sizes)])
    within = np.arange(starts[-1]) - starts[:-1].repeat(sizes)
    members = site[(ends[first] - rank[ends[first]]).repeat(sizes) + within]
    shape = (len(sizes), matrix.shape[1])
    return weight, csr_array((np.ones(len(members)), members, starts), shape=shape)
