"""What the source of the highways lacks, kept by hand: bridges, roads, ferries, closed passes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from geo.errors import SourceError
from geo.paths import DATA
from geo.reference.highways import Highways
from geo.units import check_degrees, from_ecef, to_ecef

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

KINDS: Final = ("bridge", "tunnel", "road", "ferry", "canada", "closed")
"""Ferries and ways through Canada are told and not driven; nothing crosses a closed line."""

NOT_DRIVEN: Final = ("ferry", "canada")

_ENDS: Final = ["from_latitude", "from_longitude", "to_latitude", "to_longitude"]
_COLUMNS: Final = ["name", "kind", *_ENDS, "km", "source"]
_MOST_KM: Final = 10_000.0
_JOIN_KM: Final = 6.0  # how far an end may lie from the highway that it leads to
_SAME_KM: Final = 0.3  # ends nearer than this are one node
_DETOUR: Final = 1.6  # a crossing is there already where the way round is not longer than this
_SLACK_KM: Final = 4.0
_STEP_KM: Final = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Mended:
    """Highways with what was added to them.

    Parameters
    ----------
    highways : the graph; edges that were there come first, in their order but for those cut in two.
    dual : (m,) whether an edge is one of two carriageways.
    kind : (m,) "road", or one of `NOT_DRIVEN`.
    added : names of the bridges, tunnels and roads that were missing.
    """

    highways: Highways
    dual: NDArray[np.bool_]
    kind: NDArray[np.str_]
    added: tuple[str, ...]


def read_crossings(data: Path = DATA) -> pd.DataFrame:
    """Return the crossings kept by hand.

    Returns
    -------
    One row each: `name`, `kind` (of `KINDS`), `from_latitude`, `from_longitude`, `to_latitude`,
    `to_longitude` (degrees, EPSG:4326), `km` along the road, `source` (where to look it up).

    Raises
    ------
    SourceError : the file is missing, or a row of it is not in that form.
    """
    path = data / "reference" / "crossings.csv"
    try:
        table = pd.read_csv(path, dtype=dict.fromkeys(("name", "kind", "source"), "str"))
        table = table[_COLUMNS].astype(dict.fromkeys([*_ENDS, "km"], np.float64))
        for end in (_ENDS[:2], _ENDS[2:]):
            check_degrees(table[end[0]].to_numpy(), table[end[1]].to_numpy(), "crossings")
    except (OSError, ValueError, KeyError) as error:
        raise SourceError(
            f"data/reference/crossings.csv is missing or is not as it was written ({error}); "
            "take it from the repository again."
        ) from error
    sound = (
        table["kind"].isin(KINDS)
        & table["source"].notna()
        & table["km"].between(0, _MOST_KM, "right")
    )
    if not len(table) or not sound.all():
        raise SourceError(
            f"data/reference/crossings.csv holds no rows, or one whose kind is not one of "
            f"{', '.join(KINDS)}, or without a source or length; correct it."
        )
    return table


def mend(highways: Highways, dual: NDArray[np.bool_], crossings: pd.DataFrame) -> Mended:
    """Return the highways with the crossings that they lack, without what crosses a closed line.

    An end of a crossing leads to the nearest place on a highway within 6 km, at which that is cut
    in two. A bridge, tunnel or road counts as missing where the way round is over 1.6 times as
    long and 4 km. Ends that lead nowhere stay nodes of their own: landings of ferries.

    Parameters
    ----------
    highways, dual : as `cut_to_country` and `find_dual` return them.
    crossings : as `read_crossings` returns them.
    """
    open_ = ~_cross_closed(highways, crossings)
    highways = replace(
        highways, start=highways.start[open_], end=highways.end[open_], km=highways.km[open_]
    )
    dual = dual[open_]
    rows = crossings[crossings["kind"] != "closed"].reset_index(drop=True)
    ends = np.concatenate((rows[_ENDS[:2]].to_numpy(), rows[_ENDS[2:]].to_numpy()))
    ends, node = _merge_ends(ends)
    cut, edge_of, joined, gap_km = _cut_at(highways, ends)
    dual = dual[edge_of]
    base = len(cut.points)
    start, end = base + node[: len(rows)], base + node[len(rows) :]
    driven = ~rows["kind"].isin(NOT_DRIVEN).to_numpy()
    near = gap_km <= _JOIN_KM
    links = base + np.flatnonzero(near), joined[near], np.maximum(gap_km[near], 0.01)
    points = np.concatenate((cut.points, ends))
    linked = extend(cut, points, *links)
    missing = driven & _find_missing(linked, start, end, rows["km"].to_numpy())
    chosen = missing | ~driven
    whole = extend(linked, points, start[chosen], end[chosen], rows["km"].to_numpy()[chosen])
    wide = rows["kind"].isin(["bridge", "tunnel"]).to_numpy()[chosen]
    dual = np.concatenate((dual, np.zeros(len(links[0]), np.bool_), wide))
    kind = np.full(len(dual), "road", dtype="<U6")
    kind[-len(wide) :] = np.where(driven[chosen], "road", rows["kind"].to_numpy()[chosen])
    return Mended(whole, dual, kind, tuple(rows["name"][missing]))


def _cross_closed(highways: Highways, crossings: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which edges cross a closed line, both seen as straight in degrees."""
    closed = crossings.loc[crossings["kind"] == "closed", _ENDS].to_numpy()
    lines = shapely.linestrings(closed.reshape(-1, 2, 2)[:, :, ::-1])
    sides = np.stack((highways.points[highways.start], highways.points[highways.end]), axis=1)
    edges = shapely.linestrings(sides[:, :, ::-1])
    crosses = np.zeros(len(edges), dtype=np.bool_)
    crosses[shapely.STRtree(edges).query(lines, predicate="intersects")[1]] = True
    return crosses


def _merge_ends(ends: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the ends without those that stand at another, and which each of them is now."""
    tree = cKDTree(to_ecef(*ends.T) / 1000)
    near: Any = tree.query_ball_point(tree.data, _SAME_KM)
    first = np.array([min(rows) for rows in near])
    kept, node = np.unique(first, return_inverse=True)
    return ends[kept], node


def _cut_at(
    highways: Highways, ends: NDArray[np.float64]
) -> tuple[Highways, NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return highways cut where ends meet them, the old edge of each new one, each end's node, km.

    The place is looked for every 200 m.
    """
    xyz = to_ecef(*highways.points.T) / 1000
    along = xyz[highways.end] - xyz[highways.start]
    count = np.maximum(2, (np.linalg.norm(along, axis=1) / _STEP_KM).astype(np.intp))
    edge = np.repeat(np.arange(len(count)), count + 1)
    place = np.arange(len(edge)) - np.repeat(np.cumsum(count + 1) - count - 1, count + 1)
    share = place / count[edge]
    samples = xyz[highways.start[edge]] + share[:, np.newaxis] * along[edge]
    found = cKDTree(samples).query(to_ecef(*ends.T) / 1000)
    gap, sample = np.asarray(found[0]), np.asarray(found[1], dtype=np.intp)
    inner = (share[sample] > 0) & (share[sample] < 1) & (gap <= _JOIN_KM)
    joined = np.where(share[sample] > 0, highways.end[edge[sample]], highways.start[edge[sample]])
    cuts = np.unique(sample[inner])
    new = len(highways.points) + np.arange(len(cuts))
    joined[inner] = new[np.searchsorted(cuts, sample[inner])]
    whole = np.setdiff1d(np.arange(len(highways.start)), edge[cuts])
    starts, finishes, olds, parts = [], [], [], []
    for old in np.unique(edge[cuts]):
        own = edge[cuts] == old
        nodes = [highways.start[old], *new[own], highways.end[old]]
        shares = np.diff([0.0, *share[cuts[own]], 1.0])
        starts += nodes[:-1]
        finishes += nodes[1:]
        olds += [old] * len(shares)
        parts += list(shares * highways.km[old])
    latitude, longitude = from_ecef(samples[cuts] * 1000)
    return (
        Highways(
            np.concatenate((highways.points, np.column_stack((latitude, longitude)))),
            np.concatenate((highways.start[whole], np.array(starts, dtype=np.intp))),
            np.concatenate((highways.end[whole], np.array(finishes, dtype=np.intp))),
            np.concatenate((highways.km[whole], np.array(parts, dtype=np.float64))),
        ),
        np.concatenate((whole, np.array(olds, dtype=np.intp))),
        joined,
        gap,
    )


def extend(
    highways: Highways,
    points: NDArray[np.float64],
    start: NDArray[np.intp],
    end: NDArray[np.intp],
    km: NDArray[np.float64],
) -> Highways:
    """Return highways with more edges; `points` are theirs, with any that the new edges need."""
    return Highways(
        points,
        np.concatenate((highways.start, start)),
        np.concatenate((highways.end, end)),
        np.concatenate((highways.km, km)),
    )


def _find_missing(
    highways: Highways, start: NDArray[np.intp], end: NDArray[np.intp], km: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return which crossings the highways lack."""
    longest = km * _DETOUR + _SLACK_KM
    matrix = weigh(highways, np.ones(len(highways.start), np.bool_))
    round_km = dijkstra(matrix, directed=False, indices=start, limit=float(longest.max()))
    missing: NDArray[np.bool_] = round_km[np.arange(len(start)), end] > longest
    return missing


def weigh(highways: Highways, edges: NDArray[np.bool_]) -> csr_array:
    """Return the edges chosen as a matrix of kilometres, each in one direction."""
    count = len(highways.points)
    weights = np.maximum(highways.km[edges], 1e-3)
    pairs = (highways.start[edges], highways.end[edges])
    return csr_array((weights, pairs), shape=(count, count))
