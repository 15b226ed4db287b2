"""A street and a unit taken apart so far that two of them can be told the same or different."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

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
_SHORTEST_SLIP: Final = 3
_ORDINAL_ENDING: Final = re.compile(r"(?<=\d)[a-z]{1,2}\b")

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
_HOUSE_RANGE: Final = re.compile(r"(?P<first>\d{3,})-(?P<last>\d{3,})")
# A glued "n", "e", "s" or "w" may as well be the street's direction.
_LETTERED_HOUSE: Final = re.compile(r"(?P<house>\d+)(?P<letter>[a-z])(?<![nesw])")
_ROOM_RANGE: Final = re.compile(r"\b(?P<first>\d{3,}) ?(?:-|&|and|/|,) ?#?(?P<last>\d{3,})\b")
_SWAPPED_KINDS: Final = {"rd", "dr"}
_ORDINAL: Final = re.compile(r"\d+(?:st|nd|rd|th)")
_POST_BOX: Final = re.compile(r"p\.? ?o\.? ?box\b", re.IGNORECASE)
_FLOOR_BEFORE: Final = re.compile(r"\b(\d+)(?:st|nd|rd|th)? ?(?:- ?\w+ ?)?(?:floors?|fl)\b")
_FLOOR_AFTER: Final = re.compile(r"\b(?:floor|fl|level)\.? ?#? ?(\d+)\b")
_BUILDING_AFTER: Final = re.compile(
    r"\b(?:building|bldg|tower)\.? ?#? ?([a-z]?-?\d+[a-z]?|[a-z])\b"
)
_BUILDING_BEFORE: Final = re.compile(r"(?:^|,) ?([^,\d]+?) ?\b(?:building|bldg|tower)\b")
_BUILDING_FIRST: Final = re.compile(
    r"(?P<name>[^\d,]+(?:,| building| bldg\.?| tower| plaza)),? *(?=\d+[a-z]? [a-z])", re.IGNORECASE
)
_BUILDING_LAST: Final = re.compile(
    rf"\b(?:{'|'.join(sorted(STREET_TYPES))})\b\.?(?= [^,\d]*\b(?:building|bldg)\b)", re.IGNORECASE
)
_BUILDING_OF_ROOM: Final = re.compile(
    r"(?P<name>[^\d,#]+?)[, ](?=(?:suite|ste|unit|room|rm|office)\b[.:# ]*[a-z]?-?\d|#)"
)
_ONLY_BUILDING: Final = re.compile(r"[^\d,]+ (?:building|bldg\.?)", re.IGNORECASE)
_BUILDING_NAME: Final = re.compile(
    r"\b(?:building|bldg|towers?|plaza|pavilion|cent(?:er|re)|campus|complex|mall|hospital|park|"
    r"square|suite|wing|arts|house|mob|professional|medical)\b",
    re.IGNORECASE,
)
_CODED_BUILDING: Final = re.compile(r"[a-z]?\d+[a-z]?|[a-z]")
_SAME_BUILDING: Final = 80.0
_ROOM: Final = re.compile(r"\b(?:suites?|ste|unit|apt|apartment|room|rm|office|ofc|no)\b|[#.]")
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
    house = _read_house(found["house"]) if found else ""
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


def _read_house(text: str) -> str:
    """Return a house number; of a range, "1200-1204", the first, but not of "37-12" in Queens."""
    found = _HOUSE_RANGE.fullmatch(text)
    if found and len(found["first"]) == len(found["last"]) and found["first"] < found["last"]:
        return found["first"]
    return re.sub(r"[-\s]", "", text.lower())


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
    if not building and (found := _BUILDING_OF_ROOM.match(rest.strip())):
        building, rest = _name_building(found["name"]), rest.strip()[found.end() :]
    room = "".join(split_words(_ROOM.sub(" ", _ROOM_RANGE.sub(_read_first, rest))))
    return Unit(room=room.lstrip("0") or room, floor=floor, building=building)


def read_address(street: str, unit: str) -> Address:
    """Return street and unit, the unit also where it stands in the street's line."""
    if not street:
        return Street(), read_unit(unit)
    street, building = _split_building(street)
    line, inside = split_unit(street)
    line, also = _split_building(line)
    street_read, unit_read = read_street(line), read_unit(unit or inside)
    unit_read = unit_read._replace(building=unit_read.building or building or also)
    lettered = _LETTERED_HOUSE.fullmatch(street_read.house)
    if lettered and not (unit_read.room or unit_read.floor):
        # "1200A Elm St" is "1200 Elm St, Ste A".
        street_read = street_read._replace(house=lettered["house"])
        unit_read = unit_read._replace(room=lettered["letter"])
    return street_read, unit_read


def _read_first(found: re.Match[str]) -> str:
    """Return the first room of several, "101-102"; of "12-34", a room in a building, it all."""
    ordered = len(found["first"]) == len(found["last"]) and found["first"] < found["last"]
    return found["first"] if ordered else found[0]


def _split_building(line: str) -> tuple[str, str]:
    """Take a building's name, before or after the street, out of a line.

    Of "Arts Building, 1 Oak St" and "1 Oak St Arts Bldg" the street is "1 Oak St".
    """
    if found := _BUILDING_FIRST.match(line):
        return line[found.end() :], _name_building(found["name"])
    parts = [part.strip() for part in line.split(",")]
    if not _HOUSE.match(parts[0]):
        return ("", _name_building(line)) if _ONLY_BUILDING.fullmatch(line) else (line, "")
    names = [part for part in parts[1:] if _BUILDING_NAME.search(part) and not _HOUSE.match(part)]
    kept = [part for part in parts if part not in names]
    if found := _BUILDING_LAST.search(kept[0]):
        names.append(kept[0][found.end() :])
        kept[0] = kept[0][: found.end()]
    return ", ".join(kept), _name_building(" ".join(names))


def _name_building(text: str) -> str:
    return "".join(word for word in split_words(text) if word not in {"the", "building", "bldg"})


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
    # 5th Street crosses 5th Avenue; of a name's street and avenue one may be a slip.
    kinds = {one.kind, other.kind} - {""}
    if len(kinds) > 1 and kinds != _SWAPPED_KINDS and _ORDINAL.fullmatch(one.core):
        return False
    first, second = (_ORDINAL_ENDING.sub("", street.core) for street in (one, other))
    if fuzz.ratio(first, second) >= _SAME_STREET or _are_swapped(first, second):
        return True
    if _has_mistyped_kind(one, other) or _has_mistyped_kind(other, one):
        return True
    # A mistyped "Prakway" or "Noth" is read as a part of the street's name.
    mistyped = not (one.kind and other.kind) or bool(one.directions) != bool(other.directions)
    return mistyped and fuzz.ratio(one.words, other.words) >= _SAME_LINE


def have_slip(one: Street, other: Street) -> bool:
    """Tell whether house numbers of one street are a slip apart: two digits swapped, or one lost.

    A digit that differs is rather the next house's.
    """
    first, second = one.house, other.house
    return (
        min(len(first), len(second)) >= _SHORTEST_SLIP
        and first.isdigit()
        and second.isdigit()
        and OSA.distance(first, second) == 1
        and (len(first) != len(second) or sorted(first) == sorted(second))
        and compare_streets(one, other._replace(house=first)) is True
    )


def _are_swapped(one: str, other: str) -> bool:
    """Tell whether two letters of a name stand the wrong way round, as in "Lem" for "Elm"."""
    return sorted(one) == sorted(other) and OSA.distance(one, other) <= 1


def _has_mistyped_kind(one: Street, other: Street) -> bool:
    """Tell whether a street ends in what is one slip from the other's type, as in "Elm Bvld"."""
    name, _, last = one.core.rpartition(" ")
    return (
        not one.kind
        and name == other.core
        and any(
            OSA.distance(last, spelling) <= 1
            for spelling, kind in STREET_TYPES.items()
            if kind == other.kind
        )
    )


@lru_cache(maxsize=100_000)
def compare_units(one: Unit, other: Unit) -> bool | None:
    """Tell whether two units are the same; None where one is not stated."""
    if not (any(one) and any(other)):
        return None
    if _names_building_in_room(one, other) or _names_building_in_room(other, one):
        return True
    buildings = _compare_buildings(one.building, other.building)
    both = [
        (stated, found)
        for stated, found in zip(one[:2], other[:2], strict=True)
        if stated and found
    ]
    if buildings is False or not both:
        # A floor and a room tell two units, not so a building and a room in it.
        inside = any(one[:2]) and any(other[:2])
        return False if inside else buildings
    return all(stated == found for stated, found in both)


def _names_building_in_room(one: Unit, other: Unit) -> bool:
    """Tell whether one's room is the other's building and room, as of "C-12" and "Bldg C, Ste 12"."""
    return bool(other.building and other.room and not one.building) and (
        one.room == other.building + other.room
    )


def _compare_buildings(one: str, other: str) -> bool | None:
    """Tell whether two buildings are the same; None for one without name, or a name and a letter."""
    coded = [bool(_CODED_BUILDING.fullmatch(name)) for name in (one, other)]
    if not (one and other) or coded[0] != coded[1]:
        return None
    return one == other or (
        not coded[0] and (one in other or other in one or fuzz.ratio(one, other) >= _SAME_BUILDING)
    )


def are_one_house(one: Address, other: Address) -> bool:
    """Tell whether two addresses state one house of one street."""
    return one[0].house == other[0].house != "" and compare_streets(one[0], other[0]) is True


def stand_elsewhere(one: Address, other: Address) -> bool:
    """Tell whether two addresses state different houses or streets, by more than a slip."""
    return compare_streets(one[0], other[0]) is False and not have_slip(one[0], other[0])


def contradict(one: Address, other: Address) -> bool:
    """Tell whether two addresses state different houses, streets or units."""
    return stand_elsewhere(one, other) or compare_units(one[1], other[1]) is False
