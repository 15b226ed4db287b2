"""What the browser draws: light shapes, labels, and the third-party map code, as stable bytes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo.reference.packages import Package

# The root of the area, in degrees, of the smallest bend that is kept, and the decimals written.
TOLERANCE_DEGREES = 0.02
SHAPE_DECIMALS = 3
LABEL_DECIMALS = 2
LABELLED_PEOPLE = 15_000


def write_shapes(states: gpd.GeoDataFrame, counties: gpd.GeoDataFrame, folder: Path) -> None:
    """Write `states.geojson` and `counties.geojson`, with the properties `id` (GEOID) and `name`.

    The counties are simplified together and the states are made of them, so that neighbours share
    their border and a state's line runs on its counties' lines at every zoom.

    Parameters
    ----------
    states, counties : the reference tables, EPSG:4326.
    folder : an existing folder.
    """
    simple = shapely.coverage_simplify(counties.geometry.to_numpy(), TOLERANCE_DEGREES)
    whole = [
        shapely.union_all(simple[counties["state_fips"].eq(fips).to_numpy()])
        for fips in states["state_fips"]
    ]
    _write_shapes(folder / "states.geojson", states["state_fips"], states["name"], whole)
    _write_shapes(folder / "counties.geojson", counties["county_geoid"], counties["name"], simple)


def _write_shapes(
    path: Path, geoids: pd.Series, names: pd.Series, shapes: Iterable[shapely.Geometry]
) -> None:
    properties = [{"id": geoid, "name": name} for geoid, name in zip(geoids, names, strict=True)]
    _write_features(path, properties, shapes)


def write_collection(path: Path, ids: Iterable[str], shapes: Iterable[shapely.Geometry]) -> None:
    """Write polygons as GeoJSON on the grid of what is displayed, with the property `id`.

    Parameters
    ----------
    shapes : as many as `ids`, EPSG:4326.
    """
    _write_features(path, [{"id": name} for name in ids], shapes)


def _write_features(
    path: Path, properties: list[dict[str, str]], shapes: Iterable[shapely.Geometry]
) -> None:
    features = [
        {"type": "Feature", "properties": told, "geometry": _round_shape(shape)}
        for told, shape in zip(properties, shapes, strict=True)
    ]
    write_json(path, {"type": "FeatureCollection", "features": features})


def _round_shape(shape: shapely.Geometry) -> dict[str, Any]:
    """Return GeoJSON of a shape on the grid, without the rings that shrink to nothing on it."""
    polygons = []
    for polygon in shapely.get_parts(shape):
        rings = [_round_ring(ring) for ring in (polygon.exterior, *polygon.interiors)]
        if len(rings[0]) > 3:  # noqa: PLR2004 (a closed ring has four positions at least)
            polygons.append([ring for ring in rings if len(ring) > 3])  # noqa: PLR2004
    if len(polygons) == 1:
        return {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "MultiPolygon", "coordinates": polygons}


def _round_ring(ring: shapely.LinearRing) -> list[list[float]]:
    points: NDArray[np.float64] = shapely.get_coordinates(ring).round(SHAPE_DECIMALS)
    moved = np.r_[True, (np.diff(points, axis=0) != 0).any(axis=1)]
    return [[float(x), float(y)] for x, y in points[moved]]


def write_labels(
    states: gpd.GeoDataFrame, counties: gpd.GeoDataFrame, cities: pd.DataFrame, folder: Path
) -> None:
    """Write `state_labels.json`, `cities.json` and `towns.json`.

    Which town is a county's seat no package says; its largest place stands for it.

    Parameters
    ----------
    states : with `state`, `name` and `geometry`, EPSG:4326.
    counties : with `geometry`, likewise.
    cities : the reference table.
    folder : an existing folder; it gets `[[latitude, longitude, name, abbreviation, width], ...]`
        by name, at the middle of the widest circle in each state, with the degrees of longitude
        that the state spans there; and `[[name, latitude, longitude, population], ...]`, most
        people first, of places of over 15,000 people, and of the largest place of each county
        that has none of these.
    """
    labels = [
        _label_state(*row)
        for row in zip(states["name"], states["state"], states.geometry, strict=True)
    ]
    write_json(folder / "state_labels.json", sorted(labels, key=lambda label: label[2]))
    known = cities[cities["source"].eq("geonames")]
    known = known.sort_values(["population", "name", "state"], ascending=[False, True, True])
    is_large = known["population"] > LABELLED_PEOPLE
    _write_places(folder / "cities.json", known[is_large])
    points = shapely.points(known["longitude"], known["latitude"])
    county, place = shapely.STRtree(points).query(counties.geometry.to_numpy(), "contains")
    largest = pd.Series(place).groupby(county).min().to_numpy()
    towns = known.iloc[np.sort(largest)]
    _write_places(folder / "towns.json", towns[towns["population"] <= LABELLED_PEOPLE])


def _label_state(
    name: str, state: str, shape: shapely.Geometry
) -> tuple[float, float, str, str, float]:
    latitude, longitude = _find_middle(shape)
    across = shapely.linestrings([(-180.0, latitude), (180.0, latitude)])
    parts = shapely.get_parts(shapely.intersection(shape, across))
    at = shapely.points(longitude, latitude)
    west, _south, east, _north = shapely.bounds(parts[shapely.distance(parts, at).argmin()])
    return latitude, longitude, name, state, round(float(east - west), LABEL_DECIMALS)


def _write_places(path: Path, places: pd.DataFrame) -> None:
    rows = zip(
        places["name"],
        places["latitude"].round(SHAPE_DECIMALS),
        places["longitude"].round(SHAPE_DECIMALS),
        places["population"].astype(int),
        strict=True,
    )
    write_json(path, [list(row) for row in rows])


def _find_middle(shape: shapely.Geometry) -> tuple[float, float]:
    largest = max(shapely.get_parts(shape), key=shapely.area)
    middle = shapely.get_point(shapely.maximum_inscribed_circle(largest, tolerance=0.01), 0)
    return round(middle.y, LABEL_DECIMALS), round(middle.x, LABEL_DECIMALS)


def copy_code(package: Package, home: Path, folder: Path) -> None:
    """Copy the files of a map package, without the folders of its distribution.

    Parameters
    ----------
    home : the unpacked package.
    folder : gets `leaflet.js`, `images/layers.png`, `LICENSE` and so on.
    """
    for name in package.files:
        target = folder / name.removeprefix("package/").removeprefix("dist/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((home / name).read_bytes())


def write_json(path: Path, content: object) -> None:
    """Write what the browser reads, in as few bytes as JSON takes."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
