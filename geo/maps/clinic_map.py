"""The finder's map: our own basemap, one layer of clinics, no file from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypedDict

from geo.i18n.language import gettext as _
from geo.maps import assets, basemap
from geo.maps.feed import Feed
from geo.maps.folium_seam import MapScript
from geo.maps.local_map import LocalMap

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import folium

SCRIPTS: Final = ("phone_turns", "pin_spread", "clinic_popup", "clinic_layer")
"""The scripts of the layer, below data/assets, in the order in which they are loaded."""

CONTIGUOUS_US: Final = ((24.5, -124.8), (49.4, -66.9))
MAX_ZOOM: Final = 12  # shapes are drawn to some 2 km, and there are no streets


class MapClinic(TypedDict):
    """One clinic in a marker's popup."""

    id: str
    rank: int | None
    name: str
    detail: str


class MapGroup(TypedDict):
    """The clinics that share one marker: a street address, or a ZIP's or city's area."""

    at: tuple[float, float]
    area: float
    lead: str
    clinics: list[MapClinic]


class MapPlace(TypedDict):
    """Where a search starts; `within` in metres, 0 for no circle."""

    at: tuple[float, float]
    within: float


class MapView(TypedDict):
    """What to bring into view; the map moves only when the token changes."""

    token: str
    bounds: tuple[tuple[float, float], tuple[float, float]]


class ClinicMessage(TypedDict):
    """What the clinic layer shows now; `reach` is an area to outline, as GeoJSON (EPSG:4326)."""

    groups: Sequence[MapGroup]
    place: MapPlace | None
    selected: str | None
    view: MapView
    reach: Mapping[str, Any] | None


class ClinicPick(TypedDict):
    """What the clinic layer sends: the id of a clinic that was picked."""

    id: str
    count: int


class MapSign(TypedDict):
    """A sign of the legend, and what it stands for."""

    kind: Literal["pin", "area", "group", "ring"]
    text: str


class ClinicMapWords(TypedDict):
    """The words of the clinic layer; `cluster` follows the count of a group."""

    cluster: str
    signs: list[MapSign]


class ClinicState(Feed):
    """What the map shows now; sent into the live map without mounting it anew.

    Parameters
    ----------
    groups : the markers; points EPSG:4326 as latitude, longitude, areas in metres.
    place : where the search starts, or None.
    selected : the chosen clinic's id, or None.
    view : what to bring into view.
    reach : an area to outline, as GeoJSON (EPSG:4326): from where a place can be driven to.
    """

    def __init__(
        self,
        groups: Sequence[MapGroup],
        *,
        place: MapPlace | None,
        selected: str | None,
        view: MapView,
        reach: Mapping[str, Any] | None = None,
    ) -> None:
        payload: ClinicMessage = {
            "groups": list(groups),
            "place": place,
            "selected": selected,
            "view": view,
            "reach": reach,
        }
        super().__init__("clinics", "clinicLayer", payload)


def describe_layer() -> ClinicMapWords:
    """Return the words of the layer of clinics, in the language of this run."""
    return {
        "cluster": _("clinics close together; show them apart"),
        "signs": [
            {"kind": "pin", "text": _("Address")},
            {"kind": "area", "text": _("Area")},
            {"kind": "group", "text": _("Several")},
            {"kind": "ring", "text": _("Range")},
        ],
    }


class _Layers(MapScript):
    """Starts the basemap and the clinic layer once, when the map is mounted."""

    def __init__(self, *, dark: bool) -> None:
        super().__init__(
            """
            window.startBasemap({{ map }}, {{ options.basemap|tojson }});
            window.clinicLayer = window.startClinicLayer({{ map }}, {{ options.words|tojson }});
            """,
            {
                "basemap": basemap.describe_basemap(_("Map of clinics"), dark=dark),
                "words": describe_layer(),
            },
            [
                ("cluster", assets.url("markercluster/leaflet.markercluster.js")),
                *basemap.list_scripts(),
                *((name, assets.url(f"{name}.js")) for name in SCRIPTS),
            ],
            [("map", assets.url("map.css"))],
        )


def build_map(*, dark: bool) -> folium.Map:
    """Return the empty map of the country; clinics come to it as `ClinicState`.

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
        basemap.CENTER, basemap.FIRST_ZOOM, min_zoom=basemap.MIN_ZOOM, max_zoom=MAX_ZOOM
    )
    _Layers(dark=dark).add_to(made)
    return made
