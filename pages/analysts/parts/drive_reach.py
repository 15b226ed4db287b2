"""Who can drive to a place within so many minutes: a layer on the coverage map, and its adults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from geo.coverage import drive_area
from geo.errors import GeoError, PlaceError, SchemaError
from geo.i18n.language import format_number
from geo.i18n.language import gettext as _
from geo.units import to_ecef
from pages.analysts.parts.coverage_state import CoverageState
from pages.parts import events, loaders, notices

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.coverage.coverage_table import Coverage
    from geo.maps.choropleth import ChoroplethReach
    from geo.releases import Release

_MINUTES: Final = (30, 60, 90)
_DIGITS: Final = 3  # of degrees, some 100 m: less than the area knows


@dataclass(frozen=True)
class Reach:
    """From where a place can be driven to.

    Parameters
    ----------
    area : one row, of `geo.coverage.drive_area.find_drive_area`, with its `name`.
    drawn : what the coverage map takes as `reach`.
    """

    area: gpd.GeoDataFrame
    drawn: ChoroplethReach


def find(release: Release, coverage: Coverage) -> Reach | GeoError | None:
    """Return what was asked for, why it cannot be told, or None where nobody asked."""
    CoverageState.drive_minutes.begin_with(_MINUTES[1])
    CoverageState.drive_minutes.keep_choice(_MINUTES, _MINUTES[1])
    typed = CoverageState.drive_place.read_or("").strip()
    if not typed:
        return None
    try:
        place = loaders.load_finder(release.id).find(typed).place
        if place.latitude is None or place.longitude is None:
            return PlaceError(_("A whole state is no place to drive to; name a city or a ZIP."))
        area = loaders.find_drive_area(
            place.latitude,
            place.longitude,
            float(CoverageState.drive_minutes.read()),
            place.radius_miles,
        )
    except SchemaError:
        return SchemaError(
            _(
                "No drive to this place can be worked out: it is at sea, abroad or far from every "
                "highway that is known. Name another."
            )
        )
    except GeoError as error:
        return error
    named = area.assign(name=place.label, release=release.id)
    state = _find_state(coverage, place.latitude, place.longitude)
    shape = named.geometry.set_precision(10.0**-_DIGITS).iloc[0]
    return Reach(named, {"state": state, "geometry": shape.__geo_interface__})


def _find_state(coverage: Coverage, latitude: float, longitude: float) -> str:
    """Return the FIPS code of the state of the nearest ZIP, by which the map places it."""
    demand = loaders.load_demand()
    off = np.linalg.norm(demand.xyz - to_ecef([latitude], [longitude]), axis=1)
    states = coverage.level("state").set_index("state")["geoid"]
    return str(states.get(demand.zips["state"].iloc[int(off.argmin())], ""))


def take_click(at: object) -> bool:
    """Ask for a point of the map where clicks are for that; return whether they are."""
    if not CoverageState.drive_click.read_or(default=False):
        return False
    if isinstance(at, list) and len(at) == 2:  # noqa: PLR2004  # latitude, longitude
        point = events.as_point(*at)
        if point is not None:
            CoverageState.drive_place.write(f"{point[0]:.4f}, {point[1]:.4f}")
    return True


def show(found: Reach | GeoError | None) -> None:
    """Draw the fields, and what was found: the adults, whose map it is, and files to take away."""
    notices.show_part(
        _("Who can drive here"),
        _("From where a place or clinic is within so many minutes, without traffic; on the map."),
    )
    with st.container(key="coverage_drive"):
        columns = st.columns([5, 3, 5], vertical_alignment="bottom")
        columns[0].text_input(
            _("City, ZIP code, latitude and longitude, or a clinic's name"),
            key=CoverageState.drive_place.key,
            autocomplete="off",
            placeholder="60601",
        )
        columns[1].selectbox(
            _("Minutes"),
            list(_MINUTES),
            key=CoverageState.drive_minutes.key,
        )
        columns[2].toggle(
            _("A click on the map asks for that point"), key=CoverageState.drive_click.key
        )
        if isinstance(found, GeoError):
            notices.show_error(found)
        elif found is not None:
            _show_found(found.area)


def _show_found(area: gpd.GeoDataFrame) -> None:
    row = area.iloc[0]
    st.text(
        _(
            "About {adults} adults ({low} to {high}) live within {minutes} minutes' drive of {place}."
        ).format(
            adults=format_number(row["adults"]),
            low=format_number(row["adults_low"]),
            high=format_number(row["adults_high"]),
            minutes=format_number(row["minutes"]),
            place=row["name"],
        )
    )
    counted = _(
        "All adults of a ZIP whose point is within the minutes are counted; in brackets if every "
        "drive is slow, and if every drive is quick. Ferries are not driven; shores are not cut out."
    )
    st.caption(f"{counted} {row['attribution']}")
    with st.container(horizontal=True):
        name = f"drive-area-{row['minutes']:g}-minutes"
        st.download_button(
            "GeoJSON",
            lambda: drive_area.to_geojson(area),
            f"{name}.geojson",
            "application/geo+json",
            key="cov_drive_geojson",
        )
        st.download_button(
            "GeoParquet",
            lambda: drive_area.to_geoparquet(area),
            f"{name}.parquet",
            "application/vnd.apache.parquet",
            key="cov_drive_parquet",
        )
