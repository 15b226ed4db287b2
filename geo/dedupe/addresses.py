"""A street and a unit taken apart so far that two of them can be told the same or different."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from rapidfuzz import fuzz

from geo.dedupe.words import (
    DIRECTIONS,
    NUMBERS,
    STREET_TYPES,
    split_words,
    street_words,
)
from geo.geocoding.address import split_unit

SAME_STREET: Final = 0.72
"""How alike (0-1) the names of two streets are that may be one, mistyped."""

_HOUSE: Final = re.compile(
    r"\s*(?P<house>\d+(?:-\d+)?[a-z]?|[nsew]\s?\d+\s?[nsew]\s?\d+|\d+[nsew]\d+|"
    rf"{'|'.join(NUMBERS)})(?:-(?P<unit>[a-z]))?(?:\s+1/2)?[\s,]+(?=\S)",
    re.IGNORECASE,
)
_POST_BOX: Final = re.compile(r"\s*p\.?\s*o\.?\s*box\b.*", re.IGNORECASE)
_FLOOR_BEFORE: Final = re.compile(r"\b(\d+)(?:st|nd|rd|th)?\s*(?:-\s*\w+\s*)?(?:floors?|fl)\b")
_FLOOR_AFTER: Final = re.compile(r"\b(?:floor|fl|level)\.?\s*#?\s*(\d+)\b")
_BUILDING_AFTER: Final = re.compile(
    r"\b(?:building|bldg|tower)\.?\s*#?\s*([a-z]?-?\d+[a-z]?|[a-z])\b"
)
_BUILDING_BEFORE: Final = re.compile(r"(?:^|,)\s*([^,\d]+?)\s*\b(?:building|bldg|tower)\b")
_ROOM: Final = re.compile(r"\b(?:suite|ste|unit|apt|apartment|room|rm|office|ofc|no)\b|[#.]")
_SPELLED_FLOORS: Final = {
    "first": "1st",
    "second": "2nd",
    "third": "3rd",
    "fourth": "4th",
    "fifth": "5th",
    "ground": "1st",
}


class Street(NamedTuple):
    """A street; a part that is not stated is empty. `exact` is what must agree to the letter."""

    house: str = ""
    core: str = ""
    directions: str = ""
    kind: str = ""
    exact: str = ""


class Unit(NamedTuple):
    """A unit; a part that is not stated is empty."""

    room: str = ""
    floor: str = ""
    building: str = ""


Address: TypeAlias = tuple[Street, Unit]


def read_street(text: str) -> Street:
    """Return the parts of a street; a post box is no place and gives none."""
    if not text or _POST_BOX.match(text):
        return Street()
    found = _HOUSE.match(text)
    house = re.sub(r"[-\s]", "", found["house"].lower()) if found else ""
    words = street_words(text[found.end() :] if found else text)
    plain = [word for word in words if word not in DIRECTIONS and word not in STREET_TYPES]
    core = " ".join(plain or words)
    return Street(
        house=NUMBERS.get(house, house),
        core=core,
        directions=" ".join(sorted(word for word in words if word in DIRECTIONS)) if plain else "",
        kind=next((word for word in reversed(words) if word in STREET_TYPES), "") if plain else "",
        # "E St NW" and "N St NW" hardly differ as texts, nor do "49th" and "59th".
        exact=" ".join(re.findall(r"\d+", core)) if plain else core,
    )


def read_unit(text: str) -> Unit:
    """Return the parts of a unit, however written: "Ste. 200", "#200", "3rd Floor", "Bldg B 2"."""
    rest = text.lower().strip()
    for spelled, digits in _SPELLED_FLOORS.items():
        rest = re.sub(rf"\b{spelled}(?=\s+floor)", digits, rest)
    floor, rest = _take(_FLOOR_BEFORE, rest)
    if not floor:
        floor, rest = _take(_FLOOR_AFTER, rest)
    building, rest = _take(_BUILDING_AFTER, rest)
    if not building:
        building, rest = _take(_BUILDING_BEFORE, rest)
    room = "".join(split_words(_ROOM.sub(" ", rest)))
    return Unit(room=room.lstrip("0") or room, floor=floor, building=building)


def read_address(street: str, unit: str) -> Address:
    """Return street and unit, the unit also where it stands in the street's line."""
    if not street:
        return Street(), read_unit(unit)
    line, inside = split_unit(street)
    return read_street(line), read_unit(unit or inside)


def _take(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    found = pattern.search(text)
    if not found:
        return "", text
    return "".join(split_words(found[1])), f"{text[: found.start()]} {text[found.end() :]}"


@lru_cache(maxsize=100_000)
def contradict(one: Address, other: Address) -> bool:
    """Tell whether two addresses state different houses, streets or units."""
    street, other_street = one[0], other[0]
    parts = [
        (getattr(street, part), getattr(other_street, part))
        for part in ("house", "directions", "exact")
    ]
    if any(a and b and a != b for a, b in parts):
        return True
    if street.core and other_street.core:
        alike = fuzz.ratio(street.core, other_street.core) / 100
        if alike < SAME_STREET:
            return True
    stated = list(zip(one[1], other[1], strict=True))
    differ = any(a and b and a != b for a, b in stated)
    shared = any(a and a == b for a, b in stated)
    return differ or (any(one[1]) and any(other[1]) and not shared)
