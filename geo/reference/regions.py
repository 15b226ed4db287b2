"""Which county, state, division and region a point lies in.

Regions are the Census Bureau's: four regions, nine divisions, states, counties.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from geo.errors import SchemaError
from geo.units import check_wgs84, geodesic_miles, table_points

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

BORDER_MILES: Final = 10.0

_CELL_DEGREES: Final = 0.125  # a power of two, so that a cell's edges are exact
_BUSY_CELL: Final = 16  # points from which on a cell is worth a look as a whole
_REACH_DEGREES_NORTH: Final = BORDER_MILES / 68.0  # a degree of latitude has 68.7 miles or more
_STATE_COLUMNS: Final = ("state_fips", "division", "region")


def assign_regions(
    table: pd.DataFrame, counties: gpd.GeoDataFrame, *, state_column: str | None = None
) -> pd.DataFrame:
    """Return a table with the county, state, division and region of each row's point.

    A point on a border goes to the smaller GEOID. A point outside of all counties (a pier, a
    shoreline drawn coarsely) goes to the nearest within 10 miles. Where the row's own state is
    known it wins over the polygon, since a post office's state is surer than a point near a border:
    the county is then that state's nearest within 10 miles, or none. A row without a point has its
    own state, division and region, and no county.

    Parameters
    ----------
    table : `latitude` and `longitude` in degrees, EPSG:4326 (NaN where there is no point), or a
        GeoDataFrame of points.
    counties : `county_geoid`, `state`, `state_fips`, `division`, `region`; polygons, EPSG:4326.
    state_column : the column of `table` with the row's own state in two letters; empty, or a state
        that `counties` does not have, counts as not known.

    Returns
    -------
    The table with these columns added or replaced, text empty where not known:
    `county_geoid`, `state_fips`, `division`, `region`;
    `region_flag`: empty where the point lies in the county; `nearest` (it lies in none),
    `own_state` (it lies in another state's), `state_conflict` (it does, more than 10 miles from its
    own state: no county), `outside` (no county within 10 miles), `no_point`;
    `border_miles`: how far outside of the county the point lies, to 0.5%; NaN where it does not.

    Raises
    ------
    CrsError : the counties, or a GeoDataFrame of points, are not in EPSG:4326.
    SchemaError : a column is missing, or a coordinate is out of range.
    """
    _check_columns(counties, ("county_geoid", "state", *_STATE_COLUMNS), "counties")
    check_wgs84(counties.crs, "counties")
    counties = counties.sort_values("county_geoid", ignore_index=True)
    states = counties.drop_duplicates("state", ignore_index=True)
    state_of_county = pd.Index(states["state"]).get_indexer(counties["state"])
    latitude, longitude = table_points(table, "points")
    located = ~np.isnan(latitude)
    own = np.full(len(table), -1, dtype=np.intp)
    if state_column is not None:
        _check_columns(table, (state_column,), "points")
        own[:] = pd.Index(states["state"]).get_indexer(table[state_column].fillna(""))

    polygons = np.asarray(counties.geometry)
    tree = shapely.STRtree(polygons)
    county = np.full(len(table), -1, dtype=np.intp)
    county[located] = _containing(tree, latitude[located], longitude[located])
    elsewhere = (county >= 0) & (own >= 0) & (state_of_county[county] != own)
    nowhere = located & (county < 0)
    stray = np.flatnonzero(elsewhere | nowhere)
    county[stray], miles = _nearest(
        tree, latitude[stray], longitude[stray], state_of_county, own[stray]
    )

    border_miles = np.full(len(table), np.nan)
    border_miles[stray] = miles
    flag = np.select(
        [~located, nowhere & (county >= 0), nowhere, elsewhere & (county >= 0), elsewhere],
        [1, 2, 3, 4, 5],
    )
    flags = ("", "no_point", "nearest", "outside", "own_state", "state_conflict")
    of_county = np.where(county >= 0, state_of_county[county], -1)
    state = np.where(own >= 0, own, of_county)
    return table.assign(
        county_geoid=_text(counties["county_geoid"], county),
        **{column: _text(states[column], state) for column in _STATE_COLUMNS},
        region_flag=_text(pd.Series(flags, dtype="str"), flag),
        border_miles=border_miles,
    )


def _check_columns(table: pd.DataFrame, columns: tuple[str, ...], name: str) -> None:
    """Refuse a table that lacks a column."""
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise SchemaError(f"The {name} table lacks {', '.join(missing)}; add them.")


def _text(values: pd.Series, codes: NDArray[np.intp]) -> pd.api.extensions.ExtensionArray:
    """Return the text at each code, empty at -1."""
    with_empty = pd.array([*values, ""], dtype="str")
    return with_empty.take(np.where(codes < 0, len(values), codes))


def _containing(
    tree: shapely.STRtree, latitude: NDArray[np.float64], longitude: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Return the first polygon that holds each point or has it on its border; -1 for none.

    Points are taken by the cells of a grid, for which alone the tree is asked. A cell of many
    points that lies wholly in one polygon settles them all; the others' polygons are tried in
    turn until one holds the point, prepared and without an object a point.
    """
    polygons = tree.geometries
    cell, boxes = _grid(latitude, longitude)
    cells, candidates = tree.query(boxes)
    shapely.prepare(polygons[np.unique(candidates)])
    sizes = np.bincount(cell, minlength=len(boxes))
    busy = np.flatnonzero(sizes[cells] >= _BUSY_CELL)
    whole = busy[shapely.contains_properly(polygons[candidates[busy]], boxes[cells[busy]])]
    settled = np.full(len(boxes), -1, dtype=np.intp)
    settled[cells[whole]] = candidates[whole]
    first = settled[cell]

    by_cell = np.lexsort((candidates, cells))
    candidates = candidates[by_cell]
    ends = np.bincount(cells, minlength=len(boxes)).cumsum()
    point = np.flatnonzero(first < 0)
    # Neighbours follow one another; 16 bits are sorted fast.
    point = point[np.argsort(cell[point].astype(np.min_scalar_type(len(boxes))), kind="stable")]
    end = ends[cell[point]]
    at = np.concatenate(([0], ends))[cell[point]]
    while (left := at < end).any():
        point, at, end = point[left], at[left], end[left]
        candidate = candidates[at]
        holds = shapely.intersects_xy(polygons[candidate], longitude[point], latitude[point])
        first[point[holds]] = candidate[holds]
        at = np.where(holds, end, at + 1)
    return first


def _grid(
    latitude: NDArray[np.float64], longitude: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.object_]]:
    """Return each point's cell of a grid, and the cells that are in use as boxes."""
    north = np.floor(latitude / _CELL_DEGREES).astype(np.intp)
    east = np.floor(longitude / _CELL_DEGREES).astype(np.intp)
    width = round(360 / _CELL_DEGREES) + 1
    cell, numbers = pd.factorize(north * width + east)
    south, west = np.divmod(numbers + width // 2, width)
    west -= width // 2
    boxes = shapely.box(*(edge * _CELL_DEGREES for edge in (west, south, west + 1, south + 1)))
    return cell, boxes


def _nearest(
    tree: shapely.STRtree,
    latitude: NDArray[np.float64],
    longitude: NDArray[np.float64],
    state_of_county: NDArray[np.intp],
    own: NDArray[np.intp],
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the nearest polygon within 10 miles, of the own state where known, and its miles.

    Nearest points are looked for on the ellipsoidal Mercator projection (EPSG:3395), which is true
    to angles and, over 10 miles in the US, to 0.5% in scale; the geodesic to them then decides.
    """
    nearest = np.full(len(latitude), -1, dtype=np.intp)
    miles = np.full(len(latitude), np.nan)
    reach_east = _REACH_DEGREES_NORTH / np.maximum(np.cos(np.radians(latitude)), 0.01)
    boxes = shapely.box(
        longitude - reach_east,
        latitude - _REACH_DEGREES_NORTH,
        longitude + reach_east,
        latitude + _REACH_DEGREES_NORTH,
    )
    point, polygon = tree.query(boxes)
    allowed = (own[point] < 0) | (state_of_county[polygon] == own[point])
    point, polygon = point[allowed], polygon[allowed]
    if len(point) == 0:
        return nearest, miles
    mercator = Transformer.from_crs(4326, 3395, always_xy=True)
    used, place = np.unique(polygon, return_inverse=True)
    projected = shapely.transform(tree.geometries[used], mercator.transform, interleaved=False)
    shapely.prepare(projected)
    x, y = mercator.transform(longitude[point], latitude[point])
    lines = shapely.shortest_line(projected[place], shapely.points(x, y))
    ends = shapely.get_coordinates(lines)[::2]
    to_longitude, to_latitude = mercator.transform(ends[:, 0], ends[:, 1], direction="INVERSE")
    apart = geodesic_miles(latitude[point], longitude[point], to_latitude, to_longitude)
    near = np.flatnonzero(apart <= BORDER_MILES)
    near = near[np.lexsort((polygon[near], apart[near], point[near]))]
    reached, first = np.unique(point[near], return_index=True)
    nearest[reached] = polygon[near[first]]
    miles[reached] = apart[near[first]]
    return nearest, miles
