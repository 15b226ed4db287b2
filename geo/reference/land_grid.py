"""A grid of the country's land, so that whether a line is dry is told in no time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The grid of the land: rows from south, columns from west, a cell 0.01 degrees wide and high.
WEST: Final = -180.0
SOUTH: Final = 17.0
CELL: Final = 0.01
COLUMNS: Final = 11_600
ROWS: Final = 5_500

_GREAT_LAKE: Final = 1.0  # square degrees


def draw_land(states: NDArray[np.object_], lakes: NDArray[np.object_]) -> NDArray[np.uint8]:
    """Return which cells of the grid have their middle on land of the country, as packed bits.

    The Great Lakes are no part of the states' shapes, whose shores are finer than those of lakes.

    Parameters
    ----------
    states, lakes : polygons in degrees, EPSG:4326.
    """
    cells = _fill(states) & ~_fill(lakes[shapely.area(lakes) < _GREAT_LAKE])
    return np.packbits(cells)


def _fill(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return the cells whose middle lies in an odd number of rings, row by row.

    Each side of a ring crosses the middle lines of some rows; between the first and the second
    crossing of a row one is inside, between the third and fourth, and so on. What two neighbours
    share is crossed twice at one place and changes nothing.
    """
    rings = shapely.get_rings(shapely.get_parts(shapes))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    x = (points[:, 0] - WEST) / CELL - 0.5
    y = (points[:, 1] - SOUTH) / CELL - 0.5
    x0, y0, x1, y1 = x[:-1][same], y[:-1][same], x[1:][same], y[1:][same]
    low = np.maximum(np.ceil(np.minimum(y0, y1)), 0).astype(np.int64)
    high = np.minimum(np.ceil(np.maximum(y0, y1)), ROWS).astype(np.int64)  # a top end not counted
    count = np.maximum(high - low, 0)
    side = np.repeat(np.arange(len(count)), count)
    row = low[side] + np.arange(len(side)) - np.repeat(np.cumsum(count) - count, count)
    slope = (x1 - x0)[side] / (y1 - y0)[side]
    across = np.clip(np.ceil(x0[side] + (row - y0[side]) * slope), 0, COLUMNS - 1).astype(np.int64)
    crossings = np.bincount(row * COLUMNS + across, minlength=ROWS * COLUMNS).astype(np.uint8) & 1
    inside: NDArray[np.bool_] = (
        np.bitwise_xor.accumulate(crossings.reshape(ROWS, COLUMNS), axis=1) == 1
    )
    return inside.ravel()
