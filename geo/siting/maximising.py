"""The sites that are worth most: good ones, a bound on all, and the best of the few that are left.

Sites are grown and exchanged (`exchange`); prices bound what any sites can save (`bounds`), suggest
other sets to start from, and leave out sites that can be in no better set; where prices alone do not
prove the best set, mixed-integer programming takes the few sites that are left (`covering`). But for
the limit of time no step looks at a clock, so a proven answer is the same each time.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.siting.bounds import (
    BETTER,
    SMALLEST_SCALE,
    add_up_bound,
    find_hopeful,
    open_prices,
    relax,
)
from geo.siting.covering import solve_covering
from geo.siting.exchange import exchange, grow
from geo.siting.reducing import find_needed, merge_places

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from geo.siting.coverage_gains import CoverageGains

_ROUNDS: Final = 40
_STEPS: Final = 100  # of prices in a round
_FEWER: Final = 0.9  # the question is made smaller once so few of its sites are hopeful


@dataclass(frozen=True, slots=True)
class Found:
    """Sites, what they are worth, and a bound on what any so many are worth.

    Parameters
    ----------
    sites : as rows of the question's sites, ascending.
    value : adults, or adults times thousandths of a mile.
    bound : no set is worth more, or none reaches the goal where that is what was asked.
    """

    sites: tuple[int, ...]
    value: float
    bound: float


def maximise(
    coverage_gains: CoverageGains,
    add: int,
    deadline: float,
    goal: float = 0.0,
    start: Sequence[int] = (),
) -> Iterator[Found]:
    """Give better and better sets of at most so many sites; the last is the best that was found.

    Parameters
    ----------
    coverage_gains : of all sites.
    add : how many sites, >= 1.
    deadline : by `time.perf_counter`, after which nothing new is begun.
    goal : sets worth less are of no interest: it ends with one that reaches it, or where the bound
        says that none does.
    start : rows of the question's sites, at most so many: the first set is as good at least.
    """
    search = _Search(coverage_gains, add, goal)
    search.try_sites(start)
    yield search.tell()
    if not search.is_over and time.perf_counter() < deadline:
        search.narrow(np.ones(len(coverage_gains.site), dtype=np.bool_))
    for _ in range(_ROUNDS):
        if search.is_over or search.relaxed.scale < SMALLEST_SCALE:
            break
        if time.perf_counter() > deadline:
            return
        search.bargain()
        yield search.tell()
    if search.is_over:
        yield search.tell()
    else:
        search.finish(deadline - time.perf_counter())
        yield search.tell()


class _Search:
    """The sites that may still be in a better set, the best set known, and the bound so far."""

    def __init__(self, coverage_gains: CoverageGains, add: int, goal: float) -> None:
        self._coverage_gains, self._add, self._goal = coverage_gains, add, goal
        self._sites = exchange(coverage_gains, grow(coverage_gains, add))
        self._value = coverage_gains.value(self._sites)
        self._bound = coverage_gains.value(range(len(coverage_gains.site)))
        self.relaxed = open_prices(coverage_gains)

    @property
    def is_over(self) -> bool:
        """Return whether nothing better is there to be found."""
        return self._bound <= self._floor or self._value >= self._goal > 0

    @property
    def _floor(self) -> float:
        """Return what a set has to be worth more than."""
        return max(self._value, self._goal - 1.0)

    def try_sites(self, rows: Sequence[int]) -> None:
        """Take some sites, and what exchanges make of them, where these are better."""
        sites = np.flatnonzero(np.isin(self._coverage_gains.site, rows)).tolist()
        self._take_if_better(exchange(self._coverage_gains, sites))

    def tell(self) -> Found:
        rows = tuple(sorted(self._coverage_gains.site[self._sites].tolist()))
        return Found(rows, self._value, max(self._bound, self._value))

    def bargain(self) -> None:
        """Move prices, try what they favour, and leave out sites that they rule out."""
        coverage_gains = self._coverage_gains
        self.relaxed = relax(coverage_gains, self._add, self._floor, self.relaxed, _STEPS)
        self._take_if_better(exchange(coverage_gains, self.relaxed.favourites))
        if self.relaxed.bound < self._floor + BETTER:
            self._bound = self._floor
            return
        self._bound = min(self._bound, self.relaxed.bound)
        hopeful = find_hopeful(coverage_gains, self._add, self._floor, self.relaxed)
        hopeful[self._sites] = True
        if hopeful.sum() <= _FEWER * len(hopeful):
            self.narrow(hopeful)

    def narrow(self, hopeful: NDArray[np.bool_]) -> None:
        """Go on with the hopeful sites alone, equal places in one, needless sites left out."""
        chosen = self._coverage_gains.site[self._sites]
        coverage_gains, served = self._coverage_gains.take(hopeful)
        coverage_gains, prices = merge_places(coverage_gains, self.relaxed.prices[served])
        needed = find_needed(coverage_gains) | np.isin(coverage_gains.site, chosen)
        coverage_gains, served = coverage_gains.take(needed)
        coverage_gains, prices = merge_places(coverage_gains, prices[served])
        self._coverage_gains = coverage_gains
        self._sites = np.searchsorted(coverage_gains.site, chosen).tolist()
        if len(coverage_gains.site) <= self._add:
            self._take_if_better(range(len(coverage_gains.site)))
            self._bound = self._floor
            return
        bound = add_up_bound(coverage_gains, self._add, prices)
        self.relaxed = replace(self.relaxed, bound=bound, prices=prices)

    def finish(self, seconds: float) -> None:
        """Let mixed-integer programming find the best set of the sites that are left."""
        solved = solve_covering(self._coverage_gains, self._add, seconds)
        self._take_if_better([*solved.sites])
        if solved.is_proven:
            self._bound = self._floor
        self._bound = min(self._bound, max(solved.bound, self._floor))

    def _take_if_better(self, sites: Sequence[int]) -> None:
        value = self._coverage_gains.value(sites)
        if value > self._value:
            self._sites, self._value = [*sites], value
