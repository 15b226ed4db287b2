"""The sentences that stand around a page's own content."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import streamlit as st

from geo.clinics.vocabulary import SHOWN_STATUSES
from geo.guidance.crisis.panel import CALL_911, Kind, Way, build_panel
from geo.i18n import language
from geo.i18n.language import format_date, format_number, ngettext
from geo.i18n.language import gettext as _
from geo.reference.road_tables import ATTRIBUTION
from pages.parts import languages

if TYPE_CHECKING:
    from geo.errors import GeoError
    from geo.releases import Release, Standing

DRIVE_TIME: Final = "/drive-time"
"""The address of the page that says how drives are estimated; the foot of every page names it."""


def show_crisis_line() -> None:
    """Draw, above everything else on a patient's page, where to call in a crisis."""
    st.html(build_crisis_line())


def build_crisis_line() -> str:
    """Return where to call in a crisis, as HTML."""
    ways = build_panel(Kind.SUICIDE).groups[0].ways[:2]
    links = "".join(
        f'<a href="{html.escape(way.href)}">{html.escape(way.words)}</a>'
        for way in (*ways, Way(_("Emergency: 911"), CALL_911))
    )
    words = html.escape(_("{question} There is help at any hour."), quote=False)
    question = html.escape(_("Thinking about suicide?"))
    said = words.format(question=f"<strong>{question}</strong>")
    return f'<div class="crisis" role="note"><span>{said}</span>{links}</div>'


def show_page_heading(heading: str, words: str) -> None:
    """Draw the heading of a page and what it is for."""
    st.html(build_page_heading(heading, words))


def build_page_heading(heading: str, words: str) -> str:
    """Return the heading of a page and what it is for, as HTML."""
    return f'<div class="lead"><h1>{html.escape(heading)}</h1><p>{html.escape(words)}</p></div>'


def show_skip(target: str, words: str) -> None:
    """Draw a link that is seen only while it has the focus, and leads to the landing `target`."""
    st.html(f'<a class="skip" href="#{target}">{html.escape(words)}</a>')


def show_landing(name: str) -> None:
    """Draw the unseen place that a skip link of this name leads to."""
    st.html(f'<span class="landing" id="{name}" tabindex="-1"></span>')


def show_part(heading: str, words: str = "") -> None:
    """Draw the heading of a part of a page, and a sentence below it."""
    below = f"<p>{html.escape(words)}</p>" if words else ""
    st.html(f'<div class="part"><h2>{html.escape(heading)}</h2>{below}</div>')


def show_error(error: GeoError) -> None:
    """Show what went wrong as one sentence."""
    st.html(f'<p class="fault" role="alert">{html.escape(str(error))}</p>')


def show_foot(release: Release, standing: Standing, *, osm_link: str | None) -> None:
    """Draw what the list is, where its facts come from, and the release they belong to.

    Parameters
    ----------
    release : the release on the page.
    standing : how the server stands; told where the newest list cannot be had.
    osm_link : OpenStreetMap's address of the area shown, or None.
    """
    osm = ""
    if osm_link:
        osm = _paragraph(
            _(
                "{link}: a new tab at openstreetmap.org, which will see your network address and "
                "the area, and nothing of your search."
            ),
            link=link(osm_link, _("Open this area in OpenStreetMap")),
        )
    call = html.escape(_("Call before you visit."))
    counts = release.manifest["counts"]
    shown = sum(counts[status] for status in SHOWN_STATUSES)
    clinics = ngettext("{count} clinic", "{count} clinics", shown)
    listings = ngettext("{count} listing", "{count} listings", counts["listings"])
    parts = [
        osm,
        _paragraph(
            _(
                "{call} These are listings found in public sources, not a census of clinics, and "
                "not checked by us with each clinic. We recommend no treatment and no clinic. "
                "Distances are straight lines; the way there is longer."
            )
            + f" {describe_review()}".rstrip(),
            call=f"<strong>{call}</strong>",
        ),
        _paragraph(
            _("Drives are estimated along roads: {attribution}. {how}"),
            attribution=html.escape(ATTRIBUTION),
            how=link_drive_time(),
        ),
        _paragraph(
            _(
                "Release {release}: {clinics}, and {out} reported closed or withdrawn, from "
                "{listings}, as of {date}. Each card says which source said what, and when."
            ),
            release=html.escape(release.id),
            clinics=html.escape(clinics.format(count=format_number(shown))),
            out=format_number(counts["clinics"] - shown),
            listings=html.escape(listings.format(count=format_number(counts["listings"]))),
            date=html.escape(format_date(release.as_of)),
        ),
        _describe_standing(standing),
        _paragraph(
            _(
                "Boundaries and population: US Census Bureau (2023 counties; American Community "
                "Survey 2018-22). ZIP to county: HUD-USPS, December 2025. Place names and postal "
                "points: {geonames}, {licence}. Map drawn with Leaflet."
            ),
            geonames=link("https://www.geonames.org", "GeoNames"),
            licence=link("https://creativecommons.org/licenses/by/4.0/", "CC BY 4.0"),
        ),
    ]
    st.html(f'<footer class="foot">{"".join(parts)}</footer>')


def link_drive_time() -> str:
    """Return a link of HTML to the page that says how drives are estimated."""
    query = urlencode(languages.link_query())
    address = f"{DRIVE_TIME.removeprefix('/')}{'?' if query else ''}{query}"
    words = html.escape(_("How drive time is estimated"))
    return f'<a href="{html.escape(address)}" target="_self">{words}</a>'


def _describe_standing(standing: Standing) -> str:
    """Return, as HTML, that the list is not the newest; "" where it is."""
    words = {
        "last good": _(
            "The newest list cannot be read at the moment; you see the last one that could."
        ),
        "shipped": _("No list was published here yet; you see the one that came with the program."),
    }.get(standing.state, "")
    return _paragraph(words) if words else ""


def describe_review() -> str:
    """Return whether a clinician reviewed the translation that is shown; "" for the original."""
    code = language.current()
    if code == language.ENGLISH:
        return ""
    reviewer = language.read_header(code).get("X-Clinician-Review", "none")
    if reviewer in {"", "none"}:
        return _("No clinician has reviewed this translation yet.")
    return _("This translation was reviewed by {reviewer}.").format(reviewer=reviewer)


def _paragraph(words: str, **parts: str) -> str:
    """Return a paragraph of HTML; the parts are put in as they are."""
    return f"<p>{html.escape(words, quote=False).format(**parts)}</p>"


def link(address: str, words: str) -> str:
    """Return a link of HTML to another site, which opens beside ours."""
    return (
        f'<a href="{html.escape(address)}" target="_blank" rel="noreferrer noopener">'
        f"{html.escape(words)}</a>"
    )
