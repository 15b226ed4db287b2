"""The map beside the list: one live map, fed with what the list shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st
import streamlit_folium

from geo.maps.clinic_map import ClinicState, build_map
from pages.parts import asset_guard

if TYPE_CHECKING:
    from collections.abc import Callable

KEY: Final = "clinic_map"


def show(state: ClinicState, on_pick: Callable[[str], None], *, height: int) -> None:
    """Draw the map; call `on_pick(clinic_id)` when a marker is chosen.

    Parameters
    ----------
    state : what the map shows.
    on_pick : is told the clinic's id.
    height : of the map, in pixels.

    Raises
    ------
    GeoError : a file of the map is missing, or would come from another server.
    """
    asset_guard.install()

    def handle() -> None:
        value: dict[str, Any] = st.session_state.get(KEY) or {}
        if "id" in value:
            on_pick(str(value["id"]))

    streamlit_folium.st_folium(
        build_map(dark=st.context.theme.type == "dark"),
        key=KEY,
        height=height,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=state,
        on_change=handle,
    )
