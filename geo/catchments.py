"""Which clinics lie within a catchment of which places: the pairs that accessibility adds up over.

Only pairs within the catchment are kept, by place, then clinic, so that the same input gives the
same bits. Distances are geodesics on WGS84, and worked out only where they are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.spatial import cKDTree

from geo.errors import GeoError
from geo.units import GEOD, METRES_PER_MILE, check_degrees, ecef_miles, to_ecef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]

LEAST_RADII: Final = 2.0
"""A catchment has to span so many radii within which a clinic's position is known."""

_SMALLEST_RADIUS: Final = float(GEOD.b**2 / GEOD.a)  # of curvature, metres
_BLUR: Final = 1.0  # square metres; swallows the rounding of a chord's square (0.05)
_BLOCK: Final = 128  # places; few enough that their clinics are much the same
_CLINICS_AT_ONCE: Final = 384  # with a block, a product too small for BLAS to wake other threads
_PLACES_AT_ONCE: Final = 512  # so that temporaries stay small enough to be used again


class CatchmentError(GeoError, ValueError):
    """A catchment is no distance, or finer than the positions it would be measured on."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Which clinics lie within the catchment of which places; read-only.

    Parameters
    ----------
    catchment_miles : geodesic, statute miles; a clinic at this very distance is within.
    starts : (n + 1,) where in `clinic` those of each place begin.
    clinic : (p,) row of the clinics, ascending for each place.
    place_xyz, clinic_xyz : (n, 3), (m, 3) where they are, ECEF metres (EPSG:4978).
    """

    catchment_miles: float
    starts: NDArray[np.int64]
    clinic: NDArray[np.int32]
    place_xyz: Numbers
    clinic_xyz: Numbers

    @property
    def in_range(self) -> NDArray[np.bool_]:
        """Return (n,) whether each place has a clinic within the catchment."""
        return np.diff(self.starts) > 0

    def miles(self) -> Numbers:
        """Return the (p,) geodesic of each pair in statute miles, as `units.ecef_miles` has it."""
        return self.map_miles(lambda miles: miles)

    def map_miles(self, function: Callable[[Numbers], Numbers]) -> Numbers:
        """Return the (p,) values of an elementwise function of the miles, which are not kept."""
        # By axis, so that the arithmetic runs over contiguous numbers.
        places, clinics = (np.ascontiguousarray(xyz.T) for xyz in (self.place_xyz, self.clinic_xyz))
        values = np.empty(len(self.clinic))
        for first in range(0, len(self.place_xyz), _PLACES_AT_ONCE):
            starts = self.starts[first : first + _PLACES_AT_ONCE + 1]
            some = slice(starts[0], starts[-1])
            origins = places[:, first : first + _PLACES_AT_ONCE].repeat(np.diff(starts), axis=1)
            targets = clinics.take(self.clinic[some], axis=1)
            values[some] = function(ecef_miles(origins.T, targets.T))
        return values


def build_pairs(
    latitude: ArrayLike,
    longitude: ArrayLike,
    clinic_latitude: ArrayLike,
    clinic_longitude: ArrayLike,
    catchment_miles: float,
) -> Pairs:
    """Return all pairs of a place and a clinic within the catchment, exact on WGS84.

    With c the chord and r the ellipsoid's smallest radius of curvature, a geodesic s is at least c,
    and c is at least 2 r sin(s / 2r), which is at least s - s^3 / 24 r^2 (see `geo.nearest`). So
    chords decide, but for the few between those two (a metre apart at 60 miles). They are taken
    of blocks of places at once, as a matrix product, from the clinics that a tree finds around the
    block; so it is quickest where neighbours follow one another, as by ZIP or GEOID they do.

    Parameters
    ----------
    latitude, longitude : (n,) places, degrees, EPSG:4326.
    clinic_latitude, clinic_longitude : (m,) clinics, likewise.
    catchment_miles : statute miles, > 0.

    Raises
    ------
    CatchmentError : the catchment is not above 0, or not finite.
    SchemaError : a point is none of the Earth.
    """
    if not (np.isfinite(catchment_miles) and catchment_miles > 0):
        raise CatchmentError(f"A catchment is a number of miles above 0, not {catchment_miles}.")
    places = _to_xyz(latitude, longitude, "places")
    clinics = _to_xyz(clinic_latitude, clinic_longitude, "clinics")
    metres = catchment_miles * METRES_PER_MILE
    outer = metres**2 + _BLUR
    inner = max(metres - metres**3 / (24.0 * _SMALLEST_RADIUS**2), 0.0) ** 2 - _BLUR
    # |x - y|^2 as one product: (-2x, |x|^2, 1) . (y, 1, |y|^2)
    left = np.column_stack([-2.0 * places, _square_norms(places), np.ones(len(places))])
    right = np.column_stack([clinics, np.ones(len(clinics)), _square_norms(clinics)])
    starts = np.zeros(len(places) + 1, dtype=np.int64)
    found, total = [np.empty(0, dtype=np.int32)], 0
    for block, around in _look_around(places, clinics, metres):
        squares = _multiply(left[block], right, around)
        within = squares <= outer
        unsure = within & (squares > inner)
        if unsure.any():
            place, column = np.nonzero(unsure)
            miles = ecef_miles(places[block][place], clinics[around[column]])
            within[place, column] = miles <= catchment_miles
        cells = np.flatnonzero(within)
        ends = np.arange(1, len(within) + 1) * len(around)
        starts[1:][block] = cells.searchsorted(ends) + total
        found.append(np.tile(around, len(within)).take(cells))
        total += len(cells)
    return Pairs(catchment_miles, starts, np.concatenate(found), places, clinics)


def check_catchment(catchment_miles: float, radius_miles: ArrayLike) -> None:
    """Refuse a catchment that is finer than the clinics' positions are known.

    Parameters
    ----------
    catchment_miles : statute miles.
    radius_miles : (m,) within which each clinic's position is known.

    Raises
    ------
    CatchmentError : it is under `LEAST_RADII` times their median; the text says what is enough.
    """
    radii = np.asarray(radius_miles, dtype=np.float64)
    median = float(np.median(radii)) if len(radii) else 0.0
    if catchment_miles < LEAST_RADII * median:
        enough = int(np.ceil(LEAST_RADII * median))
        raise CatchmentError(
            f"A catchment of {catchment_miles:g} miles is finer than the clinics are known: half of "
            f"them only to within {median:.1f} miles or worse, and it takes twice that to tell who "
            f"is inside; give {enough} miles or more."
        )


def _to_xyz(latitude: ArrayLike, longitude: ArrayLike, name: str) -> Numbers:
    """Return points in ECEF metres."""
    latitudes, longitudes = (np.asarray(axis, dtype=np.float64) for axis in (latitude, longitude))
    check_degrees(latitudes, longitudes, name)
    return to_ecef(latitudes, longitudes)


def _look_around(
    places: Numbers, clinics: Numbers, metres: float
) -> Iterator[tuple[slice, NDArray[np.int32]]]:
    """Give blocks of places with all clinics, ascending, that may be within of one of them."""
    if not len(places):
        return
    firsts = np.arange(0, len(places), _BLOCK)
    low, high = np.minimum.reduceat(places, firsts), np.maximum.reduceat(places, firsts)
    reach = np.sqrt(np.square(high - low).sum(axis=1)) / 2.0 + metres + 1.0
    around = cKDTree(clinics).query_ball_point((low + high) / 2.0, reach, return_sorted=True)
    for first, rows in zip(firsts.tolist(), around, strict=True):
        yield slice(first, first + _BLOCK), np.array(rows, dtype=np.int32)


def _square_norms(xyz: Numbers) -> Numbers:
    norms: Numbers = np.einsum("ij,ij->i", xyz, xyz)
    return norms


def _multiply(left: Numbers, right: Numbers, rows: NDArray[np.int32]) -> Numbers:
    """Return the products of all of `left` with some rows of `right`."""
    if len(rows) <= _CLINICS_AT_ONCE:
        return left @ right.take(rows, axis=0).T
    products = np.empty((len(left), len(rows)))
    for first in range(0, len(rows), _CLINICS_AT_ONCE):
        some = slice(first, first + _CLINICS_AT_ONCE)
        np.matmul(left, right.take(rows[some], axis=0).T, out=products[:, some])
    return products
