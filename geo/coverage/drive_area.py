"""Who can drive to a place within so many minutes: the area, and the adults of its ZIPs."""

from __future__ import annotations

import io
import json
import math
from typing import TYPE_CHECKING, Final

import numpy as np

from geo import roads
from geo.errors import SchemaError
from geo.reference.road_tables import ATTRIBUTION

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from geo.coverage.demand import Demand
    from geo.roads import Router

MOST_MINUTES: Final = 240

METHOD: Final = (
    "Estimated drive time by highways and local roads, without traffic and without ferries. The area "
    "is drawn around the highways reached; shores are not cut out. Adults (18 and over, American "
    "Community Survey 2018-22) are all those of a ZIP whose populated point is within the minutes; "
    "adults_low are of the ZIPs from where even a slow drive is, adults_high of those from where a "
    "quick one is: nine in ten drives lie between the two."
)

SERVICE_METHOD: Final = (
    "Drive time by the operator's own road engine, without traffic; where it knows no drive to a ZIP, "
    "estimated by highways and local roads. Adults are counted as by these."
)

_RANGE: Final = 2.0
"""From how much farther than the limit a ZIP is looked at: its quick drive may be within."""


def find_drive_area(
    router: Router,
    demand: Demand,
    latitude: float,
    longitude: float,
    *,
    minutes: float = 60.0,
    radius_miles: float = 0.0,
) -> gpd.GeoDataFrame:
    """Return the area from where a place can be driven to, and how many adults live there.

    Parameters
    ----------
    router : what answers drives.
    latitude, longitude : degrees, EPSG:4326.
    minutes : above 0, at most 240.
    radius_miles : within how many statute miles of the point the place really lies; that widens
        the range of the adults, and not the area.

    Returns
    -------
    One row: `latitude`, `longitude`, `radius_miles`, `minutes`, `adults` (of the ZIPs whose point is
    within the minutes), `adults_low` and `adults_high` (where each drive is as slow, and as quick,
    as nine in ten are), `zips`, `method`, `attribution` (to be shown with it) and `geometry`
    (polygons, EPSG:4326; `geo.roads.isochrones` says how it is drawn). `attrs["told"]` is a sentence
    on why the operator's engine gave nothing, "" where nothing stood in its way.

    Raises
    ------
    SchemaError : the point is at sea, outside of the country, without a road that is known, or no
        point; or the minutes are none.
    """
    if not (math.isfinite(minutes) and 0 < minutes <= MOST_MINUTES):
        raise SchemaError(f"A drive takes minutes above 0 and at most {MOST_MINUTES}; give others.")
    place = roads.join_points(router.roads, latitude, longitude)
    if not np.isfinite(place.way).any():
        raise SchemaError(
            f"No highway that is known is near {latitude:g}, {longitude:g}, so who can drive there "
            "cannot be worked out; give another place."
        )
    area = router.isochrones(latitude, longitude, (minutes,))
    by_service, why_not = area.attrs["method"] == roads.SERVICE, area.attrs["told"]
    if not by_service:  # the adults are to be those of the area
        router = roads.Router(router.roads, None)
    (within, low, high), told = _find_zips(router, demand, place, minutes, radius_miles)
    area.attrs = {"told": why_not or told}
    return area.assign(
        latitude=latitude,
        longitude=longitude,
        radius_miles=radius_miles,
        adults=int(demand.adults[within].sum()),
        adults_low=int(demand.adults[low].sum()),
        adults_high=int(demand.adults[high].sum()),
        zips=len(within),
        method=f"{SERVICE_METHOD} {METHOD}" if by_service else METHOD,
        attribution=ATTRIBUTION,
    )


def _find_zips(
    router: Router, demand: Demand, place: roads.Joins, minutes: float, radius_miles: float
) -> tuple[tuple[NDArray[np.intp], ...], str]:
    """Return the rows of the ZIPs within the minutes; if drives are slow; if quick; what is told."""
    far_km = _RANGE * minutes / router.roads.pace.least
    km = np.linalg.norm(demand.xyz / 1000 - place.xyz[0], axis=1)
    near = np.flatnonzero(km <= far_km)
    near = near[roads.on_land(router.roads, demand.latitude[near], demand.longitude[near])]
    if not len(near):
        return (near, near, near), ""
    homes = roads.join_points(router.roads, demand.latitude[near], demand.longitude[near])
    drives = router.pairs(place, homes, origin_radius_miles=radius_miles)
    rows = tuple(near[(drives[name] <= minutes).to_numpy()] for name in ("minutes", "high", "low"))
    return rows, drives.attrs["told"]


def to_geojson(area: gpd.GeoDataFrame) -> str:
    """Return an area of `find_drive_area` as a GeoJSON FeatureCollection (WGS84), attribution inside.

    Parameters
    ----------
    area : it, with whatever columns more.
    """
    first = area.iloc[0]
    collection = json.loads(area.drop(columns=["method", "attribution"]).to_json())
    said = {"method": first["method"], "attribution": first["attribution"]}
    return json.dumps({**said, **collection}, separators=(",", ":"))


def to_geoparquet(area: gpd.GeoDataFrame) -> bytes:
    """Return an area of `find_drive_area` as GeoParquet (EPSG:4326), attribution as a column."""
    buffer = io.BytesIO()
    area.to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()
