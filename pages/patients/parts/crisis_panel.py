"""Whom to call, above the results, where what was typed is a sign of a crisis."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.guidance.crisis.panel import build_panel
from pages.parts import components

if TYPE_CHECKING:
    from geo.guidance.crisis.panel import Group, Panel, Way
    from geo.guidance.crisis.recognising import CrisisMatch

KEY: Final = "crisis_focus"

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
    _mount(key=KEY, data={"focus": focus, "said": said})


def build_html(panel: Panel) -> str:
    """Return the panel as HTML."""
    lead = f"<p>{html.escape(panel.lead)}</p>" if panel.lead else ""
    steps = " steps" if panel.groups[0].lead else ""
    groups = "".join(_build_group(group, at) for at, group in enumerate(panel.groups))
    return (
        f'<section class="crisis-panel{steps}" aria-labelledby="crisis-heading">'
        f'<h2 id="crisis-heading" tabindex="-1">{html.escape(panel.heading)}</h2>'
        f"{lead}{groups}</section>"
    )


def _build_group(group: Group, at: int) -> str:
    ways = "".join(f"<li>{_build_way(way)}</li>" for way in group.ways)
    spoken = f' lang="{group.language}"' if group.language else ""
    if not group.lead:
        return f'<div class="group"{spoken}><ul>{ways}</ul></div>'
    lead = f'<p id="crisis-lead-{at}">{html.escape(group.lead)}</p>'
    return (
        f'<div class="group"{spoken}>{lead}<ul aria-labelledby="crisis-lead-{at}">{ways}</ul></div>'
    )


def _build_way(way: Way) -> str:
    is_page = way.href.startswith("https:")
    outward = ' target="_blank" rel="noreferrer noopener"' if is_page else ""
    return f'<a href="{html.escape(way.href)}"{outward}>{html.escape(way.words)}</a>'
