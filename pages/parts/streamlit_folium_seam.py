"""streamlit-folium past its documented face; no other module imports it.

A map that is mounted once and fed, and a guard: no map may load anything from another server. In
the map's frame our scripts also rely on `window.Streamlit`, on the element `#root`, and on the name
`map_div` that it gives the map (data/assets/map_frame.js and the layers).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit_folium

from geo.maps import assets

if TYPE_CHECKING:
    from collections.abc import Callable

    import folium

COMPONENT: Final = "_component_func"
"""What it calls with all that a map's frame is sent; it offers no hook before it."""

LINKS: Final = ("js_links", "css_links")
"""Its arguments that name what the frame loads."""

FRAME_MARKS: Final = ("window.Streamlit", "setComponentValue", "map_div", '"root"')
"""In the script of the frame, what ours call or look for there."""


def draw(
    made: folium.Map,
    state: folium.FeatureGroup,
    *,
    key: str,
    height: int,
    on_change: Callable[[], None],
) -> None:
    """Draw a map that stays mounted, and feed it.

    Parameters
    ----------
    made : an empty map, new each time, since it is changed.
    state : what the map shows now.
    key : names this map among others.
    height : in pixels.
    on_change : called when the map's layer has sent something.

    Raises
    ------
    ForeignAssetError : the map asks for a script or a style of another server.
    """
    _guard()
    streamlit_folium.st_folium(
        made,
        key=key,
        height=height,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=state,
        on_change=on_change,
        render=False,  # which it does anyway; told to, it does so twice
    )


def _guard() -> None:
    """Make streamlit-folium refuse every script and style of another server, from now on."""
    real = getattr(streamlit_folium, COMPONENT)
    if hasattr(real, "guarded"):
        return

    def guarded(**arguments: Any) -> Any:
        assets.refuse_foreign(link for name in LINKS for link in arguments[name])
        return real(**arguments)

    guarded.guarded = True  # type: ignore[attr-defined]
    setattr(streamlit_folium, COMPONENT, guarded)
