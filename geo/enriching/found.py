"""What is found on a page: plain values that are kept as JSON, without names of people."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from geo.clinics.vocabulary import STATES
from geo.dedupe.words import COMMON, KINDS, name_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_BODIES: Final = frozenset({"office", "hospital", "university", "spa", "lab", "clinica"})
_TITLES: Final = frozenset(
    [
        "dr",
        "md",
        "do",
        "np",
        "pa",
        "rn",
        "crna",
        "dnp",
        "pmhnp",
        "aprn",
        "phd",
        "psyd",
        "lcsw",
        "lmft",
        "mr",
        "mrs",
        "ms",
    ]
)


@dataclass(frozen=True)
class FoundPlace:
    """A place that a page names.

    Attributes
    ----------
    street, unit, city, state, zip, phone, hours, payment : as `geo.clinics.fields` has them; ""
        where the page does not say it of this place.
    url : of the page.
    where : `schema.org`, `microdata`, `address` (an element of that name) or `text`.
    near : words beside it that may tell which branch it is, such as a heading.
    """

    street: str = ""
    unit: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    phone: str = ""
    hours: str = ""
    payment: str = ""
    url: str = ""
    where: str = "text"
    near: str = ""


@dataclass(frozen=True)
class FoundPage:
    """What one page says.

    Attributes
    ----------
    url : where it stands, after redirects.
    outcome : `read`; `missing` (404, 410); `refused` (by robots.txt); `other` (no HTML);
        `failed`, with the reason in `fault`.
    places : with an address each.
    phones : that stand for the whole page, the most often named first; no fax.
    hours, payment : said of the page as a whole.
    names : of organisations, as the page calls itself.
    towns : of those asked about, which are named in the text.
    speaks : whether it speaks of ketamine or esketamine, or of treating minds.
    closed : whether it says that the clinic has closed.
    parked : whether the domain is for sale.
    links : (address, words) of the same site; the words where they tell which page it is.
    """

    url: str
    outcome: str = "read"
    fault: str = ""
    places: tuple[FoundPlace, ...] = ()
    phones: tuple[str, ...] = ()
    hours: str = ""
    payment: str = ""
    names: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    speaks: bool = False
    closed: bool = False
    parked: bool = False
    links: tuple[tuple[str, str], ...] = field(default=())


def write_page(page: FoundPage) -> dict[str, Any]:
    """Return a page as a JSON object."""
    return asdict(page)


def read_page(kept: Mapping[str, Any]) -> FoundPage:
    """Return a page that `write_page` wrote."""
    lists = {name: tuple(kept[name]) for name in ("phones", "names", "towns")}
    return FoundPage(
        **{
            **kept,
            **lists,
            "places": tuple(FoundPlace(**place) for place in kept["places"]),
            "links": tuple((url, words) for url, words in kept["links"]),
        }
    )


def keep_organisations(names: Iterable[str]) -> tuple[str, ...]:
    """Return those names that are an organisation's by their words; a person's are left out.

    Examples
    --------
    >>> keep_organisations(["Alder Ketamine Clinic", "Jane Roe, MD", "Home"])
    ('Alder Ketamine Clinic',)
    """
    return tuple(name for name in dict.fromkeys(names) if name and _is_organisation(name))


def _is_organisation(name: str) -> bool:
    words = name_words(name)
    plain = [word.strip(".,") for word in name.lower().replace(",", " ").split()]
    kinds = (KINDS | _BODIES) - {state.lower() for state in STATES}
    if not any(word in kinds for word in words):
        return False
    # "Dr. Jane Roe Psychiatry" names a person as well.
    return not _TITLES & set(plain) and any(word not in COMMON for word in words)
