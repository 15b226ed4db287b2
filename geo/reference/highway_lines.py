"""The highways as the maps draw them: lines on land, in few bytes.

They are made from OpenStreetMap and so are a file of their own under the ODbL, as the tables of
the roads are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from geo.reference.display import write_json
from geo.reference.road_tables import ATTRIBUTION

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo.reference.road_tables import RoadTables

STEPS_PER_DEGREE: Final = 200
"""Some 500 m: the edges are straight and schematic, and the two carriageways become one line."""

_ROAD: Final = 0  # the kind that is driven
_BRIDGE_DEGREES: Final = 0.03  # more water under an edge than this, and it is no bridge
_TOLERANCE_STEPS: Final = 1.0


def write_highways(roads: RoadTables, states: gpd.GeoDataFrame, folder: Path) -> None:
    """Write `highways.json`: `licence`, `steps` (a degree), and `lines` of whole steps.

    A line is `[longitude, latitude, longitude, latitude, ...]`, EPSG:4326: the first position as it
    is, each later one as the way from the one before.

    Parameters
    ----------
    roads : the tables of the roads.
    states : the reference table, EPSG:4326.
    folder : an existing folder.
    """
    driven = roads.kind == _ROAD
    ends = np.stack([roads.points[roads.start[driven]], roads.points[roads.end[driven]]], axis=1)
    country = shapely.union_all(shapely.simplify(states.geometry.to_numpy(), 0.002))
    edges = _put_on_grid(_keep_on_land(ends[..., ::-1], country))
    lines = shapely.line_merge(shapely.multilinestrings(shapely.linestrings(edges)))
    lines = shapely.simplify(shapely.get_parts(lines), _TOLERANCE_STEPS)
    content = {
        "licence": ATTRIBUTION,
        "steps": STEPS_PER_DEGREE,
        "lines": sorted(_write_steps(line) for line in lines),
    }
    write_json(folder / "highways.json", content)


def _keep_on_land(ends: NDArray[np.float64], country: shapely.Geometry) -> NDArray[np.float64]:
    """Return edges (n, 2, 2), of those that run through much water their parts on land alone."""
    edges = shapely.linestrings(ends)
    shapely.prepare(country)
    wet = ~shapely.contains_properly(country, edges)
    on_land = shapely.intersection(edges[wet], country)
    bridged = shapely.length(edges[wet]) - shapely.length(on_land) < _BRIDGE_DEGREES
    parts = shapely.get_parts(on_land[~bridged])
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING]
    cut = shapely.get_coordinates(parts).reshape(-1, 2, 2)  # of a straight line: straight parts
    return np.concatenate([ends[~wet], ends[wet][bridged], cut])


def _put_on_grid(edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each edge once, between points of the grid, without those that shrink to a point."""
    whole = (edges * STEPS_PER_DEGREE).round()
    (x0, y0), (x1, y1) = whole[:, 0].T, whole[:, 1].T
    turned = (x0 > x1) | ((x0 == x1) & (y0 > y1))
    whole[turned] = whole[turned][:, ::-1]
    moved = whole[(whole[:, 0] != whole[:, 1]).any(axis=1)]
    return np.unique(moved.reshape(-1, 4), axis=0).reshape(-1, 2, 2)


def _write_steps(line: shapely.LineString) -> list[int]:
    points = shapely.get_coordinates(line)
    ways = np.diff(points, axis=0)
    return [int(number) for number in np.concatenate([points[:1], ways]).ravel()]
