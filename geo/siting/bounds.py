"""No set of so many sites is worth more than this: a bound by Lagrangian relaxation.

Let each place pay a price u for an adult, and let every site be worth what it saves above the
prices. The best set of k sites by that worth is simply the k most worthy ones, and all prices plus
their worth bound what any k sites save, whatever the prices:

    value(S) <= sum_i a_i u_i + (the k largest of  sum_i a_i max(s_ij - u_i, 0)).

Prices are then moved to make the bound small, along its subgradient. What they tell of a site also
says which sites can be in no better set than the best one known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.siting.coverage_gains import CoverageGains

    Numbers = NDArray[np.float64]

SMALLEST_SCALE: Final = 1e-4
BETTER: Final = 0.5
"""Values are whole numbers, so a bound less than 1 above one proves it; half of that is rounding."""

_MEMORY: Final = 0.6  # of the direction before, which damps zigzag
_PATIENCE: Final = 20  # steps without a better bound before they are made smaller
_SHRINKING: Final = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """Where the prices have got to.

    Parameters
    ----------
    bound : on the value of any set of so many sites.
    prices : (m,) for an adult of each place, at which the bound holds.
    scale : of the next steps.
    favourites : the most worthy sites at the last prices.
    """

    bound: float
    prices: Numbers
    scale: float
    favourites: tuple[int, ...]


def open_prices(coverage_gains: CoverageGains) -> Relaxed:
    """Return prices to start from: half of what the best site saves there."""
    return Relaxed(np.inf, coverage_gains.most() / 2.0, 1.0, ())


def relax(
    coverage_gains: CoverageGains, add: int, value: float, start: Relaxed, steps: int
) -> Relaxed:
    """Return better prices after some steps of subgradient descent.

    Parameters
    ----------
    coverage_gains : of more than `add` sites.
    add : how many sites are to be chosen.
    value : of the best set known, at which the bound aims.
    start : where to go on from.
    steps : how many; fewer are made where a bound meets the value or no step is left.

    Source
    ------
    Held, Wolfe and Crowder (1974), doi:10.1007/BF01580223; for p-median Cornuejols, Fisher and
    Nemhauser (1977), doi:10.1287/mnsc.23.8.789; for covering Galvao and ReVelle (1996),
    doi:10.1016/0377-2217(94)00199-6.
    """
    most = coverage_gains.most()
    bound, best, scale = start.bound, start.prices, start.scale
    prices, favourites = best, np.empty(0, dtype=np.intp)
    direction = np.zeros_like(prices)
    stalled = 0
    for _ in range(steps):
        worth = coverage_gains.gains(prices)
        favourites = pick_favourites(worth, add)
        reached = float(coverage_gains.adults @ prices + worth[favourites].sum())
        if reached < bound:
            bound, best, stalled = reached, prices, 0
        else:
            stalled += 1
        if bound < value + BETTER or scale < SMALLEST_SCALE:
            break
        slope = 1.0 - _count_takers(coverage_gains, favourites, prices)
        at_end = ((slope < 0) & (prices >= most)) | ((slope > 0) & (prices <= 0))
        if stalled >= _PATIENCE:
            scale, stalled, prices = scale * _SHRINKING, 0, best
        direction = np.where(at_end, 0.0, slope) + _MEMORY * direction
        length = float(coverage_gains.adults @ np.square(direction))
        if length == 0.0:
            break
        prices = np.clip(prices - scale * (reached - value) / length * direction, 0.0, most)
    return Relaxed(bound, best, scale, tuple(sorted(favourites.tolist())))


def find_hopeful(
    coverage_gains: CoverageGains, add: int, value: float, relaxed: Relaxed
) -> NDArray[np.bool_]:
    """Return (c,) which sites may be in a set worth more than the best one known.

    Parameters
    ----------
    coverage_gains, add : as in `relax`.
    value : of the best set known.
    relaxed : prices and their bound.
    """
    worth = coverage_gains.gains(relaxed.prices)
    least = np.partition(worth, -add)[-add]
    hopeful: NDArray[np.bool_] = relaxed.bound - least + np.minimum(worth, least) >= value + BETTER
    return hopeful


def add_up_bound(coverage_gains: CoverageGains, add: int, prices: Numbers) -> float:
    """Return the bound on the value of any so many sites that prices give."""
    worth = coverage_gains.gains(prices)
    return float(coverage_gains.adults @ prices + worth[pick_favourites(worth, add)].sum())


def count_least(coverage_gains: CoverageGains, prices: Numbers, goal: float) -> int:
    """Return how many sites at least it takes to be worth a goal, as far as prices tell."""
    reached = coverage_gains.adults @ prices + np.cumsum(-np.sort(-coverage_gains.gains(prices)))
    return int(np.searchsorted(reached, goal - BETTER)) + 1


def pick_favourites(worth: Numbers, add: int) -> NDArray[np.intp]:
    """Return the most worthy sites; of equals the first."""
    least = np.partition(worth, -add)[-add]
    above = np.flatnonzero(worth > least)
    level = np.flatnonzero(worth == least)
    return np.concatenate([above, level[: add - len(above)]])


def _count_takers(
    coverage_gains: CoverageGains, sites: NDArray[np.intp], prices: Numbers
) -> Numbers:
    """Return (m,) how many of the sites save each place more than its price, or all of it."""
    count = np.zeros(len(prices))
    for site in sites.tolist():
        place, gain = coverage_gains.served_by(site)
        count[place] += 1.0 if coverage_gains.is_flat else gain > prices[place]
    return count
