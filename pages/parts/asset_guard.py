"""The guard before streamlit-folium: no map may load anything from another server."""

from __future__ import annotations

from typing import Any

import streamlit_folium

from geo.maps import assets


def install() -> None:
    """Make streamlit-folium refuse every script and style of another server, from now on.

    Raises
    ------
    ForeignAssetError : when a map that asks for one is drawn later.
    """
    real = streamlit_folium._component_func  # noqa: SLF001 - it offers no hook
    if hasattr(real, "guarded"):
        return

    def guarded(**arguments: Any) -> Any:
        assets.refuse_foreign([*arguments["js_links"], *arguments["css_links"]])
        return real(**arguments)

    guarded.guarded = True  # type: ignore[attr-defined]
    streamlit_folium._component_func = guarded  # noqa: SLF001
