"""The nearest clinics, in the exact order of the WGS84 geodesic.

A k-d tree over Earth-centred (ECEF) points finds candidates by chord, the straight line through
the Earth; the geodesic then decides wherever chords cannot. Why that is exact:

Let c be the chord and s the geodesic between two points of the ellipsoid. Its radii of curvature
in every direction lie between r = b^2/a (along the meridian at the equator) and R = a^2/b (at the
poles). Then

    (1)  s >= c;
    (2)  s >= 2 R asin(c / 2R);
    (3)  s <= 2 r asin(c / 2r)   for c <= 12,400 km.

(1) A straight line is shortest. (2) Walk the geodesic from p at unit speed; let n be the outward
normal and F half the square of the chord walked. A geodesic bends with the surface only, so
F'' = 1 - k <x - p, n> with k >= 1/R the curvature in its direction. By Blaschke's rolling theorem
the ellipsoid lies in the ball of radius R that touches it at x from outside, so p does, which says
<x - p, n> >= F/R, and F'' <= 1 - F/R^2. With F = F' = 0 at the start, Sturm's comparison gives
F <= R^2 (1 - cos(s/R)), that is c <= 2 R sin(s/2R), for all s <= pi R; no shortest geodesic is
longer (Bonnet). (3) In the same way the ball of radius r that touches at x from inside lies in the
ellipsoid, k <= 1/r, and F >= r^2 (1 - cos(s/r)), that is c >= 2 r sin(s/2r), for s <= pi r. Were a
shortest geodesic longer than pi r, it would pass c >= 2r there and have at most pi (R - r), 202 km,
to go, so c would be above 12,469 km.

One origin: S, the k-th smallest geodesic to the clinics of smallest chord, bounds the k-th of all.
A clinic left out has a chord of at least the largest one seen; if by (2) that is a geodesic above
S, the answer stands. Else all clinics are taken whose chord may belong to a geodesic of at most S.
Many origins: where chords c1 < c2 are further apart than 2 r asin(c1/2r) - 2 R asin(c1/2R), the
geodesics have the same order by (2) and (3), because 2 R asin(c/2R) grows at least as fast as c:
9 cm at 100 miles. Only rows with a closer pair, or beyond 12,400 km, are put through the first
way, so near-antipodal origins are right too. Bounds are widened by 1 mm, which swallows rounding
(nanometres) and the error of the series that gives batch distances (0.1 mm).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geo.errors import SchemaError
from geo.units import (
    GEOD,
    METRES_PER_MILE,
    check_degrees,
    ecef_miles,
    locate_ecef,
    table_points,
    to_ecef,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_LARGEST_RADIUS: Final = float(GEOD.a**2 / GEOD.b)
_SMALLEST_RADIUS: Final = float(GEOD.b**2 / GEOD.a)
_BOUNDED_CHORD: Final = 12_400_000.0
_SLACK: Final = 1e-3
_CHUNK: Final = 65_536
_BLOCK: Final = 256  # origins settled at once: on the far side of the Earth all clinics may compete


@dataclass(frozen=True, slots=True, eq=False)
class ClinicIndex:
    """Where the clinics of one table stand, ready for questions; read-only.

    Clinics at one and the same point (all that is known of them may be their city) share it, so
    the tree holds each point once.

    Parameters
    ----------
    clinic_ids : (n,) the `clinic_id` of every row of the table, located or not.
    unlocated : the rows without a point, which no distance can rank; as they stood.
    latitude, longitude : (p,) the distinct points, degrees, EPSG:4326.
    xyz : (p, 3) the same in ECEF metres (EPSG:4978).
    tree : over `xyz`.
    rows : (located,) the rows of the table, those of one point together and ascending.
    starts : (p + 1,) where in `rows` each point's begin.
    """

    clinic_ids: pd.api.extensions.ExtensionArray
    unlocated: pd.DataFrame
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    xyz: NDArray[np.float64]
    tree: cKDTree
    rows: NDArray[np.intp]
    starts: NDArray[np.intp]

    @property
    def located(self) -> int:
        """How many clinics have a point."""
        return len(self.rows)

    @property
    def shares_points(self) -> bool:
        """Whether two clinics stand at one and the same point."""
        return len(self.rows) > len(self.latitude)


def build_index(table: pd.DataFrame) -> ClinicIndex:
    """Return an index of a clinic table.

    Parameters
    ----------
    table : a row a clinic: `clinic_id`, `latitude`, `longitude` (degrees, EPSG:4326; NaN where
        there is no point), or a GeoDataFrame of points with `clinic_id`.

    Returns
    -------
    The index; rows without a point are its `unlocated`.

    Raises
    ------
    CrsError : a GeoDataFrame that is not in EPSG:4326.
    SchemaError : a column is missing, an id is there twice, or a coordinate is no number or out of
        range.
    """
    if "clinic_id" not in table.columns:
        raise SchemaError("The clinics table lacks clinic_id; add it.")
    twice = table["clinic_id"].duplicated()
    if twice.any():
        clinic_id = table["clinic_id"][twice].iloc[0]
        raise SchemaError(f"The clinics table holds clinic_id {clinic_id} twice; keep one row.")
    latitude, longitude = table_points(table, "clinics")
    located = ~np.isnan(latitude)
    rows = np.flatnonzero(located)
    rows = rows[np.lexsort((rows, longitude[rows], latitude[rows]))]
    new = np.ones(len(rows), dtype=np.bool_)
    new[1:] = (np.diff(latitude[rows]) != 0) | (np.diff(longitude[rows]) != 0)
    firsts = np.flatnonzero(new)
    latitude, longitude = latitude[rows[firsts]], longitude[rows[firsts]]
    xyz = to_ecef(latitude, longitude)
    return ClinicIndex(
        clinic_ids=table["clinic_id"].array,
        unlocated=table.loc[~located],
        latitude=latitude,
        longitude=longitude,
        xyz=xyz,
        tree=cKDTree(xyz),
        rows=rows,
        starts=np.append(firsts, len(rows)),
    )


def nearest(index: ClinicIndex, origins: ArrayLike, k: int, *, workers: int = 1) -> pd.DataFrame:
    """Return the k clinics nearest to each origin, in ascending geodesic distance.

    Parameters
    ----------
    origins : (n, 2) latitude, longitude in degrees, EPSG:4326.
    k : how many, >= 1; fewer rows come back where fewer clinics have a point.
    workers : threads for the tree; -1 for all processors.

    Returns
    -------
    n * min(k, located) rows: `origin` (its row), `clinic_id`, `distance_miles` (WGS84 geodesic,
    statute miles; right to 15 nanometres for one origin, to 0.1 mm for several). Clinics at equal
    distance stand in the order of the table.

    Raises
    ------
    SchemaError : an origin is no point of the Earth, or no pair of numbers.
    ValueError : k is below 1, or no whole number.
    """
    points = _origins(origins)
    if len(points) == 1:
        rows, miles = nearest_one(index, float(points[0, 0]), float(points[0, 1]), k)
        return _answer(index, np.zeros(len(rows), dtype=np.intp), rows, miles)
    rows, unclear, metres = _order(index, points, k, workers)
    miles = distances(index, points, rows)
    miles[unclear] = metres / METRES_PER_MILE
    return _answer(
        index, np.repeat(np.arange(len(rows)), rows.shape[1]), rows.ravel(), miles.ravel()
    )


def within(index: ClinicIndex, origins: ArrayLike, radius_miles: float) -> pd.DataFrame:
    """Return all clinics within a radius of each origin, in ascending geodesic distance.

    Parameters
    ----------
    origins : (n, 2) latitude, longitude in degrees, EPSG:4326.
    radius_miles : statute miles, >= 0; a clinic at this very distance is within.

    Returns
    -------
    A row a pair: `origin` (its row), `clinic_id`, `distance_miles` (WGS84 geodesic, statute miles,
    right to 15 nanometres). Clinics at equal distance stand in the order of the table.

    Raises
    ------
    SchemaError : an origin is no point of the Earth, or no pair of numbers.
    ValueError : the radius is negative or NaN.
    """
    if not radius_miles >= 0:
        raise ValueError(f"A radius of {radius_miles} miles is not one; give 0 or more.")
    points = _origins(origins)
    radii = np.full(len(points), radius_miles * METRES_PER_MILE)
    origin, point, metres = _candidates(index, points, radii)
    inside = metres <= radii[origin]
    origin, rows, metres = _rank(index, origin[inside], point[inside], metres[inside])
    return _answer(index, origin, rows, metres / METRES_PER_MILE)


def nearest_one(
    index: ClinicIndex, latitude: float, longitude: float, k: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the k clinics nearest to one origin: `nearest` without a table, in microseconds.

    Parameters
    ----------
    latitude, longitude : degrees, EPSG:4326.
    k : how many, >= 1.

    Returns
    -------
    rows, distance_miles : (min(k, located),) rows of the table the index was built from, and their
    WGS84 geodesic distance in statute miles, ascending.

    Raises
    ------
    SchemaError : the origin is no point of the Earth, or no pair of numbers.
    ValueError : k is below 1, or no whole number.
    """
    _check_count(k)
    origin = np.array(((latitude, longitude),), dtype=np.float64)
    if not (abs(latitude) <= 90.0 and abs(longitude) <= 180.0):  # noqa: PLR2004  the Earth
        check_degrees(origin[:, 0], origin[:, 1], "origins")
    count = min(k + 1, len(index.latitude))
    if count == 0:
        return np.empty(0, dtype=np.intp), np.empty(0)
    chords, point = _closest(index, locate_ecef(latitude, longitude), count, 1)
    row = np.zeros(count, dtype=np.intp)
    _, rows, metres = _rank(index, row, point, _geodesic_metres(index, origin, row, point))
    # Nearly always (1) tells that no other clinic is as near; where it does not, (2) may.
    if (
        count > k
        and metres[k - 1] + _SLACK >= chords[-1]
        and metres[k - 1] + _SLACK >= _shortest_geodesic(chords[-1:])[0]
    ):
        _, rows, metres = _rank(index, *_candidates(index, origin, metres[k - 1 : k]))
    return rows[:k], metres[:k] / METRES_PER_MILE


def order(index: ClinicIndex, origins: ArrayLike, k: int, *, workers: int = 1) -> NDArray[np.intp]:
    """Return which k clinics are nearest to each origin, without the distances: for batches.

    Parameters
    ----------
    origins : (n, 2) latitude, longitude in degrees, EPSG:4326.
    k : how many, >= 1.
    workers : threads for the tree; -1 for all processors.

    Returns
    -------
    (n, min(k, located)) rows of the table the index was built from, by ascending geodesic distance;
    clinics at equal distance stand in the order of the table.

    Raises
    ------
    SchemaError : an origin is no point of the Earth, or no pair of numbers.
    ValueError : k is below 1, or no whole number.
    """
    return _order(index, _origins(origins), k, workers)[0]


def distances(
    index: ClinicIndex, origins: ArrayLike, rows: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the distance from each origin to clinics of its own: what `order` leaves out.

    Parameters
    ----------
    origins : (n, 2) latitude, longitude in degrees, EPSG:4326.
    rows : (n, m) rows of the table the index was built from, each with a point.

    Returns
    -------
    (n, m) WGS84 geodesic in statute miles, right to 0.1 mm.

    Raises
    ------
    SchemaError : an origin is no point of the Earth, or no pair of numbers.
    """
    points = _origins(origins)
    point_of_row = np.empty(len(index.clinic_ids), dtype=np.intp)
    point_of_row[index.rows] = np.repeat(np.arange(len(index.latitude)), np.diff(index.starts))
    miles = np.empty(rows.shape)
    for start in range(0, len(points), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        xyz = to_ecef(points[chunk, 0], points[chunk, 1])
        targets = index.xyz[point_of_row[rows[chunk].ravel()]]
        pairs = ecef_miles(np.repeat(xyz, rows.shape[1], axis=0), targets)
        miles[chunk] = pairs.reshape(rows[chunk].shape)
    return miles


def _origins(origins: ArrayLike) -> NDArray[np.float64]:
    """Return origins as an (n, 2) array of latitude and longitude that are points of the Earth."""
    try:
        points = np.asarray(origins, dtype=np.float64).reshape(-1, 2)
    except (TypeError, ValueError) as error:
        raise SchemaError(
            f"The origins are no pairs of latitude and longitude in degrees ({error})."
        ) from error
    check_degrees(points[:, 0], points[:, 1], "origins")
    return points


def _check_count(k: int) -> None:
    """Refuse to look for no clinic."""
    if k < 1 or k != int(k):
        raise ValueError(f"The nearest {k} clinics are none; ask for a whole number, 1 or more.")


def _shortest_geodesic(chords: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the least length, in metres, of a geodesic over each chord: (2) above."""
    half = np.minimum(chords / (2 * _LARGEST_RADIUS), 1.0)
    shortest: NDArray[np.float64] = 2 * _LARGEST_RADIUS * np.arcsin(half)
    return shortest


def _longest_chord(metres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the greatest length, in metres, of the chord under a geodesic: (2) above."""
    half = np.minimum(metres / (2 * _LARGEST_RADIUS), np.pi / 2)
    longest: NDArray[np.float64] = 2 * _LARGEST_RADIUS * np.sin(half)
    return longest


def _blur(chords: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much longer than a chord the next must be for its geodesic to be so surely."""
    half = np.minimum(chords / (2 * _SMALLEST_RADIUS), 1.0)
    longest = 2 * _SMALLEST_RADIUS * np.arcsin(half)
    blur = longest - _shortest_geodesic(chords) + _SLACK
    return np.where(chords < _BOUNDED_CHORD, blur, np.inf)


def _closest(
    index: ClinicIndex,
    xyz: NDArray[np.float64] | tuple[float, float, float],
    count: int,
    workers: int,
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the points of smallest chord from (..., 3) positions, ascending, and the chords."""
    ranks = count if count > 1 else [1]  # a number, which is quicker, would lose the axis of one
    chords, points = index.tree.query(xyz, k=ranks, workers=workers)
    return np.asarray(chords), np.asarray(points)


def _order(
    index: ClinicIndex, origins: NDArray[np.float64], k: int, workers: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return `order`'s rows, which origins chords could not decide, and their geodesic metres."""
    _check_count(k)
    width = min(k, index.located)
    rows = np.empty((len(origins), width), dtype=np.intp)
    if width == 0:
        return rows, np.empty(0, dtype=np.intp), np.empty((0, 0))
    count = min(k + 1, len(index.latitude))
    unclear, metres = [np.empty(0, dtype=np.intp)], [np.empty((0, width))]
    for start in range(0, len(origins), _CHUNK):  # temporaries that fit in the cache
        chunk = origins[start : start + _CHUNK]
        xyz = to_ecef(chunk[:, 0], chunk[:, 1])
        chords, points = _closest(index, xyz, count, workers)
        closest = np.diff(chords, axis=1).min(axis=1, initial=np.inf)
        close = np.flatnonzero(closest <= _blur(chords[:, -1]))
        ranked = rows[start : start + _CHUNK]
        ranked[:] = _rows_at(index, points, width)
        for block in range(0, len(close), _BLOCK):
            some = close[block : block + _BLOCK]
            ranked[some], exact = _settle(index, chunk[some], points[some, :k], width)
            unclear.append(start + some)
            metres.append(exact)
    return rows, np.concatenate(unclear), np.concatenate(metres)


def _rows_at(index: ClinicIndex, points: NDArray[np.intp], width: int) -> NDArray[np.intp]:
    """Return the clinics at ranked points, those of one point in the order of the table."""
    if not index.shares_points:
        return index.rows[points[:, :width]]
    firsts = index.starts[points]
    ends = np.cumsum(index.starts[points + 1] - firsts, axis=1)
    shift = firsts - ends + (index.starts[points + 1] - firsts)  # from rank to place in index.rows
    each = np.arange(len(points))
    rows = np.empty((len(points), width), dtype=np.intp)
    for rank in range(width):
        rows[:, rank] = index.rows[shift[each, (ends <= rank).sum(axis=1)] + rank]
    return rows


def _settle(
    index: ClinicIndex, origins: NDArray[np.float64], points: NDArray[np.intp], width: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the first clinics of origins whose chords lie too close, by geodesic, and metres."""
    origin = np.repeat(np.arange(len(origins)), points.shape[1])
    seen = _geodesic_metres(index, origins, origin, points.ravel()).reshape(points.shape)
    origin, rows, metres = _rank(index, *_candidates(index, origins, seen.max(axis=1)))
    firsts = np.searchsorted(origin, np.arange(len(origins)))[:, np.newaxis] + np.arange(width)
    return rows[firsts], metres[firsts]


def _candidates(
    index: ClinicIndex, origins: NDArray[np.float64], metres: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return origin, point and geodesic metres of all pairs that may be within given metres."""
    xyz = to_ecef(origins[:, 0], origins[:, 1])
    found = index.tree.query_ball_point(xyz, _longest_chord(metres) + _SLACK)
    sizes = np.fromiter(map(len, found), dtype=np.intp, count=len(found))
    origin = np.repeat(np.arange(len(origins)), sizes)
    point = np.fromiter(chain.from_iterable(found), dtype=np.intp, count=int(sizes.sum()))
    return origin, point, _geodesic_metres(index, origins, origin, point)


def _geodesic_metres(
    index: ClinicIndex,
    origins: NDArray[np.float64],
    origin: NDArray[np.intp],
    point: NDArray[np.intp],
) -> NDArray[np.float64]:
    """Return the geodesic from origins to points of the index, pair by pair."""
    metres: NDArray[np.float64] = GEOD.inv(
        origins[origin, 1],
        origins[origin, 0],
        index.longitude[point],
        index.latitude[point],
        inplace=True,  # the arrays are of this call
        return_back_azimuth=False,
    )[2]
    return metres


def _rank(
    index: ClinicIndex,
    origin: NDArray[np.intp],
    point: NDArray[np.intp],
    metres: NDArray[np.float64],
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return pairs of origin and clinic by origin, metres, then row of the table."""
    if index.shares_points:
        sizes = index.starts[point + 1] - index.starts[point]
        before = np.cumsum(sizes) - sizes
        place = np.arange(int(sizes.sum())) + np.repeat(index.starts[point] - before, sizes)
        origin, metres = np.repeat(origin, sizes), np.repeat(metres, sizes)
        rows = index.rows[place]
    else:
        rows = index.rows[point]
    ranked = np.lexsort((rows, metres, origin))
    return origin[ranked], rows[ranked], metres[ranked]


def _answer(
    index: ClinicIndex,
    origin: NDArray[np.intp],
    rows: NDArray[np.intp],
    miles: NDArray[np.float64],
) -> pd.DataFrame:
    """Return the table of an answer."""
    clinic_ids = index.clinic_ids.take(rows)
    return pd.DataFrame({"origin": origin, "clinic_id": clinic_ids, "distance_miles": miles})
