"""folium's map without the libraries it loads from other servers."""

from __future__ import annotations

from typing import Final, TypedDict

from geo.i18n.language import current
from geo.i18n.language import gettext as _
from geo.maps import assets
from geo.maps.folium_seam import BareMap

ZOOM_STEP: Final = 0.25


class FrameWords(TypedDict):
    """The words of a map's frame and controls."""

    language: str
    title: str
    attribution: str
    zoomIn: str
    zoomOut: str
    closePopup: str


class LocalMap(BareMap):
    """A folium map that needs Leaflet alone, and that from this server.

    Parameters
    ----------
    center : latitude, longitude (or y, x in the simple CRS) first in view.
    zoom, min_zoom, max_zoom : zoom levels.
    crs : the name of one of Leaflet's coordinate reference systems.
    """

    def __init__(
        self,
        center: tuple[float, float],
        zoom: int,
        *,
        min_zoom: float,
        max_zoom: float,
        crs: str = "EPSG3857",
    ) -> None:
        # Leaflet's own spelling of the options: folium sets them with a tile layer only, and the
        # cluster plugin reads them.
        super().__init__(
            [
                ("leaflet", assets.url("leaflet/leaflet.js")),
                ("frame", assets.url("map_frame.js")),
            ],
            [("leaflet_css", assets.url("leaflet/leaflet.css"))],
            location=center,
            zoom_start=zoom,
            crs=crs,
            minZoom=min_zoom,
            maxZoom=max_zoom,
            zoomSnap=ZOOM_STEP,
        )


def describe_frame(title: str, attribution: str) -> FrameWords:
    """Return the words of a map's frame and controls, in the language of this run.

    Parameters
    ----------
    title : what the map shows.
    attribution : whose data it is drawn from.
    """
    return {
        "language": current(),
        "title": title,
        "attribution": attribution,
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "closePopup": _("Close"),
    }
