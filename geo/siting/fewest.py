"""The fewest sites that bring so many adults within reach: covering the other way round."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.i18n.language import format_number
from geo.i18n.language import gettext as _
from geo.siting.bounds import count_least, open_prices, relax
from geo.siting.exchange import exchange, grow
from geo.siting.maximising import maximise
from geo.siting.question import QuestionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.siting.coverage_gains import CoverageGains

_STEPS: Final = 1000


def find_fewest(
    coverage_gains: CoverageGains, goal: float, deadline: float, draws: int = 1
) -> Iterator[tuple[list[int], int]]:
    """Give smaller and smaller sets of sites that are worth a goal, the last the best found.

    A set is the smallest if no set of one site less is worth the goal, which `maximise` can prove.

    Parameters
    ----------
    coverage_gains : flat, of all sites.
    goal : adults, added up over the draws.
    deadline : by `time.perf_counter`, after which nothing new is begun.
    draws : how many, to name adults by.

    Returns
    -------
    The sites, numbered as in `CoverageGains.site`, and how many it takes at least.

    Raises
    ------
    QuestionError : all sites together are not worth the goal.

    Source
    ------
    Toregas, Swain, ReVelle and Bergman (1971), doi:10.1287/opre.19.6.1363.
    """
    everything = coverage_gains.value(range(len(coverage_gains.site)))
    if everything < goal:
        raise QuestionError(
            _(
                "All {count} sites together bring {adults} more adults within reach, and "
                "{goal} are wanted; ask for a smaller share, or lower the least population."
            ).format(
                count=format_number(len(coverage_gains.site)),
                adults=format_number(everything / draws),
                goal=format_number(goal / draws),
            )
        )
    sites = _grow_to(coverage_gains, goal)
    least = min(1, len(sites))
    yield sites, least
    if time.perf_counter() < deadline:
        sites = _thin_out(coverage_gains, sites, goal)
        yield sites, least
    if len(sites) > 1 and time.perf_counter() < deadline:
        prices = relax(
            coverage_gains, len(sites) - 1, goal - 1.0, open_prices(coverage_gains), _STEPS
        ).prices
        least = min(count_least(coverage_gains, prices, goal), len(sites))
        yield sites, least
    while len(sites) > least and time.perf_counter() < deadline:
        *_earlier, last = maximise(coverage_gains, len(sites) - 1, deadline, goal)
        if last.value >= goal:
            found = np.searchsorted(coverage_gains.site, last.sites).tolist()
            sites = _thin_out(coverage_gains, exchange(coverage_gains, found), goal)
        elif last.bound < goal:
            least = len(sites)
        else:
            break
        yield sites, least


def _grow_to(coverage_gains: CoverageGains, goal: float) -> list[int]:
    """Return sites worth the goal, that which adds most added each time."""
    sites: list[int] = []
    while coverage_gains.value(sites) < goal:
        sites = grow(coverage_gains, len(sites) + 1, sites)
    return sites


def _thin_out(coverage_gains: CoverageGains, sites: list[int], goal: float) -> list[int]:
    """Return fewer sites that are worth the goal still, as far as exchanges find them."""
    while sites:
        rests = [sites[:number] + sites[number + 1 :] for number in range(len(sites))]
        fewer = exchange(coverage_gains, max(rests, key=coverage_gains.value))
        if coverage_gains.value(fewer) < goal:
            break
        sites = fewer
    return sites
