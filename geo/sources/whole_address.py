"""A whole address in one text, parted without losing a word of it.

What cannot be parted stays in the street, and is told.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

import pandas as pd

from geo.places.address import normalise, parse, split_unit
from geo.places.names import endings, name_key, name_keys
from geo.places.states import StateIndex
from geo.reference import load
from geo.reference.tables import table_path
from geo.sources.address_lines import part_street

_COUNTRY: Final = re.compile(
    r"(?<![,\s])[,\s]+(?:U\.?S\.?A?\.?|United States(?: of America)?|EE\. ?UU\.)[\s.]*$",
    re.IGNORECASE,
)
_ZIP: Final = re.compile(r"(?<![0-9-])(?P<zip>[0-9]{5})(?:[- ]?[0-9]{4})?[\s.,]*$")
_STATE_AND_ZIP: Final = re.compile(
    r"(?<!\w)(?P<state>[A-Z]{2})[ ,.]{1,3}(?P<zip>[0-9]{5})(?:-[0-9]{4})?(?!\w)"
)
_APART: Final = str.maketrans({";": ",", "|": ",", "\u2022": ","})
_LONGEST_TEXT: Final = 500
_LONGEST_CITY: Final = 5
_LONGEST_STATE: Final = 4


class Whole(NamedTuple):
    """The parts of a whole address, "" where unknown, and what could not be parted."""

    street: str = ""
    unit: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    left: str = ""


def part_whole(text: str) -> Whole:
    """Return the parts of a whole US address; what cannot be told is in `left` and in the street.

    Of several addresses the first is parted, and the others are in `left` alone.

    Parameters
    ----------
    text : of any length and content, on one line or several.

    Raises
    ------
    SourceError : a reference table is missing or damaged.

    Examples
    --------
    >>> part_whole("4347 W Northwest Hwy Ste 130 Unit 359  Dallas TX  75220-3866")
    Whole(street='4347 W Northwest Hwy', unit='Ste 130 Unit 359', city='Dallas', state='TX', zip='75220', left='')
    >>> part_whole("One Market Plaza, Spear Tower, San Francisco, California 94105")[:4]
    ('One Market Plaza', 'Spear Tower', 'San Francisco', 'CA')
    """
    line = _COUNTRY.sub("", normalise(text[:_LONGEST_TEXT].translate(_APART)))
    if at := _end_of_first(line):
        return part_whole(line[:at])._replace(left=line[at:].strip(" ,/&"))
    found = _ZIP.search(line)
    zip_code = found["zip"] if found else ""
    rest, state = _take_state(line[: found.start()].rstrip(" ,") if found else line)
    if not (zip_code or state):
        street, unit = part_street(line)
        return Whole(street, unit, left=line)
    state = state or _zips().get(zip_code, ("", frozenset()))[0]
    rest, city = _take_city(rest, state, zip_code)
    street, unit = part_street(rest) if rest else ("", "")
    return Whole(street, unit, city, state, zip_code, "" if city else rest)


def _end_of_first(line: str) -> int:
    """Return where the first of several addresses ends in a line, 0 where it holds one."""
    ends = [
        found.end()
        for found in _STATE_AND_ZIP.finditer(line)
        if _zips().get(found["zip"], ("",))[0] == found["state"]
    ]
    return ends[0] if len(ends) > 1 else 0


def _take_state(line: str) -> tuple[str, str]:
    """Return a line without the state at its end, and the state's code."""
    words = line.split()
    for size in range(min(_LONGEST_STATE, len(words)), 0, -1):
        name = " ".join(words[-size:]).strip(" ,.")
        if code := _states().code(name):
            # "New York" alone is a city where nothing else tells it.
            return " ".join(words[:-size]).rstrip(" ,"), code
    return line, ""


def _take_city(line: str, state: str, zip_code: str) -> tuple[str, str]:
    """Return a line without the city at its end, and the city; "" where none can be told."""
    before, comma, last = line.rpartition(", ")
    known = _zips().get(zip_code, ("", frozenset()))[1] | _cities().get(state, frozenset())
    if name_key(last) in known:
        return before, last
    for beginning, ending in endings(last.split(), _LONGEST_CITY):
        if name_key(ending.strip(".")) in known:
            head = f"{before}{comma}{beginning}"
            return head.rstrip(" ,"), ending.strip(".")
    if comma and last and not re.search(r"[0-9#]", last) and split_unit(last)[0] == last:
        return before, last
    guessed = parse(f"{line}, {state} {zip_code}").city
    if guessed and line.endswith(guessed) and guessed != line:
        return line.removesuffix(guessed).rstrip(" ,"), guessed
    return line, ""


@cache
def _states() -> StateIndex:
    return StateIndex(
        pd.read_parquet(table_path("states"), columns=["state", "name", "population"])
    )


@cache
def _cities() -> dict[str, frozenset[str]]:
    cities = load("cities")
    keys = pd.Series(name_keys(cities["name"]), index=cities.index)
    return {str(state): frozenset(names) for state, names in keys.groupby(cities["state"])}


@cache
def _zips() -> dict[str, tuple[str, frozenset[str]]]:
    """Return the state of each ZIP and the names of its cities."""
    zips = load("zips")
    names = zips["city"] + ";" + zips["city_aliases"]
    split = names.str.split(";").tolist()
    flat = name_keys([name for of_zip in split for name in of_zip])
    keys = iter(flat)
    return {
        code: (state, frozenset(next(keys) for _ in of_zip) - {""})
        for code, state, of_zip in zip(zips["zip"], zips["state"], split, strict=True)
    }
