"""US addresses in running text: found by their state, checked against what the country has.

A line is read backwards from its state and ZIP: before them stands a town that the state has, before
that a street with a number. What fits no such town or ZIP is left; so are the addresses that a text
says are not where patients go.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from geo.clinics.vocabulary import STATES
from geo.dedupe.towns import find_zips, read_town
from geo.places.address import parse, split_unit
from geo.reference.tables import load, load_shapeless

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.enriching.html_pages import Line

_LINES_BEFORE: Final = 3
_LONGEST_BEFORE: Final = 160
_LONGEST_STREET: Final = 80
_MOST_TOWN_WORDS: Final = 4
_MOST_TRIES: Final = 5_000
"""States named on a page that are looked at; the longest page of branches has a few hundred."""

_STATE_CODES: Final = "|".join(sorted(STATES))
_ZIP_BEHIND: Final = re.compile(r"\.?,? {0,2}(\d{5})(?:-\d{4})?(?![\d-])")
_NUMBER: Final = re.compile(r"(?<![\w#-])\d{1,6}[A-Za-z]?(?:-\d{1,5})?(?= \w)")
_BEGINS: Final = re.compile(r"\d{1,6}[A-Za-z]?(?:-\d{1,5})? \w")
_UNIT_WORD: Final = re.compile(
    r"\b(suite|ste|unit|apt|room|rm|floor|fl|bldg|building|highway|hwy|route|rte|road|county|state)"
    r"\b[. #]{0,2}\Z",
    re.IGNORECASE,
)
_BREAKS: Final = re.compile(r"[,|•·;:]| [-–—] ")
_POST_BOX: Final = re.compile(r"\bp\.? ?o\.? ?box\b", re.IGNORECASE)
_ELSEWHERE: Final = re.compile(
    r"\b(former(ly)?|previous(ly)?|old (address|location|office)|moved from|used to be|"
    r"mailing|billing|remit|parking|pharmacy|partners?|referral|headquarters|corporate|"
    r"closed|antes en|direcci[oó]n anterior|nearest (hospital|emergency)|emergency room)\b",
    re.IGNORECASE,
)
_TO_HERE: Final = re.compile(
    r"\b(new (address|location|office|home)|now (at|in|located)|moved to|visit(?= us|:| at)|"
    r"(current|physical|street) address|current location|(nueva )?direcci[oó]n(?=:| actual| nueva)|"
    r"vis[ií]tenos)\b",
    re.IGNORECASE,
)


class TextAddress(NamedTuple):
    """An address and the lines it stands in, first and last."""

    street: str
    unit: str
    city: str
    state: str
    zip: str
    first: int
    last: int


def find_addresses(lines: Sequence[Line]) -> list[TextAddress]:
    """Return the addresses of a text, in order; of one that is written twice both."""
    found: list[TextAddress] = []
    tries = 0
    for at, line in enumerate(lines):
        taken = 0
        for match in _state_pattern().finditer(line.text):
            tries += 1
            if match.start() < taken or tries > _MOST_TRIES:
                continue
            address = _read(lines, at, match, found[-1].last if found else -1)
            if address is not None:
                found.append(address)
                taken = match.end()
    return found


def settle(
    street: str, unit: str, city: str, state: str, zip_code: str
) -> tuple[str, str, str, str, str] | None:
    """Return an address in our form, if the country has such a town in the state; else None.

    Parameters
    ----------
    street, unit, city, state, zip_code : as a page has them; state and ZIP in our form.
    """
    line, inside = split_unit(" ".join(street.split()).strip(" ,"))
    if not _BEGINS.match(line) or len(line) > _LONGEST_STREET or _POST_BOX.search(line):
        return None
    known = find_zips(read_town(city, state))
    of_zip = _zip_states().get(zip_code, "") if zip_code else state
    if of_zip != state or not (known or zip_code):
        return None
    return line, unit or inside, city, state, zip_code


def _read(lines: Sequence[Line], at: int, match: re.Match[str], last: int) -> TextAddress | None:
    state = _state_codes()[match["state"].lower()]
    behind = _ZIP_BEHIND.match(lines[at].text, match.end())
    zip_code = behind[1] if behind else ""
    if zip_code and _zip_states().get(zip_code) != state:
        return None
    own = lines[at].text[: match.start()].rstrip(" ,.(")
    city, rest = _split_town(own, state)
    first = at
    if not city and not own.strip() and at and at - 1 > last:
        # "Houston," and "TX 77002" on two lines.
        first, own = at - 1, lines[at - 1].text.rstrip(" ,")
        city, rest = _split_town(own, state)
    if not city:
        return None
    street = _find_street(rest)
    while not street and first > max(last + 1, at - _LINES_BEFORE, 0):
        first -= 1
        rest = f"{lines[first].text}, {rest}".strip(" ,")
        street = _find_street(rest)
    if not street or _says_elsewhere(lines, first, at, lines[at].text[: match.start()]):
        return None
    read = parse(f"{street}, {city}, {state} {zip_code}".strip())
    settled = settle(read.street, read.unit, city, state, zip_code)
    if settled is None:  # "1600 Tower Plaza" is taken for a building
        settled = settle(street, "", city, state, zip_code)
    return None if settled is None else TextAddress(*settled, first, at)


def _split_town(text: str, state: str) -> tuple[str, str]:
    """Return the town that a text ends with, the longest that the state has, and what is before."""
    words = text[-_LONGEST_BEFORE:].split(" ")
    for count in range(min(_MOST_TOWN_WORDS, len(words)), 0, -1):
        town = " ".join(words[-count:]).strip(" ,")
        if "," in town or any(map(str.isdigit, town)):
            continue
        if town[:1].isupper() and find_zips(read_town(town, state)):
            return town, " ".join(words[:-count]).rstrip(" ,")
    return "", text


def _find_street(text: str) -> str:
    """Return the end of a text from its house number on; "" where it has none."""
    text = text[-_LONGEST_BEFORE:]
    start = 0
    starts = [0]
    for part in _BREAKS.finditer(text):
        start = part.end()
        starts.append(start)
    ends = [*(mark - 1 for mark in starts[1:]), len(text)]
    for begin, end in reversed(list(zip(starts, ends, strict=True))):
        piece = text[begin:end].strip()
        if _BEGINS.match(piece):
            return text[begin:].strip()
        numbers = [
            number
            for number in _NUMBER.finditer(text, begin, end)
            if not _UNIT_WORD.search(text[begin : number.start()])
        ]
        if numbers:
            return text[numbers[-1].start() :].strip()
    return ""


def _says_elsewhere(lines: Sequence[Line], first: int, last: int, own: str) -> bool:
    """Tell whether the words before an address say that it is not where patients go."""
    before = [lines[at].text for at in range(max(0, first - 1), first)]
    inside = [lines[at].text for at in range(first, last)]
    said = " ".join([*before, *inside, own])
    told = [match.end() for match in _ELSEWHERE.finditer(said)]
    here = [match.end() for match in _TO_HERE.finditer(said)]
    return bool(told) and (not here or max(here) < max(told))


@cache
def _state_codes() -> dict[str, str]:
    states = load_shapeless("states")
    names = dict(zip(states["name"].str.lower(), states["state"], strict=True))
    return {code.lower(): code for code in STATES} | names


@cache
def _state_pattern() -> re.Pattern[str]:
    """Codes in capitals, names as they are written."""
    codes = {code.lower() for code in STATES}
    names = "|".join(
        re.escape(name.title())
        for name in sorted(_state_codes(), key=len, reverse=True)
        if name not in codes
    )
    return re.compile(rf"(?<![A-Za-z])(?P<state>{_STATE_CODES}|{names})(?![A-Za-z])")


@cache
def _zip_states() -> dict[str, str]:
    zips = load("zips")
    return dict(zip(zips["zip"], zips["state"], strict=True))
