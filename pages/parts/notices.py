"""The sentences that stand around a page's own content."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from geo.errors import GeoError
    from geo.releases import Release


def show_crisis_line() -> None:
    """Draw, above everything else on a patient's page, where to call in a crisis."""
    st.html(
        '<div class="crisis" role="note"><strong>Thinking about suicide?</strong> Call or text '
        '<a href="tel:988">988</a>, any time. In an emergency call <a href="tel:911">911</a>.</div>'
    )


def show_part(heading: str, words: str = "") -> None:
    """Draw the heading of a part of a page, and a sentence below it."""
    below = f"<p>{html.escape(words)}</p>" if words else ""
    st.html(f'<div class="part"><h2>{html.escape(heading)}</h2>{below}</div>')


def show_error(error: GeoError) -> None:
    """Show what went wrong as one sentence."""
    st.html(f'<p class="fault" role="alert">{html.escape(str(error))}</p>')


def show_foot(release: Release, *, osm_link: str | None) -> None:
    """Draw what the list is, where its facts come from, and the release they belong to.

    Parameters
    ----------
    release : the release on the page.
    osm_link : OpenStreetMap's address of the area shown, or None.
    """
    counts = release.manifest["counts"]
    osm = (
        f'<p><a href="{html.escape(osm_link)}" target="_blank" rel="noreferrer noopener">'
        "Open this area in OpenStreetMap</a>: a new tab at openstreetmap.org, which will see "
        "your network address and the area, and nothing of your search.</p>"
        if osm_link
        else ""
    )
    st.html(
        f'<footer class="foot">{osm}'
        "<p><strong>Call before you visit.</strong> These are listings found in public sources, "
        "not a census of clinics, and not checked by us with each clinic. We recommend no "
        "treatment and no clinic. Distances are straight lines; the drive is longer.</p>"
        f"<p>Release {html.escape(release.id)}: {counts['clinics']:,} clinics from "
        f"{counts['listings']:,} listings, as of {release.as_of:%B} {release.as_of.day}, "
        f"{release.as_of.year}. Each card says which source said what, and when.</p>"
        "<p>Boundaries and population: US Census Bureau (2023 counties; American Community "
        "Survey 2018-22). ZIP to county: HUD-USPS, December 2025. Place names and postal points: "
        '<a href="https://www.geonames.org" target="_blank" rel="noreferrer noopener">GeoNames</a>, '
        '<a href="https://creativecommons.org/licenses/by/4.0/" target="_blank" '
        'rel="noreferrer noopener">CC BY 4.0</a>. Map drawn with Leaflet.</p></footer>'
    )
