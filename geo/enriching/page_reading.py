"""One page of a clinic's site: which places it names, and what it says of each.

Marked-up data come first, then the text. What stands in one box with one address is said of that
place; what stands in no such box is said of the page.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from geo.enriching import structured_data, text_addresses, text_facts
from geo.enriching.found import FoundPage, FoundPlace, keep_organisations
from geo.enriching.html_pages import read_html
from geo.enriching.link_kinds import fold, may_be_read, tells_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo.enriching.html_pages import HtmlPage, Line, Link
    from geo.enriching.text_addresses import TextAddress

_MOST_PLACES: Final = 80
_MOST_LINKS: Final = 300
_MOST_NAMES: Final = 12
_LONGEST_NEAR: Final = 120
_LINES_AFTER: Final = 6

_SPEAKS: Final = re.compile(
    r"ketamin|spravato|psychiatr|psiquiatr|mental health|salud mental|depress|depresi[oó]n|"
    r"\btms\b|infusion|anxiety|ptsd",
    re.IGNORECASE,
)
_CLOSED: Final = re.compile(
    r"\b(permanently closed|closed (its|our|their) doors|(has|have) closed|"
    r"(is|are) now closed|no longer (seeing|accepting|treating) (any )?patients|"
    r"ceased operations?|(has|have) retired|clinic is closed|practice is closed|"
    r"cerrad[oa] permanentemente)\b",
    re.IGNORECASE,
)
_PARKED: Final = re.compile(
    r"domain (name )?(is|may be) (for sale|parked|available)|buy this domain|"
    r"this domain (has expired|is for sale)|parked (free|domain|by)|"
    r"(hugedomains|sedo|dan|afternic)\.com",
    re.IGNORECASE,
)


def read_page(content: bytes, url: str, towns: Sequence[str] = ()) -> FoundPage:
    """Return what a page says.

    Parameters
    ----------
    content : its HTML.
    url : where it stands.
    towns : that are asked about; which of them the text names is told.

    Raises
    ------
    FetchError : it is no HTML that can be read.
    """
    page = read_html(content, url)
    marked, names, phones = structured_data.find_structured(page.root, url)
    written = text_addresses.find_addresses(page.lines)[:_MOST_PLACES]
    boxes = _find_boxes(page.lines, written)
    places = [_read_place(page, written, at, box, url) for at, box in enumerate(boxes)]
    outside = [
        line
        for at, line in enumerate(page.lines)
        if len(written) <= 1 or not any(_belongs(box, at, line) for box in boxes)
    ]
    text = "\n".join(line.text for line in page.lines)
    whole = f"{text}\n" + "\n".join(page.heads)
    spaced = f" {fold(whole)} "
    return FoundPage(
        url=url,
        places=tuple(_unite([*marked, *places]))[:_MOST_PLACES],
        phones=tuple(dict.fromkeys([*phones, *text_facts.find_phones(outside)]))[:_MOST_NAMES],
        hours=text_facts.find_hours(outside),
        payment=text_facts.find_payment(outside),
        names=keep_organisations([*names, *_split_heads(page.heads)])[:_MOST_NAMES],
        towns=tuple(town for town in dict.fromkeys(towns) if town and f" {fold(town)} " in spaced),
        speaks=bool(_SPEAKS.search(whole)),
        closed=_says_closed(page.lines),
        parked=bool(_PARKED.search(whole)) and not written,
        links=tuple(_keep_links(page.links, url, towns)),
    )


class _Box:
    """The lines that are said of one address: those inside an element, or a run of lines."""

    def __init__(self, element: int | None, first: int, last: int) -> None:
        self.element, self.first, self.last = element, first, last


def _belongs(box: _Box, at: int, line: Line) -> bool:
    if box.element is not None:
        return box.element in line.boxes
    return box.first <= at <= box.last


def _find_boxes(lines: Sequence[Line], written: Sequence[TextAddress]) -> list[_Box]:
    """Return for each address the largest element that holds no other, else the lines behind it."""
    held: Counter[int] = Counter()
    of_each = [set(lines[one.first].boxes) & set(lines[one.last].boxes) for one in written]
    for boxes in of_each:
        held.update(boxes)
    found = []
    for at, (address, boxes) in enumerate(zip(written, of_each, strict=True)):
        alone = sorted(box for box in boxes if held[box] == 1)
        following = written[at + 1].first if at + 1 < len(written) else len(lines)
        end = min(following - 1, address.last + _LINES_AFTER)
        tight = alone[0] if alone else None
        # An element that holds the address alone tells nothing more: then the lines behind it do.
        if tight is not None and len(written) > 1:
            size = sum(tight in line.boxes for line in lines)
            if size <= address.last - address.first + 1:
                tight = None
        found.append(_Box(tight, max(0, address.first - 1), max(end, address.last)))
    return found


def _read_place(
    page: HtmlPage, written: Sequence[TextAddress], at: int, box: _Box, url: str
) -> FoundPlace:
    address = written[at]
    own = [line for number, line in enumerate(page.lines) if _belongs(box, number, line)]
    inside = page.lines[address.first : address.last + 1]
    before = [
        line.text
        for number, line in enumerate(page.lines[: address.first])
        if number >= address.first - 2 and (_belongs(box, number, line) or len(written) == 1)
    ]
    alone = len(written) > 1
    phones = text_facts.find_phones(own) if alone else ()
    return FoundPlace(
        street=address.street,
        unit=address.unit,
        city=address.city,
        state=address.state,
        zip=address.zip,
        phone=phones[0] if phones else "",
        hours=text_facts.find_hours(own) if alone else "",
        payment=text_facts.find_payment(own) if alone else "",
        url=url,
        where="address" if any(line.is_address for line in inside) else "text",
        near=" ".join(keep_organisations([" ".join(before)]) or _keep_branch(before))[
            :_LONGEST_NEAR
        ],
    )


def _keep_branch(before: Sequence[str]) -> list[str]:
    """Return short headings before an address without what may be a person's name."""
    return [text for text in before if len(text) <= _LONGEST_NEAR and " clinic" in text.lower()]


def _unite(places: Iterable[FoundPlace]) -> list[FoundPlace]:
    """Return the places of a page, what is said of one address in two ways together."""
    found: dict[tuple[str, str, str], FoundPlace] = {}
    for place in places:
        key = (fold(place.street), fold(place.unit), fold(place.city))
        bare = (key[0], "", key[2])
        known = key if key in found else bare if bare in found else None
        if known is None and not place.unit:
            known = next((one for one in found if (one[0], one[2]) == (key[0], key[2])), None)
        if known is None:
            found[key] = place
            continue
        was = found[known]
        gaps = {
            name: getattr(place, name)
            for name in ("unit", "zip", "phone", "hours", "payment", "near")
            if not getattr(was, name) and getattr(place, name)
        }
        found[known] = replace(was, **gaps)
    return list(found.values())


def _split_heads(heads: Iterable[str]) -> list[str]:
    return [
        part.strip()
        for head in heads
        for part in re.split(r" [|–—-] |[|»•]", head)
        if part.strip() and len(part) <= _LONGEST_NEAR
    ]


def _says_closed(lines: Iterable[Line]) -> bool:
    """Tell whether a line says that the clinic has closed, and not one location of several."""
    return any(_CLOSED.search(line.text) and "location" not in line.text.lower() for line in lines)


def _keep_links(links: Iterable[Link], url: str, towns: Iterable[str]) -> list[tuple[str, str]]:
    """Return the links to follow; of their words only what tells a page, and no person's name."""
    host = bare_host(url)
    asked = [town for town in towns if town]
    return [
        (link.url, link.words if tells_page(link.words, asked) else "")
        for link in links
        if bare_host(link.url) == host and may_be_read(link.url)
    ][:_MOST_LINKS]


def bare_host(url: str) -> str:
    """Return the host of an address without a leading `www.`."""
    return (urlsplit(url).hostname or "").removeprefix("www.")
