"""Whom to call in a crisis, as HTML: the line above every page, and the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h
from markupsafe import Markup

from geo.guidance.crisis.panel import CALL_911, Kind, Way, build_panel
from geo.guidance.html_pieces import link, put_in
from geo.i18n.language import gettext as _

if TYPE_CHECKING:
    from geo.guidance.crisis.panel import Group, Panel


def build_crisis_line() -> Markup:
    """Return where to call in a crisis, as HTML."""
    ways = build_panel(Kind.SUICIDE).groups[0].ways[:2]
    links = [h.a(href=way.href)[way.words] for way in (*ways, Way(_("Emergency: 911"), CALL_911))]
    said = put_in(
        _("{question} There is help at any hour."),
        question=h.strong[_("Thinking about suicide?")],
    )
    return Markup.escape(h.div(".crisis", role="note")[h.span[said], links])


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
        return link(way.href, way.words)
    return h.a(href=way.href)[way.words]
