"""Searches from many points that lie together: in the highways around them, not in all the country's.

A search of the whole country costs as much to begin as it takes to look an hour around. So points are
sorted into cubes, and the highways that can be reached from one are cut out once for all of its points.
The points asked about are nodes of what is cut out, so that one search ends at them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from geo.roads.pace import measure_terminal
from geo.roads.ways import DIRECT_MILES, KM_PER_MILE, Found, try_direct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo.roads.joining import Joins
    from geo.roads.network import Roads

MOST_MINUTES_AROUND: Final = 100.0
"""What is farther around takes in so much of the country that cutting it out gains nothing."""

_SIDE_KM: Final = 100.0
_FEWEST: Final = 4  # points in a cube: from fewer, cutting out costs more than it saves
_MOST: Final = 64  # whose distances to all that is around are held at once


def find_blocks(
    origins: Joins, limit_minutes: float
) -> tuple[list[NDArray[np.intp]], NDArray[np.intp]]:
    """Return the rows of points that lie together, and ascending those of the points that do not.

    Parameters
    ----------
    origins : the points.
    limit_minutes : how far is looked; above `MOST_MINUTES_AROUND` none counts as together.
    """
    alone = np.arange(len(origins))
    if limit_minutes > MOST_MINUTES_AROUND or len(origins) < _FEWEST:
        return [], alone
    cube = np.floor(origins.xyz / _SIDE_KM)
    order = np.lexsort(cube.T)
    is_next = (cube[order[1:]] != cube[order[:-1]]).any(axis=1)
    blocks = [
        block[first : first + _MOST]
        for block in np.split(order, np.flatnonzero(is_next) + 1)
        if len(block) >= _FEWEST
        for first in range(0, len(block), _MOST)
    ]
    return blocks, np.setdiff1d(alone, np.concatenate([np.empty(0, dtype=np.intp), *blocks]))


def search_blocks(
    roads: Roads,
    origins: Joins,
    targets: Joins,
    limit_minutes: float,
    blocks: list[NDArray[np.intp]],
) -> Iterator[tuple[int, NDArray[np.intp], Found]]:
    """Yield for each point of the blocks the targets that may be within a limit, and the ways there.

    Parameters
    ----------
    origins, targets : points joined to the highways.
    limit_minutes : what takes longer need not be found.
    blocks : of `find_blocks`.

    Yields
    ------
    The row of the origin; rising rows of targets; the ways to them, inf where there is none.
    """
    tree = cKDTree(targets.xyz)
    number = np.full(len(roads.xyz), -1, dtype=np.int32)  # of a node in what is cut out
    reach_km = limit_minutes / roads.pace.least
    for block in blocks:
        xyz = origins.xyz[block]
        middle = (xyz.min(axis=0) + xyz.max(axis=0)) / 2
        around_km = float(np.linalg.norm(xyz - middle, axis=1).max()) + reach_km
        nodes, near = (
            np.array(points.query_ball_point(middle, around_km, return_sorted=True), dtype=np.intp)
            for points in (roads.tree, tree)
        )
        ends = len(nodes) + np.arange(len(near))
        starts = len(nodes) + len(near) + np.arange(len(block))
        number[nodes] = np.arange(len(nodes), dtype=np.int32)
        pieces = [
            _cut_out(roads, nodes, number),
            _join(number, targets.node[near], targets.way[near], ends)[[1, 0, 2]],
            _join(number, origins.node[block], origins.way[block], starts),
        ]
        number[nodes] = -1
        size = len(nodes) + len(near) + len(block)
        row, column, way = np.concatenate(pieces, axis=1)
        matrix = csr_array((way, (row.astype(np.int32), column.astype(np.int32))), (size, size))
        ways = dijkstra(matrix, indices=starts, limit=limit_minutes)[:, ends]
        start, end, found = _tell(roads, origins.take(block), targets.take(near), ways)
        bounds = np.searchsorted(start, np.arange(len(block) + 1))
        for place, row in enumerate(block.tolist()):
            some = slice(bounds[place], bounds[place + 1])
            yield row, near[end[some]], found.take(some)


def _cut_out(
    roads: Roads, nodes: NDArray[np.intp], number: NDArray[np.int32]
) -> NDArray[np.float64]:
    """Return (3, k) the pieces between some nodes: their two numbers, and the way along them."""
    first, last = roads.matrix.indptr[nodes], roads.matrix.indptr[nodes + 1]
    lengths = (last - first).astype(np.intp)
    ahead = np.cumsum(lengths) - lengths
    at = np.arange(lengths.sum()) + (first - ahead).repeat(lengths)
    start = np.arange(len(nodes)).repeat(lengths)
    end = number[roads.matrix.indices[at]]
    inside = end >= 0
    return np.stack([start[inside], end[inside], roads.matrix.data[at[inside]]])


def _join(
    number: NDArray[np.int32],
    node: NDArray[np.int32],
    way: NDArray[np.float64],
    point: NDArray[np.intp],
) -> NDArray[np.float64]:
    """Return (3, k) the ways from points to what is cut out: numbers of the point and the node."""
    end = number[node]
    usable = (end >= 0) & np.isfinite(way)
    return np.stack(
        [np.broadcast_to(point[:, np.newaxis], end.shape)[usable], end[usable], way[usable]]
    )


def _tell(
    roads: Roads, origins: Joins, targets: Joins, ways: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp], Found]:
    """Return origins, ascending, and targets that may be reached, straight where that is quicker."""
    apart = origins.xyz[:, np.newaxis] - targets.xyz
    miles = np.linalg.norm(apart, axis=-1) / KM_PER_MILE
    start, end = np.nonzero(np.isfinite(ways) | (miles <= DIRECT_MILES))
    way, line_miles = ways[start, end], miles[start, end]
    direct = np.zeros(len(way), dtype=np.bool_)
    close = np.flatnonzero(line_miles <= DIRECT_MILES)
    found = try_direct(roads, origins.take(start[close]), targets.take(end[close]), way[close])
    way[close], direct[close] = found.way, found.direct
    terminal = measure_terminal(origins.terminal[start], targets.terminal[end], line_miles)
    return start, end, Found(way, direct, line_miles, terminal)
