"""The reference tables: their columns, where they lie, how they are read and written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, overload

import pandas as pd
import shapely

from geo.errors import SourceError
from geo.paths import DATA

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

REBUILD = "run `clinic-finder data build`"

PlainTable = Literal["zips", "cities", "zip_county", "airports", "abroad"]
ShapeTable = Literal["states", "counties"]

# Column -> kind. The columns of a key are what a table is sorted by, and unique together.
SCHEMAS: dict[str, dict[str, Literal["text", "number", "shape"]]] = {
    "zips": {
        "zip": "text",
        "city": "text",
        "city_aliases": "text",
        "state": "text",
        "kind": "text",
        "latitude": "number",
        "longitude": "number",
        "point_source": "text",
        "land_area_sq_miles": "number",
        "radius_miles": "number",
        "population": "number",
        "adults": "number",
        "households": "number",
        "median_household_income": "number",
        "share_65_plus": "number",
        "share_no_vehicle": "number",
        "county_geoid": "text",
    },
    "cities": {
        "name": "text",
        "state": "text",
        "latitude": "number",
        "longitude": "number",
        "population": "number",
        "radius_miles": "number",
        "source": "text",
    },
    "zip_county": {
        "zip": "text",
        "county_geoid": "text",
        "share": "number",
        "people_share": "number",
    },
    "states": {
        "state_fips": "text",
        "state": "text",
        "name": "text",
        "division": "text",
        "region": "text",
        "population": "number",
        "adults": "number",
        "geometry": "shape",
    },
    "counties": {
        "county_geoid": "text",
        "name": "text",
        "state_fips": "text",
        "state": "text",
        "division": "text",
        "region": "text",
        "population": "number",
        "adults": "number",
        "population_2019": "number",
        "geometry": "shape",
    },
    "airports": {
        "code": "text",
        "name": "text",
        "city": "text",
        "state": "text",
        "latitude": "number",
        "longitude": "number",
    },
    "abroad": {
        "name": "text",
        "country": "text",
        "latitude": "number",
        "longitude": "number",
        "population": "number",
    },
}
KEYS = {
    "zips": ["zip"],
    "cities": ["state", "name"],
    "zip_county": ["zip", "county_geoid"],
    "states": ["state_fips"],
    "counties": ["county_geoid"],
    "airports": ["code"],
    "abroad": ["country", "name"],
}


def table_path(name: str, data: Path = DATA) -> Path:
    """Return where a table lies below the data folder."""
    return data / "reference" / f"{name}.parquet"


@overload
def load(name: PlainTable, data: Path = DATA) -> pd.DataFrame: ...
@overload
def load(name: ShapeTable, data: Path = DATA) -> gpd.GeoDataFrame: ...
def load(name: str, data: Path = DATA) -> pd.DataFrame | gpd.GeoDataFrame:
    """Return a reference table, sorted by its key.

    Parameters
    ----------
    name : one of `SCHEMAS`.
    data : the data folder.

    Returns
    -------
    The columns of `SCHEMAS[name]`: text as `str`, "" where unknown; numbers as float64, NaN where
    unknown. `states` and `counties` are GeoDataFrames in EPSG:4326; the others need no geopandas.

    Raises
    ------
    SourceError : the file is missing or damaged, or is not this table.

    Examples
    --------
    >>> load("zips").set_index("zip").loc["60601", ["city", "state", "kind"]].tolist()
    ['Chicago', 'IL', 'standard']
    """
    schema = SCHEMAS.get(name)
    if schema is None:
        raise SourceError(f"There is no reference table {name!r}; there are {', '.join(SCHEMAS)}.")
    path = table_path(name, data)
    try:
        if "geometry" in schema:
            import geopandas as gpd  # noqa: PLC0415  # 80 ms: geopandas

            return gpd.read_parquet(path, columns=list(schema))
        return pd.read_parquet(path, columns=list(schema), engine="pyarrow")
    except FileNotFoundError as error:
        raise SourceError(f"{_short(path)} is missing; {REBUILD}.") from error
    except (OSError, ValueError, KeyError) as error:
        raise SourceError(f"{_short(path)} cannot be read as it was written; {REBUILD}.") from error


def load_shapeless(name: ShapeTable, data: Path = DATA) -> pd.DataFrame:
    """Return `states` or `counties` without the shapes: in a tenth of the time, without geopandas.

    Raises
    ------
    SourceError : as `load`.
    """
    path = table_path(name, data)
    columns = [column for column, kind in SCHEMAS[name].items() if kind != "shape"]
    try:
        return pd.read_parquet(path, columns=columns, engine="pyarrow")
    except FileNotFoundError as error:
        raise SourceError(f"{_short(path)} is missing; {REBUILD}.") from error
    except (OSError, ValueError, KeyError) as error:
        raise SourceError(f"{_short(path)} cannot be read as it was written; {REBUILD}.") from error


def load_shapes(name: ShapeTable, data: Path = DATA) -> NDArray[np.object_]:
    """Return the polygons of `states` or `counties` alone, without geopandas.

    Returns
    -------
    Shapely geometries in the table's order, degrees, EPSG:4326.

    Raises
    ------
    SourceError : as `load`.
    """
    path = table_path(name, data)
    try:
        table = pd.read_parquet(path, columns=["geometry"], engine="pyarrow")
        shapes: NDArray[np.object_] = shapely.from_wkb(table["geometry"].to_numpy())
    except FileNotFoundError as error:
        raise SourceError(f"{_short(path)} is missing; {REBUILD}.") from error
    except (OSError, ValueError, KeyError, shapely.errors.ShapelyError) as error:
        raise SourceError(f"{_short(path)} cannot be read as it was written; {REBUILD}.") from error
    return shapes


def write_table(name: str, table: pd.DataFrame, data: Path) -> None:
    """Write a table below the data folder: its columns in order, its rows sorted by the key.

    Parameters
    ----------
    table : with at least the columns of `SCHEMAS[name]`; a GeoDataFrame in EPSG:4326 where one of
        these is a shape.

    Raises
    ------
    SourceError : a key is not unique, or a text is missing.
    """
    schema = SCHEMAS[name]
    table = table[list(schema)].sort_values(KEYS[name], ignore_index=True)
    texts = [column for column, kind in schema.items() if kind == "text"]
    numbers = [column for column, kind in schema.items() if kind == "number"]
    if table.duplicated(KEYS[name]).any() or table[texts].isna().any(axis=None):
        raise SourceError(f"The {name} built hold a key twice or lack a text; nothing was written.")
    table = table.astype(dict.fromkeys(texts, "str") | dict.fromkeys(numbers, "float64"))
    path = table_path(name, data)
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_parquet(path, compression="zstd", compression_level=19, index=False)


def _short(path: Path) -> str:
    """Return a path as it reads from the repository's top."""
    return "/".join(path.parts[-3:])
