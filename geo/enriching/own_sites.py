"""The source `website`: what clinics lack, read on their own sites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.clinics.organisations import SHARED_SITES
from geo.enriching.answers import FOUND, Answer
from geo.enriching.page_reading import bare_host
from geo.enriching.same_clinic import match_site
from geo.enriching.site_names import choose_pages
from geo.enriching.site_places import PlaceFacts, find_facts
from geo.enriching.site_reading import read_site
from geo.sources import descriptors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from geo.enriching.answers import Proposal
    from geo.enriching.found import FoundPage
    from geo.enriching.same_clinic import Match, SiteMatches
    from geo.enriching.site_fetching import SiteFetcher

NAME: Final = descriptors.WEBSITE.name
_ADDRESS: Final = ("street", "unit", "city", "state", "zip")


def has_site(clinic: Mapping[str, str]) -> bool:
    """Tell whether a clinic is listed with a site of its own, and no page on a site of everybody's."""
    host = bare_host(clinic["website"])
    return bool(host) and not any(host == one or host.endswith(f".{one}") for one in SHARED_SITES)


def ask_sites(
    fetcher: SiteFetcher,
    wanted: Sequence[Mapping[str, str]],
    known: Iterable[Mapping[str, str]],
) -> Iterator[Answer]:
    """Yield what the sites of clinics say that these lack, site by site.

    Parameters
    ----------
    fetcher : what fetches.
    wanted : clinics to look for, columns of the clinic table.
    known : all clinics that operate; their addresses and telephones are theirs alone.

    Raises
    ------
    GeocodingError : what is kept cannot be written.
    """
    everybody = list(known)
    sites: dict[str, list[Mapping[str, str]]] = {}
    for clinic in wanted:
        if has_site(clinic):
            sites.setdefault(bare_host(clinic["website"]), []).append(clinic)
        else:
            yield Answer(clinic["clinic_id"], "it is listed with no site of its own")
    for site, clinics in sites.items():
        pages = read_site(
            fetcher,
            [clinic["website"] for clinic in clinics],
            [clinic["city"] for clinic in clinics],
        )
        ours = [one for one in everybody if bare_host(one["website"]) == site]
        others = [one for one in everybody if bare_host(one["website"]) != site]
        matches = match_site(ours, others, pages)
        read = choose_pages(ours, pages)
        for clinic in clinics:
            yield _answer(clinic, matches, read)


def _answer(clinic: Mapping[str, str], matches: SiteMatches, pages: Sequence[FoundPage]) -> Answer:
    match = matches.found.get(clinic["clinic_id"])
    if match is None:
        return Answer(clinic["clinic_id"], matches.left[clinic["clinic_id"]])
    proposals = tuple(_list_proposals(clinic, match, matches, pages))
    return Answer(
        clinic["clinic_id"], FOUND if proposals else "its site says nothing new", proposals
    )


def _list_proposals(
    clinic: Mapping[str, str], match: Match, matches: SiteMatches, pages: Sequence[FoundPage]
) -> Iterator[Proposal]:
    """Yield what a match says that a clinic lacks."""
    if match.place is None:
        facts = _find_page_facts(pages)
    else:
        facts = find_facts(match.place, matches.places, pages)
        best = match.place.best
        adds_unit = bool(clinic["street"]) and not clinic["unit"] and bool(best.unit)
        if not clinic["street"] or adds_unit:
            values = {name: str(getattr(best, name)) for name in _ADDRESS}
            yield _propose(match, "address", values) | _say_where(
                clinic, match, best.url, best.where
            )
    for name in ("phone", "hours", "payment"):
        value, url = getattr(facts, name)
        if value and not clinic[name]:
            yield _propose(match, name, {name: value}) | _say_where(clinic, match, url, "text")


def _find_page_facts(pages: Sequence[FoundPage]) -> PlaceFacts:
    """Return what a site without any address says of its only clinic."""
    return PlaceFacts(
        next(((page.phones[0], page.url) for page in pages if page.phones), ("", "")),
        next(((page.hours, page.url) for page in pages if page.hours), ("", "")),
        next(((page.payment, page.url) for page in pages if page.payment), ("", "")),
    )


def _propose(match: Match, name: str, values: Mapping[str, str]) -> Proposal:
    return {"field": name, "values": dict(values), "sure": match.sure}


def _say_where(clinic: Mapping[str, str], match: Match, url: str, where: str) -> Proposal:
    source = {
        "source": NAME,
        "listing_id": f"{NAME}:{clinic['clinic_id']}",
        "url": url,
        "where": where,
        "reason": match.reason,
        "score": match.score,
        "listing": {"website": clinic["website"]},
    }
    return {"sources": [source]}
