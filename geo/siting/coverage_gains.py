"""What each site would save the adults of each place: what every objective adds up.

A site saves an adult 1 where it brings a clinic within the distance asked about, and the adult is
counted once for each draw in which no clinic is so near; or, for the distance objective, it saves so
many thousandths of a mile, added up over the draws. Both fall as the site is further away, so of
several sites a place takes the best, and a set of sites is worth the sum, over places, of adults times
the most that one of the set saves there: the mean over the draws, times their number, exactly. All
are whole numbers held in floats, whose sums below 2**53 are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import coo_array, csr_array

from geo.accessibility.catchments import build_pairs
from geo.coverage.coverage_draws import PER_MILE
from geo.siting.question import DISTANCE
from geo.units import ecef_miles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from geo.siting.question import Question

    Numbers = NDArray[np.float64]
    _Part = tuple[NDArray[np.int32], NDArray[np.int32], Numbers]

_WIDENING: Final = 1.25  # from one class of distances to the next
_SERIES_LIMIT_MILES: Final = 1000.0  # up to there it is right to a sixth of a thousandth of a mile
_AT_ONCE: Final = 1_000_000
_DISTANCE_BITS: Final = 24  # half the Earth's girth is 12.5 million thousandths of a mile


@dataclass(frozen=True, slots=True, eq=False)
class CoverageGains:
    """The savings of sites at places, of which each has at least one; read-only.

    Parameters
    ----------
    adults : (m,) of each place, for as many draws as they are counted.
    site : (c,) ascending rows of the question's sites.
    by_place : (m, c) what a site saves an adult of a place, > 0 where it is kept.
    by_site : (c, m) the same.
    is_flat : whether all savings are 1.
    """

    adults: Numbers
    site: NDArray[np.intp]
    by_place: csr_array
    by_site: csr_array
    is_flat: bool

    def most(self) -> Numbers:
        """Return (m,) the most that any site saves an adult of each place."""
        return np.maximum.reduceat(self.by_place.data, self.by_place.indptr[:-1])

    def gains(self, saved: Numbers) -> Numbers:
        """Return (c,) what each site adds where adults of each place are saved so much already.

        Parameters
        ----------
        saved : (m,) for each adult, >= 0, and at most 1 where savings are flat.
        """
        if self.is_flat:
            return np.asarray(self.by_site @ (self.adults * (1.0 - saved)))
        excess = self.by_site.data - saved.take(self.by_site.indices)
        np.maximum(excess, 0.0, out=excess)
        added = csr_array((excess, self.by_site.indices, self.by_site.indptr), self.by_site.shape)
        return np.asarray(added @ self.adults)

    def gain(self, site: int, saved: Numbers) -> float:
        """Return what one site adds, as `gains`."""
        place, gain = self.served_by(site)
        return float(np.maximum(gain - saved[place], 0.0) @ self.adults[place])

    def served_by(self, site: int) -> tuple[NDArray[np.int32], Numbers]:
        """Return the places where a site saves something, and what it saves an adult there."""
        some = slice(self.by_site.indptr[site], self.by_site.indptr[site + 1])
        return self.by_site.indices[some], self.by_site.data[some]

    def saved(self, sites: Sequence[int]) -> Numbers:
        """Return (m,) what a set of sites saves an adult of each place."""
        saved = np.zeros(len(self.adults))
        for site in sites:
            place, gain = self.served_by(site)
            saved[place] = np.maximum(saved[place], gain)
        return saved

    def value(self, sites: Sequence[int]) -> float:
        """Return what a set of sites is worth."""
        return float(self.saved(sites) @ self.adults)

    def take(self, sites: NDArray[np.bool_]) -> tuple[CoverageGains, NDArray[np.bool_]]:
        """Return the savings of some of the sites, and (m,) the places that they serve."""
        by_place = self.by_place[:, sites]
        served = np.diff(by_place.indptr) > 0
        return make_coverage_gains(self.adults[served], self.site[sites], by_place[served]), served


def make_coverage_gains(
    adults: Numbers, site: NDArray[np.intp], by_place: csr_array
) -> CoverageGains:
    """Return savings of (m, c) a place's row each, the sites of each row ascending."""
    is_flat = bool((by_place.data == 1.0).all())
    return CoverageGains(adults, site, by_place, by_place.T.tocsr(), is_flat)


def build_coverage_gains(question: Question) -> CoverageGains:
    """Return the savings that a question is about; sites that save nothing are left out."""
    parts = _save_miles(question) if question.objective == DISTANCE else [_bring_within(question)]
    places, sites, coverage_gains = zip(*parts, strict=True)
    place, site = np.concatenate(places), np.concatenate(sites)
    count = len(question.site_latitude)
    shape = (len(question.adults), count)
    matrix = csr_array(coo_array((np.concatenate(coverage_gains), (place, site)), shape=shape))
    is_used = np.bincount(matrix.indices, minlength=count) > 0
    is_served = np.diff(matrix.indptr) > 0
    counted = question.adults
    if question.objective != DISTANCE:
        counted = counted * question.missed
    adults = counted[is_served].astype(np.float64)
    return make_coverage_gains(adults, np.flatnonzero(is_used), matrix[is_served][:, is_used])


def _bring_within(question: Question) -> _Part:
    """Return places, sites within the distance of them, and 1."""
    if question.reached is not None:
        place, site = question.reached
        return place, site, np.ones(len(place))
    pairs = build_pairs(
        question.latitude,
        question.longitude,
        question.site_latitude,
        question.site_longitude,
        question.within
        + 1 / (2 * PER_MILE),  # counted in whole thousandths, as by `geo.coverage.coverage_draws`
    )
    place = np.arange(len(question.adults), dtype=np.int32).repeat(np.diff(pairs.starts))
    return place, pairs.clinic, np.ones(len(place))


def _save_miles(question: Question) -> Iterator[_Part]:
    """Give places, sites nearer than a clinic in some draw, and thousandths of a mile saved in all.

    Places are taken by classes of the farthest distance, so that few sites are looked at in vain.
    """
    miles_now = question.nearest[:, -1] / PER_MILE
    saving = _Saving(question.nearest)
    number = np.ceil(np.log(np.maximum(miles_now, 1.0)) / np.log(_WIDENING))
    yield np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32), np.empty(0)
    for one in np.unique(number):
        rows = np.flatnonzero(number == one).astype(np.int32)
        pairs = build_pairs(
            question.latitude[rows],
            question.longitude[rows],
            question.site_latitude,
            question.site_longitude,
            float(miles_now[rows].max()),
        )
        of_row = np.arange(len(rows)).repeat(np.diff(pairs.starts))
        for first in range(0, len(of_row), _AT_ONCE):
            some = slice(first, first + _AT_ONCE)
            place, site = rows[of_row[some]], pairs.clinic[some]
            miles = ecef_miles(
                pairs.place_xyz[of_row[some]],
                pairs.clinic_xyz[site],
                series_limit_miles=_SERIES_LIMIT_MILES,
            )
            gain = saving.add_up(place, np.rint(miles * PER_MILE).astype(np.int64))
            is_nearer = gain > 0
            yield place[is_nearer], site[is_nearer], gain[is_nearer].astype(np.float64)


class _Saving:
    """What a clinic at a distance saves a place, over all draws of where the nearest now is.

    Parameters
    ----------
    nearest : (m, draws) thousandths of a mile, ascending.
    """

    def __init__(self, nearest: NDArray[np.int32]) -> None:
        places, self._draws = nearest.shape
        # Distances of all places in one ascending row: those of a place follow its number.
        numbers = np.arange(places, dtype=np.int64)[:, np.newaxis] << _DISTANCE_BITS
        self._row = (numbers | nearest).ravel()
        self._least = nearest[:, 0]
        self._total = np.concatenate([[0], np.cumsum(nearest, dtype=np.int64)])

    def add_up(self, place: NDArray[np.int32], distance: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the sum, over the draws, of what is more than a distance, less that distance."""
        number = place.astype(np.int64)
        first = number * self._draws
        end = first + self._draws
        some = np.flatnonzero(distance >= self._least[place])  # else nearer in every draw
        key = (number[some] << _DISTANCE_BITS) | distance[some]
        first[some] = np.searchsorted(self._row, key, side="right")
        saved: NDArray[np.int64] = self._total[end] - self._total[first] - (end - first) * distance
        return saved
