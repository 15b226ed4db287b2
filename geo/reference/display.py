"""What the browser draws: light shapes, labels, and the third-party map code, as stable bytes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from geo.reference.packages import Package

# Tolerance of the simplification (degrees: the root of the area of the smallest triangle kept) and
# decimals of what is written: 3 is 110 m, a pixel of the closest view of a county line.
SHAPES = {"states": 0.03, "counties": 0.02}
SHAPE_DECIMALS = 3
LABEL_DECIMALS = 2
LABELLED_PEOPLE = 15_000


def write_shapes(name: str, key: str, table: gpd.GeoDataFrame, folder: Path) -> None:
    """Write `<name>.geojson`, simplified together so that neighbours still share their border.

    Parameters
    ----------
    name : `states` or `counties`.
    key : the column of the GEOID, which becomes `id`; `name` goes along.
    table : EPSG:4326, rows in the order to write.
    folder : an existing folder.
    """
    simple = shapely.coverage_simplify(table.geometry.to_numpy(), SHAPES[name])
    features = [
        {
            "type": "Feature",
            "id": geoid,
            "properties": {"id": geoid, "name": label},
            "geometry": _round_shape(shape),
        }
        for geoid, label, shape in zip(table[key], table["name"], simple, strict=True)
    ]
    _write_json(folder / f"{name}.geojson", {"type": "FeatureCollection", "features": features})


def _round_shape(shape: shapely.Geometry) -> dict[str, Any]:
    """Return GeoJSON of a shape on the grid, without the rings that shrink to nothing on it."""
    polygons = []
    for polygon in shapely.get_parts(shape):
        rings = [_round_ring(ring) for ring in (polygon.exterior, *polygon.interiors)]
        if len(rings[0]) > 3:  # noqa: PLR2004 (a closed ring has four positions at least)
            polygons.append([ring for ring in rings if len(ring) > 3])  # noqa: PLR2004
    return {"type": "MultiPolygon", "coordinates": polygons}


def _round_ring(ring: shapely.LinearRing) -> list[list[float]]:
    points: NDArray[np.float64] = shapely.get_coordinates(ring).round(SHAPE_DECIMALS)
    moved = np.r_[True, (np.diff(points, axis=0) != 0).any(axis=1)]
    return [[float(x), float(y)] for x, y in points[moved]]


def write_labels(states: gpd.GeoDataFrame, cities: pd.DataFrame, folder: Path) -> None:
    """Write `state_labels.json` and `cities.json`.

    Parameters
    ----------
    states : with `name` and `geometry`, EPSG:4326.
    cities : the reference table.
    folder : an existing folder; it gets `[[latitude, longitude, name], ...]` by name, at the
        middle of the widest circle in each state, and `[[name, latitude, longitude, population],
        ...]` of places of over 15,000 people, most people first.
    """
    labels = sorted(
        (name, *_find_middle(shape))
        for name, shape in zip(states["name"], states.geometry, strict=True)
    )
    _write_json(folder / "state_labels.json", [[lat, lon, name] for name, lat, lon in labels])
    large = cities[(cities["population"] > LABELLED_PEOPLE) & cities["source"].eq("geonames")]
    large = large.sort_values(["population", "name", "state"], ascending=[False, True, True])
    rows = zip(
        large["name"],
        large["latitude"].round(SHAPE_DECIMALS),
        large["longitude"].round(SHAPE_DECIMALS),
        large["population"].astype(int),
        strict=True,
    )
    _write_json(folder / "cities.json", [list(row) for row in rows])


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


def _write_json(path: Path, content: object) -> None:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
