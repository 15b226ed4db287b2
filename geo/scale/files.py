"""Files of demand: what they hold, how they are cut into units of work, and their rows."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo.errors import SchemaError, SourceError
from geo.scale import geoparquet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

UNIT_ROWS: Final = 1_000_000
BATCH_ROWS: Final = 32_768

_LATITUDE: Final = ("latitude", "lat", "intptlat")
_LONGITUDE: Final = ("longitude", "lon", "lng", "long", "intptlon")
_PEOPLE: Final = ("adults", "population", "people", "pop")
_COUNTY: Final = ("county_geoid", "county_fips", "geoid", "geoid20", "geoid10", "geoid_20")
_TEXT_LENGTHS: Final = (5, 11, 12, 15)  # county, tract, block group, block
_BLOCK_DIGITS: Final = 10**10
_LARGEST_COUNTY: Final = 100_000
_FRACTION_UNITS: Final = 1_000
_MOST_PEOPLE: Final = 1e10
_FARTHEST_SOUTH: Final = -60.0
"""In degrees; nobody lives beyond it, but longitudes of the East do, taken for latitudes."""


@dataclass(frozen=True)
class Layout:
    """Which columns hold what.

    Parameters
    ----------
    latitude, longitude : columns in degrees, EPSG:4326; both "" where `geometry` is used.
    geometry : the column of points of a GeoParquet file, or "".
    people : the column of people.
    county : the column of GEOIDs that begin with the county's five digits, or "".
    people_units : how many units a person is: 1, or 1000 where the files hold fractions.
    """

    latitude: str
    longitude: str
    geometry: str
    people: str
    county: str
    people_units: int

    @property
    def columns(self) -> list[str]:
        """The columns to read."""
        named = (self.latitude, self.longitude, self.geometry, self.people, self.county)
        return [name for name in named if name]


@dataclass(frozen=True)
class Unit:
    """A piece of work: some row groups of one file.

    Parameters
    ----------
    path : a path, or an address that fsspec opens.
    row_groups : their numbers.
    rows : how many rows they hold.
    """

    path: str
    row_groups: tuple[int, ...]
    rows: int


@dataclass(frozen=True)
class Batch:
    """Some rows: degrees (NaN without a point), people in units, counties as numbers (0 unknown)."""

    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    people: NDArray[np.int64]
    county: NDArray[np.int32]


def plan(pattern: str, unit_rows: int = UNIT_ROWS) -> tuple[list[Unit], Layout]:
    """Cut files into units, reading their footers alone.

    Parameters
    ----------
    pattern : a path or an address that fsspec knows, with `*` and the like.
    unit_rows : about how many rows make a unit; a row group is never cut.

    Returns
    -------
    The units in the order of the files' names, and the layout that all files share.

    Raises
    ------
    SourceError : no file has such a name, or one is not Parquet.
    SchemaError : a column that is needed is missing or stands twice, the files differ in their
        columns or hold no row, or what one says of its shapes is damaged.
    CrsError : a GeoParquet file is not in EPSG:4326.
    """
    paths = _list_paths(pattern)
    if not paths:
        raise SourceError(f"No file is named {pattern}; give a path such as 'blocks/*.parquet'.")
    units: list[Unit] = []
    layouts: dict[Layout, str] = {}
    for path in paths:
        with _open(path) as file:
            layouts.setdefault(_read_layout(path, file.schema_arrow), path)
            units += _cut(path, file.metadata, unit_rows)
    if not units:
        raise SchemaError(f"No row stands in {pattern}; give a file with people.")
    merged = _merge_layouts(layouts)
    return units, merged


def read_batches(unit: Unit, layout: Layout, batch_rows: int = BATCH_ROWS) -> Iterator[Batch]:
    """Give the rows of a unit, a batch at a time.

    Raises
    ------
    SourceError : the file cannot be read.
    SchemaError : people are missing, fewer than none or more than there are, a GEOID is none, or a
        point is damaged or lies where nobody lives.
    """
    with _open(unit.path) as file:
        try:
            for rows in file.iter_batches(
                batch_rows, row_groups=unit.row_groups, columns=layout.columns, use_threads=False
            ):
                latitude, longitude = _read_points(rows, layout, unit.path)
                yield Batch(
                    latitude,
                    longitude,
                    _read_people(rows[layout.people], layout, unit.path),
                    _read_counties(rows, layout, unit.path),
                )
        except (OSError, pa.ArrowException) as error:
            raise SourceError(
                f"The file {unit.path} cannot be read to its end: {error}."
            ) from error


def _list_paths(pattern: str) -> list[str]:
    import fsspec  # noqa: PLC0415  # 30 ms; only where files are listed or opened

    try:
        filesystem, path = fsspec.url_to_fs(pattern)
        found = [each for each in filesystem.glob(path) if filesystem.isfile(each)]
        return sorted(filesystem.unstrip_protocol(each) for each in found)
    except (OSError, ValueError, ImportError) as error:
        raise SourceError(f"The files {pattern} cannot be listed: {error}.") from error


@contextmanager
def _open(path: str) -> Iterator[pq.ParquetFile]:
    import fsspec  # noqa: PLC0415  # 30 ms: fsspec

    try:
        stream = fsspec.open(path, "rb").open()
    except (OSError, ValueError) as error:
        raise SourceError(f"The file {path} cannot be opened: {error}.") from error
    with stream:
        try:
            file = pq.ParquetFile(stream, pre_buffer=False)  # half the memory
        except (OSError, pa.ArrowException) as error:
            raise SourceError(f"The file {path} is no Parquet file: {error}.") from error
        yield file


def _cut(path: str, metadata: pq.FileMetaData, unit_rows: int) -> Iterator[Unit]:
    groups: list[int] = []
    rows = 0
    for group in range(metadata.num_row_groups):
        groups.append(group)
        rows += metadata.row_group(group).num_rows
        if rows >= unit_rows:
            yield Unit(path, tuple(groups), rows)
            groups, rows = [], 0
    if rows:
        yield Unit(path, tuple(groups), rows)


def _read_layout(path: str, schema: pa.Schema) -> Layout:
    names = {name.lower(): name for name in reversed(schema.names)}

    def find(known: Sequence[str]) -> str:
        name = next((names[name] for name in known if name in names), "")
        if schema.names.count(name) > 1:
            raise SchemaError(f"The file {path} has the column {name!r} twice; leave one.")
        return name

    latitude, longitude, geometry = find(_LATITUDE), find(_LONGITUDE), ""
    if not (latitude and longitude):
        latitude = longitude = ""
        geometry = geoparquet.find_points(path, schema)
    people = find(_PEOPLE)
    if not people:
        raise SchemaError(f"The file {path} lacks a column of people; name one {_PEOPLE[0]!r} or "
                          f"{_PEOPLE[1]!r}.")  # fmt: skip
    kind = schema.field(people).type
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        raise SchemaError(f"The column {people!r} of {path} is {kind}; make it a number.")
    units = 1 if pa.types.is_integer(kind) else _FRACTION_UNITS
    return Layout(latitude, longitude, geometry, people, find(_COUNTY), units)


def _merge_layouts(layouts: dict[Layout, str]) -> Layout:
    """Return the one layout; fractions in one file make units of them in all."""
    first = next(iter(layouts))
    for other, path in layouts.items():
        if other.columns != first.columns:
            raise SchemaError(
                f"The files {layouts[first]} and {path} have different columns "
                f"({', '.join(first.columns)}; {', '.join(other.columns)}); make them alike."
            )
    return max(layouts, key=lambda layout: layout.people_units)


def _read_points(
    rows: pa.RecordBatch, layout: Layout, path: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if layout.geometry:
        latitude, longitude = geoparquet.read_degrees(rows[layout.geometry], path)
    else:
        latitude, longitude = (
            pc.cast(rows[name], pa.float64()).to_numpy(zero_copy_only=False)
            for name in (layout.latitude, layout.longitude)
        )
    if (latitude < _FARTHEST_SOUTH).any():
        raise SchemaError(
            f"The file {path} has a point at latitude {latitude[latitude < _FARTHEST_SOUTH][0]:g}, where "
            "nobody lives; are latitude and longitude swapped?"
        )
    return latitude, longitude


def _read_people(column: pa.Array, layout: Layout, path: str) -> NDArray[np.int64]:
    if column.null_count:
        raise SchemaError(
            f"The column {layout.people!r} of {path} has empty cells; write 0 where nobody lives."
        )
    if pa.types.is_integer(column.type):
        whole: NDArray[np.int64] = column.to_numpy(zero_copy_only=False).astype(np.int64)
        people = whole * layout.people_units
    else:
        fractional = pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False)
        if not np.isfinite(fractional).all():
            raise SchemaError(
                f"The column {layout.people!r} of {path} holds what is no number; correct it."
            )
        if len(fractional) and fractional.max() > _MOST_PEOPLE:
            raise SchemaError(
                f"The column {layout.people!r} of {path} holds {fractional.max():g}, which is more "
                "people than there are; correct it."
            )
        people = np.rint(fractional * layout.people_units).astype(np.int64)
    if len(people) and people.min() < 0:
        raise SchemaError(f"The column {layout.people!r} of {path} is below 0; correct it.")
    return people


def _read_counties(rows: pa.RecordBatch, layout: Layout, path: str) -> NDArray[np.int32]:
    if not layout.county:
        return np.zeros(rows.num_rows, np.int32)
    column = rows[layout.county]
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_integer(column.type):
        numbers: NDArray[np.int64] = (
            pc.fill_null(column, 0).to_numpy(zero_copy_only=False).astype(np.int64)
        )
        digits = int(numbers.max(initial=0))
        if digits >= 10**3 * _BLOCK_DIGITS:
            numbers = numbers // _BLOCK_DIGITS
        elif digits >= _LARGEST_COUNTY:
            raise SchemaError(
                f"The column {layout.county!r} of {path} holds numbers that lost their zeros; "
                "write tracts and block groups as text."
            )
        return _refuse_negative(numbers.astype(np.int32), layout, path)
    text = pc.fill_null(pc.cast(column, pa.string()), "")
    lengths = set(pc.unique(pc.binary_length(text)).to_pylist()) - {0}
    if not lengths <= set(_TEXT_LENGTHS):
        raise SchemaError(
            f"The column {layout.county!r} of {path} holds texts of {sorted(lengths)} characters; "
            "write GEOIDs of counties (5), tracts (11), block groups (12) or blocks (15)."
        )
    county = pc.utf8_slice_codeunits(text, 0, 5)
    try:
        known = pc.if_else(pc.equal(county, ""), "0", county)
        county_numbers: NDArray[np.int32] = pc.cast(known, pa.int32()).to_numpy(
            zero_copy_only=False
        )
    except pa.ArrowInvalid as error:
        raise SchemaError(
            f"The column {layout.county!r} of {path} holds what is no GEOID; write digits."
        ) from error
    return _refuse_negative(county_numbers, layout, path)


def _refuse_negative(counties: NDArray[np.int32], layout: Layout, path: str) -> NDArray[np.int32]:
    if counties.min(initial=0) < 0:
        raise SchemaError(
            f"The column {layout.county!r} of {path} holds what is no GEOID; write digits."
        )
    return counties
