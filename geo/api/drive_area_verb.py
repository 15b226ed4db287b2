"""The verb about who can drive to a place: the area within so many minutes, and its adults."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from geo.api.clinic_verbs import find_place, open_release
from geo.coverage import drive_area
from geo.coverage.demand import load_demand
from geo.errors import PlaceError
from geo.paths import find_home
from geo.places import Place
from geo.roads import open_router
from geo.roads.shared_roads import share_roads

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.releases import Release


def find_drive_area(
    place: str | Place, *, minutes: float = 60.0, release: Release | None = None
) -> gpd.GeoDataFrame:
    """Return the area from where a place can be driven to, without traffic, and its adults.

    Parameters
    ----------
    place : of `find_place`, a text for it, or the id of a clinic of the release.
    minutes : above 0, at most 240.
    release : the one in use where none is given.

    Returns
    -------
    One row: `name`, `latitude`, `longitude` (degrees, EPSG:4326), `radius_miles` (how well the place
    is known), `minutes`, `adults` (of the ZIPs whose point is within the minutes) with `adults_low`
    and `adults_high` (where each drive is as slow, and as quick, as nine in ten are), `zips`,
    `method`, `attribution`, `release` and `geometry` (polygons, EPSG:4326). Made from OpenStreetMap: name
    `attribution` wherever it is shown or handed on. `attrs["told"]` is a sentence on why the engine of
    `roads.toml` gave nothing, else "".

    Raises
    ------
    PlaceError : nothing is found, several places are meant equally well, or it is no point.
    ReleaseError : the release cannot be read.
    SchemaError : the point is at sea, outside of the country or without a road that is known, or
        the minutes are none.
    SourceError : a file of the roads or a reference table is missing or damaged.
    """
    release = release or open_release()
    name, latitude, longitude, radius_miles = _find(place, release)
    if latitude is None or longitude is None:
        raise PlaceError(f"{name} is no point to drive to; name a city, a ZIP or a clinic.")
    area = drive_area.find_drive_area(
        open_router(share_roads(), find_home()),
        load_demand(),
        latitude,
        longitude,
        minutes=float(minutes),
        radius_miles=radius_miles,
    )
    area.insert(0, "name", name)
    return area.assign(release=release.id)


def _find(place: str | Place, release: Release) -> tuple[str, float | None, float | None, float]:
    """Return a place's name, latitude and longitude, None where it is no point, and radius."""
    if not isinstance(place, Place):
        clinics = release.clinics
        known = clinics[clinics["clinic_id"].eq(place.strip())]
        if len(known):
            clinic = known.iloc[0]
            if math.isnan(clinic["latitude"]):
                return str(clinic["name"]), None, None, 0.0
            return (
                str(clinic["name"]),
                float(clinic["latitude"]),
                float(clinic["longitude"]),
                float(clinic["radius_miles"]),
            )
        place = find_place(place, release=release).place
    return place.label, place.latitude, place.longitude, place.radius_miles
