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
from geo.places.address import split_unit

_SAME_STREET: Final = 72.0
_SAME_LINE: Final = 85.0

_LONG: Final = {short: long for long, short in (DIRECTIONS | STREET_TYPES).items()} | {
    "st": "street", "ave": "avenue", "rd": "road", "blvd": "boulevard", "dr": "drive", "ln": "lane",
    "ct": "court", "pkwy": "parkway", "hwy": "highway", "cir": "circle", "n": "north", "s": "south",
    "e": "east", "w": "west",
}  # fmt: skip
_HOUSE: Final = re.compile(
    r"(?P<house>\d+(?:-\d+)?[a-z]?|[nsew] ?\d+ ?[nsew] ?\d+|\d+[nsew]\d+|"
    rf"{'|'.join(NUMBERS)})(?:-(?P<unit>[a-z]))?(?: 1/2)?[ ,]+(?=[^ ])",
    re.IGNORECASE,
)
_POST_BOX: Final = re.compile(r"p\.? ?o\.? ?box\b", re.IGNORECASE)
_FLOOR_BEFORE: Final = re.compile(r"\b(\d+)(?:st|nd|rd|th)? ?(?:- ?\w+ ?)?(?:floors?|fl)\b")
_FLOOR_AFTER: Final = re.compile(r"\b(?:floor|fl|level)\.? ?#? ?(\d+)\b")
_BUILDING_AFTER: Final = re.compile(
    r"\b(?:building|bldg|tower)\.? ?#? ?([a-z]?-?\d+[a-z]?|[a-z])\b"
)
_BUILDING_BEFORE: Final = re.compile(r"(?:^|,) ?([^,\d]+?) ?\b(?:building|bldg|tower)\b")
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
    words: str = ""


class Unit(NamedTuple):
    """A unit; a part that is not stated is empty."""

    room: str = ""
    floor: str = ""
    building: str = ""


Address: TypeAlias = tuple[Street, Unit]


def read_street(text: str) -> Street:
    """Return the parts of a street; a post box is no place and gives none."""
    text = " ".join(text.split())
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
        words=" ".join(_LONG.get(word, word) for word in words),
    )


def read_unit(text: str) -> Unit:
    """Return the parts of a unit, however written: "Ste. 200", "#200", "3rd Floor", "Bldg B 2"."""
    rest = " ".join(text.lower().split())
    for spelled, digits in _SPELLED_FLOORS.items():
        rest = re.sub(rf"\b{spelled}(?= floor)", digits, rest)
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
def compare_streets(one: Street, other: Street) -> bool | None:
    """Tell whether two streets are the same, as far as stated: number, name, direction; else None."""
    for part in ("house", "directions", "exact"):
        stated, found = getattr(one, part), getattr(other, part)
        if stated and found and stated != found:
            return False
    if not (one.core and other.core):
        return None
    if fuzz.ratio(one.core, other.core) >= _SAME_STREET:
        return True
    # A mistyped "Prakway" or "Noth" is read as a part of the street's name.
    mistyped = not (one.kind and other.kind) or bool(one.directions) != bool(other.directions)
    return mistyped and fuzz.ratio(one.words, other.words) >= _SAME_LINE


@lru_cache(maxsize=100_000)
def compare_units(one: Unit, other: Unit) -> bool | None:
    """Tell whether two units are the same; None where one is not stated."""
    if not (any(one) and any(other)):
        return None
    both = [(stated, found) for stated, found in zip(one, other, strict=True) if stated and found]
    return bool(both) and all(stated == found for stated, found in both)


def contradict(one: Address, other: Address) -> bool:
    """Tell whether two addresses state different houses, streets or units."""
    return compare_streets(one[0], other[0]) is False or compare_units(one[1], other[1]) is False
