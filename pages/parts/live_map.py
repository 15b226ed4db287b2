"""A map that stays mounted and is fed, through streamlit-folium and past its guard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from geo.i18n.language import gettext as _
from pages.parts import notices, page_state, streamlit_folium_seam

if TYPE_CHECKING:
    from collections.abc import Callable

    import folium


def show(
    build: Callable[..., folium.Map],
    state: folium.FeatureGroup,
    on_event: Callable[[dict[str, Any]], None],
    *,
    key: str,
    height: int,
) -> None:
    """Draw a map; call `on_event` with what its layer sends.

    Parameters
    ----------
    build : makes the empty map for a theme (`dark`); a new one each time, since it is changed.
    state : what the map shows now.
    on_event : is told an object with any keys and values besides `count`.
    key : names this map among others.
    height : in pixels, where the stylesheet does not say otherwise.

    Raises
    ------
    GeoError : a file of the map is missing, or would come from another server.
    """
    notices.show_skip(f"after-{key}", _("Skip the map"))

    def handle() -> None:
        event = page_state.read_map_event(key)
        if "count" in event:
            on_event(event)

    made = build(dark=st.context.theme.type == "dark")
    streamlit_folium_seam.draw(made, state, key=key, height=height, on_change=handle)
    notices.show_landing(f"after-{key}")
