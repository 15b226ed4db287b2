"""The sentences that stand around a page's own content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import htpy as h
import streamlit as st
from markupsafe import Markup

from geo.guidance import foot_html
from geo.guidance.crisis.panel_html import build_crisis_line
from geo.guidance.html_pieces import build_paragraph, link
from geo.i18n.language import gettext as _
from geo.reference.road_tables import ATTRIBUTION
from geo.server import pocket_files
from pages.parts import languages

if TYPE_CHECKING:
    from geo.errors import GeoError
    from geo.releases import Release, Standing

DRIVE_TIME: Final = "/drive-time"
"""The address of the page that says how drives are estimated; the foot of every page names it."""


def show_crisis_line() -> None:
    """Draw, above everything else on a patient's page, where to call in a crisis."""
    st.html(build_crisis_line())


def show_page_heading(heading: str, words: str) -> None:
    """Draw the heading of a page and what it is for."""
    st.html(build_page_heading(heading, words))


def build_page_heading(heading: str, words: str) -> Markup:
    """Return the heading of a page and what it is for, as HTML."""
    return Markup.escape(h.div(".lead")[h.h1[heading], h.p[words]])


def show_skip(target: str, words: str) -> None:
    """Draw a link that is seen only while it has the focus, and leads to the landing `target`."""
    st.html(h.a(".skip", href=f"#{target}")[words])


def show_landing(name: str) -> None:
    """Draw the unseen place that a skip link of this name leads to."""
    st.html(h.span(".landing", id=name, tabindex="-1"))


def show_part(heading: str, words: str = "") -> None:
    """Draw the heading of a part of a page, and a sentence below it."""
    st.html(h.div(".part")[h.h2[heading], h.p[words] if words else None])


def show_error(error: GeoError) -> None:
    """Show what went wrong as one sentence."""
    show_fault(str(error))


def show_fault(words: str) -> None:
    """Show what went wrong; a screen reader says it at once."""
    st.html(h.p(".fault", role="alert")[words])


def show_answer(words: str) -> None:
    """Show a sentence that answers what was asked."""
    st.html(h.p(".asked")[words])


def show_foot(release: Release, standing: Standing, *, osm_link: str | None) -> None:
    """Draw what the list is, where its facts come from, and the release they belong to.

    Parameters
    ----------
    release : the release on the page.
    standing : how the server stands; told where the newest list cannot be had.
    osm_link : OpenStreetMap's address of the area shown, or None.
    """
    osm = None
    if osm_link:
        osm = build_paragraph(
            _(
                "{link}: a new tab at openstreetmap.org, which will see your network address and "
                "the area, and nothing of your search."
            ),
            link=link(osm_link, _("Open this area in OpenStreetMap")),
        )
    parts = [
        osm,
        foot_html.tell_calling(),
        build_paragraph(
            _("Drives are estimated along roads: {attribution}. {how}"),
            attribution=ATTRIBUTION,
            how=link_drive_time(),
        ),
        foot_html.tell_release(release),
        _describe_standing(standing),
        foot_html.tell_sources(),
        _link_pocket(),
    ]
    st.html(h.footer(".foot")[parts])


def _link_pocket() -> h.Element | None:
    """Return a link to the finder that needs no server; None where this one has none."""
    address = pocket_files.find_address()
    if not address:
        return None
    words = _("It then works without a net, and nobody can know what you ask.")
    link_ = h.a(href=address.removeprefix("/"), target="_self")[_("Take this finder with you")]
    return h.p[link_, ". ", words]


def link_drive_time() -> h.Element:
    """Return a link to the page that says how drives are estimated."""
    query = urlencode(languages.link_query())
    address = f"{DRIVE_TIME.removeprefix('/')}{'?' if query else ''}{query}"
    return h.a(href=address, target="_self")[_("How drive time is estimated")]


def _describe_standing(standing: Standing) -> h.Element | None:
    """Return that the list is not the newest; None where it is."""
    words = {
        "last good": _(
            "The newest list cannot be read at the moment; you see the last one that could."
        ),
        "shipped": _("No list was published here yet; you see the one that came with the program."),
    }.get(standing.state, "")
    return h.p[words] if words else None
