"""GeoJSON and GeoParquet: properties as cells, geometries as a point in EPSG:4326."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import shapely
import shapely.geometry
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from geo.errors import CrsError, SourceError
from geo.files.csv_rows import MOST_COLUMNS
from geo.sources.replies import as_object, as_text, read_replies, records_of
from geo.sources.table.cells import Row, to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

LATITUDE: Final = "geometry latitude"
LONGITUDE: Final = "geometry longitude"
"""The columns that a geometry becomes; a line's or polygon's point is one that lies on it."""

LARGEST_ROW_GROUP_BYTES: Final = 1_000_000_000
LONGEST_ROW: Final = 1_000_000
"""In characters, as in a table of lines: a small file can hold one text for each of many rows."""

_ROWS_AT_ONCE: Final = 2_000
_CHARACTERS_AT_ONCE: Final = 50_000_000
_UNREADABLE: Final = ("unreadable", "unreadable")


def read_geojson(path: Path) -> Generator[Row]:
    """Yield the features of a FeatureCollection, the heading first; lines count features.

    Coordinates are longitude, latitude in WGS84 as RFC 7946 has them, unless a `crs` of the older
    GeoJSON names another, from which they are converted.

    Raises
    ------
    SourceError : it is no GeoJSON of features, is cut off, larger than 50 MB, or has too many
        columns.
    CrsError : its `crs` cannot be understood.
    """
    for _, collection in read_replies(path):
        features = records_of(collection, "features", path.name)
        crs = as_object(as_object(collection.get("crs")).get("properties")).get("name")
        to_point = _converter(as_text(crs) or "OGC:CRS84", path.name)
        records = [as_object(feature) for feature in features]
        properties = [as_object(record.get("properties")) for record in records]
        heading = list(dict.fromkeys(name for found in properties for name in found))
        _check_columns(heading, path.name)
        with_id = any("id" in record for record in records) and "id" not in heading
        yield Row(0, [*(["id"] if with_id else []), *heading, LATITUDE, LONGITUDE])
        for line, (record, found) in enumerate(zip(records, properties, strict=True), start=1):
            geometry = record.get("geometry")
            point = ("", "")
            if geometry is not None:
                try:
                    point = to_point(shapely.geometry.shape(geometry))
                except Exception:  # noqa: BLE001  shapely raises whatever a broken geometry meets
                    point = _UNREADABLE
            own_id = [to_text(record.get("id"))] if with_id else []
            yield Row(line, [*own_id, *(to_text(found.get(name)) for name in heading), *point])
        return


def read_parquet(path: Path) -> Generator[Row]:
    """Yield the rows of a GeoParquet or plain Parquet file, the heading first, a part at a time.

    The geometry's CRS is the one the file states, WGS84 where it states none (GeoParquet 1.1).

    Raises
    ------
    SourceError : it is cut off or damaged, its geometry is not WKB, a row of it is too long, or it
        has too many columns.
    CrsError : the file says that its CRS is unknown, or it cannot be understood.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415  # 14 ms

    try:
        with pq.ParquetFile(path, read_dictionary=_list_texts(pq.read_schema(path))) as file:
            groups = (file.metadata.row_group(i) for i in range(file.metadata.num_row_groups))
            if any(group.total_byte_size > LARGEST_ROW_GROUP_BYTES for group in groups):
                raise SourceError(
                    f"{path.name} has a row group of more than a gigabyte; write smaller ones."
                )
            geometry, crs = _geometry_of(file.schema_arrow, path.name)
            to_point = _converter(crs, path.name) if geometry else None
            heading = [name for name in file.schema_arrow.names if name != geometry]
            _check_columns(heading, path.name)
            yield Row(0, [*heading, *([LATITUDE, LONGITUDE] if geometry else [])])
            line = 0
            for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE):
                for record in _records(batch, path.name):
                    line += 1
                    cells = [to_text(record[name]) for name in heading]
                    if to_point:
                        binary = record[geometry]
                        shape = shapely.from_wkb(binary, on_invalid="ignore")
                        lost = ("", "") if binary is None else _UNREADABLE
                        cells += lost if shape is None else to_point(shape)
                    yield Row(line, cells)
    except (pa.ArrowException, OSError, TypeError, UnicodeError, OverflowError) as error:
        raise SourceError(
            f"{path.name} is a damaged Parquet file ({type(error).__name__}); copy or export it "
            "again."
        ) from error


def _check_columns(heading: list[str], name: str) -> None:
    if len(heading) > MOST_COLUMNS:
        raise SourceError(
            f"{name} has {len(heading):,} columns; leave those of a clinic, at most "
            f"{MOST_COLUMNS:,}, and export it again."
        )


def _list_texts(schema: Any) -> list[str]:  # noqa: ANN401  (pyarrow has no types)
    """Return the columns of texts, to be held as a dictionary: a text of many rows once."""
    return [
        field.name
        for field in schema
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
    ]


def _records(batch: Any, name: str) -> Iterator[dict[str, Any]]:  # noqa: ANN401  as above
    """Yield the rows of a batch, no more of them unpacked at once than memory is for.

    Raises
    ------
    SourceError : a row may be longer than `LONGEST_ROW`.
    """
    longest = sum(
        pc.max(pc.binary_length(column.dictionary)).as_py() or 0
        for column in batch.columns
        if pa.types.is_dictionary(column.type) and pa.types.is_string(column.type.value_type)
    )
    if longest > LONGEST_ROW:
        raise SourceError(
            f"{name} has rows of more than {LONGEST_ROW:,} characters; it is no table of clinics: "
            "check how it was exported."
        )
    step = max(1, _CHARACTERS_AT_ONCE // max(longest, 1))
    for start in range(0, batch.num_rows, step):
        yield from batch.slice(start, step).to_pylist()


def _geometry_of(schema: Any, name: str) -> tuple[str, str]:  # noqa: ANN401  (pyarrow has no types)
    """Return the geometry column and its CRS; both "" where the file is plain Parquet."""
    text = (schema.metadata or {}).get(b"geo")
    if text is None:
        return "", ""
    try:
        geo = as_object(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise SourceError(f"The geo metadata of {name} is no JSON; export it again.") from error
    column = as_text(geo.get("primary_column"))
    facts = as_object(as_object(geo.get("columns")).get(column))
    if column not in schema.names or facts.get("encoding") != "WKB":
        raise SourceError(f"{name} has no geometry as WKB; write it as GeoParquet with WKB.")
    crs = facts.get("crs", "OGC:CRS84")
    if crs is None:
        raise CrsError(f"{name} says that its CRS is unknown; set it, best to EPSG:4326.")
    return column, crs if isinstance(crs, str) else json.dumps(crs)


def _converter(crs: str, name: str) -> Callable[[BaseGeometry], tuple[str, str]]:
    """Return what makes latitude and longitude, as texts, of a geometry in a CRS.

    Raises
    ------
    CrsError : the CRS cannot be understood.
    """
    try:
        # Always x, y: files keep longitude first whatever the axes of their CRS.
        transform = Transformer.from_crs(CRS.from_user_input(crs), "EPSG:4326", always_xy=True)
    except ProjError as error:
        raise CrsError(
            f"{name} names a CRS that cannot be understood ({crs[:60]!r}); convert it to EPSG:4326."
        ) from error

    def to_point(shape: BaseGeometry) -> tuple[str, str]:
        if shape.is_empty:
            return "", ""
        point = shape if shape.geom_type == "Point" else shape.representative_point()
        x, y = transform.transform(point.x, point.y)
        return f"{y:.15g}", f"{x:.15g}"

    return to_point
