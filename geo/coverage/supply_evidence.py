"""Whether two lists are full enough to say that an area has fewer clinics, or more, than the rest.

Each list misses clinics, and may miss more of them here than there. So a verdict needs a narrow
estimate on both sides, a search that reached nearly everybody, two lists that agree, and a
difference that would stand if clinics here were twice as prone to be listed twice as in the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.coverage.counting import SURE
from geo.coverage.rate_comparison import MOST_CHANCE, adjust

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.coverage.two_lists import Draws, Total

MOST_SPREAD: Final = 0.25
"""How far the ends of an estimate may be from it, as a share of it."""

LEAST_SEARCHED: Final = 0.9
SEARCHED_MILES: Final = 25.0
"""The least share of adults who must live within so many miles of a place that was searched."""

LEAST_GAMMA: Final = 2.0
REST_ODDS: Final = (1.0, 4.0)
"""The odds of being listed twice in the rest of the country at which gamma is found."""

_MOST_GAMMA: Final = 1e6


class Lacking(StrEnum):
    """What a verdict on supply lacks, in the order in which it is told."""

    NARROW_HERE = "the estimate here is not within a quarter"
    NARROW_ELSEWHERE = "the estimate of the rest is not within a quarter"
    SEARCHED = "too few adults live near a place that was searched"
    AGREEMENT = "the two lists by themselves point to different sides"
    DIFFERENCE = "the difference may be chance"
    ROBUSTNESS = "a difference in how lists overlap would undo it"


@dataclass(frozen=True)
class Evidence:
    """What is known of the supply of an area and of the rest of the country.

    Parameters
    ----------
    here, elsewhere : how many clinics there are, at odds of 1.
    searched : the share of the area's adults (0-1) within `SEARCHED_MILES` of a place searched.
    single_ratios : clinics per adult here to those in the rest, by each list alone.
    chance : the p-value of the difference, adjusted for the areas of the level.
    gamma : of `find_gamma`.
    """

    here: Total
    elsewhere: Total
    searched: float
    single_ratios: tuple[float, float]
    chance: float
    gamma: float


def find_ratios(
    draws: Draws, adults: Sequence[float], odds_here: float = 1.0, odds_elsewhere: float = 1.0
) -> NDArray[np.float64]:
    """Return clinics per adult here to those in the rest, of each resample.

    Parameters
    ----------
    draws : two areas, here and the rest.
    adults : of both.
    """
    here, elsewhere = draws.totals(odds_here)[:, 0], draws.totals(odds_elsewhere)[:, 1]
    return (here / adults[0]) / (elsewhere / adults[1])


def find_chance(ratios: NDArray[np.float64]) -> float:
    """Return the two-sided p-value of a ratio of 1, by resamples."""
    fewer, more = np.count_nonzero(ratios <= 1), np.count_nonzero(ratios >= 1)
    return float(min(1.0, 2 * (min(fewer, more) + 1) / (len(ratios) + 1)))


def adjust_chances(chances: Sequence[float]) -> list[float]:
    """Return p-values of the areas of a level, adjusted by Holm's method."""
    return [float(chance) for chance in adjust(np.array(chances, dtype=np.float64))]


def find_gamma(draws: Draws, adults: Sequence[float]) -> float:
    """Return how different the lists' overlap would have to be to undo a difference in supply.

    Gamma is the smallest ratio of the odds of being listed twice here to those in the rest, or its
    inverse, at which the interval of 95% of the ratio of clinics per adult holds 1, with the odds in
    the rest at each of `REST_ODDS`, the worse counting. It is 1 where there is no difference, and
    infinite where no odds undo it.

    Parameters
    ----------
    draws : two areas, here and the rest.
    adults : of both.
    """
    return min(_find_gamma_at(draws, adults, rest) for rest in REST_ODDS)


def list_lacking(evidence: Evidence) -> list[Lacking]:
    """Return what a verdict on supply lacks; nothing where the area has fewer clinics, or more."""
    first, second = evidence.single_ratios
    holds = {
        Lacking.NARROW_HERE: is_narrow(evidence.here),
        Lacking.NARROW_ELSEWHERE: is_narrow(evidence.elsewhere),
        Lacking.SEARCHED: evidence.searched >= LEAST_SEARCHED,
        Lacking.AGREEMENT: (first - 1) * (second - 1) > 0,
        Lacking.DIFFERENCE: evidence.chance < MOST_CHANCE,
        Lacking.ROBUSTNESS: evidence.gamma >= LEAST_GAMMA,
    }
    return [lacking for lacking, held in holds.items() if not held]


def is_narrow(total: Total) -> bool:
    """Tell whether both ends of an estimate are within `MOST_SPREAD` of it."""
    least, most = (1 - MOST_SPREAD) * total.clinics, (1 + MOST_SPREAD) * total.clinics
    return least <= total.low and total.high <= most


def _find_gamma_at(draws: Draws, adults: Sequence[float], rest: float) -> float:
    def holds_one(gamma: float) -> bool:
        low, high = _find_interval(find_ratios(draws, adults, rest * gamma, rest))
        return low <= 1 <= high

    def is_beyond(gamma: float) -> bool:
        """Tell whether odds so different undo the difference, or turn it round."""
        low, high = _find_interval(
            find_ratios(draws, adults, rest * (gamma if fewer else 1 / gamma), rest)
        )
        return high >= 1 if fewer else low <= 1

    if holds_one(1):
        return 1.0
    fewer = _find_interval(find_ratios(draws, adults, rest, rest))[1] < 1
    if not is_beyond(_MOST_GAMMA):
        return float("inf")
    outside, inside = 1.0, _MOST_GAMMA
    while inside / outside > 1 + 1e-6:
        middle = float(np.sqrt(outside * inside))
        outside, inside = (outside, middle) if is_beyond(middle) else (middle, inside)
    return inside


def _find_interval(ratios: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.quantile(ratios, [(1 - SURE) / 2, (1 + SURE) / 2])
    return float(low), float(high)
