"""How many minutes adults drive to the nearest clinics, draw by draw, looked up in one table.

A clinic stands at the point of the ZIP that a draw put it into, or, where its own point is known
better, at that point in every draw. So the minutes from each such place to each ZIP are worked out
once, and a draw only looks them up. Within a ZIP a drive takes a time of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from geo import roads
from geo.coverage.coverage_draws import PER_MILE
from geo.roads.pace import measure_terminal
from geo.units import METRES_PER_MILE, table_points

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from geo.coverage.demand import Demand
    from geo.coverage.position_draws import PositionDraws
    from geo.roads import Joins, Roads

LIMIT_MINUTES: Final = 300
"""A clinic that takes longer, or to which no road leads, counts as not reached."""

NOT_REACHED: Final = np.iinfo(np.uint16).max
PER_MINUTE: Final = 10
HALF_A_STEP: Final = 0.5 / PER_MINUTE
"""In minutes: what lies less than this over a limit is kept as the limit itself."""

UNREACHED: Final = 10_000 * PER_MILE
"""In thousandths of a minute: more than any drive, for sums that know no other word for it."""

_APART: Final = 128 / (45 * np.pi)
"""The mean distance of two points of a disc, for a radius of 1."""

_ZIPS_AT_ONCE: Final = 2048  # of which 200 draws fit in a processor's own memory
_STEPS_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True, eq=False)
class DriveTable:
    """Minutes from ZIPs to the places where clinics stand in some draw; read-only.

    Parameters
    ----------
    place : (draws, clinics) which place a clinic stands at; -1 for none that a road could lead to.
    places : how many there are.
    starts : (n + 1,) where in `order` the places of each ZIP begin.
    order : (p,) places within `LIMIT_MINUTES` of the ZIP, the nearest first.
    tenths : (p,) tenths of a minute to each.
    """

    place: NDArray[np.intp]
    places: int
    starts: NDArray[np.int64]
    order: NDArray[np.uint16]
    tenths: NDArray[np.uint16]


def join_zips(net: Roads, demand: Demand) -> tuple[NDArray[np.intp], Joins]:
    """Return the rows of the ZIPs on land that is driven on, rising, and their ways to the highways.

    It takes most of a second for the nation.
    """
    row = np.flatnonzero(roads.on_land(net, demand.latitude, demand.longitude))
    return row, roads.join_points(net, demand.latitude[row], demand.longitude[row])


def tabulate_drives(
    net: Roads,
    clinics: pd.DataFrame,
    demand: Demand,
    positions: PositionDraws,
    limit_minutes: float = LIMIT_MINUTES,
    *,
    joined: tuple[NDArray[np.intp], Joins] | None = None,
    only: NDArray[np.intp] | None = None,
) -> DriveTable:
    """Return the minutes between all ZIPs and all places where clinics stand in some draw.

    Parameters
    ----------
    net : the highways.
    clinics : those with a point (degrees, EPSG:4326), in the order of `positions`.
    demand : the ZIP points.
    positions : of the clinics.
    limit_minutes : what takes longer is left out, as if it were not reached; up to `LIMIT_MINUTES`.
    joined : of `join_zips`, where that was done already.
    only : rows of the ZIPs to look at; of the others nothing is told, as if nothing reached them.
    """
    latitude, longitude = table_points(clinics, "clinics")
    is_own = (positions.zip < 0).any(axis=0)
    own = np.flatnonzero(is_own)
    own = own[roads.on_land(net, latitude[own], longitude[own])]
    target, zips = join_zips(net, demand) if joined is None else joined
    used = np.intersect1d(np.unique(positions.zip), target)
    place_of_zip = np.full(len(demand.zip) + 1, -1, dtype=np.intp)  # the last for -1, no ZIP
    place_of_zip[used] = np.arange(len(used))
    place = place_of_zip[positions.zip]
    place[:, own] = len(used) + np.arange(len(own))
    places = zips.take(np.searchsorted(target, used))
    home = np.append(used, np.full(len(own), -1))
    own_minutes = np.append(_measure_own(places, demand, used), np.zeros(len(own)))
    if len(own):
        places = places.append(roads.join_points(net, latitude[own], longitude[own]))
    number = np.arange(len(places))
    if only is not None:
        looked_at = np.isin(target, only)
        target, zips = target[looked_at], zips.take(looked_at)
        number = np.flatnonzero(roads.may_reach(net, places, zips, limit_minutes))
    keys = []
    rows = roads.drive_rows(net, places.take(number), zips, limit_minutes=limit_minutes)
    for row, near, minutes in rows:
        at = int(number[row])
        zip_row = target[near].astype(np.int64)
        steps = np.rint(minutes * PER_MINUTE).astype(np.int64)
        steps[zip_row == home[at]] = round(own_minutes[at] * PER_MINUTE)
        keys.append((zip_row << 32) | (steps << 16) | at)
    key = np.concatenate(keys) if keys else np.empty(0, dtype=np.int64)
    key.sort()
    starts = np.searchsorted(key, np.arange(len(demand.zip) + 1, dtype=np.int64) << 32)
    tenths = ((key >> 16) & NOT_REACHED).astype(np.uint16)
    order = (key & NOT_REACHED).astype(np.uint16)
    return DriveTable(place, len(places), starts, order, tenths)


def count_draws_within(table: DriveTable, minutes: float) -> NDArray[np.int64]:
    """Return (n,) in how many draws some clinic is within so many minutes of each ZIP.

    Parameters
    ----------
    table : of all clinics, for as many minutes at least.
    minutes : compared in tenths.
    """
    at_places = _count_at_places(table, np.ones(table.place.shape[1], dtype=np.bool_), 1)
    bits = np.packbits(at_places, axis=1)  # a bit for each draw
    kept = np.flatnonzero(table.tenths <= minutes * PER_MINUTE)
    starts = np.searchsorted(kept, table.starts)
    reached = np.flatnonzero(np.diff(starts))
    counts = np.zeros(len(starts) - 1, dtype=np.int64)
    if len(reached):
        anywhere = np.bitwise_or.reduceat(bits[table.order[kept]], starts[reached], axis=0)
        counts[reached] = np.bitwise_count(anywhere).sum(axis=1, dtype=np.int64)
    return counts


def find_minutes(
    table: DriveTable, clinics: NDArray[np.bool_], ranks: Sequence[int]
) -> list[NDArray[np.int32]]:
    """Return the minutes from each ZIP to its nearest, second nearest ... clinic, in each draw.

    Parameters
    ----------
    table : of all clinics.
    clinics : (clinics,) which of them count.
    ranks : ascending, of each 1 for the nearest.

    Returns
    -------
    For each rank (draws, n) thousandths of a minute, in steps of a tenth; `UNREACHED` where so many
    are not reached.
    """
    draws, size = len(table.place), len(table.starts) - 1
    there = _count_at_places(table, clinics, ranks[-1])
    used = np.asarray(there.any(axis=1))
    kept = np.flatnonzero(used[table.order])
    near = _Near(table.order[kept], table.tenths[kept], np.searchsorted(kept, table.starts))
    found = [np.full((draws, size), UNREACHED, dtype=np.int32) for _ in ranks]
    reaching = np.flatnonzero(np.diff(near.starts))
    for first in range(0, len(reaching), _ZIPS_AT_ONCE):
        _look_up(near, there, reaching[first : first + _ZIPS_AT_ONCE], ranks, found)
    return found


class _Near(NamedTuple):
    """Of a table, the places where a clinic stands in some draw; as in `DriveTable`."""

    order: NDArray[np.uint16]
    tenths: NDArray[np.uint16]
    starts: NDArray[np.intp]


def _look_up(
    near: _Near,
    there: NDArray[np.uint8],
    rows: NDArray[np.intp],
    ranks: Sequence[int],
    found: Sequence[NDArray[np.int32]],
) -> None:
    """Fill in the minutes from some ZIPs, going outwards over the places of all draws at once.

    Parameters
    ----------
    there : (places, draws) of `_count_at_places`.
    rows : of the ZIPs, each with a place at least.
    """
    first, last = near.starts[rows], near.starts[rows + 1]
    met = np.zeros((len(rows), there.shape[1]), dtype=np.uint8)
    passed = [np.zeros(met.shape, dtype=np.uint16) for _ in ranks]  # places nearer than the rank's
    step = 0
    while len(rows):
        for _ in range(_STEPS_AT_ONCE):
            beyond = first + step >= last
            seen = there[near.order[np.where(beyond, first, first + step)]]
            seen[beyond] = 0
            met += seen
            np.minimum(met, ranks[-1], out=met)
            for rank, places in zip(ranks, passed, strict=True):
                np.add(places, met < rank, out=places)
            step += 1
        is_over = (first + step >= last) | (met >= ranks[-1]).all(axis=1)
        over, on = np.flatnonzero(is_over), np.flatnonzero(~is_over)
        for rank, places, minutes in zip(ranks, passed, found, strict=True):
            is_met = met[over] >= rank
            at = first[over, np.newaxis] + np.where(is_met, places[over], 0)
            thousandths = near.tenths[at].astype(np.int32) * (PER_MILE // PER_MINUTE)
            minutes[:, rows[over]] = np.where(is_met, thousandths, UNREACHED).T
        rows, first, last, met = rows[on], first[on], last[on], met[on]
        passed = [places[on] for places in passed]


def _measure_own(inside: Joins, demand: Demand, used: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the minutes between two points of each ZIP, in a disc of its land area."""
    area = demand.zips["land_area_sq_miles"].to_numpy(np.float64)[used]
    miles = _APART * np.sqrt(area / np.pi)
    local = miles * METRES_PER_MILE / 1000 * inside.local
    minutes = local + measure_terminal(inside.terminal, inside.terminal, miles)
    return np.minimum(minutes, LIMIT_MINUTES)


def _count_at_places(table: DriveTable, clinics: NDArray[np.bool_], most: int) -> NDArray[np.uint8]:
    """Return (places, draws) how many of the clinics stand at each place, no more than `most`."""
    draws = len(table.place)
    draw, clinic = np.nonzero((table.place >= 0) & clinics)
    cell = table.place[draw, clinic] * draws + draw
    counts = np.bincount(cell, minlength=table.places * draws).reshape(table.places, draws)
    return np.minimum(counts, most).astype(np.uint8)
