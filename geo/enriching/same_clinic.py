"""Which of a site's places is a clinic of ours, why that is thought, and how sure it is.

A site of many branches names places of many clinics, so that being on the site says little. A place is
taken for a clinic where it stands in the clinic's town and is the only one there, or where telephone,
street, the clinic's own page or words of its name tell which. Where two clinics of the list could be
meant, neither gets anything.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import numpy as np

from geo.dedupe.addresses import contradict, read_address
from geo.dedupe.towns import measure_miles, read_town
from geo.dedupe.words import city_words, name_words
from geo.enriching.clinic_towns import find_town, is_here, stands_there
from geo.enriching.page_reading import bare_host
from geo.enriching.site_names import bears_name, choose_pages
from geo.enriching.site_places import gather_places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.enriching.found import FoundPage
    from geo.enriching.site_places import SitePlace

NEAR_MILES: Final = 30.0
"""How far from a clinic's town the only place of its site may be: a list knows a clinic by the largest
city around."""

CLOSED: Final = "its site says that it has closed"

MOST: Final = 0.99
_ON_ITS_SITE, _IN_TOWN, _NEARBY = 0.5, 0.2, 0.05
_NAMED, _KNOWN, _OWN_PAGE = 0.15, 0.15, 0.05
_OF_SEVERAL: Final = -0.1
_CLEARLY_MORE: Final = 2


@dataclass(frozen=True)
class Match:
    """What of a site is a clinic's.

    Attributes
    ----------
    place : None where the site names no place, and is the clinic's alone.
    reason : why it is thought the same clinic, in plain words.
    score : 0 to 1.
    sure : whether name, site and town agree.
    """

    place: SitePlace | None
    reason: str
    score: float
    sure: bool


@dataclass(frozen=True)
class SiteMatches:
    """The matches of a site's clinics, why others have none, both by `clinic_id`; and its places."""

    found: Mapping[str, Match]
    left: Mapping[str, str]
    places: Sequence[SitePlace] = ()


@dataclass(frozen=True)
class _Candidate:
    place: SitePlace
    known: bool  # telephone or street are the clinic's
    own_page: bool
    words: int
    in_town: bool

    @property
    def rank(self) -> tuple[bool, int, bool]:
        return self.known, self.words, self.own_page


def match_site(
    clinics: Sequence[Mapping[str, str]],
    others: Sequence[Mapping[str, str]],
    pages: Sequence[FoundPage],
) -> SiteMatches:
    """Return which place of a site is which clinic.

    Parameters
    ----------
    clinics : of the site, columns of the clinic table.
    others : further clinics of the list, whose streets and telephones are theirs alone.
    pages : of the site, those that were read.
    """
    read = choose_pages(clinics, pages)
    reason = _find_reason(read, pages)
    if reason:
        return SiteMatches({}, {clinic["clinic_id"]: reason for clinic in clinics})
    places = gather_places(read)
    found: dict[str, Match] = {}
    left: dict[str, str] = {}
    for clinic in clinics:
        rest = [one for one in (*clinics, *others) if one["clinic_id"] != clinic["clinic_id"]]
        is_alone = len(clinics) == 1
        match = _match(clinic, rest, places, read, is_alone=is_alone)
        if isinstance(match, str):
            left[clinic["clinic_id"]] = match
        else:
            found[clinic["clinic_id"]] = match
    _drop_shared(found, left, clinics)
    return SiteMatches(found, left, places)


def _find_reason(read: Sequence[FoundPage], pages: Sequence[FoundPage]) -> str:
    """Return why nothing of a site is taken; "" where it may be."""
    if read:
        if not any(page.speaks for page in read):
            return "its site speaks of something else"
        closed = any(page.closed for page in read)
        several = len(gather_places(read)) > 1
        return "" if several or not closed else CLOSED
    if any(page.parked for page in pages):
        return "its domain is for sale"
    if any(page.outcome == "read" for page in pages):
        return "its site leads to another one, which does not bear its name"
    if any(page.outcome == "refused" for page in pages):
        return "its robots.txt asks to leave it alone"
    return "no page of its site could be read"


def _match(
    clinic: Mapping[str, str],
    rest: Sequence[Mapping[str, str]],
    places: Sequence[SitePlace],
    pages: Sequence[FoundPage],
    *,
    is_alone: bool,
) -> Match | str:
    named = bears_name(clinic, pages)
    if not places:
        return (
            _match_placeless(clinic, pages, named=named)
            if is_alone
            else "its site names no address"
        )
    candidates = [
        candidate for place in places if (candidate := _consider(clinic, rest, place)) is not None
    ]
    here = [one for one in candidates if one.in_town or one.known]
    if not here:
        return _match_nearby(clinic, candidates, places, named=named)
    best = max(here, key=lambda one: (one.rank, one.place.support))
    rivals = [one for one in here if one is not best and one.rank >= best.rank]
    if any(best.place.support - one.place.support < _CLEARLY_MORE for one in rivals):
        return "its site names several places that may be it"
    reasons = ["its own site"]
    score = _ON_ITS_SITE
    for holds, weight, words in (
        (best.in_town, _IN_TOWN, "its town"),
        (named, _NAMED, "its name"),
        (best.known, _KNOWN, "its telephone or street"),
        (best.own_page, _OWN_PAGE, "the page it is listed with"),
        (best.words > 0, _OWN_PAGE, "words of its name beside the address"),
        (len(here) > 1 and not best.known, _OF_SEVERAL, "one of several places there"),
    ):
        if holds:
            reasons.append(words)
            score += weight
    sure = best.in_town and named and (len(here) == 1 or best.known)
    return Match(best.place, ", ".join(reasons), round(min(score, MOST), 2), sure)


def _match_placeless(
    clinic: Mapping[str, str], pages: Sequence[FoundPage], *, named: bool
) -> Match | str:
    """Match a site without any address: its telephone and hours are those of its only clinic."""
    in_town = any(clinic["city"] in page.towns for page in pages)
    reasons = ["its own site, which names no address"]
    score = _ON_ITS_SITE + in_town * _IN_TOWN + named * _NAMED
    reasons += ["its town"] * in_town + ["its name"] * named
    return Match(None, ", ".join(reasons), round(score, 2), in_town and named)


def _match_nearby(
    clinic: Mapping[str, str],
    candidates: Sequence[_Candidate],
    places: Sequence[SitePlace],
    *,
    named: bool,
) -> Match | str:
    """Match the only place of a site that stands in another town not far away."""
    if len(places) > 1 or not candidates:
        return "its site names no place in its town"
    [one] = candidates
    town, other = find_town(clinic), read_town(one.place.best.city, one.place.best.state)
    if clinic["city"]:
        miles = float(measure_miles([(town, other)])[0])
        if np.isnan(miles) or miles > NEAR_MILES:
            return "its site names no place in its town"
        where = f"the only place of its site, in {one.place.best.city}, {miles:.0f} miles away"
    else:
        where = "the only place of its site; its town is not known"
    score = _ON_ITS_SITE + _NEARBY + named * _NAMED
    reasons = ["its own site", where, *["its name"] * named]
    return Match(one.place, ", ".join(reasons), round(score, 2), sure=False)


def _consider(
    clinic: Mapping[str, str], rest: Sequence[Mapping[str, str]], place: SitePlace
) -> _Candidate | None:
    """Return what speaks for a place; None where it cannot be the clinic, or is another's."""
    best = place.best
    if clinic["state"] and best.state != clinic["state"]:
        return None
    phones = {one.phone for one in place.said} - {""}
    same_phone = clinic["phone"] in phones
    same_street = False
    if clinic["street"]:
        own = read_address(clinic["street"], clinic["unit"])
        if contradict(own, place.address):
            return None
        same_street = own[0].house == place.address[0].house != ""
    if not same_street and any(stands_there(other, place) for other in rest):
        return None
    if not same_phone and any(other["phone"] in phones for other in rest if other["phone"]):
        return None
    return _Candidate(
        place,
        known=same_phone or same_street,
        own_page=_has_path(clinic["website"])
        and any(_is_same_page(url, clinic["website"]) for url in place.pages),
        words=_count_words(clinic, rest, place),
        in_town=is_here(clinic, place),
    )


def _count_words(
    clinic: Mapping[str, str], rest: Sequence[Mapping[str, str]], place: SitePlace
) -> int:
    """Return how many words of a clinic's name, which the site's others lack, stand beside a place."""
    site = bare_host(clinic["website"])
    others: Counter[str] = Counter()
    for other in rest:
        if bare_host(other["website"]) == site:
            others.update(set(name_words(other["name"])))
    if not others:
        return 0
    own = set(name_words(clinic["name"])) - others.keys() - set(city_words(clinic["city"]))
    beside = " ".join(
        [*(one.near for one in place.said), *(urlsplit(url).path for url in place.pages)]
    )
    return len(own & set(name_words(beside.replace("/", " ").replace("-", " "))))


def _drop_shared(
    found: dict[str, Match], left: dict[str, str], clinics: Sequence[Mapping[str, str]]
) -> None:
    """Take a place from clinics that share it, unless one of them is surely there."""
    claims: dict[int, list[str]] = {}
    for clinic_id, match in found.items():
        if match.place is not None:
            claims.setdefault(id(match.place), []).append(clinic_id)
    known = {
        clinic["clinic_id"]
        for clinic in clinics
        if clinic["clinic_id"] in found
        and "telephone or street" in found[clinic["clinic_id"]].reason
    }
    for claiming in claims.values():
        surely = [clinic_id for clinic_id in claiming if clinic_id in known]
        if len(claiming) == 1:
            continue
        for clinic_id in claiming:
            if surely != [clinic_id]:
                del found[clinic_id]
                left[clinic_id] = "another clinic of the list may be meant as well"


def _has_path(url: str) -> bool:
    return bool(urlsplit(url).path.strip("/"))


def _is_same_page(one: str, other: str) -> bool:
    first, second = urlsplit(one), urlsplit(other)
    return bare_host(one) == bare_host(other) and first.path.rstrip("/") == second.path.rstrip("/")
