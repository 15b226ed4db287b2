"""Why no drive leads from one point to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.roads.joining import Joins
    from geo.roads.network import Roads

_NONE: Final = -1

REASONS: Final = ("no_road", "far_from_road", "ferry", "through_canada")
REASON: Final = f"<U{max(map(len, REASONS))}"
"""The kind of array that holds them."""


def share_part(
    part: NDArray[np.int32],
    origins: Joins,
    targets: Joins,
    start: NDArray[np.intp],
    end: NDArray[np.intp],
) -> NDArray[np.bool_]:
    """Return which pairs have a node each that hang together."""
    here = np.where(np.isfinite(origins.way), part[origins.node], -1)[start]
    there = np.where(np.isfinite(targets.way), part[targets.node], -2)[end]
    same = np.equal(here[:, :, np.newaxis], there[:, np.newaxis, :])
    return np.asarray(same.any(axis=(1, 2)), dtype=np.bool_)


def explain(
    roads: Roads, origins: Joins, targets: Joins, start: NDArray[np.intp], end: NDArray[np.intp]
) -> NDArray[np.str_]:
    """Return why no drive leads from one to the other: one of `REASONS` each."""
    reason = np.full(len(start), "no_road", dtype=REASON)
    by_ferry = share_part(roads.part_by_ferry, origins, targets, start, end)
    reason[by_ferry] = "ferry"
    by_canada = share_part(roads.part_by_canada, origins, targets, start, end)
    reason[by_canada] = "through_canada"
    lost = [np.all(np.isinf(joins.way), axis=1, keepdims=True) for joins in (origins, targets)]
    away = lost[0][start, 0] | lost[1][end, 0]
    reason[away] = "far_from_road"
    return reason


def find_parts(roads: Roads, points: Joins) -> NDArray[np.int32]:
    """Return what each point hangs together with, by roads, with ferries and through Canada.

    Returns
    -------
    (n, 3k) numbers of parts, -1 for none. Points of equal rows reach the same and, where they do
    not, for the same reason.
    """
    usable = np.isfinite(points.way)
    found = []
    for part in (roads.part, roads.part_by_ferry, roads.part_by_canada):
        parts = np.sort(np.where(usable, part[points.node], _NONE).astype(np.int32), axis=1)
        parts[:, 1:][parts[:, 1:] == parts[:, :-1]] = _NONE  # each once
        found.append(np.sort(parts, axis=1))
    return np.concatenate(found, axis=1)
