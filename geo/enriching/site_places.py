"""The places of a site: what its pages say of one address, put together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from geo.clinics.code_lists import PAYMENT_CODES
from geo.dedupe.addresses import compare_units, read_address, stand_elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo.dedupe.addresses import Address
    from geo.enriching.found import FoundPage, FoundPlace

_MARKED: Final = frozenset({"schema.org", "microdata", "address"})


@dataclass
class SitePlace:
    """One place that a site names.

    Attributes
    ----------
    best : what is said of it where it is said best; its fields are completed from other pages.
    said : all that is said of it.
    pages : the addresses of the pages that name it.
    """

    best: FoundPlace
    said: list[FoundPlace] = field(default_factory=list)
    pages: set[str] = field(default_factory=set)

    @property
    def address(self) -> Address:
        """Return the address, taken apart."""
        return read_address(self.best.street, self.best.unit)

    @property
    def support(self) -> int:
        """Return how often it is named, twice as much where it is marked up."""
        return len(self.pages) + 2 * any(place.where in _MARKED for place in self.said)


@dataclass(frozen=True)
class PlaceFacts:
    """What a site says of one place beside its address; each with the page that says it, or ""."""

    phone: tuple[str, str] = ("", "")
    hours: tuple[str, str] = ("", "")
    payment: tuple[str, str] = ("", "")


def gather_places(pages: Iterable[FoundPage]) -> list[SitePlace]:
    """Return the places that pages name, each once, those first that are named most.

    A page that names a street without a unit speaks of the place there, if there is one alone.
    """
    found: list[SitePlace] = []
    said = [place for page in pages for place in page.places]
    # Those with a unit first, so that the ones without find them.
    for place in sorted(said, key=lambda place: not place.unit):
        own = read_address(place.street, place.unit)
        fit = [
            known
            for known in found
            if not stand_elsewhere(known.address, own)
            and known.address[0].house == own[0].house
            and _are_one_town(known.best, place)
            and compare_units(known.address[1], own[1]) is not False
        ]
        if len(fit) == 1:
            known = fit[0]
        else:
            known = SitePlace(place)
            if not fit:
                found.append(known)
        known.said.append(place)
        known.pages.add(place.url)
    for known in found:
        known.best = max(
            known.said, key=lambda one: (bool(one.unit), one.where in _MARKED, bool(one.zip))
        )
    return sorted(found, key=lambda known: -known.support)


def find_facts(
    place: SitePlace, places: Sequence[SitePlace], pages: Sequence[FoundPage]
) -> PlaceFacts:
    """Return what a site says of a place: beside its address, or on a page that names no other.

    Where the site names no other place at all, what it says anywhere is said of this one.
    """
    is_only = len(places) == 1
    own = [page for page in pages if page.url in place.pages and _names_one(page, place)]
    spread = own if not is_only else list(pages)
    shared = set() if is_only else _find_central(place, places, pages)
    return PlaceFacts(
        phone=_find_phone(place, spread, shared),
        hours=_first(place, spread, "hours"),
        payment=_find_payment(place, spread),
    )


def _find_phone(place: SitePlace, pages: Sequence[FoundPage], shared: set[str]) -> tuple[str, str]:
    beside = [one for one in place.said if one.phone and one.phone not in shared]
    if beside:
        best = max(beside, key=lambda one: one.where in _MARKED)
        return best.phone, best.url
    counted: Counter[str] = Counter()
    where: dict[str, str] = {}
    for page in pages:
        for rank, phone in enumerate(page.phones):
            if phone not in shared:
                counted[phone] += 3 if rank == 0 else 1
                where.setdefault(phone, page.url)
    if not counted:
        return "", ""
    phone, _ = max(counted.items(), key=lambda item: item[1])
    return phone, where[phone]


def _find_central(
    place: SitePlace, places: Sequence[SitePlace], pages: Sequence[FoundPage]
) -> set[str]:
    """Return the numbers that a site gives for other places too."""
    others = {one.phone for other in places if other is not place for one in other.said}
    for page in pages:
        if page.url not in place.pages or not _names_one(page, place):
            others |= set(page.phones)
    return others - {""}


def _find_payment(place: SitePlace, pages: Sequence[FoundPage]) -> tuple[str, str]:
    said = [(one.payment, one.url) for one in place.said if one.payment]
    said += [(page.payment, page.url) for page in pages if page.payment]
    codes = {code for payment, _ in said for code in payment.split(";")}
    joined = ";".join(code for code in PAYMENT_CODES.names if code in codes)
    return joined, said[0][1] if said else ""


def _first(place: SitePlace, pages: Sequence[FoundPage], name: str) -> tuple[str, str]:
    said = [(str(getattr(one, name)), one.url) for one in place.said]
    said += [(str(getattr(page, name)), page.url) for page in pages]
    return next(((text, url) for text, url in said if text), ("", ""))


def _names_one(page: FoundPage, place: SitePlace) -> bool:
    """Tell whether a page names no place but this."""
    return all(one in place.said for one in page.places)


def _are_one_town(one: FoundPlace, other: FoundPlace) -> bool:
    same_zip = bool(one.zip) and one.zip == other.zip
    return one.state == other.state and (same_zip or one.city.casefold() == other.city.casefold())
