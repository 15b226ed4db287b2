"""The people of files by county and by the ZIP point nearest to them, added up exactly.

Drives are known from ZIP points, so that this is all that a measure by road wants of a file: some
hundred thousand whole numbers, however many rows there are. Whoever reads the files needs no drives,
and the drives of all draws are looked up once for all rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.spatial import cKDTree

from geo.coverage.demand import load_demand
from geo.scale.files import BATCH_ROWS, read_batches
from geo.scale.partial import add_alike, refuse_overflow
from geo.scale.reaching import complete_counties
from geo.units import check_degrees, to_ecef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from geo.scale.files import Batch, Layout, Unit

_BITS: Final = 20
NO_ZIP: Final = (1 << _BITS) - 1
"""Stands for the ZIP of people without a point."""


@dataclass(frozen=True, slots=True, eq=False)
class ZipPeople:
    """How many people live in which county nearest to which ZIP point; read-only.

    Parameters
    ----------
    key : (n,) ascending, county and ZIP in one number.
    people : (n,) in units.
    """

    key: NDArray[np.int64]
    people: NDArray[np.int64]

    @property
    def county(self) -> NDArray[np.int64]:
        """(n,) the county's GEOID as a number; 0 is in no county."""
        return self.key >> _BITS

    @property
    def zip(self) -> NDArray[np.int64]:
        """(n,) which ZIP point of `geo.coverage.demand.load_demand`, or `NO_ZIP`."""
        return self.key & NO_ZIP


def count_unit(unit: Unit, layout: Layout, batch_rows: int = BATCH_ROWS) -> ZipPeople:
    """Return the people of one unit, a batch in memory at a time.

    Raises
    ------
    SourceError, SchemaError : as `geo.scale.files.read_batches`.
    """
    return merge_people([_count(batch) for batch in read_batches(unit, layout, batch_rows)])


def count_people(
    units: Iterable[Unit], layout: Layout, progress: Callable[[Unit], None] | None = None
) -> ZipPeople:
    """Return the people of all units, in this process, one after the other.

    Parameters, errors : as `geo.scale.reaching.measure`.
    """
    total = merge_people([])
    for unit in units:
        total = merge_people([total, count_unit(unit, layout)])
        if progress:
            progress(unit)
    return total


def merge_people(parts: Sequence[ZipPeople]) -> ZipPeople:
    """Return what several add up to, the same in whatever order they come.

    Raises
    ------
    SchemaError : the sums would not fit in 64 bits.
    """
    if not parts:
        return ZipPeople(np.empty(0, np.int64), np.empty(0, np.int64))
    people = np.concatenate([part.people for part in parts])
    refuse_overflow(float(people.sum(dtype=np.float64)))
    return ZipPeople(*add_alike(np.concatenate([part.key for part in parts]), people))


def _count(batch: Batch) -> ZipPeople:
    located = np.flatnonzero(~np.isnan(batch.latitude + batch.longitude))
    latitude, longitude = batch.latitude[located], batch.longitude[located]
    check_degrees(latitude, longitude, "demand")
    nearest = np.full(len(batch.people), NO_ZIP, dtype=np.int64)
    nearest[located] = _load_zips().query(to_ecef(latitude, longitude))[1]
    key = (complete_counties(batch).astype(np.int64) << _BITS) | nearest
    return merge_people([ZipPeople(key, batch.people)])


@cache
def _load_zips() -> cKDTree:
    return cKDTree(load_demand().xyz)
