"""Which clinics lie within a catchment of which places: the pairs that accessibility adds up over.

Only pairs within the catchment are kept, by place, then clinic, so that the same input gives the
same bits. Distances are geodesics on WGS84, and worked out only where they are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
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
"""A catchment has to span so many radii within which a clinic's position is known, a zone of it one."""

_SMALLEST_RADIUS: Final = float(GEOD.b**2 / GEOD.a)  # of curvature, metres
_BLUR: Final = 1.0  # square metres; more than the rounding of a chord's square as a product (0.05)
_RELATIVE_BLUR: Final = 2.0**-22  # more than the rounding of two numbers to 32 bits
_BLOCK: Final = 128  # places; few enough that their clinics are much the same
_BLOCKS_AT_ONCE: Final = 32  # whose clinics are held as lists of objects
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
    chord_squared : (p,) square metres, rounded: to compare by, not to compute with.
    place_xyz, clinic_xyz : (n, 3), (m, 3) where they are, ECEF metres (EPSG:4978).
    """

    catchment_miles: float
    starts: NDArray[np.int64]
    clinic: NDArray[np.int32]
    chord_squared: NDArray[np.float32]
    place_xyz: Numbers
    clinic_xyz: Numbers

    @property
    def shape(self) -> tuple[int, int]:
        """How many places and clinics there are."""
        return len(self.place_xyz), len(self.clinic_xyz)

    @property
    def in_range(self) -> NDArray[np.bool_]:
        """Return (n,) whether each place has a clinic within the catchment."""
        return np.diff(self.starts) > 0

    def beyond(self, miles: float) -> NDArray[np.bool_]:
        """Return (p,) whether the geodesic of each pair is longer than `miles`, exactly.

        With c the chord and r the ellipsoid's smallest radius of curvature, a geodesic s is at
        least c, and c is at least 2 r sin(s / 2r), which is at least s - s^3 / 24 r^2 (see
        `geo.search.nearest`). So chords decide, but for the few between the two (a metre at 60
        miles).
        """
        metres = miles * METRES_PER_MILE
        sure = max(metres - metres**3 / (24.0 * _SMALLEST_RADIUS**2), 0.0)
        beyond = self.chord_squared > metres**2 + _blur(metres**2)
        unsure = np.flatnonzero((self.chord_squared > sure**2 - _blur(sure**2)) & ~beyond)
        place = self.starts.searchsorted(unsure, side="right") - 1
        clinic = self.clinic[unsure]
        beyond[unsure] = ecef_miles(self.place_xyz[place], self.clinic_xyz[clinic]) > miles
        return beyond

    def miles(self) -> Numbers:
        """Return the (p,) geodesic of each pair in statute miles, as `units.ecef_miles` has it."""
        return self.map_costs(lambda miles: miles)

    def map_costs(self, function: Callable[[Numbers], Numbers]) -> Numbers:
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

    Squares of chords are taken of a block of places at once, as a matrix product, from the clinics
    that a tree finds around the block; so it is quickest where neighbours follow one another, as
    by ZIP or GEOID they do.

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
    most = metres**2 + _blur(metres**2)
    # |x - y|^2 as one product: (-2x, |x|^2, 1) . (y, 1, |y|^2)
    left = np.column_stack([-2.0 * places, _square_norms(places), np.ones(len(places))])
    right = np.column_stack([clinics, np.ones(len(clinics)), _square_norms(clinics)])
    starts = np.zeros(len(places) + 1, dtype=np.int64)
    clinic, chord_squared = np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32)
    for block, around in _look_around(places, clinics, metres):
        squares = _multiply(left[block], right, around)
        cells = np.flatnonzero(squares <= most)
        total = len(clinic)
        starts[1:][block] = cells.searchsorted(np.arange(1, len(squares) + 1) * len(around)) + total
        # In place, which moves no memory of this size: joined lists would be held twice.
        clinic.resize(total + len(cells), refcheck=False)
        chord_squared.resize(total + len(cells), refcheck=False)
        clinic[total:] = np.tile(around, len(squares)).take(cells)
        chord_squared[total:] = squares.take(cells)
    pairs = Pairs(catchment_miles, starts, clinic, chord_squared, places, clinics)
    outside = np.flatnonzero(pairs.beyond(catchment_miles))
    if not len(outside):
        return pairs
    return replace(
        pairs,
        starts=starts - outside.searchsorted(starts),
        clinic=np.delete(clinic, outside),
        chord_squared=np.delete(chord_squared, outside),
    )


def check_catchment(catchment_miles: float, radius_miles: ArrayLike, zones: int = 1) -> None:
    """Refuse a catchment that is, or of which a zone is, finer than the clinics' positions are known.

    Parameters
    ----------
    catchment_miles : statute miles.
    radius_miles : (m,) within which each clinic's position is known.
    zones : into how many of one width the catchment is cut.

    Raises
    ------
    CatchmentError : it is under `LEAST_RADII` times their median, or a zone is under their median; the
        text says what is enough.
    """
    radii = np.asarray(radius_miles, dtype=np.float64)
    median = float(np.median(radii)) if len(radii) else 0.0
    refuse_fine(catchment_miles, median, zones, unit="miles", within=f"{median:.1f} miles")


def refuse_fine(catchment: float, median: float, zones: int, *, unit: str, within: str) -> None:
    """Refuse a catchment under `LEAST_RADII` times the median radius, or with a zone under it.

    Parameters
    ----------
    catchment, median : in one unit.
    zones : of the catchment, of one width.
    unit : its name.
    within : the median radius in words.

    Raises
    ------
    CatchmentError : it is.
    """
    least = max(LEAST_RADII, zones) * median
    if catchment >= least:
        return
    cut, takes = "", "twice that"
    if zones > LEAST_RADII:
        cut, takes = f", cut into zones of {catchment / zones:.3g},", "a zone as wide as that"
    raise CatchmentError(
        f"A catchment of {catchment:g} {unit}{cut} is finer than the clinics are known: half of "
        f"them only to within {within} or worse, and it takes {takes} to tell who is inside; give "
        f"{int(np.ceil(least))} {unit} or more."
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
    tree, middles = cKDTree(clinics), (low + high) / 2.0
    for start in range(0, len(firsts), _BLOCKS_AT_ONCE):
        some = slice(start, start + _BLOCKS_AT_ONCE)
        around = tree.query_ball_point(middles[some], reach[some], return_sorted=True)
        for first, rows in zip(firsts[some].tolist(), around, strict=True):
            yield slice(first, first + _BLOCK), np.array(rows, dtype=np.int32)


def _blur(chord_squared: float) -> float:
    """Return by how much the square of a chord may be rounded, with what it is compared to."""
    return _BLUR + chord_squared * _RELATIVE_BLUR


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
