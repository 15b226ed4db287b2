"""A map on which an operator puts a clinic's pin; what is done with it is for the page to say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from geo.errors import SchemaError
from geo.maps.pin_map import PinMark, build_map
from geo.maps.pin_map import PinState as PinDrawing
from geo.units import METRES_PER_MILE
from pages.operators.parts.operator_state import PinState
from pages.parts import events, live_map, notices

if TYPE_CHECKING:
    from collections.abc import Sequence

HEIGHT: Final = 440
_HALF_TURN: Final = 180.0
_QUARTER_TURN: Final = 90.0
_ZOOM: Final = 18


@dataclass(frozen=True)
class Point:
    """A point to compare with.

    Parameters
    ----------
    latitude, longitude : degrees, EPSG:4326.
    radius_miles : how far off it may be; 0 where it is exact.
    name : a character or two in its mark.
    label : what it is, in words.
    """

    latitude: float
    longitude: float
    radius_miles: float
    name: str
    label: str


def show(
    subject: str, start: tuple[float, float], points: Sequence[Point] = (), *, key: str
) -> tuple[float, float] | None:
    """Draw the map, and the pin's place as text that can be written over.

    The pin is dragged, moved with the arrow keys once it has the focus, put on one of the points by
    choosing that, or placed by typing. Its place comes here when it is dropped; nothing is recorded.

    Parameters
    ----------
    subject : what it is about, such as a clinic's id; another one begins anew.
    start : where the pin stands at first: latitude, longitude in degrees, EPSG:4326.
    points : to compare with.
    key : names this map among others of the page.

    Returns
    -------
    Where the pin was put, None as long as nobody moved it.
    """
    state = PinState.of_visit(key)
    if state.subject != subject:
        state.subject, state.at = subject, None
        PinState.text(key).clear()
    put = state.at
    # Streamlit forgets what is in a box that was not drawn for a while.
    PinState.text(key).begin_with(_write(put or start))
    drawn = PinDrawing(subject, pin=put or start, marks=[_draw(point) for point in points])
    with st.container(key=f"{key}_box"):
        live_map.show(build_map, drawn, partial(_drop, key), key=key, height=HEIGHT)
    with st.container(key=f"{key}_place", horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "The pin's latitude, longitude",
            key=PinState.text(key).key,
            on_change=_type,
            args=(key,),
            help="Drag the pin, move it with the arrow keys, or write its place here.",
        )
        latitude, longitude = put or start
        st.link_button(
            "See it in OpenStreetMap",
            f"https://www.openstreetmap.org/?mlat={latitude:.6f}&mlon={longitude:.6f}"
            f"#map={_ZOOM}/{latitude:.6f}/{longitude:.6f}",
            help="A new tab at openstreetmap.org, which then sees this server's visitor.",
        )
    fault, state.fault = state.fault, ""
    if fault:
        notices.show_error(SchemaError(fault))
    return put


def _draw(point: Point) -> PinMark:
    return PinMark(
        at=(point.latitude, point.longitude),
        within=point.radius_miles * METRES_PER_MILE,
        name=point.name,
        label=point.label,
    )


def _write(at: tuple[float, float]) -> str:
    return f"{at[0]:.6f}, {at[1]:.6f}"


def _drop(key: str, event: dict[str, Any]) -> None:
    """Take what the map sent, unless it is about what was shown before."""
    state = PinState.of_visit(key)
    if event.get("subject") == state.subject:
        at = events.as_point(event.get("latitude"), event.get("longitude"))
        if at is not None:
            state.at = at
            PinState.text(key).write(_write(at))


def _type(key: str) -> None:
    """Take the place that was typed."""
    state = PinState.of_visit(key)
    parts = PinState.text(key).read().replace(",", " ").split()
    try:
        latitude, longitude = (float(part) for part in parts)
    except ValueError:
        latitude = longitude = float("nan")
    if abs(latitude) <= _QUARTER_TURN and abs(longitude) <= _HALF_TURN:
        state.at = (latitude, longitude)
    else:
        state.fault = (
            "Write the place as latitude, longitude in degrees, such as 41.8858, -87.6181."
        )
