"""The shapes of the map, packed more tightly than as GeoJSON; the scripts make that of them again."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.maps import assets
from geo.pocket.packed_columns import pack_columns

if TYPE_CHECKING:
    from collections.abc import Collection

_STEPS: Final = {"states": 1_000, "counties": 1_000, "backdrop": 100}
"""Shapes -> to what part of a degree points are kept; what lies abroad is no more than a backdrop."""

_SHAPES: Final = ".geojson"
_LARGE_CITY: Final = 100_000


def locate(name: str) -> str:
    """Return the path in the folder of a file below data/assets/geometry: shapes are packed."""
    stem = name.removesuffix(_SHAPES)
    return f"assets/geometry/{name}" if stem == name else f"data/{stem}.pack"


def pack_shapes(name: str) -> bytes:
    """Return polygons below data/assets/geometry as gzip packs them; `shapes.js` reads them.

    Columns: `east` and `north` of all points, and how many points each ring has, how many rings each
    polygon, how many polygons each shape. Facts: what the shapes are called, steps of a degree.

    Raises
    ------
    GeoError : the file is missing.
    """
    steps = _STEPS[name.removesuffix(_SHAPES)]
    features = json.loads(assets.read(f"geometry/{name}"))["features"]
    shapes = [_list_polygons(feature["geometry"]) for feature in features]
    polygons = [*chain.from_iterable(shapes)]
    rings = [_thin(np.round(np.array(ring) * steps)) for ring in chain.from_iterable(polygons)]
    points = np.concatenate(rings).astype(np.int32)
    counts = {
        "points": [len(ring) for ring in rings],
        "rings": [len(polygon) for polygon in polygons],
        "polygons": [len(shape) for shape in shapes],
    }
    columns = {name: np.array(values, dtype=np.int32) for name, values in counts.items()}
    return pack_columns(
        {"east": points[:, 0], "north": points[:, 1], **columns},
        {"steps": steps, "properties": [feature["properties"] for feature in features]},
    )


def choose_cities(states: Collection[str]) -> bytes:
    """Return the cities that the map names: all of some states, elsewhere the large ones.

    Raises
    ------
    GeoError : the file is missing.
    """
    cities: list[list[Any]] = json.loads(assets.read("geometry/cities.json"))
    boxes = _find_boxes(states)
    kept = [
        city
        for city in cities
        if city[3] >= _LARGE_CITY
        or any(
            south <= city[1] <= north and west <= city[2] <= east
            for west, south, east, north in boxes
        )
    ]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


def _find_boxes(states: Collection[str]) -> list[tuple[float, float, float, float]]:
    """Return west, south, east and north of some states."""
    features = json.loads(assets.read("geometry/states.geojson"))["features"]
    labels: list[list[Any]] = json.loads(assets.read("geometry/state_labels.json"))
    names = {label[2] for label in labels if label[3] in states}
    boxes = []
    for feature in features:
        if feature["properties"]["name"] in names:
            rings = chain.from_iterable(_list_polygons(feature["geometry"]))
            points = np.array([*chain.from_iterable(rings)])
            west, south = points.min(axis=0).tolist()
            east, north = points.max(axis=0).tolist()
            boxes.append((west, south, east, north))
    return boxes


def _list_polygons(geometry: dict[str, Any]) -> list[list[list[list[float]]]]:
    """Return the polygons of a geometry, rings each."""
    coordinates: list[Any] = geometry["coordinates"]
    return coordinates if geometry["type"] == "MultiPolygon" else [coordinates]


def _thin(ring: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return a ring without points that are the same as the one before."""
    kept = np.ones(len(ring), dtype=np.bool_)
    kept[1:] = np.any(ring[1:] != ring[:-1], axis=1)
    return ring[kept]
