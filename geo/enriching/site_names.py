"""Whether a site, or one that it leads to, calls itself by a clinic's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.dedupe.kinship import Kinship, bears_site, compare_names, read_name
from geo.dedupe.words import city_words
from geo.enriching.page_reading import bare_host

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.enriching.found import FoundPage


def bears_name(clinic: Mapping[str, str], pages: Sequence[FoundPage]) -> bool:
    """Tell whether a site calls itself by a clinic's name, in its pages or its domain."""
    city = " ".join(city_words(clinic["city"]))
    own = read_name(clinic["name"], city)
    if any(bears_site(own, bare_host(page.url)) for page in pages):
        return True
    said = {name for page in pages for name in page.names}
    return any(compare_names(own, read_name(name, city)) >= Kinship.INSIDE for name in said)


def choose_pages(
    clinics: Sequence[Mapping[str, str]], pages: Sequence[FoundPage]
) -> list[FoundPage]:
    """Return the pages of a site that were read, without those of another to which it leads.

    Whoever took a clinic over may have its name, or may be somebody else.

    Parameters
    ----------
    clinics : of the site, columns of the clinic table.
    pages : of the site, also those that could not be had.
    """
    sites = {bare_host(clinic["website"]) for clinic in clinics}
    return [
        page
        for page in pages
        if page.outcome == "read"
        and not page.parked
        and (bare_host(page.url) in sites or any(bears_name(clinic, [page]) for clinic in clinics))
    ]
