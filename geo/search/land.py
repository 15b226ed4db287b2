"""Whether the straight line to a clinic leaves US land, so that the way there must be longer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from geo.units import METRES_PER_MILE, check_degrees, from_ecef, to_ecef

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

STRETCH_MILES: Final = 1.5

_STEP_MILES: Final = 0.5
_MOST_STEPS: Final = 500


@dataclass(frozen=True, slots=True, eq=False)
class Land:
    """US land in parts (islands, peninsulas, states), prepared for questions; read-only.

    Parameters
    ----------
    tree : over prepared polygons in degrees, EPSG:4326.
    """

    tree: shapely.STRtree


def prepare_land(geometries: Iterable[shapely.Geometry]) -> Land:
    """Return land made ready once, so that threads may ask it together.

    Parameters
    ----------
    geometries : polygons of the states (no union is needed), degrees, EPSG:4326.

    Returns
    -------
    The land.
    """
    parts = shapely.get_parts(np.asarray(list(geometries), dtype=np.object_))
    shapely.prepare(parts)
    x, y = shapely.get_coordinates(shapely.point_on_surface(parts)).T
    for _ in range(2):  # a part's index is built at the second question: here, in one thread
        shapely.intersects_xy(parts, x, y)
    return Land(shapely.STRtree(parts))


def crosses_open_water(
    origin: tuple[float, float], points: ArrayLike, land: Land
) -> NDArray[np.bool_]:
    """Return whether each line from an origin leaves US land for about 1.5 miles at a stretch.

    That is open water (a Great Lake, a bay, a sound) or another country. Each line is followed in
    steps of at most half a mile, or a five-hundredth of it beyond 250 miles, of which as many in a
    row must be off land as make 1.5 miles. Rivers and inland lakes are land here.

    Parameters
    ----------
    origin : latitude, longitude in degrees, EPSG:4326.
    points : (n, 2) the same of where to; NaN where there is no point.
    land : what `prepare_land` returned.

    Returns
    -------
    (n,) booleans; False where there is no point.

    Raises
    ------
    SchemaError : a coordinate is out of range.
    """
    ends = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    located = ~np.isnan(ends).any(axis=1)
    crosses = np.zeros(len(ends), dtype=np.bool_)
    ends = ends[located]
    check_degrees(np.array(origin[:1]), np.array(origin[1:]), "origin")
    check_degrees(ends[:, 0], ends[:, 1], "points")
    latitude, longitude, line, stretch = _steps(origin, ends)
    off = ~_on_land(land, latitude, longitude)
    crosses[located] = _longest_runs(off, line, len(ends)) >= stretch
    return crosses


def _steps(
    origin: tuple[float, float], ends: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp], NDArray[np.intp]]:
    """Return the steps along all lines, each step's line, and each line's steps to 1.5 miles."""
    start = to_ecef(*origin)
    chords = to_ecef(ends[:, 0], ends[:, 1]) - start
    miles = np.linalg.norm(chords, axis=1) / METRES_PER_MILE
    count = np.clip(np.ceil(miles / _STEP_MILES), 1, _MOST_STEPS).astype(np.intp)
    step_miles = np.maximum(miles / count, _STEP_MILES)
    stretch = np.maximum(np.floor(STRETCH_MILES / step_miles), 1).astype(np.intp)
    line = np.repeat(np.arange(len(ends)), count)
    # Steps stand in the middle of their part of the line: neither end needs to be on land.
    place = np.arange(len(line)) - np.repeat(np.cumsum(count) - count, count) + 0.5
    xyz = start + (place / count[line])[:, np.newaxis] * chords[line]
    latitude, longitude = from_ecef(xyz)  # the chord seen from the Earth's centre
    return latitude, longitude, line, stretch


def _on_land(
    land: Land, latitude: NDArray[np.float64], longitude: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return which positions lie on land."""
    on_land = np.zeros(len(latitude), dtype=np.bool_)
    if len(latitude) == 0:
        return on_land
    bounds = shapely.box(longitude.min(), latitude.min(), longitude.max(), latitude.max())
    for part in land.tree.geometries[land.tree.query(bounds)]:
        open_ = np.flatnonzero(~on_land)
        on_land[open_] = shapely.intersects_xy(part, longitude[open_], latitude[open_])
    return on_land


def _longest_runs(off: NDArray[np.bool_], line: NDArray[np.intp], lines: int) -> NDArray[np.intp]:
    """Return the longest run of steps off land in each line."""
    longest = np.zeros(lines, dtype=np.intp)
    new = np.ones(len(off), dtype=np.bool_)
    new[1:] = (off[1:] != off[:-1]) | (line[1:] != line[:-1])
    firsts = np.flatnonzero(new)
    lengths = np.diff(np.append(firsts, len(off)))
    np.maximum.at(longest, line[firsts], np.where(off[firsts], lengths, 0))
    return longest
