"""Whom to call, above the results, where what was typed is a sign of a crisis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypedDict

import streamlit as st

from geo.guidance.crisis.panel import build_panel
from geo.guidance.crisis.panel_html import build_html
from pages.parts import components

if TYPE_CHECKING:
    from geo.guidance.crisis.recognising import CrisisMatch

KEY: Final = "crisis_focus"


class CrisisMessage(TypedDict):
    """What crisis_panel.js is sent; with a new `focus` the panel takes it."""

    focus: int
    said: str


_mount: Final = components.declare("crisis_panel")


def show(found: CrisisMatch, focus: int) -> None:
    """Draw the panel; the browser gets what it says, and nothing of what was typed.

    It is plain HTML, so that it stands there whatever else may fail to load; a component that is
    not seen brings the focus to it.

    Parameters
    ----------
    focus : how many searches there were; with a new one the panel takes the focus.
    """
    panel = build_panel(found.kind)
    st.html(build_html(panel))
    first = panel.groups[0]
    ways = ", ".join(way.words for way in first.ways)
    said = f"{panel.heading}. {first.lead} {ways}"
    _mount(key=KEY, data=CrisisMessage(focus=focus, said=said))
