"""The map beside the list: one live map, fed with what the list shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st
import streamlit_folium

from geo.maps import assets
from geo.maps.clinic_map import ClinicState, build_map

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
    _guard()

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


def _guard() -> None:
    """Make streamlit-folium refuse every script and style of another server."""
    real = streamlit_folium._component_func  # noqa: SLF001 - it offers no hook
    if hasattr(real, "guarded"):
        return

    def guarded(**arguments: Any) -> Any:
        assets.refuse_foreign([*arguments["js_links"], *arguments["css_links"]])
        return real(**arguments)

    guarded.guarded = True  # type: ignore[attr-defined]
    streamlit_folium._component_func = guarded  # noqa: SLF001
