"""What stands at the foot of pages, as HTML: what the list is, and where its facts come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h

from geo.clinics.vocabulary import SHOWN_STATUSES
from geo.guidance.html_pieces import build_paragraph, link
from geo.guidance.translation_review import describe_review
from geo.i18n.language import format_date, format_number, ngettext
from geo.i18n.language import gettext as _

if TYPE_CHECKING:
    from geo.releases import Release


def tell_calling() -> h.Element:
    """Return what the listings are, and that one should call first."""
    return build_paragraph(
        _(
            "{call} These are listings found in public sources, not a census of clinics, and "
            "not checked by us with each clinic. We recommend no treatment and no clinic. "
            "Distances are straight lines; the way there is longer."
        )
        + f" {describe_review()}".rstrip(),
        call=h.strong[_("Call before you visit.")],
    )


def tell_release(release: Release) -> h.Element:
    """Return which release it is, and how many of what it holds."""
    counts = release.manifest["counts"]
    shown = sum(counts[status] for status in SHOWN_STATUSES)
    clinics = ngettext("{count} clinic", "{count} clinics", shown)
    listings = ngettext("{count} listing", "{count} listings", counts["listings"])
    return build_paragraph(
        _(
            "Release {release}: {clinics}, and {out} reported closed or withdrawn, from "
            "{listings}, as of {date}. Each card says which source said what, and when."
        ),
        release=release.id,
        clinics=clinics.format(count=format_number(shown)),
        out=format_number(counts["clinics"] - shown),
        listings=listings.format(count=format_number(counts["listings"])),
        date=format_date(release.as_of),
    )


def tell_sources() -> h.Element:
    """Return whose boundaries, people and places these are."""
    return build_paragraph(
        _(
            "Boundaries and population: US Census Bureau (2023 counties; American Community "
            "Survey 2018-22). ZIP to county: HUD-USPS, December 2025. Place names and postal "
            "points: {geonames}, {licence}. Map drawn with Leaflet."
        ),
        geonames=link("https://www.geonames.org", "GeoNames"),
        licence=link("https://creativecommons.org/licenses/by/4.0/", "CC BY 4.0"),
    )
