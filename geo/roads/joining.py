"""How a point gets to the highways: the nodes near it in every direction, none over water."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.errors import SchemaError
from geo.reference.road_tables import DENSITY_EDGES
from geo.roads.lengths import encode
from geo.roads.network import is_land
from geo.roads.pace import LOCAL_DETOUR
from geo.units import check_degrees, from_ecef, to_ecef

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from geo.roads.network import Roads

MOST_KM: Final = 40.0
"""How far the nearest highway may be; from farther no drive is worked out."""

_LOOKED_AT: Final = 96
_NEAREST: Final = 8
_A_DIRECTION: Final = 2  # of each eighth of the compass, beyond the nearest
_JOINED: Final = _NEAREST + 8 * _A_DIRECTION
_WET_KM: Final = 0.8
_WETTER_KM: Final = 2.0  # where every way seems wet, since shores are drawn coarsely
_STEPS: Final = 8
_SHORE_DEGREES: Final = (-0.02, 0.0, 0.02)  # what a shore may be off
_SHORE_KM: Final = 3.0  # what a highway may lie off the land as it is drawn
_CHUNK: Final = 4_096


@dataclass(frozen=True, slots=True, eq=False)
class Joins:
    """Points with their ways to the highways; read-only.

    Parameters
    ----------
    xyz : (n, 3) ECEF kilometres.
    node : (n, k) nodes of the highways.
    way : (n, k) minutes and kilometres to each, encoded; inf where there is none.
    local : (n,) minutes for a kilometre of straight line around the point.
    terminal : (n,) minutes at this end of a long drive.
    """

    xyz: NDArray[np.float64]
    node: NDArray[np.int32]
    way: NDArray[np.float64]
    local: NDArray[np.float64]
    terminal: NDArray[np.float64]

    def __len__(self) -> int:
        """Return how many points there are."""
        return len(self.xyz)

    def take(self, rows: ArrayLike) -> Joins:
        """Return some of the points, in the order asked for."""
        chosen = np.asarray(rows)
        return Joins(
            self.xyz[chosen],
            self.node[chosen],
            self.way[chosen],
            self.local[chosen],
            self.terminal[chosen],
        )

    def append(self, others: Joins) -> Joins:
        """Return these points, and others behind them."""
        parts = ("xyz", "node", "way", "local", "terminal")
        return Joins(*(np.concatenate((getattr(self, p), getattr(others, p))) for p in parts))


def join_points(roads: Roads, latitude: ArrayLike, longitude: ArrayLike) -> Joins:
    """Return how points get to the highways: do it once for points that are asked about often.

    A point goes to the eight nodes nearest to it and to two in each direction, within 40 km and
    where less than 800 m of the straight line is water or another country.

    Parameters
    ----------
    latitude, longitude : (n,) degrees, EPSG:4326.

    Raises
    ------
    SchemaError : a coordinate is no number or out of range, or no land of the country is near.
    """
    place = np.atleast_1d(np.asarray(latitude, dtype=np.float64))
    along = np.atleast_1d(np.asarray(longitude, dtype=np.float64))
    check_degrees(place, along, "points")
    _check_country(roads, place, along)
    xyz = to_ecef(place, along) / 1000
    density = np.digitize(roads.adults.measure(xyz * 1000), DENSITY_EDGES)
    local = roads.pace.local[density] * roads.pace.slow(along)
    node = np.empty((len(xyz), _JOINED), dtype=np.int32)
    way = np.empty((len(xyz), _JOINED))
    for start in range(0, len(xyz), _CHUNK):  # so that what is looked at stays small
        rows = slice(start, start + _CHUNK)
        node[rows], km = _find_nodes(roads, xyz[rows])
        km = np.maximum(km, 0.001)  # a way of no length is none to the search
        way[rows] = encode(km * local[rows, np.newaxis], km * LOCAL_DETOUR)
    return Joins(xyz, node, way, local, roads.pace.terminal[density])


def _check_country(
    roads: Roads, latitude: NDArray[np.float64], longitude: NDArray[np.float64]
) -> None:
    near = on_land(roads, latitude, longitude)
    if not near.all():
        wrong = int(np.argmin(near))
        point = f"{latitude[wrong]:g}, {longitude[wrong]:g}"
        if roads.border.is_ours(latitude[wrong], longitude[wrong]):
            raise SchemaError(
                f"{point} is on an island of the United States whose roads are not known here; no "
                "drive from or to it can be told."
            )
        raise SchemaError(
            f"{point} is at sea, on a lake or outside the United States; give a point on its land."
        )


def on_land(roads: Roads, latitude: ArrayLike, longitude: ArrayLike) -> NDArray[np.bool_]:
    """Return which points lie on land of the country, or so near that a shore may be drawn wrong.

    What is off the land as it is drawn and nearer to a town of Canada or Mexico than to a ZIP is not.

    Parameters
    ----------
    latitude, longitude : (n,) degrees, EPSG:4326.
    """
    place = np.asarray(latitude, dtype=np.float64)
    along = np.asarray(longitude, dtype=np.float64)
    near = np.zeros(len(place), dtype=np.bool_)
    for north in _SHORE_DEGREES:
        for east in _SHORE_DEGREES:
            near |= is_land(roads, place + north, along + east)
    xyz = to_ecef(place, along) / 1000
    km, _ = roads.tree.query(xyz, distance_upper_bound=_SHORE_KM)
    near |= np.isfinite(km)
    off = np.flatnonzero(near & ~is_land(roads, place, along))
    near[off] = ~roads.border.is_beyond(xyz[off])
    return near


def _find_nodes(
    roads: Roads, xyz: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return the nodes to go to and the straight kilometres, inf where one must not."""
    looked_at = min(_LOOKED_AT, len(roads.xyz))
    found = roads.tree.query(xyz, k=looked_at, distance_upper_bound=MOST_KM)
    km = np.asarray(found[0])
    node = np.where(np.isfinite(km), found[1], 0)
    up = xyz / np.linalg.norm(xyz, axis=1)[:, np.newaxis]
    east = np.column_stack((-xyz[:, 1], xyz[:, 0], np.zeros(len(xyz))))
    east /= np.linalg.norm(east, axis=1)[:, np.newaxis]
    there = roads.xyz[node] - xyz[:, np.newaxis]
    angle = np.arctan2(
        np.einsum("ijk,ik->ij", there, east), np.einsum("ijk,ik->ij", there, np.cross(up, east))
    )
    eighth = np.floor(angle / (2 * np.pi) * 8).astype(np.intp) % 8
    wanted = np.zeros(km.shape, dtype=np.bool_)
    wanted[:, :_NEAREST] = True
    for direction in range(8):
        there_too = eighth == direction
        wanted |= there_too & (np.cumsum(there_too, axis=1) <= _A_DIRECTION)
    first = np.argsort(~wanted, axis=1, kind="stable")[:, :_JOINED]
    km = np.take_along_axis(np.where(wanted, km, np.inf), first, axis=1)
    node = np.take_along_axis(node, first, axis=1)
    if km.shape[1] < _JOINED:  # a graph of few nodes
        more = ((0, 0), (0, _JOINED - km.shape[1]))
        km, node = np.pad(km, more, constant_values=np.inf), np.pad(node, more)
    owner, column = np.nonzero(np.isfinite(km))
    wet = np.full(km.shape, np.inf)
    wet[owner, column] = measure_wet(roads, xyz[owner], roads.xyz[node[owner, column]], _STEPS)
    dry = wet <= _WET_KM
    dry |= ~dry.any(axis=1, keepdims=True) & (wet <= _WETTER_KM)
    return node.astype(np.int32), np.where(dry, km, np.inf)


def measure_wet(
    roads: Roads, here: NDArray[np.float64], there: NDArray[np.float64], steps: int
) -> NDArray[np.float64]:
    """Return the kilometres of straight lines over water or abroad; inf across a closed line.

    Parameters
    ----------
    here, there : (n, 3) ECEF kilometres.
    steps : at how many places of a line to look.
    """
    wet = np.zeros(len(here))
    share = ((np.arange(steps) + 0.5) / steps)[:, np.newaxis, np.newaxis]
    for start in range(0, len(here), _CHUNK):
        one, other = here[start : start + _CHUNK], there[start : start + _CHUNK]
        off = ~is_land(roads, *from_ecef(one * (1 - share) + other * share))
        wet[start : start + _CHUNK] = off.mean(axis=0) * np.linalg.norm(other - one, axis=1)
    wet[_cross_barrier(roads, here, there)] = np.inf
    return wet


def _cross_barrier(
    roads: Roads, here: NDArray[np.float64], there: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return which lines cross a closed one, in the plane of degrees: these are short lines."""
    crosses = np.zeros(len(here), dtype=np.bool_)
    y0, x0 = from_ecef(here)
    y1, x1 = from_ecef(there)
    north, south = np.maximum(y0, y1), np.minimum(y0, y1)
    east, west = np.maximum(x0, x1), np.minimum(x0, x1)
    for a, b, c, d in _find_near(roads.barriers, north, south, east, west):
        rows = np.flatnonzero((north >= min(b, d)) & (south <= max(b, d)))
        u0, v0, u1, v1 = x0[rows], y0[rows], x1[rows], y1[rows]
        side0 = (c - a) * (v0 - b) - (d - b) * (u0 - a)
        side1 = (c - a) * (v1 - b) - (d - b) * (u1 - a)
        end0 = (u1 - u0) * (b - v0) - (v1 - v0) * (a - u0)
        end1 = (u1 - u0) * (d - v0) - (v1 - v0) * (c - u0)
        crosses[rows] |= (side0 * side1 < 0) & (end0 * end1 < 0)
    return crosses


def _find_near(
    barriers: NDArray[np.float64],
    north: NDArray[np.float64],
    south: NDArray[np.float64],
    east: NDArray[np.float64],
    west: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the closed lines in the frame around all lines: mostly none, since those lie together."""
    if not len(north):
        return barriers[:0]
    x, y = barriers[:, ::2], barriers[:, 1::2]
    near = (y.min(axis=1) <= north.max()) & (y.max(axis=1) >= south.min())
    near &= (x.min(axis=1) <= east.max()) & (x.max(axis=1) >= west.min())
    found: NDArray[np.float64] = barriers[near]
    return found
