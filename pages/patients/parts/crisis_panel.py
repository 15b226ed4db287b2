"""Whom to call, above the results, where what was typed is a sign of a crisis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypedDict

import htpy as h
import streamlit as st
from markupsafe import Markup

from geo.guidance.crisis.panel import build_panel
from pages.parts import components, notices

if TYPE_CHECKING:
    from geo.guidance.crisis.panel import Group, Panel, Way
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


def build_html(panel: Panel) -> Markup:
    """Return the panel as HTML."""
    classes = ["crisis-panel", "steps" if panel.groups[0].lead else None]
    return Markup.escape(
        h.section(class_=classes, aria_labelledby="crisis-heading")[
            h.h2("#crisis-heading", tabindex="-1")[panel.heading],
            h.p[panel.lead] if panel.lead else None,
            [_build_group(group, at) for at, group in enumerate(panel.groups)],
        ]
    )


def _build_group(group: Group, at: int) -> h.Element:
    ways = [h.li[_build_way(way)] for way in group.ways]
    spoken = group.language or None
    if not group.lead:
        return h.div(".group", lang=spoken)[h.ul[ways]]
    name = f"crisis-lead-{at}"
    return h.div(".group", lang=spoken)[h.p(id=name)[group.lead], h.ul(aria_labelledby=name)[ways]]


def _build_way(way: Way) -> h.Element:
    if way.href.startswith("https:"):
        return notices.link(way.href, way.words)
    return h.a(href=way.href)[way.words]
