"""How far the people of files are from the nearest clinic: a unit of work, and all of them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy.spatial import cKDTree

from geo import reference
from geo.errors import SchemaError
from geo.reference.regions import assign_regions
from geo.scale.files import BATCH_ROWS, Batch, read_batches
from geo.scale.partial import EMPTY, Partial, merge, summarise
from geo.units import check_degrees, ecef_miles, to_ecef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo.scale.files import Layout, Unit

_LEAF: Final = 16


@dataclass(frozen=True, eq=False)
class Clinics:
    """The points of clinics with a tree over them; sent to another process as points alone.

    Parameters
    ----------
    latitude, longitude : (n,) degrees, EPSG:4326, n >= 1.
    """

    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    xyz: NDArray[np.float64] = field(init=False, repr=False)
    tree: cKDTree = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Build the tree."""
        object.__setattr__(self, "xyz", to_ecef(self.latitude, self.longitude))
        object.__setattr__(self, "tree", cKDTree(self.xyz, leafsize=_LEAF))

    def __reduce__(self) -> tuple[type[Clinics], tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Build the tree anew where it is unpickled: it is made sooner than sent."""
        return Clinics, (self.latitude, self.longitude)

    def measure_miles(
        self, latitude: NDArray[np.float64], longitude: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the WGS84 geodesic to the nearest clinic, statute miles; NaN without a point.

        Raises
        ------
        SchemaError : a coordinate is out of range.
        """
        miles = np.full(len(latitude), np.nan)
        located = ~(np.isnan(latitude) | np.isnan(longitude))
        check_degrees(latitude[located], longitude[located], "demand")
        points = to_ecef(latitude[located], longitude[located])
        _, nearest = self.tree.query(points)
        miles[located] = ecef_miles(points, self.xyz[nearest])
        return miles


def place_clinics(clinics: pd.DataFrame) -> Clinics:
    """Return the points of the clinics that are counted.

    Parameters
    ----------
    clinics : with `latitude` and `longitude` in degrees, EPSG:4326; those without are left out.

    Raises
    ------
    SchemaError : no clinic has a point.
    """
    located = clinics[clinics["latitude"].notna()].sort_values("clinic_id")
    if located.empty:
        raise SchemaError("No clinic has a point, so that no distance can be measured.")
    return Clinics(
        located["latitude"].to_numpy(np.float64), located["longitude"].to_numpy(np.float64)
    )


def measure_unit(
    unit: Unit, layout: Layout, clinics: Clinics, batch_rows: int = BATCH_ROWS
) -> Partial:
    """Return what one unit adds up to, a batch in memory at a time.

    Raises
    ------
    SourceError, SchemaError : as `geo.scale.files.read_batches`.
    """
    return merge(
        [
            summarise(
                complete_counties(batch),
                batch.people,
                clinics.measure_miles(batch.latitude, batch.longitude),
            )
            for batch in read_batches(unit, layout, batch_rows)
        ]
    )


def measure(
    units: Iterable[Unit],
    layout: Layout,
    clinics: Clinics,
    progress: Callable[[Unit], None] | None = None,
) -> Partial:
    """Return what all units add up to, in this process, one after the other.

    Parameters
    ----------
    units, layout : of `geo.scale.files.plan`.
    clinics : to measure to.
    progress : called with each unit that is done.

    Raises
    ------
    SourceError, SchemaError : as `geo.scale.files.read_batches`.
    """
    total = EMPTY
    with _returning_memory():
        for unit in units:
            total = merge([total, measure_unit(unit, layout, clinics)])
            if progress:
                progress(unit)
    return total


@contextmanager
def _returning_memory() -> Iterator[None]:
    """Let Arrow give memory back at once; its own allocator keeps 30 MB of it for later."""
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)


def complete_counties(batch: Batch) -> NDArray[np.int32]:
    """Return the counties, found by the point where the file names none or one that is no more.

    The counties of Connecticut became planning regions in 2022, so that older files name others.
    """
    known = _list_known()
    county = np.where(batch.county < len(known), batch.county, 0)
    county = np.where(known[county], county, 0).astype(np.int32)
    open_ = np.flatnonzero((county == 0) & ~np.isnan(batch.latitude + batch.longitude))
    if len(open_):
        points = pd.DataFrame(
            {"latitude": batch.latitude[open_], "longitude": batch.longitude[open_]}
        )
        found = assign_regions(points, _load_counties())["county_geoid"]
        county[open_] = pd.to_numeric(found.where(found.ne(""), "0")).to_numpy(np.int32)
    return county


@cache
def _load_counties() -> gpd.GeoDataFrame:
    return reference.load("counties")


@cache
def _list_known() -> NDArray[np.bool_]:
    """Return, for each number, whether it is a county's GEOID."""
    numbers = pd.to_numeric(reference.load_shapeless("counties")["county_geoid"]).to_numpy(np.intp)
    known = np.zeros(int(numbers.max()) + 1, dtype=bool)
    known[numbers] = True
    return known
