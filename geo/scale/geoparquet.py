"""The points of GeoParquet files: which column holds them, and their degrees."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from geo.errors import CrsError, SchemaError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

_DAMAGED: Final = (
    "What {path} says of its shapes as GeoParquet cannot be read; write it again, or add latitude and "
    "longitude."
)


def find_points(path: str, schema: pa.Schema) -> str:
    """Return the column of points of a GeoParquet file.

    Parameters
    ----------
    path, schema : of the file.

    Raises
    ------
    SchemaError : it has none, or says so in a way that cannot be read.
    CrsError : they are not in EPSG:4326.
    """
    try:
        described: Any = json.loads((schema.metadata or {}).get(b"geo", b"{}"))
        column = str(described.get("primary_column", ""))
        about: dict[str, Any] = dict(described["columns"][column]) if column else {}
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise SchemaError(_DAMAGED.format(path=path)) from error
    if not column:
        raise SchemaError(
            f"The file {path} lacks latitude and longitude; add them, or give GeoParquet points."
        )
    if column not in schema.names:
        raise SchemaError(_DAMAGED.format(path=path))
    if about.get("encoding") != "WKB" or {*map(str, about.get("geometry_types") or [])} - {"Point"}:
        raise SchemaError(f"The shapes in {path} are not points as WKB; give points.")
    if about.get("crs"):  # none is longitude and latitude on WGS84
        from pyproj import CRS  # noqa: PLC0415  # 60 ms
        from pyproj.exceptions import CRSError  # noqa: PLC0415  # 60 ms

        try:
            crs = CRS.from_json_dict(about["crs"])
        except (CRSError, TypeError, AttributeError) as error:
            raise SchemaError(_DAMAGED.format(path=path)) from error
        if crs not in (CRS.from_epsg(4326), CRS.from_user_input("OGC:CRS84")):
            raise CrsError(f"The file {path} is in {crs.name}, not EPSG:4326; convert it.")
    return column


def read_degrees(column: pa.Array, path: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return latitudes and longitudes of points as WKB, EPSG:4326; NaN where there is no point.

    Raises
    ------
    SchemaError : they cannot be read.
    """
    import shapely  # noqa: PLC0415  # 16 ms

    try:
        points = shapely.from_wkb(column.to_numpy(zero_copy_only=False))
    except (shapely.GEOSException, TypeError) as error:
        raise SchemaError(_DAMAGED.format(path=path)) from error
    points[shapely.is_empty(points)] = None
    return shapely.get_y(points), shapely.get_x(points)
