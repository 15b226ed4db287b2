"""The location button: a position rounded in the browser, asked for only on click."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypedDict

from geo.i18n.language import gettext as _
from pages.parts import components, events, page_state

if TYPE_CHECKING:
    from collections.abc import Callable

KEY: Final = "location_button"


class LocateMessage(TypedDict):
    """What locate.js is sent."""

    label: str
    words: str
    waiting: str
    refused: str


class LocatedPlace(TypedDict):
    """Where a browser is: degrees, EPSG:4326, rounded to 0.05."""

    latitude: float
    longitude: float
    count: int


class LocateTriggers(TypedDict):
    """What locate.js sends."""

    place: LocatedPlace


_mount: Final = components.declare("locate")


def show(on_place: Callable[[float, float], None]) -> None:
    """Draw the button; call `on_place(latitude, longitude)`, degrees rounded to 0.05.

    The browser shows no button where the page is not a secure context.
    """

    def handle() -> None:
        place = page_state.read_event(KEY, "place")
        point = events.as_point(place.get("latitude"), place.get("longitude"))
        if point:
            on_place(*point)

    _mount(
        key=KEY,
        data=LocateMessage(
            label=_("Use my location"),
            words=_("your browser asks first; only the nearest ZIP is used"),
            waiting=_("waiting for your browser"),
            refused=_("your browser gave no location; type a ZIP or city instead"),
        ),
        on_place_change=handle,
    )
