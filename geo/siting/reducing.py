"""A smaller question with the same answer: equal places in one, needless sites left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import csr_array

from geo.siting.coverage_gains import make_coverage_gains

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.siting.coverage_gains import CoverageGains

    Numbers = NDArray[np.float64]

MOST_COMPARED: Final = 200_000_000
"""Dominated sites are looked for if so many products of savings are enough, about a second."""

_SEED: Final = 20_240


def draw_signatures(count: int) -> NDArray[np.uint64]:
    """Return (count, 2) fixed random numbers, of which no two likely sets have the same sum."""
    return np.random.default_rng(_SEED).integers(0, 2**64, (count, 2), dtype=np.uint64)


def find_equal(signatures: NDArray[np.uint64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the first row of each kind, ascending, and of which kind each row is."""
    _, first, kind = np.unique(signatures, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return first[order], rank[kind.ravel()]


def merge_places(coverage_gains: CoverageGains, prices: Numbers) -> tuple[CoverageGains, Numbers]:
    """Return flat savings with the places that the same sites serve in one, and their prices.

    Parameters
    ----------
    coverage_gains : flat; others are returned as they are, since hardly two of their places are
        equal.
    prices : (m,) for an adult of each place; the mean over adults keeps any bound as it is.
    """
    if not coverage_gains.is_flat:
        return coverage_gains, prices
    matrix = coverage_gains.by_place
    numbers = draw_signatures(matrix.shape[1])[matrix.indices]
    first, kind = find_equal(np.add.reduceat(numbers, matrix.indptr[:-1], axis=0))
    if len(first) == len(kind):
        return coverage_gains, prices
    adults = np.bincount(kind, coverage_gains.adults).astype(np.float64)
    paid = np.bincount(kind, coverage_gains.adults * prices)
    return make_coverage_gains(adults, coverage_gains.site, matrix[first]), paid / adults


def find_needed(coverage_gains: CoverageGains) -> NDArray[np.bool_]:
    """Return (c,) which sites are needed: not those that serve no place another one does not.

    Of equals the first is needed. Savings that are not flat, or where there is too much to compare,
    lose only the sites that are equal to another.
    """
    matrix = coverage_gains.by_site
    needed = np.zeros(matrix.shape[0], dtype=np.bool_)
    numbers = draw_signatures(matrix.shape[1])[matrix.indices]
    numbers *= matrix.data.astype(np.uint64)[:, np.newaxis]
    first, _ = find_equal(np.add.reduceat(numbers, matrix.indptr[:-1], axis=0))
    needed[first] = True
    degree = np.diff(coverage_gains.by_place[:, needed].indptr).astype(np.float64)
    if coverage_gains.is_flat and degree @ degree <= MOST_COMPARED:
        kept = matrix[first]
        size = np.diff(kept.indptr)
        shared = csr_array(kept @ kept.T).tocoo()
        one, other = shared.coords
        needed[first[one[(shared.data == size[one]) & (size[other] > size[one])]]] = False
    return needed
