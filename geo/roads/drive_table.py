"""Minutes and miles from very many points to some targets, worked out ahead and looked up.

Only what is within the limit is held, in 16 bits each: the country's 60,000 points of ZIPs and
cities reach 475 points of clinics in 2.1 million pairs, 15 MB.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from geo.roads.driving import Reached, reach_rows
from geo.roads.joining import join_points, on_land
from geo.roads.unreachable import find_parts

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from geo.roads.joining import Joins
    from geo.roads.network import Roads

LIMIT_MINUTES: Final = 300.0
MOST_BYTES: Final = 70_000_000
"""A table that would be larger is not made."""

_STEPS: Final = 10  # of a minute and of a mile: 16 bits reach to 6,553
_PAIR_BYTES: Final = 7
_MOST_TARGETS: Final = 2**16
_BATCH: Final = 8  # searches at a time: what else this process does is kept waiting for 0.1 s


@dataclass(frozen=True, slots=True, eq=False)
class DriveTable:
    """Drives from points to targets; read-only.

    Parameters
    ----------
    latitude, longitude : (p,) degrees, EPSG:4326, in the order of both.
    local : (p,) minutes for a kilometre of straight line around each, as of `Joins`.
    kind : (p,) to which of `kinds` each is alike.
    kinds : points that differ in what they hang together with, as `geo.roads.unreachable` finds it.
    starts : (p + 1,) where each point's targets begin.
    target : (k,) rows of the targets, rising for each point.
    minutes, miles : (k,) tenths.
    direct : (k,) whether it is the straight way by local roads.
    """

    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    local: NDArray[np.float64]
    kind: NDArray[np.int32]
    kinds: Joins
    starts: NDArray[np.int64]
    target: NDArray[np.uint16]
    minutes: NDArray[np.uint16]
    miles: NDArray[np.uint16]
    direct: NDArray[np.bool_]

    @property
    def pair_bytes(self) -> int:
        """How much memory the pairs take."""
        return self.target.nbytes + self.minutes.nbytes + self.miles.nbytes + self.direct.nbytes

    def find(self, latitude: float, longitude: float) -> int | None:
        """Return the row of a point; None where it is none of those worked out."""
        first, last = (
            int(np.searchsorted(self.latitude, latitude, side)) for side in ("left", "right")
        )
        row = first + int(np.searchsorted(self.longitude[first:last], longitude))
        return row if row < last and self.longitude[row] == longitude else None

    def look_up(self, row: int) -> Reached:
        """Return what a point reaches within `LIMIT_MINUTES`.

        Parameters
        ----------
        row : of `find`.
        """
        held = slice(int(self.starts[row]), int(self.starts[row + 1]))
        return Reached(
            self.target[held].astype(np.intp),
            self.minutes[held] / _STEPS,
            self.miles[held] / _STEPS,
            self.direct[held],
        )


def build_table(
    roads: Roads, latitude: ArrayLike, longitude: ArrayLike, targets: Joins
) -> DriveTable | None:
    """Return the drives from points to targets: some seconds for all ZIPs and cities.

    Parameters
    ----------
    latitude, longitude : (n,) degrees, EPSG:4326; a point that is twice there is held once, one
        that is off the land is left out.

    Returns
    -------
    The table; None where it would be larger than `MOST_BYTES`.
    """
    if len(targets) > _MOST_TARGETS:
        return None
    points = np.unique(np.column_stack((latitude, longitude)).astype(np.float64), axis=0)
    points = points[~np.isnan(points).any(axis=1)]
    points = points[on_land(roads, *points.T)] if len(points) else points
    joins = join_points(roads, *points.T) if len(points) else targets.take([])
    found: list[tuple[int, _Packed]] = []
    pairs = 0
    for start in range(0, len(targets), _BATCH):
        rows = np.arange(start, min(start + _BATCH, len(targets)))
        # Roads have no direction, and there are fewer targets than points.
        some = targets.take(rows)
        for row, reached in reach_rows(roads, some, joins, limit_minutes=LIMIT_MINUTES):
            found.append((start + row, _pack(reached)))
            pairs += len(reached.rows)
        if pairs * _PAIR_BYTES > MOST_BYTES:
            return None
    return _turn(points, joins, _number_kinds(roads, joins), found)


def _number_kinds(roads: Roads, joins: Joins) -> NDArray[np.intp]:
    """Return for each point the first one that hangs together with the same."""
    first: dict[bytes, int] = {}
    parts = find_parts(roads, joins)
    alike = [first.setdefault(row.tobytes(), at) for at, row in enumerate(parts)]
    return np.array(alike, dtype=np.intp)


class _Packed(NamedTuple):
    """What is reached, in as few bytes as it is kept in."""

    rows: NDArray[np.int32]
    minutes: NDArray[np.uint16]
    miles: NDArray[np.uint16]
    direct: NDArray[np.bool_]


def _pack(reached: Reached) -> _Packed:
    minutes, miles = (
        np.round(numbers * _STEPS).astype(np.uint16) for numbers in (reached.minutes, reached.miles)
    )
    return _Packed(reached.rows.astype(np.int32), minutes, miles, reached.direct)


def _turn(
    points: NDArray[np.float64],
    joins: Joins,
    alike: NDArray[np.intp],
    found: list[tuple[int, _Packed]],
) -> DriveTable:
    """Return what was found from each target by the points it was found for."""
    none = np.empty(0)
    empty = _pack(Reached(none.astype(np.intp), none, none, none.astype(np.bool_)))
    found.sort(key=lambda pair: pair[0])
    parts = [packed for _, packed in found]
    owner = np.concatenate([empty.rows, *(part.rows for part in parts)])
    target = np.repeat(
        np.array([row for row, _ in found], dtype=np.uint16), [len(part.rows) for part in parts]
    )
    order = np.argsort(owner, kind="stable")
    starts = np.zeros(len(points) + 1, dtype=np.int64)
    np.cumsum(np.bincount(owner, minlength=len(points)), out=starts[1:])
    firsts, kind = np.unique(alike, return_inverse=True)
    return DriveTable(
        points[:, 0].copy(),
        points[:, 1].copy(),
        joins.local,
        kind.astype(np.int32),
        joins.take(firsts),
        starts,
        target[order],
        np.concatenate([empty.minutes, *(part.minutes for part in parts)])[order],
        np.concatenate([empty.miles, *(part.miles for part in parts)])[order],
        np.concatenate([empty.direct, *(part.direct for part in parts)])[order],
    )
