"""Good sets of sites, quickly: grown one by one, then improved by exchanging one site at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.siting.coverage_gains import CoverageGains

    Numbers = NDArray[np.float64]


def grow(coverage_gains: CoverageGains, add: int, sites: Sequence[int] = ()) -> list[int]:
    """Return a set of sites, to which that which adds most was added each time.

    What a site adds never rises as others join, so what it added when last looked at bounds it, and
    most sites need no second look. Of equals the first is taken.

    Parameters
    ----------
    coverage_gains : of which the sites are numbered as in `CoverageGains.site`.
    add : how many sites in all; fewer come back where a further one would add nothing.
    sites : those to start from.

    Source
    ------
    Minoux (1978), doi:10.1007/BFb0006528; Nemhauser, Wolsey and Fisher (1978),
    doi:10.1007/BF01588971: no worse than 1 - 1/e of the best.
    """
    chosen = list(sites)
    saved = coverage_gains.saved(chosen)
    most = coverage_gains.gains(saved)
    while len(chosen) < add and len(most):
        looked_at = np.zeros(len(most), dtype=np.bool_)
        while not looked_at[site := int(most.argmax())]:
            most[site] = coverage_gains.gain(site, saved)
            looked_at[site] = True
        if most[site] <= 0:
            break
        chosen.append(site)
        place, gain = coverage_gains.served_by(site)
        saved[place] = np.maximum(saved[place], gain)
    return chosen


def exchange(coverage_gains: CoverageGains, sites: Sequence[int]) -> list[int]:
    """Return a set of sites that no exchange of one site for another makes better.

    Each time the best exchange is made: of sites r out and j in, it adds what j adds now, less what
    is lost without r, plus what j makes up for of that loss.

    Source
    ------
    Teitz and Bart (1968), doi:10.1287/opre.16.5.955; Resende and Werneck (2007),
    doi:10.1007/s10732-006-9003-3, for what j makes up.
    """
    chosen = list(sites)
    while chosen:
        gained, out, into = _find_best_exchange(coverage_gains, chosen)
        if gained <= 0:
            break
        chosen[out] = into
    return chosen


def _find_best_exchange(coverage_gains: CoverageGains, chosen: list[int]) -> tuple[float, int, int]:
    """Return what the best exchange adds, which of the chosen goes, and which site comes."""
    best, second, owner = _find_two_best(coverage_gains, chosen)
    added = coverage_gains.gains(best)
    own = np.flatnonzero(best > second)
    lost = np.bincount(
        owner[own], (best[own] - second[own]) * coverage_gains.adults[own], minlength=len(chosen)
    )
    matrix = coverage_gains.by_place[own]
    lengths = np.diff(matrix.indptr)
    made_up = np.minimum(matrix.data, best[own].repeat(lengths)) - second[own].repeat(lengths)
    np.maximum(made_up, 0.0, out=made_up)
    made_up *= coverage_gains.adults[own].repeat(lengths)
    shape = (len(chosen), len(coverage_gains.site))
    cell = (owner[own] * shape[1]).repeat(lengths) + matrix.indices
    total = np.bincount(cell, made_up, shape[0] * shape[1]).astype(np.float64).reshape(shape)
    total += added
    total -= lost[:, np.newaxis]
    total[:, chosen] = -np.inf
    out, into = np.unravel_index(int(total.argmax()), shape)
    return float(total[out, into]), int(out), int(into)


def _find_two_best(
    coverage_gains: CoverageGains, chosen: list[int]
) -> tuple[Numbers, Numbers, NDArray[np.intp]]:
    """Return the most and second most that the chosen save each place, and which saves the most."""
    served = [coverage_gains.served_by(site) for site in chosen]
    place = np.concatenate([places for places, _ in served])
    gain = np.concatenate([gains_there for _, gains_there in served])
    number = np.arange(len(chosen)).repeat([len(places) for places, _ in served])
    order = np.lexsort((number, -gain, place))
    place, gain, number = place[order], gain[order], number[order]
    is_first = np.append(True, place[1:] != place[:-1])
    first = np.flatnonzero(is_first)
    next_one = np.flatnonzero(np.append(False, is_first[:-1]) & ~is_first)
    best, second = np.zeros((2, len(coverage_gains.adults)))
    owner = np.zeros(len(coverage_gains.adults), dtype=np.intp)
    best[place[first]], owner[place[first]] = gain[first], number[first]
    second[place[next_one]] = gain[next_one]
    return best, second, owner
