"""From a search result to what the map shows: markers, areas, what to bring into view."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.clinics.vocabulary import SHOWN_STATUSES
from geo.i18n.language import ngettext
from geo.maps.clinic_map import CONTIGUOUS_US, ClinicState, MapGroup, MapPlace, MapView
from geo.search import wording
from geo.units import METRES_PER_MILE

if TYPE_CHECKING:
    from geo.places import Place
    from geo.releases import Release
    from geo.search.searching import SearchResult

AREA_FROM_MILES: Final = 0.5
# What a marker and the words on its distance are made of.
_COLUMNS: Final = (
    "clinic_id", "name", "street", "city", "state", "latitude", "longitude", "radius_miles",
    "precision", "rank", "distance_miles",
)  # fmt: skip
_MILES_PER_DEGREE: Final = 69.0
_WIDEST_DEGREES: Final = 60.0
"""Of longitude; the contiguous states take 58."""


def build(release: Release, result: SearchResult | None, selected: str | None) -> ClinicState:
    """Return what the map shows: the result, or every clinic before a search.

    Clinics of which a wanted fact is not known are on it, without a rank.
    """
    if result is None:
        everyone = release.clinics
        table = everyone[everyone["status"].isin(SHOWN_STATUSES)]
        return ClinicState(
            _groups(table, None),
            place=None,
            selected=selected,
            view=MapView(token="all", bounds=CONTIGUOUS_US),  # noqa: S106 - no password
        )
    place, table = result.place, result.clinics
    if table.empty and len(result.nearest_few):
        table = result.nearest_few
    if len(result.not_known):
        table = pd.concat([part for part in (table, result.not_known) if len(part)])
    here = None
    if place.latitude is not None and place.longitude is not None:
        here = MapPlace(
            at=(place.latitude, place.longitude),
            within=(result.within_miles or 0.0) * METRES_PER_MILE,
        )
    return ClinicState(
        _groups(table, place),
        place=here,
        selected=selected,
        view=MapView(token=f"{place.label} {result.within_miles}", bounds=_bounds(table, place)),
    )


def build_list(clinics: pd.DataFrame, token: str, selected: str | None = None) -> ClinicState:
    """Return what the map shows of some clinics alone, all of them in view but for far states.

    Parameters
    ----------
    clinics : with points in degrees, EPSG:4326; those without one are not on the map.
    token : names the view; the map moves when it changes.
    selected : the chosen clinic's id, or None.
    """
    bounds = _bounds(clinics, None)
    if bounds[1][1] - bounds[0][1] > _WIDEST_DEGREES:
        bounds = CONTIGUOUS_US  # with Alaska or the Pacific in view the rest would be a speck
    return ClinicState(
        _groups(clinics, None),
        place=None,
        selected=selected,
        view=MapView(token=token, bounds=bounds),
    )


def _groups(table: pd.DataFrame, place: Place | None) -> list[MapGroup]:
    """Return one marker for each point that clinics share."""
    groups = []
    sharing: dict[tuple[float, float, float], list[dict[str, Any]]] = {}
    located = table[table["latitude"].notna()]
    read = [column for column in _COLUMNS if column in located]
    for values in zip(*(located[column].tolist() for column in read), strict=True):
        row = dict(zip(read, values, strict=True))
        point = (row["latitude"], row["longitude"], row["radius_miles"])
        sharing.setdefault(point, []).append(row)
    for (latitude, longitude, radius_miles), rows in sharing.items():
        is_area = radius_miles >= AREA_FROM_MILES
        groups.append(
            MapGroup(
                at=(float(latitude), float(longitude)),
                area=float(radius_miles) * METRES_PER_MILE if is_area else 0.0,
                lead=ngettext(
                    "{count} clinic in or near {city}; this area, not this point",
                    "{count} clinics in or near {city}; this area, not this point",
                    len(rows),
                ).format(count=len(rows), city=rows[0]["city"]),
                clinics=[
                    {
                        "id": row["clinic_id"],
                        "rank": int(row["rank"]) if pd.notna(row.get("rank")) else None,
                        "name": row["name"],
                        "detail": wording.describe_distance(row, place)
                        if place is not None and "distance_miles" in row
                        else f"{row['city']}, {row['state']}",
                    }
                    for row in rows
                ],
            )
        )
    return groups


def _bounds(
    table: pd.DataFrame, place: Place | None
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the box (south-west, north-east) that holds clinics, their areas and a place, if any."""
    located = table[table["latitude"].notna()]
    latitudes = [*located["latitude"].astype(float)]
    longitudes = [*located["longitude"].astype(float)]
    margins = [*located["radius_miles"].astype(float)]
    if place is None:  # one clinic alone would be a point without anything around it
        margins = [max(margin, 1.0) for margin in margins]
    if place is not None and place.latitude is not None and place.longitude is not None:
        latitudes.append(place.latitude)
        longitudes.append(place.longitude)
        margins.append(max(place.radius_miles, 1.0))
    if not latitudes:
        return CONTIGUOUS_US
    boxes = [
        (
            latitude - margin / _MILES_PER_DEGREE,
            longitude - margin / (_MILES_PER_DEGREE * math.cos(math.radians(latitude))),
            latitude + margin / _MILES_PER_DEGREE,
            longitude + margin / (_MILES_PER_DEGREE * math.cos(math.radians(latitude))),
        )
        for latitude, longitude, margin in zip(latitudes, longitudes, margins, strict=True)
    ]
    south, west, north, east = zip(*boxes, strict=True)
    return (min(south), min(west)), (max(north), max(east))
