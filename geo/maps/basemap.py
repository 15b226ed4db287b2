"""What our own basemap is drawn from, and how far it can be zoomed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypedDict

from geo.i18n.language import gettext as _
from geo.maps import assets
from geo.maps.local_map import FrameWords, describe_frame
from geo.reference.road_tables import ATTRIBUTION

if TYPE_CHECKING:
    from collections.abc import Callable

SCRIPTS: Final = ("country_views", "place_names", "basemap")
"""The scripts of the basemap, below data/assets, in the order in which they are loaded."""

CENTER: Final = (39.5, -98.35)
FIRST_ZOOM: Final = 4
MIN_ZOOM: Final = 2.5
"""The lower 48 states and the pins on their coasts fit into the width of a phone of 320 pixels."""


ViewWords = TypedDict("ViewWords", {"48": str, "AK": str, "HI": str, "PR": str})
"""The words of the buttons that lead to the lower 48 states and to what lies far from them."""


class BasemapWords(FrameWords, ViewWords):
    """The words of the basemap."""

    highways: str
    canada: str
    mexico: str


class BasemapShapes(TypedDict):
    """Where the shapes and names of the basemap are."""

    states: str
    counties: str
    backdrop: str
    highways: str
    stateLabels: str
    cities: str
    towns: str


class BasemapOptions(BasemapShapes):
    """What basemap.js starts with: the theme, addresses of shapes and names, and words."""

    dark: bool
    words: BasemapWords


def list_scripts() -> list[tuple[str, str]]:
    """Return the scripts as folium takes them: name and address.

    Raises
    ------
    GeoError : one is missing.
    """
    return [(name, assets.url(f"{name}.js")) for name in SCRIPTS]


def describe_basemap(title: str, *, dark: bool) -> BasemapOptions:
    """Return what `startBasemap` in data/assets/basemap.js starts with, in the language of this run.

    Parameters
    ----------
    title : what the map shows.
    dark : the page's theme.

    Raises
    ------
    GeoError : a file of the map is missing.
    """
    return {
        "dark": dark,
        **locate_shapes(lambda name: assets.url(f"geometry/{name}")),
        "words": describe_words(title),
    }


def locate_shapes(address: Callable[[str], str]) -> BasemapShapes:
    """Return where the shapes and names of the basemap are.

    Parameters
    ----------
    address : returns the address of a file below data/assets/geometry.
    """
    return {
        "states": address("states.geojson"),
        "counties": address("counties.geojson"),
        "backdrop": address("backdrop.geojson"),
        "highways": address("highways.json"),
        "stateLabels": address("state_labels.json"),
        "cities": address("cities.json"),
        "towns": address("towns.json"),
    }


def describe_words(title: str) -> BasemapWords:
    """Return the words of a basemap, in the language of this run.

    Parameters
    ----------
    title : what the map shows.
    """
    return {
        **describe_frame(title, _("Map: US Census Bureau, Natural Earth, GeoNames CC BY 4.0")),
        "highways": ATTRIBUTION,
        "canada": _("Canada"),
        "mexico": _("Mexico"),
        "48": _("Show the lower 48 states"),
        "AK": _("Show Alaska (AK)"),
        "HI": _("Show Hawaii (HI)"),
        "PR": _("Show Puerto Rico (PR)"),
    }
