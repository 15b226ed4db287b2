"""The coverage map: regions in classes of a measure, geometry once, numbers per change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypedDict

from geo.i18n.language import gettext as _
from geo.maps import assets
from geo.maps.feed import Feed
from geo.maps.folium_seam import MapScript
from geo.maps.local_map import FrameWords, LocalMap, describe_frame

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import folium

# One hue from light to dark, told apart by lightness alone, so by every eye (after ColorBrewer's
# multi-step sequential schemes); in the dark theme it runs the other way.
RAMP: Final = ("#dcefec", "#a9d5cf", "#6bb3ac", "#2f8a84", "#0b5a56")
NO_DATA: Final = "#d3ccc0"
"""Of the light theme, and of print."""


class NumberForms(TypedDict):
    """How a browser writes numbers: its locale, and forms that hold `{number}`, by their kind."""

    locale: str
    share: str
    miles: str
    other: str


class ChoroplethReach(TypedDict):
    """An area to outline: GeoJSON (EPSG:4326), placed by a state's FIPS code."""

    state: str
    geometry: Mapping[str, Any]


class ChoroplethData(TypedDict):
    """What the map shows now.

    `geoids` and `values` go together; without GEOIDs the values are in the order of the
    geometry's own, sorted, which keeps a change of thousands of counties small. `kind` says by
    which form of `writing` a value is written (shares come in percent): the forms hold `{number}`,
    and `locale` is how the browser writes it. `parents` maps a state's GEOID to its division's or
    region's where those are shown; `within` holds the state FIPS codes in focus, none for all; `breaks` are the lower bounds of the second and later classes. `clinics` and `sites` are
    latitude, longitude (EPSG:4326) and state FIPS code; a site also has its label. `reach` is an area to outline: `state` (FIPS code, by which
    it is placed) and `geometry` (GeoJSON, EPSG:4326); None for none.
    """

    token: str
    geometry: Literal["states", "counties"]
    geoids: Sequence[str]
    values: Sequence[float | None]
    kind: str
    names: Mapping[str, str]
    parents: Mapping[str, str]
    within: Sequence[str]
    breaks: Sequence[float]
    legend: Sequence[str]
    noDataWords: str
    writing: NumberForms
    selected: str | None
    clinics: Sequence[tuple[float, float, str]]
    sites: Sequence[tuple[float, float, str, str]]
    reach: ChoroplethReach | None


class ChoroplethPick(TypedDict):
    """What the map sends: the region that was picked, and latitude, longitude (EPSG:4326) there."""

    geoid: str
    at: tuple[float, float]
    count: int


class ChoroplethColours(TypedDict):
    """The colours of a theme; `ramp` from the lowest class to the highest."""

    ramp: Sequence[str]
    noData: str
    line: str
    outline: str
    chosen: str
    dot: str
    water: str
    abroad: str
    inset: str


class ChoroplethOptions(ChoroplethColours):
    """What the map starts with: the theme, addresses of shapes, and words."""

    dark: bool
    states: str
    counties: str
    backdrop: str
    words: FrameWords


class ChoroplethState(Feed):
    """The data channel into the live map."""

    def __init__(self, data: ChoroplethData) -> None:
        super().__init__("regions", "choropleth", data)


_LIGHT: Final[ChoroplethColours] = {
    "ramp": RAMP,
    "noData": NO_DATA,
    "line": "#ffffff",
    "outline": "#6f7d84",
    "chosen": "#7a2e62",
    "dot": "#17242d",
    "water": "#e3edf4",
    "abroad": "#f4f2ed",
    "inset": "#b9c4cb",
}
_DARK: Final[ChoroplethColours] = {
    "ramp": ["#17403f", "#1f6460", "#35908a", "#6cbcb4", "#b9e5df"],
    "noData": "#333c43",
    "line": "#10181e",
    "outline": "#8a9aa3",
    "chosen": "#e39ccb",
    "dot": "#f4f7f7",
    "water": "#0d161e",
    "abroad": "#19222a",
    "inset": "#3b4852",
}


class _Layer(MapScript):
    """Starts the layer once, when the map is mounted."""

    def __init__(self, *, dark: bool) -> None:
        options: ChoroplethOptions = {
            **(_DARK if dark else _LIGHT),
            "dark": dark,
            "states": assets.url("geometry/states.geojson"),
            "counties": assets.url("geometry/counties.geojson"),
            "backdrop": assets.url("geometry/backdrop.geojson"),
            "words": describe_frame(
                _("Map of regions"),
                _("Map and people: US Census Bureau, Natural Earth"),
            ),
        }
        super().__init__(
            "window.choropleth = window.startChoropleth({{ map }}, {{ options|tojson }});",
            options,
            [
                ("around", assets.url("choropleth_backdrop.js")),
                ("choropleth", assets.url("choropleth.js")),
            ],
            [("map", assets.url("map.css"))],
        )


def build_choropleth(*, dark: bool) -> folium.Map:
    """Return the empty coverage map; the numbers come to it as `ChoroplethState`.

    Alaska, Hawaii and Puerto Rico stand beside the rest, so the map has a plane of its own
    (Leaflet's simple CRS), into which the layer projects by Albers' equal-area conic.

    Parameters
    ----------
    dark : the page's theme.

    Raises
    ------
    GeoError : a file of the map is missing.
    """
    made = LocalMap((0.0, 0.0), 0, crs="Simple", min_zoom=-2.0, max_zoom=5.0)
    _Layer(dark=dark).add_to(made)
    return made
