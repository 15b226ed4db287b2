"""Drives between points: minutes without traffic with their range, miles, or why there are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geo.errors import SchemaError
from geo.roads.blocks import find_blocks, search_blocks
from geo.roads.lengths import MOST_MINUTES, decode
from geo.roads.pace import measure_terminal
from geo.roads.unreachable import REASON, explain, share_part
from geo.roads.ways import (
    DIRECT_MILES,
    KM_PER_MILE,
    Found,
    measure_line,
    search_pairs,
    search_ways,
    try_direct,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

    from geo.roads.joining import Joins
    from geo.roads.network import Roads

_LOCAL_KM: Final = 3.0
_BLUR_PACE: Final = 1.0  # minutes for a kilometre beyond, within a city or ZIP
_FIRST_MINUTES: Final = 30.0  # of a search for known ends: this, and as much a kilometre of the
_FIRST_PACE: Final = 1.5  # straight line; what takes longer is searched for without a limit


def drive_pairs(
    roads: Roads,
    origins: Joins,
    targets: Joins,
    *,
    origin_radius_miles: ArrayLike = 0.0,
    target_radius_miles: ArrayLike = 0.0,
) -> pd.DataFrame:
    """Return the drive of each pair of points.

    Parameters
    ----------
    origins, targets : n points each, or one that goes with all of the other side.
    origin_radius_miles, target_radius_miles : within how many statute miles of its point each
        really lies; what is not known so widens the range.

    Returns
    -------
    n rows: `minutes` (without traffic), `low` and `high` (90% of measured drives lie between),
    `miles` (statute, by road), `method` (`graph`, or `line`: straight by local roads), `reason`
    ("", or why there are no minutes: one of
    `geo.roads.unreachable.REASONS`, and the numbers NaN).

    Raises
    ------
    SchemaError : there are not as many of the one as of the other.
    """
    count = max(len(origins), len(targets))
    if {len(origins), len(targets)} - {1, count}:
        raise SchemaError(f"{len(origins)} origins do not pair with {len(targets)} targets.")
    start, end = np.zeros(count, dtype=np.intp), np.zeros(count, dtype=np.intp)
    if len(origins) == count:
        start = np.arange(count)
    if len(targets) == count:
        end = np.arange(count)
    line_km = np.linalg.norm(origins.xyz[start] - targets.xyz[end], axis=1)
    way = np.full(count, np.inf)
    single, owner = np.unique(origins.xyz[start], axis=0, return_inverse=True)
    first = np.full(len(single), count)
    np.minimum.at(first, owner, np.arange(count))
    asked = origins.take(start[first])
    limits = np.zeros(len(single))
    np.maximum.at(limits, owner, _FIRST_MINUTES + _FIRST_PACE * line_km)
    search_pairs(roads, asked, owner, targets, end, way=way, limits=limits)
    # Beyond its limit a search has not seen every way, so what it found there may not be the quickest.
    lost = (way > limits[owner]) & share_part(roads.part, origins, targets, start, end)
    if lost.any():
        limits = np.where(np.bincount(owner, lost, minlength=len(single)) > 0, MOST_MINUTES, 0.0)
        search_pairs(roads, asked, owner, targets, end, way=way, limits=limits)
    found = try_direct(roads, origins.take(start), targets.take(end), way)
    reason = np.full(count, "", dtype=REASON)
    none = np.flatnonzero(np.isinf(found.way))
    reason[none] = explain(roads, origins, targets, start[none], end[none])
    blur = np.hypot(
        measure_blur(origin_radius_miles, origins.local[start]),
        measure_blur(target_radius_miles, targets.local[end]),
    )
    return _tabulate(roads, found, blur, reason)


def drive_to_all(
    roads: Roads, origin: Joins, targets: Joins, *, limit_minutes: float = MOST_MINUTES
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return minutes and miles from one point to many, without range and reasons: the fastest.

    Parameters
    ----------
    origin : one point.
    targets : n points.
    limit_minutes : what is farther counts as not reached.

    Returns
    -------
    minutes, miles : (n,) without traffic, statute by road; inf where not reached.
    """
    _check_limit(limit_minutes)
    reached = next(search_ways(roads, origin, np.array([limit_minutes])))[1]
    way = (reached[targets.node] + targets.way).min(axis=1)
    found = try_direct(roads, origin.take(np.zeros(len(targets), dtype=np.intp)), targets, way)
    minutes, miles = _measure(roads, found)
    beyond = minutes > limit_minutes
    minutes[beyond], miles[beyond] = np.inf, np.inf
    return minutes, miles


def drive_matrix(
    roads: Roads, origins: Joins, targets: Joins, *, limit_minutes: float
) -> NDArray[np.float32]:
    """Return the minutes between all origins and all targets that are within a limit.

    One search is made from each point of the shorter side, since roads here have no direction.

    Returns
    -------
    (origins, targets) minutes without traffic; inf where not reached within the limit.

    Raises
    ------
    SchemaError : the limit is no number of minutes above 0.
    """
    if len(targets) < len(origins):
        return np.ascontiguousarray(
            drive_matrix(roads, targets, origins, limit_minutes=limit_minutes).T
        )
    minutes = np.full((len(origins), len(targets)), np.inf, dtype=np.float32)
    for row, near, found in drive_rows(roads, origins, targets, limit_minutes=limit_minutes):
        minutes[row, near] = found
    return minutes


def drive_rows(
    roads: Roads, origins: Joins, targets: Joins, *, limit_minutes: float
) -> Iterator[tuple[int, NDArray[np.intp], NDArray[np.float32]]]:
    """Yield for each origin the targets within a limit, so that no matrix need be held; in any order.

    Yields
    ------
    The row of the origin; the rows of the targets reached, rising; minutes to each.

    Raises
    ------
    SchemaError : the limit is no number of minutes above 0.
    """
    for row, near, found in _find_rows(roads, origins, targets, limit_minutes):
        minutes = found.way + found.terminal  # its kilometres weigh nothing
        kept = minutes <= limit_minutes
        yield row, near[kept], minutes[kept].astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """What one point reaches within a limit; read-only.

    Parameters
    ----------
    rows : (k,) of the targets reached, rising.
    minutes, miles : (k,) without traffic; statute, by road.
    direct : (k,) whether the straight way by local roads was the quickest.
    """

    rows: NDArray[np.intp]
    minutes: NDArray[np.float64]
    miles: NDArray[np.float64]
    direct: NDArray[np.bool_]


def reach_rows(
    roads: Roads, origins: Joins, targets: Joins, *, limit_minutes: float
) -> Iterator[tuple[int, Reached]]:
    """Yield for each origin what it reaches within a limit, with its miles; in any order.

    Yields
    ------
    The row of the origin, and what it reaches.

    Raises
    ------
    SchemaError : the limit is no number of minutes above 0.
    """
    for row, near, found in _find_rows(roads, origins, targets, limit_minutes):
        minutes, miles = _measure(roads, found)
        kept = minutes <= limit_minutes
        yield row, Reached(near[kept], minutes[kept], miles[kept], found.direct[kept])


def _find_rows(
    roads: Roads, origins: Joins, targets: Joins, limit_minutes: float
) -> Iterator[tuple[int, NDArray[np.intp], Found]]:
    """Yield for each origin the targets that may be within a limit, and the ways to them."""
    _check_limit(limit_minutes)
    blocks, alone = find_blocks(origins, limit_minutes)
    yield from search_blocks(roads, origins, targets, limit_minutes, blocks)
    tree = cKDTree(targets.xyz)
    limits = np.zeros(len(origins))
    limits[alone] = limit_minutes
    reach_km = limit_minutes / roads.pace.least
    for row, reached in search_ways(roads, origins, limits):
        near = np.array(sorted(tree.query_ball_point(origins.xyz[row], reach_km)), dtype=np.intp)
        some = targets.take(near)
        way = (reached[some.node] + some.way).min(axis=1, initial=np.inf)
        line_miles = measure_line(origins.xyz[row], some.xyz)
        close = np.flatnonzero(line_miles <= DIRECT_MILES)
        here = origins.take(np.full(len(close), row))
        found = try_direct(roads, here, some.take(close), way[close])
        way[close] = found.way
        direct = np.zeros(len(near), dtype=np.bool_)
        direct[close] = found.direct
        terminal = measure_terminal(origins.terminal[row], some.terminal, line_miles)
        yield row, near, Found(way, direct, line_miles, terminal)


def _check_limit(limit_minutes: float) -> None:
    if not 0 < limit_minutes <= MOST_MINUTES:
        raise SchemaError(
            f"{limit_minutes} is no limit for a drive; give minutes above 0, at most "
            f"{MOST_MINUTES:,.0f}."
        )


def _measure(roads: Roads, found: Found) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    minutes, km = decode(found.way)
    miles = km / KM_PER_MILE * roads.pace.miles_factor
    return minutes + found.terminal, np.maximum(miles, found.line_miles)


def measure_blur(radius_miles: ArrayLike, local: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the minutes across a radius: the first 3 km by local roads, the rest by better ones.

    Parameters
    ----------
    radius_miles : within how many statute miles of its point each place really lies.
    local : minutes for a kilometre around each, as of `Joins`.
    """
    km = np.asarray(radius_miles, dtype=np.float64) * KM_PER_MILE
    near = np.minimum(km, _LOCAL_KM)
    minutes: NDArray[np.float64] = near * local + (km - near) * np.minimum(local, _BLUR_PACE)
    return minutes


def _tabulate(
    roads: Roads, found: Found, blur: NDArray[np.float64], reason: NDArray[np.str_]
) -> pd.DataFrame:
    minutes, miles = _measure(roads, found)
    low, high = roads.pace.bound(minutes, found.line_miles, blur)
    numbers = {"minutes": minutes, "low": low, "high": high, "miles": miles}
    known = np.isfinite(minutes)
    table = {name: np.where(known, column, np.nan) for name, column in numbers.items()}
    line = found.direct | (reason == "far_from_road")
    table["method"] = np.where(line, "line", "graph")
    return pd.DataFrame({**table, "reason": reason})
