"""The tables of the roads: nodes, edges and the land's grid, how they are built, written and read.

They are made from OpenStreetMap and so are under the ODbL, apart from the other tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.spatial import cKDTree

from geo.errors import SourceError
from geo.paths import DATA
from geo.reference.crossings import NOT_DRIVEN
from geo.reference.highways import Highways
from geo.reference.land_grid import COLUMNS, ROWS, SOUTH, WEST
from geo.reference.tables import REBUILD
from geo.units import METRES_PER_MILE, to_ecef

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from geo.reference.crossings import Mended

ATTRIBUTION: Final = "© OpenStreetMap contributors, ODbL 1.0"
"""To stand wherever drive times or isochrones are shown or handed on."""

ROAD_FILES: Final = ("roads_nodes.parquet", "roads_edges.parquet", "roads_land.parquet")

PIECE_KM: Final = 3.0
"""An edge is cut into pieces no longer than this, so that points join it where they are near."""

DENSITY_MILES: Final = 5.0
DENSITY_EDGES: Final = (20.0, 100.0, 400.0, 1_200.0, 3_500.0, 10_000.0)
"""Adults a square mile within five miles, at which one class of density ends and the next begins."""

_KINDS: Final = ("road", *NOT_DRIVEN)
_CHUNK: Final = 20_000
_FARTHEST_DEGREES: Final = 180.0


@dataclass(frozen=True, slots=True, eq=False)
class RoadTables:
    """The roads as they lie in their files; read-only.

    Parameters
    ----------
    points : (n, 2) latitude, longitude of the nodes in degrees, EPSG:4326, to a thousandth.
    start, end : (m,) node of either end of an edge.
    metres : (m,) along it.
    dual : (m,) whether it is one of two carriageways.
    kind : (m,) number in "road", "ferry", "canada": the latter two are not driven.
    pieces : (m,) how many pieces of equal length each edge is cut into.
    density : (sum of pieces,) class of adults around each piece, in order of `DENSITY_EDGES`.
    land : packed bits of the grid, row by row from the south-west.
    """

    points: NDArray[np.float64]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    metres: NDArray[np.int32]
    dual: NDArray[np.bool_]
    kind: NDArray[np.int8]
    pieces: NDArray[np.int64]
    density: NDArray[np.uint8]
    land: NDArray[np.uint8]


def tabulate_roads(mended: Mended, zips: pd.DataFrame, land: NDArray[np.uint8]) -> RoadTables:
    """Return what is written of the mended highways, with the density of adults along them.

    Parameters
    ----------
    zips : the reference table.
    land : as `draw_land` returns it.
    """
    order = _sort_by_place(mended.highways.points)
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.arange(len(order))
    ends = np.sort(place[np.stack((mended.highways.start, mended.highways.end))], axis=0)
    rows = np.lexsort(ends[::-1])
    start, end = ends[:, rows]
    highways = Highways(mended.highways.points[order], start, end, mended.highways.km[rows])
    points = np.round(highways.points, 3)
    xyz = to_ecef(*points.T)
    straight = np.linalg.norm(xyz[highways.start] - xyz[highways.end], axis=1)
    pieces = np.maximum(1, np.ceil(straight / (1000 * PIECE_KM))).astype(np.int64)
    edge, share = spread(pieces)
    middle = xyz[highways.start[edge]] * (1 - share)[:, np.newaxis]
    middle += xyz[highways.end[edge]] * share[:, np.newaxis]
    density = np.digitize(AdultDensity(zips).measure(middle), DENSITY_EDGES).astype(np.uint8)
    metres = np.maximum(highways.km * 1000, straight)
    return RoadTables(
        points,
        highways.start.astype(np.int32),
        highways.end.astype(np.int32),
        np.round(metres).astype(np.int32),
        mended.dual[rows],
        np.array([_KINDS.index(kind) for kind in mended.kind[rows]], dtype=np.int8),
        pieces,
        density,
        land,
    )


def _sort_by_place(points: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return an order in which what lies near each other mostly stands near: a Z-order curve."""
    cells = np.round((points - (SOUTH, WEST)) * 1000).astype(np.int64)
    key = np.zeros(len(cells), dtype=np.int64)
    for bit in range(19):
        for axis in (0, 1):
            key |= ((cells[:, axis] >> bit) & 1) << (2 * bit + axis)
    return np.argsort(key, kind="stable")


def spread(pieces: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the edge of each piece, and where along it (0 to 1) the piece has its middle."""
    edge = np.repeat(np.arange(len(pieces)), pieces)
    place = np.arange(len(edge)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    return edge, (place + 0.5) / pieces[edge]


class AdultDensity:
    """How many adults live around a point; built once, then only read, from any thread.

    Parameters
    ----------
    zips : a table with `latitude`, `longitude` (degrees, EPSG:4326) and `adults`.
    """

    def __init__(self, zips: pd.DataFrame) -> None:
        populated = zips[zips["adults"].gt(0)]
        place = populated["latitude"].to_numpy(), populated["longitude"].to_numpy()
        self._tree = cKDTree(to_ecef(*place))
        self._adults = populated["adults"].to_numpy(dtype=np.float64)

    def measure(self, xyz: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return adults a square mile within five miles of each of (n, 3) ECEF metres."""
        people = np.zeros(len(xyz))
        for start in range(0, len(xyz), _CHUNK):
            some = cKDTree(xyz[start : start + _CHUNK])
            pairs = some.sparse_distance_matrix(
                self._tree, DENSITY_MILES * METRES_PER_MILE, output_type="ndarray"
            )
            adults = np.bincount(pairs["i"], self._adults[pairs["j"]], minlength=some.n)
            people[start : start + some.n] = adults
        density: NDArray[np.float64] = people / (np.pi * DENSITY_MILES**2)
        return density


def write_roads(tables: RoadTables, data: Path) -> None:
    """Write the three files below a data folder."""
    folder = data / "reference"
    folder.mkdir(parents=True, exist_ok=True)
    thousandths = np.round(tables.points * 1000).astype(np.int32)
    nodes = pa.table(
        {"latitude_thousandths": thousandths[:, 0], "longitude_thousandths": thousandths[:, 1]}
    )
    offsets = np.concatenate(([0], np.cumsum(tables.pieces))).astype(np.int32)
    edges = pa.table(
        {
            "start": tables.start,
            "end": tables.end,
            "metres": tables.metres,
            "dual": tables.dual,
            "kind": tables.kind,
            "density": pa.ListArray.from_arrays(offsets, tables.density),
        }
    )
    rows = tables.land.reshape(ROWS, COLUMNS // 8)
    land = pa.table({"row": [row.tobytes() for row in rows]})
    for name, table in zip(ROAD_FILES, (nodes, edges, land), strict=True):
        told = table.replace_schema_metadata({"licence": ATTRIBUTION})
        numbers = [field.name for field in table.schema if field.type == pa.int32()]
        pq.write_table(
            told,
            folder / name,
            compression="zstd",
            compression_level=19,
            use_dictionary=False,
            # The bytes of like weight side by side: half as large, where neighbours are alike.
            column_encoding=dict.fromkeys(numbers, "BYTE_STREAM_SPLIT"),
        )


def load_road_tables(data: Path = DATA) -> RoadTables:
    """Return the roads as they were written.

    Raises
    ------
    SourceError : a file is missing or damaged, or is not this table.
    """
    nodes, edges, land = (_read(data / "reference" / name) for name in ROAD_FILES)
    try:
        points = np.column_stack(
            [_column(nodes, f"{axis}itude_thousandths") for axis in ("lat", "long")]
        )
        classes = edges.column("density").combine_chunks()
        tables = RoadTables(
            points / 1000.0,
            _column(edges, "start"),
            _column(edges, "end"),
            _column(edges, "metres"),
            _column(edges, "dual"),
            _column(edges, "kind"),
            np.diff(classes.offsets.to_numpy()).astype(np.int64),
            classes.flatten().to_numpy(),
            np.frombuffer(b"".join(land.column("row").to_pylist()), np.uint8),
        )
        sound = _is_sound(tables)
    except (KeyError, ValueError, AttributeError, TypeError, pa.ArrowException) as error:
        raise _damaged(error) from error
    if not sound:
        raise _damaged("its parts do not fit together")
    return tables


def _is_sound(tables: RoadTables) -> bool:
    """Tell whether edges lead to nodes, have a length, and the grid is whole."""
    return bool(
        len(tables.start)
        and min(tables.start.min(), tables.end.min()) >= 0
        and max(tables.start.max(), tables.end.max()) < len(tables.points)
        and np.abs(tables.points).max() <= _FARTHEST_DEGREES
        and tables.metres.min() >= 0
        and tables.pieces.min() >= 1
        and tables.density.max() <= len(DENSITY_EDGES)
        and len(tables.land) * 8 == ROWS * COLUMNS
    )


def _read(path: Path) -> Any:  # noqa: ANN401  # pyarrow is without types
    try:
        return pq.read_table(path)
    except FileNotFoundError as error:
        raise SourceError(
            f"data/reference/{path.name} is missing, without which there are no drive times; "
            f"{REBUILD}."
        ) from error
    except (OSError, ValueError, pa.ArrowException) as error:
        raise _damaged(path.name) from error


def _column(table: Any, name: str) -> NDArray[Any]:  # noqa: ANN401  # as above
    column: NDArray[Any] = table.column(name).to_numpy()
    return column


def _damaged(why: object) -> SourceError:
    return SourceError(
        f"The files data/reference/roads_* cannot be read as written ({why}); {REBUILD}."
    )
