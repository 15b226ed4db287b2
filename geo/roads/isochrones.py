"""Who can drive to a place: the area from which, or to which, a drive takes at most so long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import shapely

from geo.errors import SchemaError
from geo.reference.road_tables import ATTRIBUTION, DENSITY_EDGES
from geo.roads.joining import join_points
from geo.roads.pace import measure_terminal
from geo.roads.ways import DIRECT_MILES, measure_line, search_nodes
from geo.units import METRES_PER_MILE, from_ecef

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.roads.network import Roads

_FARTHEST_KM: Final = 8.0  # from a highway, by local roads
_LEAST_KM: Final = 0.2
_KM_PER_DEGREE: Final = 111.2
_SMOOTH_DEGREES: Final = 0.003
_QUARTER: Final = 3  # sides of a quarter of a circle


def find_isochrones(
    roads: Roads, latitude: float, longitude: float, minutes: Sequence[float] = (30.0, 60.0)
) -> gpd.GeoDataFrame:
    """Return the areas within so many minutes' drive of a point, without traffic.

    Parameters
    ----------
    latitude, longitude : degrees, EPSG:4326.
    minutes : each above 0 and at most 240.

    Returns
    -------
    A row each, in the order given: `minutes`, `geometry` (polygons, EPSG:4326): what lies as near to
    a highway that is reached as the rest of the time allows by local roads. Shores are not cut out.
    `attrs["attribution"]` is to be shown with it.

    Raises
    ------
    SchemaError : the point is at sea, outside of the country or no point; or minutes are none.
    """
    if not minutes or not all(0 < limit <= 240 for limit in minutes):  # noqa: PLR2004  # as told
        raise SchemaError("An isochrone takes minutes above 0 and at most 240; give others.")
    origin = join_points(roads, latitude, longitude)
    reached = search_nodes(roads, origin, max(minutes))
    node = np.flatnonzero(np.isfinite(reached))
    xyz = np.concatenate((origin.xyz, roads.xyz[node]))
    density = np.digitize(roads.adults.measure(xyz * 1000), DENSITY_EDGES)
    terminal = roads.pace.terminal[density]
    took = np.concatenate(([0.0], reached[node]))
    took += measure_terminal(terminal[0], terminal, measure_line(xyz[0], xyz))
    local = roads.pace.local[density] * roads.pace.slow(from_ecef(xyz * 1000)[1])
    shapes = [_draw(xyz, (limit - took) / local) for limit in minutes]
    table = gpd.GeoDataFrame({"minutes": list(minutes)}, geometry=shapes, crs=4326)
    table.attrs["attribution"] = ATTRIBUTION
    return table


def _draw(xyz: NDArray[np.float64], left_km: NDArray[np.float64]) -> shapely.Geometry:
    """Return the union of the circles that the time left allows."""
    most = np.full(len(xyz), _FARTHEST_KM)
    most[0] = DIRECT_MILES * METRES_PER_MILE / 1000
    chosen = left_km > 0
    radius = np.clip(left_km, _LEAST_KM, most)[chosen] / _KM_PER_DEGREE
    latitude, longitude = from_ecef(xyz[chosen])
    narrow = float(np.cos(np.radians(latitude[0])))  # a degree of longitude for one of latitude
    circles = shapely.buffer(
        shapely.points(longitude * narrow, latitude), radius, quad_segs=_QUARTER
    )
    area = shapely.simplify(shapely.union_all(circles), _SMOOTH_DEGREES)
    return shapely.transform(area, lambda points: points / (narrow, 1.0))
