"""Who can drive to a clinic within so many minutes: the choice, the adults, files to take away."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from geo.coverage import drive_area
from geo.errors import SchemaError
from pages.operators.parts import plain_text
from pages.parts import loaders, notices

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

_MINUTES: Final = (30, 60, 90)


def show(clinic: Mapping[str, Any]) -> gpd.GeoDataFrame | None:
    """Draw the choice and its answer.

    Parameters
    ----------
    clinic : its `clinic_id`, `name`, `latitude`, `longitude` (degrees, EPSG:4326), `radius_miles`.

    Returns
    -------
    The area (EPSG:4326) to lay over the clinic's map; None where none was asked for, or has one.
    """
    if math.isnan(clinic["latitude"]):
        return None
    clinic_id = str(clinic["clinic_id"])
    minutes = st.segmented_control(
        "Who can drive here, within minutes", _MINUTES, key=f"drive_minutes_{clinic_id}"
    )
    if minutes not in _MINUTES:
        return None
    try:
        area = loaders.find_drive_area(
            float(clinic["latitude"]),
            float(clinic["longitude"]),
            float(minutes),
            float(clinic["radius_miles"]),
        )
    except SchemaError as error:
        notices.show_error(error)
        return None
    _show_found(area.assign(name=str(clinic["name"]), clinic_id=clinic_id), clinic_id)
    return area


def _show_found(area: gpd.GeoDataFrame, clinic_id: str) -> None:
    row = area.iloc[0]
    st.text(
        f"About {plain_text.count(row['adults'], 'adult')} live within {row['minutes']:g} minutes' "
        f"drive ({row['adults_low']:,} if every drive is slow, {row['adults_high']:,} if every drive "
        "is quick), without traffic."
    )
    st.caption(
        "All adults of a ZIP whose point is within the minutes are counted. Ferries are not driven; "
        f"shores are not cut out. {row['attribution']}"
    )
    with st.container(horizontal=True):
        name = f"drive-area-{clinic_id}-{row['minutes']:g}-minutes"
        st.download_button(
            "GeoJSON",
            lambda: drive_area.to_geojson(area),
            f"{name}.geojson",
            "application/geo+json",
            key="drive_geojson",
        )
        st.download_button(
            "GeoParquet",
            lambda: drive_area.to_geoparquet(area),
            f"{name}.parquet",
            "application/vnd.apache.parquet",
            key="drive_parquet",
        )
