"""The quickest ways from points: over the highways, or straight by local roads where that is quicker."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from geo.roads.joining import measure_wet
from geo.roads.lengths import MOST_MINUTES, decode, encode
from geo.roads.pace import LOCAL_DETOUR, measure_terminal
from geo.units import METRES_PER_MILE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo.roads.joining import Joins
    from geo.roads.network import Roads

DIRECT_MILES: Final = 12.0
"""Up to here the straight way by local roads is taken where it is dry and quicker."""

KM_PER_MILE: Final = METRES_PER_MILE / 1000

_DIRECT_WET_KM: Final = 0.8
_DIRECT_STEPS: Final = 30
_BATCH: Final = 16  # whose table of ways, 30 MB, fits into memory that the one before gave back


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a search found for pairs of points; read-only.

    Parameters
    ----------
    way : (n,) minutes and kilometres encoded, without what is `terminal`.
    direct : (n,) whether it is straight by local roads.
    line_miles : (n,) the straight lines.
    terminal : (n,) minutes at both ends for what no map shows.
    """

    way: NDArray[np.float64]
    direct: NDArray[np.bool_]
    line_miles: NDArray[np.float64]
    terminal: NDArray[np.float64]

    def take(self, rows: slice) -> Found:
        """Return those pairs that lie side by side in some rows."""
        return Found(self.way[rows], self.direct[rows], self.line_miles[rows], self.terminal[rows])


def search_ways(
    roads: Roads, origins: Joins, limits: NDArray[np.float64]
) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Yield for each origin with a limit above 0 its row and the way to every node, encoded."""
    wanted = np.flatnonzero(limits > 0)
    wanted = wanted[np.argsort(limits[wanted], kind="stable")]
    count, known = len(roads.xyz), int(roads.matrix.indptr[-1])
    batch = min(_BATCH, len(wanted))
    # The points are rows of their own, which lead to the highways and to which nothing leads.
    most = batch * origins.way.shape[1]
    data = np.concatenate((roads.matrix.data, np.zeros(most)))
    indices = np.concatenate((roads.matrix.indices, np.zeros(most, dtype=np.int32)))
    pointer = np.concatenate((roads.matrix.indptr, np.zeros(batch, dtype=np.int32)))
    for start in range(0, len(wanted), _BATCH):
        rows = wanted[start : start + _BATCH]
        starts = origins.take(rows)
        usable = np.isfinite(starts.way)
        last = known + np.cumsum(usable.sum(axis=1))
        data[known : last[-1]] = starts.way[usable]
        indices[known : last[-1]] = starts.node[usable]
        pointer[count + 1 : count + 1 + len(rows)] = last
        size = count + len(rows)
        matrix = csr_array(
            (data[: last[-1]], indices[: last[-1]], pointer[: size + 1]), shape=(size, size)
        )
        limit = min(float(limits[rows].max()), MOST_MINUTES)
        ways = dijkstra(matrix, indices=np.arange(count, size), limit=limit)
        for row, way in zip(rows.tolist(), ways, strict=True):
            yield row, way[:count]


def search_pairs(
    roads: Roads,
    asked: Joins,
    owner: NDArray[np.intp],
    targets: Joins,
    end: NDArray[np.intp],
    *,
    way: NDArray[np.float64],
    limits: NDArray[np.float64],
) -> None:
    """Write into `way` what each pair's origin reaches.

    Parameters
    ----------
    asked : the origins, each once.
    owner, end : (n,) rows of the origin in `asked` and of the target in `targets`.
    way : (n,) encoded; inf where nothing was found yet.
    limits : (asked,) minutes; from an origin with 0 nothing is searched.
    """
    order = np.argsort(owner, kind="stable")
    bounds = np.searchsorted(owner[order], np.arange(len(asked) + 1))
    for row, reached in search_ways(roads, asked, limits):
        pairs = order[bounds[row] : bounds[row + 1]]
        there = end[pairs]
        way[pairs] = (reached[targets.node[there]] + targets.way[there]).min(axis=1)


def try_direct(roads: Roads, origins: Joins, targets: Joins, way: NDArray[np.float64]) -> Found:
    """Return the ways with the straight one by local roads where it is quicker."""
    line_miles = measure_line(origins.xyz, targets.xyz)
    near = np.flatnonzero(line_miles <= DIRECT_MILES)
    km = line_miles[near] * KM_PER_MILE
    pace = (origins.local[near] + targets.local[near]) / 2
    straight = encode(km * pace, km * LOCAL_DETOUR)
    quicker = straight < way[near]
    near, straight = near[quicker], straight[quicker]
    wet = measure_wet(roads, origins.xyz[near], targets.xyz[near], _DIRECT_STEPS)
    near, straight = near[wet <= _DIRECT_WET_KM], straight[wet <= _DIRECT_WET_KM]
    direct = np.zeros(len(way), dtype=np.bool_)
    direct[near] = True
    best = way.copy()
    best[near] = straight
    terminal = measure_terminal(origins.terminal, targets.terminal, line_miles)
    return Found(best, direct, line_miles, terminal)


def may_reach(
    roads: Roads, points: Joins, targets: Joins, limit_minutes: float
) -> NDArray[np.bool_]:
    """Return which points may be within a limit of one of the targets: one search for all of them.

    Parameters
    ----------
    points : n points joined to the highways.
    targets : at least one.
    limit_minutes : what takes longer is not reached.
    """
    least = np.full(len(roads.xyz), np.inf)
    np.minimum.at(least, targets.node.ravel(), targets.way.ravel())
    node = np.flatnonzero(np.isfinite(least)).astype(np.int32)
    anywhere = replace(targets.take([0]), node=node[np.newaxis], way=least[node][np.newaxis])
    reached = next(search_ways(roads, anywhere, np.array([limit_minutes])))[1]
    by_road = (reached[points.node] + points.way).min(axis=1, initial=np.inf) <= limit_minutes
    km = cKDTree(targets.xyz).query(points.xyz, distance_upper_bound=2 * DIRECT_MILES * KM_PER_MILE)
    return np.asarray(by_road | (km[0] <= DIRECT_MILES * KM_PER_MILE), dtype=np.bool_)


def measure_line(here: NDArray[np.float64], there: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the statute miles between points in ECEF kilometres, straight through the Earth."""
    miles: NDArray[np.float64] = np.linalg.norm(there - here, axis=-1) / KM_PER_MILE
    return miles


def search_nodes(roads: Roads, origin: Joins, limit_minutes: float) -> NDArray[np.float64]:
    """Return the minutes from one point to each node of the highways; inf beyond the limit."""
    reached = next(search_ways(roads, origin, np.array([limit_minutes])))[1]
    return decode(reached)[0]
