"""Gaps that the source of the highways has in the middle of roads, found by their shape."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from geo.reference.crossings import Mended, extend, weigh
from geo.units import to_ecef

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from geo.reference.highways import Highways

_NEAR_KM: Final = 3.0  # from a dead end to any node
_FACING_KM: Final = 12.0  # between two dead ends that point at each other
_FACING: Final = 0.85  # cosine
_DETOUR: Final = (6.0, 4.0)  # how many times as long the way round must be, near and facing
_SLACK_KM: Final = 10.0
_LONGEST_KM: Final = 90.0  # of a way round that is looked for
_FERRY_KM: Final = 4.0  # what ends so near to both landings of a ferry ends there for good
_SMALL: Final = 1_000  # nodes
_SMALL_GAP_KM: Final = 2.5
_BATCH: Final = 400


def close_gaps(mended: Mended, crossings: pd.DataFrame) -> Mended:
    """Return the highways with what was cut in the middle of roads joined again.

    A dead end is joined to the nearest node within 3 km from which the way round is over six times
    as long and 10 km; and to a dead end that it faces, within 12 km, from four times, unless a ferry lands there. Last, each
    small part is joined to what lies within 2.5 km of it. Where a ferry sails nothing is joined.

    Parameters
    ----------
    crossings : as `read_crossings` returns them.
    """
    highways = mended.highways
    ends = crossings.loc[
        crossings["kind"] == "ferry",
        ["from_latitude", "from_longitude", "to_latitude", "to_longitude"],
    ].to_numpy()
    landings = np.stack([to_ecef(*ends[:, :2].T), to_ecef(*ends[:, 2:].T)]) / 1000
    dual, kind = mended.dual, mended.kind
    for find in (_find_cut_roads, _find_small_parts):
        found = find(highways, kind == "road", landings)
        highways = extend(highways, highways.points, *found)
        dual = np.concatenate((dual, np.zeros(len(found[0]), np.bool_)))
        kind = np.concatenate((kind, np.full(len(found[0]), "road", dtype=kind.dtype)))
    return replace(mended, highways=highways, dual=dual, kind=kind)


def _find_cut_roads(
    highways: Highways, road: NDArray[np.bool_], landings: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return the edges that join dead ends."""
    xyz = to_ecef(*highways.points.T) / 1000
    start, end = highways.start[road], highways.end[road]
    degree = np.bincount(np.concatenate((start, end)), minlength=len(xyz))
    inward = np.zeros_like(xyz)  # of a dead end, towards the road that it ends
    np.add.at(inward, start, xyz[end] - xyz[start])
    np.add.at(inward, end, xyz[start] - xyz[end])
    dead = np.flatnonzero(degree == 1)
    used = np.flatnonzero(degree > 0)
    near = _pair(xyz, dead, used, _NEAR_KM)
    at_ferry, _ = cKDTree(landings.reshape(-1, 3)).query(xyz[dead])
    inland = dead[at_ferry > _FERRY_KM]
    facing = _pair(xyz, inland, inland, _FACING_KM)
    facing = facing[:, _face(xyz, inward, facing)]
    matrix = weigh(highways, road)
    joins = []
    for pairs, detour in ((near, _DETOUR[0]), (facing, _DETOUR[1])):
        apart = pairs[:, ~_are_landings(xyz, pairs, landings)]
        gap = np.linalg.norm(xyz[apart[0]] - xyz[apart[1]], axis=1)
        wanted = _measure_round(matrix, apart[0], apart[1]) > detour * gap + _SLACK_KM
        ends, gap = apart[:, wanted], gap[wanted]
        order = np.argsort(gap, kind="stable")
        _, first = np.unique(ends[0, order], return_index=True)  # the nearest of each dead end
        joins.append(np.vstack((np.sort(ends[:, order[first]], axis=0), gap[order[first]])))
    rows = np.unique(np.hstack(joins), axis=1)
    return rows[0].astype(np.intp), rows[1].astype(np.intp), np.maximum(rows[2], 0.05) * 1.05


def _find_small_parts(
    highways: Highways, road: NDArray[np.bool_], landings: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return the edges that join each small part to what lies near it."""
    count, part = connected_components(weigh(highways, road), directed=False)
    sizes = np.bincount(part, minlength=count)
    xyz = to_ecef(*highways.points.T) / 1000
    joins = []
    for small in np.flatnonzero((sizes > 1) & (sizes < _SMALL)):
        own = np.flatnonzero(part == small)
        rest = np.flatnonzero((part != small) & (sizes[part] > 1))
        answer = cKDTree(xyz[rest]).query(xyz[own], distance_upper_bound=_SMALL_GAP_KM)
        gap, found = np.asarray(answer[0]), np.asarray(answer[1])
        nearest = int(gap.argmin())
        if np.isfinite(gap[nearest]):
            joins.append((own[nearest], rest[found[nearest]], max(float(gap[nearest]), 0.05) * 1.1))
    rows = np.array(joins, dtype=np.float64).reshape(-1, 3).T
    ends = rows[:2].astype(np.intp)
    apart = ~_are_landings(xyz, ends, landings)
    return ends[0, apart], ends[1, apart], rows[2, apart]


def _pair(
    xyz: NDArray[np.float64], nodes: NDArray[np.intp], others: NDArray[np.intp], within_km: float
) -> NDArray[np.intp]:
    """Return (2, pairs) of a node and another within so many kilometres."""
    near: Any = cKDTree(xyz[others]).query_ball_point(xyz[nodes], within_km)
    first = np.repeat(nodes, np.fromiter(map(len, near), np.intp, len(near)))
    second = others[np.fromiter((row for one in near for row in one), np.intp, len(first))]
    return np.vstack((first, second))[:, first != second]


def _face(
    xyz: NDArray[np.float64], inward: NDArray[np.float64], pairs: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Return which pairs of dead ends point at each other."""
    nodes, others = pairs
    way = xyz[others] - xyz[nodes]
    length = np.linalg.norm(way, axis=1)
    ahead = np.ones(len(nodes), dtype=np.bool_)
    for node, sign in ((nodes, -1.0), (others, 1.0)):
        turn = sign * np.einsum("ij,ij->i", way, inward[node])
        ahead &= turn > _FACING * length * np.linalg.norm(inward[node], axis=1)
    return ahead


def _are_landings(
    xyz: NDArray[np.float64], pairs: NDArray[np.intp], landings: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return which pairs stand at the two landings of a ferry."""
    nodes, others = pairs
    between = np.zeros(len(nodes), dtype=np.bool_)
    for here, there in (*landings.swapaxes(0, 1), *landings[::-1].swapaxes(0, 1)):
        between |= (np.linalg.norm(xyz[nodes] - here, axis=1) < _FERRY_KM) & (
            np.linalg.norm(xyz[others] - there, axis=1) < _FERRY_KM
        )
    return between


def _measure_round(
    matrix: csr_array, nodes: NDArray[np.intp], others: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the kilometres from each node to its other by the roads there are; inf beyond 90."""
    single, row = np.unique(nodes, return_inverse=True)
    km = np.empty(len(nodes))
    for start in range(0, len(single), _BATCH):
        batch = single[start : start + _BATCH]
        reached = dijkstra(matrix, directed=False, indices=batch, limit=_LONGEST_KM)
        own = (row >= start) & (row < start + len(batch))
        km[own] = reached[row[own] - start, others[own]]
    return km
