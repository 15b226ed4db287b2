"""folium's map without the libraries it loads from other servers."""

from __future__ import annotations

from typing import Final

import folium

from geo.i18n.language import current
from geo.i18n.language import gettext as _
from geo.maps import assets

_ZOOM_STEP: Final = 0.25


class LocalMap(folium.Map):
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
        self.default_js = [
            ("leaflet", assets.url("leaflet/leaflet.js")),
            ("frame", assets.url("map_frame.js")),
        ]
        self.default_css = [("leaflet_css", assets.url("leaflet/leaflet.css"))]
        # Leaflet's own spelling of the options: folium sets them with a tile layer only, and the
        # cluster plugin reads them.
        super().__init__(
            location=center,
            zoom_start=zoom,
            tiles=None,
            crs=crs,
            minZoom=min_zoom,
            maxZoom=max_zoom,
            zoomSnap=_ZOOM_STEP,
        )
        self._name = "Map"


def describe_frame(title: str, attribution: str) -> dict[str, str]:
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
