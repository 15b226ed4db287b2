"""The operators' map of one clinic: the points to choose from, and a pin to drag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypedDict

from geo.maps import assets, basemap
from geo.maps.feed import Feed
from geo.maps.folium_seam import MapScript
from geo.maps.local_map import LocalMap

if TYPE_CHECKING:
    from collections.abc import Sequence

    import folium

_MAX_ZOOM: Final = 16


class PinMark(TypedDict):
    """A point to compare with; `at` latitude, longitude in EPSG:4326, `within` in metres."""

    at: tuple[float, float]
    within: float
    name: str
    label: str


class PinMessage(TypedDict):
    """What the pin's layer shows now."""

    subject: str
    pin: tuple[float, float]
    marks: Sequence[PinMark]


class PinDrop(TypedDict):
    """What the pin's layer sends: where the pin was put, in degrees, EPSG:4326."""

    subject: str
    latitude: float
    longitude: float
    count: int


class PinState(Feed):
    """What the map shows now; sent into the live map without mounting it anew.

    Parameters
    ----------
    subject : what it is about; the view is fitted anew when it changes.
    pin : where the pin stands, latitude, longitude in EPSG:4326.
    marks : the points to compare with; choosing one puts the pin there.
    """

    def __init__(self, subject: str, *, pin: tuple[float, float], marks: Sequence[PinMark]) -> None:
        payload: PinMessage = {"subject": subject, "pin": pin, "marks": list(marks)}
        super().__init__("pin", "pinLayer", payload)


class _Layers(MapScript):
    """Starts the basemap and the pin's layer once, when the map is mounted."""

    def __init__(self, *, dark: bool) -> None:
        super().__init__(
            """
            window.startBasemap({{ map }}, {{ options|tojson }});
            window.pinLayer = window.startPinLayer({{ map }});
            """,
            basemap.describe_basemap("Map to place a clinic", dark=dark),
            [*basemap.list_scripts(), ("pin", assets.url("pin_layer.js"))],
            [("map", assets.url("map.css")), ("pin", assets.url("pin_layer.css"))],
        )


def build_map(*, dark: bool) -> folium.Map:
    """Return the empty map; points and pin come to it as `PinState`.

    Parameters
    ----------
    dark : the page's theme.

    Returns
    -------
    A new folium map, never to be shared: streamlit-folium changes the one it is given.

    Raises
    ------
    GeoError : a file of the map is missing.
    """
    made = LocalMap(
        basemap.CENTER, basemap.FIRST_ZOOM, min_zoom=basemap.MIN_ZOOM, max_zoom=_MAX_ZOOM
    )
    _Layers(dark=dark).add_to(made)
    return made
