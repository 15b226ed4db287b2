"""How many clinics there are, by how far two lists that were compiled independently overlap.

Whatever is in neither list is estimated from what is in both and in one alone. Where being in one
list makes a clinic likelier to be in the other, by odds of theta, there are more than that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.stats import hypergeom, nchypergeom_fisher

from geo.coverage.alikeness import are_caught_alike
from geo.coverage.counting import SURE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from scipy.stats._distn_infrastructure import rv_discrete_frozen

ODDS: Final = (1.0, 2.0, 4.0)
"""The odds ratios of being listed twice that are shown: none, and twice and four times as likely."""

LEAST_SHARED: Final = 7
"""How many clinics of a stratum both lists must hold for it to be estimated by itself."""

RESAMPLES: Final = 2000

_SEED: Final = 1_951


@dataclass(frozen=True)
class Overlap:
    """How many clinics two lists hold: both of them, the first alone, the second alone."""

    both: int
    only_first: int
    only_second: int

    @classmethod
    def of_lists(cls, first: int, second: int, both: int) -> Overlap:
        """Return the overlap of a list of `first` and one of `second` that share `both`."""
        return cls(both, first - both, second - both)

    @property
    def seen(self) -> int:
        """How many are in either list."""
        return self.both + self.only_first + self.only_second


@dataclass(frozen=True)
class Total:
    """How many clinics there are, the interval of 95%, and at which odds ratio."""

    clinics: float
    low: float
    high: float
    odds: float = 1.0


def estimate_total(overlap: Overlap, odds: float = 1.0) -> float:
    """Return how many there are in all, seen or not.

    Parameters
    ----------
    odds : the odds ratio of being listed twice; at 1 the lists are independent.

    Source
    ------
    Chapman (1951) at odds of 1; the odds ratio of the fourfold table elsewhere.

    Examples
    --------
    >>> estimate_total(Overlap.of_lists(98, 51, 17))
    285.0
    >>> estimate_total(Overlap.of_lists(98, 51, 17), odds=2)
    438.0
    """
    apart = overlap.only_first * overlap.only_second
    return overlap.seen + odds * apart / (overlap.both + 1)


def find_exact_interval(overlap: Overlap, odds: float = 1.0) -> tuple[float, float]:
    """Return the least and the most clinics of which two lists would share as many, at 95%.

    Parameters
    ----------
    odds : the odds ratio of being listed twice.

    Returns
    -------
    Two whole numbers; the second is infinite where the lists share none.

    Source
    ------
    Inversion of the hypergeometric distribution of the number shared, both tails equal; Fisher's
    noncentral one where the odds are not 1.

    Examples
    --------
    >>> find_exact_interval(Overlap.of_lists(98, 51, 17))
    (213.0, 458.0)
    """
    first, second = overlap.both + overlap.only_first, overlap.both + overlap.only_second
    tail = (1 - SURE) / 2

    def share(total: int) -> rv_discrete_frozen:
        if odds == 1:
            return hypergeom(total, first, second)
        return nchypergeom_fisher(total, first, second, odds)

    def may_be_fewer(total: int) -> bool:
        return bool(share(total).sf(overlap.both - 1) >= tail)

    def may_be_more(total: int) -> bool:
        return bool(share(total).cdf(overlap.both) >= tail)

    low = overlap.seen
    if not low:
        return 0.0, np.inf
    if not may_be_more(low):
        beyond = 2 * low
        while not may_be_more(beyond):
            beyond *= 2
        low = _bisect(low, beyond, may_be_more)
    if not overlap.both:
        return float(low), np.inf
    beyond = 2 * low
    while may_be_fewer(beyond):
        beyond *= 2
    return float(low), float(_bisect(low, beyond, lambda total: not may_be_fewer(total)) - 1)


def _bisect(outside: int, inside: int, holds: Callable[[int], bool]) -> int:
    """Return the first whole number for which something holds, between one it does not and one it does."""
    while inside - outside > 1:
        middle = (outside + inside) // 2
        outside, inside = (outside, middle) if holds(middle) else (middle, inside)
    return inside


def merge_strata(shared: Sequence[int], wholes: Sequence[int]) -> list[int]:
    """Return the stratum that each stratum is estimated with.

    Parameters
    ----------
    shared : (n,) how many clinics of each both lists hold.
    wholes : (n,) the whole, such as the region, within which strata may be merged.

    Returns
    -------
    (n,) numbers of strata, the first of those that are one: those that share fewer than
    `LEAST_SHARED` go together with the next smallest of their whole, until all share enough or the
    whole is one stratum.

    Examples
    --------
    >>> merge_strata([20, 3, 9, 2, 1], [0, 0, 0, 1, 1])
    [0, 1, 1, 3, 3]
    """
    of = list(range(len(shared)))
    for whole in set(wholes):
        counts = {row: shared[row] for row in range(len(shared)) if wholes[row] == whole}
        while len(counts) > 1 and min(counts.values()) < LEAST_SHARED:
            smallest, next_one = sorted(counts, key=lambda row: (counts[row], row))[:2]
            kept, gone = sorted((smallest, next_one))
            counts[kept] += counts.pop(gone)
            of = [kept if row == gone else row for row in of]
    return of


@dataclass(frozen=True, eq=False)
class Whole:
    """The clinics of either list, by organisation and stratum; read-only.

    Parameters
    ----------
    held : (organisations, parts, 3) clinics in both lists, in the first alone, in the second alone.
    stratum : (parts,) numbers, from 0, of the strata that are estimated by themselves, each of one
        part or of several that are merged. None: each part is a stratum.
    """

    held: NDArray[np.int64]
    stratum: NDArray[np.intp] | None = None

    def of_strata(self, chosen: NDArray[np.bool_]) -> Whole:
        """Return the part of some strata, with the organisations that have a clinic there."""
        stratum = self._strata()
        held = self.held[:, chosen[stratum]]
        numbers = np.unique(stratum[chosen[stratum]], return_inverse=True)[1]
        return Whole(held[held.any(axis=(1, 2))], numbers.astype(np.intp))

    def merge(self) -> Whole:
        """Return the same with each stratum as one part."""
        stratum = self._strata()
        held = np.zeros((int(stratum.max(initial=-1)) + 1, len(self.held), 3), dtype=np.int64)
        np.add.at(held, stratum, self.held.swapaxes(0, 1))
        return Whole(held.swapaxes(0, 1))

    def overlaps(self) -> list[Overlap]:
        """Return the overlap of each stratum."""
        return [Overlap(*map(int, cells)) for cells in self.merge().held.sum(axis=0)]

    def is_merged_of_unlike(self) -> bool:
        """Tell whether a stratum is merged of parts that the lists do not catch alike."""
        return not are_caught_alike(self.held.sum(axis=0), self._strata())

    def _strata(self) -> NDArray[np.intp]:
        parts = np.arange(self.held.shape[1], dtype=np.intp)
        return parts if self.stratum is None else self.stratum


@dataclass(frozen=True, eq=False)
class Draws:
    """What resamples of the fitted whole hold of each area; read-only.

    Parameters
    ----------
    seen : (`RESAMPLES`, areas) clinics in either list.
    unseen : (`RESAMPLES`, areas) clinics in neither, at odds of 1.
    """

    seen: NDArray[np.float64]
    unseen: NDArray[np.float64]

    def totals(self, odds: float = 1.0) -> NDArray[np.float64]:
        """Return how many clinics there are in all, at an odds ratio of being listed twice."""
        return self.seen + odds * self.unseen


def estimate_sum(whole: Whole, odds: float = 1.0) -> Total:
    """Return how many clinics there are over all strata, with an interval of 95%.

    One stratum has the exact interval. For several the fitted whole is drawn anew (`draw_whole`).
    Where a stratum is merged of parts that the lists do not catch alike, the sum may be too small or
    too great: the interval then reaches over that of the parts, each estimated by itself.

    Parameters
    ----------
    odds : the odds ratio of being listed twice.
    """
    overlaps = whole.overlaps()
    total = sum(estimate_total(overlap, odds) for overlap in overlaps)
    seen = float(sum(overlap.seen for overlap in overlaps))
    if len(overlaps) == 1:
        low, high = find_exact_interval(overlaps[0], odds)
    elif any(not overlap.both and overlap.seen for overlap in overlaps):
        low, high = seen, np.inf
    else:
        low, high = _find_drawn_interval(whole, odds)
    if whole.is_merged_of_unlike():
        by_parts = _find_drawn_interval(Whole(whole.held), odds)
        low, high = min(low, by_parts[0]), max(high, by_parts[1])
    return Total(total, max(low, seen), high, odds)


def _find_drawn_interval(whole: Whole, odds: float) -> tuple[float, float]:
    everywhere = np.ones((1, len(whole.overlaps())), dtype=np.bool_)
    drawn = draw_whole(whole, everywhere, odds).totals(odds)
    low, high = np.quantile(drawn, [(1 - SURE) / 2, (1 + SURE) / 2])
    return float(low), float(high)


def draw_whole(whole: Whole, areas: NDArray[np.bool_], odds: float = 1.0) -> Draws:
    """Draw the fitted whole anew, `RESAMPLES` times: the unseen included, by whole organisations.

    Drawing only what was seen would give too narrow an interval. The seed is fixed, so that the same
    lists give the same numbers.

    Parameters
    ----------
    areas : (areas, strata) which strata each area has.
    odds : the odds ratio at which the whole is fitted.
    """
    held, overlaps = whole.merge().held, whole.overlaps()
    seen = sum(overlap.seen for overlap in overlaps)
    unseen = sum(estimate_total(overlap, odds) for overlap in overlaps) - seen
    # The unseen organisations hold as many clinics as the seen do on average.
    more = round(unseen * len(held) / max(seen, 1))
    count = len(held) + more
    chances = [*[1 / count] * len(held), more / count]
    weights = np.random.default_rng(_SEED).multinomial(count, chances, RESAMPLES)[:, :-1]
    # Whole numbers, but as floats their product is a fast one, and exact.
    cells = weights.astype(np.float64) @ held.reshape(len(held), -1).astype(np.float64)
    both, first, second = np.moveaxis(cells.reshape(RESAMPLES, len(overlaps), 3), -1, 0)
    inside = areas.T.astype(np.float64)
    return Draws((both + first + second) @ inside, (first * second / (both + 1)) @ inside)
