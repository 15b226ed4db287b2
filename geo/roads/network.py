"""The highways in memory: made once from the reference files, then only read, from any thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geo.paths import DATA
from geo.reference.crossings import read_crossings
from geo.reference.land_grid import CELL, COLUMNS, ROWS, SOUTH, WEST
from geo.reference.road_tables import ROAD_FILES, AdultDensity, load_road_tables, spread
from geo.reference.tables import load
from geo.roads.border import Border
from geo.roads.lengths import encode
from geo.roads.pace import FILE as PACE_FILE
from geo.roads.pace import WINDING_EDGES, Pace, read_pace
from geo.units import to_ecef

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from geo.reference.road_tables import RoadTables

FILES: Final = (*ROAD_FILES, PACE_FILE, "crossings.csv", "zips.parquet", "abroad.parquet")
"""What `load_roads` reads below `data/reference`."""

_LEAST_KM: Final = 0.3  # of an edge whose winding says anything: lengths are known to a metre,
_ENDS: Final = ["from_latitude", "from_longitude", "to_latitude", "to_longitude"]  # points to 100


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """The highways cut into pieces of at most 3 km.

    Parameters
    ----------
    start, end : (p,) node of either end.
    km : (p,) along it.
    road_class : (p,) its place in the flattened `Pace.road`.
    """

    start: NDArray[np.intp]
    end: NDArray[np.intp]
    km: NDArray[np.float64]
    road_class: NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """The highways ready to be searched; read-only.

    Parameters
    ----------
    xyz : (n, 3) ECEF kilometres of the nodes, those between pieces among them.
    tree : over `xyz`.
    pieces : what joins them.
    matrix : (n, n) the pieces in both directions, minutes and kilometres encoded in one number.
    part, part_by_canada, part_by_ferry : (n,) numbers of what hangs together by road; by road and
        ways through Canada; by these and ferries.
    adults : the density of adults around a point.
    land : packed bits of the grid of the land.
    border : what lies beyond it.
    barriers : (k, 4) lines nothing but a highway crosses: longitude, latitude, longitude, latitude.
    pace : how fast one drives.
    """

    xyz: NDArray[np.float64]
    tree: cKDTree
    pieces: Pieces
    matrix: csr_array
    part: NDArray[np.int32]
    part_by_canada: NDArray[np.int32]
    part_by_ferry: NDArray[np.int32]
    adults: AdultDensity
    land: NDArray[np.uint8]
    border: Border
    barriers: NDArray[np.float64]
    pace: Pace


def load_roads(data: Path = DATA, pace: Pace | None = None) -> Roads:
    """Return the highways of the country, ready to be searched: half a second, so do it once.

    Parameters
    ----------
    data : the data folder.
    pace : other coefficients than those that ship.

    Raises
    ------
    SourceError : a file of the roads is missing or damaged.
    """
    border = Border(data)
    tables = load_road_tables(data)
    pace = read_pace(data) if pace is None else pace
    crossings = read_crossings(data)
    closed = crossings.loc[crossings["kind"] == "closed", _ENDS].to_numpy()
    xyz, pieces = cut_pieces(tables)
    weights = encode(measure_minutes(pace, xyz, pieces), pieces.km)
    count = len(xyz)
    both = (
        np.concatenate((pieces.start, pieces.end)).astype(np.int32),
        np.concatenate((pieces.end, pieces.start)).astype(np.int32),
    )
    return Roads(
        xyz=xyz,
        tree=cKDTree(xyz),
        pieces=pieces,
        matrix=_join_parallel(np.tile(weights, 2), both, count),
        part=_find_parts(tables, 0, pieces, count),
        part_by_canada=_find_parts(tables, 2, pieces, count),
        part_by_ferry=_find_parts(tables, None, pieces, count),
        adults=AdultDensity(load("zips", data)),
        land=tables.land,
        border=border,
        barriers=closed[:, [1, 0, 3, 2]],
        pace=pace,
    )


def cut_pieces(tables: RoadTables) -> tuple[NDArray[np.float64], Pieces]:
    """Return the nodes in ECEF kilometres, those between pieces behind the rest, and the pieces."""
    nodes = to_ecef(*tables.points.T) / 1000
    driven = tables.kind == 0
    start, end = tables.start[driven].astype(np.intp), tables.end[driven].astype(np.intp)
    count = tables.pieces[driven]
    edge, _ = spread(count)
    piece = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    last = piece == count[edge] - 1
    inner = np.flatnonzero(~last)  # those that end at a node between pieces
    share = ((piece[inner] + 1) / count[edge[inner]])[:, np.newaxis]
    between = nodes[start[edge[inner]]] * (1 - share) + nodes[end[edge[inner]]] * share
    finish = end[edge]
    finish[inner] = len(nodes) + np.arange(len(inner))
    begin = start[edge]
    begin[inner + 1] = finish[inner]  # the next piece of an edge stands behind it
    km = tables.metres[driven] / 1000
    straight = np.linalg.norm(nodes[start] - nodes[end], axis=1)
    winding = np.where(straight < _LEAST_KM, 1.0, km / np.maximum(straight, _LEAST_KM))
    classes = len(WINDING_EDGES) + 1
    kind = tables.dual[driven] * classes + np.digitize(winding, WINDING_EDGES)
    density = tables.density[np.repeat(driven, tables.pieces)].astype(np.intp)
    road_class = density * 2 * classes + kind[edge]
    pieces = Pieces(begin, finish, (km / count)[edge], road_class)
    return np.concatenate((nodes, between)), pieces


def measure_minutes(pace: Pace, xyz: NDArray[np.float64], pieces: Pieces) -> NDArray[np.float64]:
    """Return the minutes along each piece.

    Parameters
    ----------
    xyz : (n, 3) ECEF kilometres of the nodes.
    """
    x, y, _ = (xyz[pieces.start] + xyz[pieces.end]).T
    slower = pace.slow(np.degrees(np.arctan2(y, x)))
    minutes = pace.road.ravel()[pieces.road_class] * slower * pieces.km
    return np.maximum(minutes, 1e-3)


def _join_parallel(
    weights: NDArray[np.float64], ends: tuple[NDArray[np.int32], NDArray[np.int32]], count: int
) -> csr_array:
    """Return the matrix of the pieces; of two between the same nodes the quicker counts."""
    order = np.lexsort((weights, ends[1], ends[0]))
    start, end = ends[0][order], ends[1][order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
    pointer = np.zeros(count + 1, dtype=np.int32)
    np.cumsum(np.bincount(start[first], minlength=count), out=pointer[1:])
    return csr_array((weights[order][first], end[first], pointer), shape=(count, count))


def _find_parts(
    tables: RoadTables, by: int | None, pieces: Pieces, count: int
) -> NDArray[np.int32]:
    """Return what hangs together by road and by another kind; by every kind where `by` is None."""
    other = tables.kind != 0 if by is None else (tables.kind == by) & (tables.kind != 0)
    start = np.concatenate((pieces.start, tables.start[other]))
    end = np.concatenate((pieces.end, tables.end[other]))
    joined = csr_array((np.ones(len(start), np.int8), (start, end)), shape=(count, count))
    parts: NDArray[np.int32] = connected_components(joined, directed=False)[1]
    return parts


def is_land(
    roads: Roads, latitude: NDArray[np.float64], longitude: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return which points lie on land of the country, lakes not counted, to about a kilometre."""
    row = np.floor((latitude - SOUTH) / CELL).astype(np.int64)
    column = np.floor((longitude - WEST) / CELL).astype(np.int64)
    inside = (row >= 0) & (row < ROWS) & (column >= 0) & (column < COLUMNS)
    cell = np.where(inside, row * COLUMNS + column, 0)
    bit = (roads.land[cell >> 3] >> (7 - (cell & 7)).astype(np.uint8)) & 1
    return np.asarray(inside & (bit == 1), dtype=np.bool_)
