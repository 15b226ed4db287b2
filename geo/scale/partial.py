"""Sums over many points that come out the same to the bit however the points are dealt out.

Everything is whole numbers: people, or thousandths of a person where the files hold fractions, and
ten-thousandths of a mile. Only counties with points, and only bins with people, are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.coverage.measures import WITHIN_MILES
from geo.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

PER_MILE: Final = 10_000
"""Units of distance in a mile; one is 16 cm."""

BINS_PER_MILE: Final = 4
BINS: Final = 200 * BINS_PER_MILE
"""Bins of a quarter of a mile up to 200 miles, each with its upper end, so that the people within
whole miles are sums of bins; the last one holds all that is farther."""

COLUMNS: Final = ("points", "people", "unlocated", *WITHIN_MILES, "distance")
"""Of `Partial.sums`: points; people with a point, and without; people within so many miles; people
times distance."""

_BIN: Final = PER_MILE // BINS_PER_MILE
_EDGES: Final = [0, *(miles * BINS_PER_MILE for miles in WITHIN_MILES)]
_LARGEST: Final = 2.0**62


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """What some of the points add up to, county by county; read-only.

    Parameters
    ----------
    county : (n,) ascending, the county's GEOID as a number; 0 is in no county.
    sums : (n, len(COLUMNS)).
    bins : (m,) ascending, county * BINS + bin of distance.
    people : (m,) in each of `bins`.
    """

    county: NDArray[np.int64]
    sums: NDArray[np.int64]
    bins: NDArray[np.int64]
    people: NDArray[np.int64]


EMPTY: Final = Partial(
    np.empty(0, np.int64),
    np.empty((0, len(COLUMNS)), np.int64),
    np.empty(0, np.int64),
    np.empty(0, np.int64),
)


def summarise(
    county: NDArray[np.int32], people: NDArray[np.int64], miles: NDArray[np.float64]
) -> Partial:
    """Return what points add up to.

    Parameters
    ----------
    county : (k,) GEOIDs as numbers, 0 for no county.
    people : (k,) in units, 0 or more.
    miles : (k,) to the nearest clinic; NaN for people without a point.

    Raises
    ------
    SchemaError : the sums would not fit in 64 bits.
    """
    if len(county) == 0:
        return EMPTY
    numbers, row = _rank(county)
    located = ~np.isnan(miles)
    here = np.where(located, people, 0)
    distance = np.rint(np.where(located, miles, 0.0) * PER_MILE).astype(np.int64)
    refuse_overflow(float(people.sum(dtype=np.float64)) * 2**9)
    # Not `dot`, whose threads would wait for each other longer than this takes.
    refuse_overflow(float((here.astype(np.float64) * distance).sum()))
    place = np.minimum((np.maximum(distance, 1) - 1) // _BIN, BINS - 1)
    # Floats add whole numbers exactly below 2**53, which `refuse_overflow` has seen to.
    counted = np.bincount(row * BINS + place, weights=here, minlength=len(numbers) * BINS)
    filled = np.flatnonzero(counted)
    within = np.add.reduceat(counted.reshape(-1, BINS), _EDGES, axis=1).cumsum(axis=1)
    sums = np.zeros((len(numbers), len(COLUMNS)), np.int64)
    sums[:, 0] = np.bincount(row, weights=located)
    sums[:, 1] = within[:, -1]
    sums[:, 2] = np.bincount(row, weights=people) - within[:, -1]
    sums[:, 3:-1] = within[:, :-1]
    np.add.at(sums[:, -1], row, here * distance)
    return Partial(
        numbers,
        sums,
        numbers[filled // BINS] * BINS + filled % BINS,
        counted[filled].astype(np.int64),
    )


def merge(partials: Sequence[Partial]) -> Partial:
    """Return what several partials add up to, the same in whatever order they come.

    Raises
    ------
    SchemaError : the sums would not fit in 64 bits.
    """
    if not partials:
        return EMPTY
    sums = np.concatenate([partial.sums for partial in partials])
    refuse_overflow(float(sums[:, -1].sum(dtype=np.float64)))
    county, added = add_alike(np.concatenate([partial.county for partial in partials]), sums)
    bins, people = add_alike(
        np.concatenate([partial.bins for partial in partials]),
        np.concatenate([partial.people for partial in partials]),
    )
    return Partial(county, added, bins, people)


def _rank(county: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Return the counties that occur, ascending, and which of them each point's is."""
    present = np.zeros(int(county.max()) + 1, dtype=bool)
    present[county] = True
    numbers = np.flatnonzero(present)
    rank = np.empty(len(present), np.intp)
    rank[numbers] = np.arange(len(numbers))
    return numbers, rank[county]


def add_alike(
    keys: NDArray[np.int64], values: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return each key once, and the sum of its values."""
    if len(keys) == 0:
        return keys, values
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    return ordered[starts], np.add.reduceat(values[order], starts, axis=0)


def refuse_overflow(people_times_distance: float) -> None:
    """Refuse a sum that whole numbers of 64 bits might not hold.

    Raises
    ------
    SchemaError : it is that large.
    """
    if not people_times_distance < _LARGEST:
        raise SchemaError(
            "So many people so far away cannot be added up exactly in 64 bits; "
            "measure a part of the files, or give people in thousands."
        )
