"""The highways and the pace on them, for the search for drives in a browser.

The highways come from OpenStreetMap and are under the ODbL: they stay a file of their own. What is
told of places, from other sources, stands in another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.pocket.packed_columns import pack_columns
from geo.reference import land_grid
from geo.reference.crossings import read_crossings
from geo.reference.road_tables import ATTRIBUTION, DENSITY_EDGES, PIECE_KM, load_road_tables
from geo.roads.joining import on_land
from geo.roads.pace import EASTING_DEGREES, TERMINAL_MILES, WINDING_EDGES
from geo.units import to_ecef

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.roads.network import Roads
    from geo.roads.pace import Pace

NOTICE: Final = (
    "roads.pack holds highways of the United States, a small part of OpenStreetMap.\n"
    f"{ATTRIBUTION}: https://www.openstreetmap.org/copyright\n"
    "It is made available under the Open Database License 1.0:\n"
    "https://opendatacommons.org/licenses/odbl/1-0/\n"
)
"""What stands beside the file of the highways."""

_KINDS: Final = 3
_THOUSANDTHS: Final = 1000
_DOUBTFUL_PIECES: Final = 1e-6
_ENDS: Final = ("from_longitude", "from_latitude", "to_longitude", "to_latitude")


def pack_roads() -> bytes:
    """Return the highways that ship, the grid of the land and closed lines, as gzip packs them.

    `data/assets/pocket/roads.js` reads them: of each edge the node it starts at and the steps to the
    one it ends at, the metres it is longer than its straight line, its kind and carriageways; of
    each piece of it the class of adults around; where along the grid land and water change.

    Raises
    ------
    SourceError : a file of the roads is missing or damaged.
    """
    tables = load_road_tables()
    xyz = to_ecef(*tables.points.T)
    straight = np.linalg.norm(xyz[tables.start] - xyz[tables.end], axis=1)
    cells = np.unpackbits(tables.land)
    changes = np.flatnonzero(np.diff(cells, prepend=np.uint8(0)))
    closed = read_crossings()
    points = np.round(tables.points * _THOUSANDTHS)
    columns = {
        "latitude": points[:, 0],
        "longitude": points[:, 1],
        "start": tables.start,
        "span": tables.end - tables.start,
        "extra": np.round(tables.metres - straight),
        "flags": tables.kind + _KINDS * tables.dual.astype(np.int32),
        "density": tables.density,
        "land": changes,
    }
    grid = {
        "west": land_grid.WEST,
        "south": land_grid.SOUTH,
        "cell": land_grid.CELL,
        "columns": land_grid.COLUMNS,
        "rows": land_grid.ROWS,
    }
    facts = {
        "licence": ATTRIBUTION,
        "grid": grid,
        "barriers": closed.loc[closed["kind"] == "closed", list(_ENDS)].to_numpy().tolist(),
        "pieces": _list_told(straight / (_THOUSANDTHS * PIECE_KM), tables.pieces),
    }
    whole = {name: np.asarray(column).astype(np.int32) for name, column in columns.items()}
    return pack_columns(whole, facts)


def pack_pace(roads: Roads, places: NDArray[np.float64], clinics: NDArray[np.float64]) -> bytes:
    """Return how fast one drives, and the classes of adults around places and clinics, packed.

    Parameters
    ----------
    places, clinics : (n, 2), (m, 2) latitudes and longitudes, EPSG:4326; NaN for none.

    Returns
    -------
    Columns `places` and `clinics`: the class in the order of `DENSITY_EDGES` from 1, 0 for what has no
    point on land of the country; facts `pace`.
    """
    columns = {"places": _class_points(roads, places), "clinics": _class_points(roads, clinics)}
    return pack_columns(columns, {"pace": _describe_pace(roads.pace)})


def _describe_pace(pace: Pace) -> dict[str, Any]:
    return {
        "road": pace.road.ravel().tolist(),
        "local": pace.local.tolist(),
        "terminal": pace.terminal.tolist(),
        "terminal_miles": TERMINAL_MILES,
        "easting": pace.easting,
        "easting_degrees": list(EASTING_DEGREES),
        "miles_factor": pace.miles_factor,
        "range": np.column_stack((pace.range_miles, pace.range_low, pace.range_high)).tolist(),
        "winding_edges": list(WINDING_EDGES),
    }


def _list_told(exact: NDArray[np.float64], pieces: NDArray[np.int64]) -> dict[int, int]:
    """Return the pieces of those edges whose length does not plainly tell how many they have."""
    doubtful = np.abs(exact - np.round(exact)) < _DOUBTFUL_PIECES
    doubtful |= np.maximum(1, np.ceil(exact)) != pieces
    return {int(edge): int(pieces[edge]) for edge in np.flatnonzero(doubtful & (exact > 0))}


def _class_points(roads: Roads, points: NDArray[np.float64]) -> NDArray[np.int32]:
    classes = np.zeros(len(points), dtype=np.int32)
    rows = np.flatnonzero(~np.isnan(points).any(axis=1))
    rows = rows[on_land(roads, *points[rows].T)]
    adults = roads.adults.measure(to_ecef(*points[rows].T))
    classes[rows] = np.digitize(adults, DENSITY_EDGES) + 1
    return classes
