"""The coverage map: one live map, fed with numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st
import streamlit_folium

from geo.maps.choropleth import ChoroplethState, build_choropleth
from pages.parts import asset_guard

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.maps.choropleth import ChoroplethData

KEY: Final = "choropleth"


def show(data: ChoroplethData, on_pick: Callable[[str], None], *, height: int) -> None:
    """Draw the map; call `on_pick(geoid)` when a region is chosen.

    Raises
    ------
    GeoError : a file of the map is missing, or would come from another server.
    """
    asset_guard.install()

    def handle() -> None:
        value: dict[str, Any] = st.session_state.get(KEY) or {}
        if "geoid" in value:
            on_pick(str(value["geoid"]))

    streamlit_folium.st_folium(
        build_choropleth(dark=st.context.theme.type == "dark"),
        key=KEY,
        height=height,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=ChoroplethState(data),
        on_change=handle,
    )
