"""Recognisers of addresses: what leads to a ZIP or a city, and of which the street is not searched."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from geo.errors import PlaceError
from geo.i18n.language import gettext as _
from geo.i18n.reasons import Reason
from geo.places import address, not_places
from geo.places.by_code import zip_or_city
from geo.places.by_name import by_city, by_region, by_state
from geo.places.cities import miles_apart
from geo.places.guesses import AmbiguousPlaceError
from geo.places.matching import PlaceMatch, as_address, choose
from geo.places.names import endings, excerpt
from geo.places.slips import LEAST_PEOPLE, choose_slip

if TYPE_CHECKING:
    from geo.places.knowledge import Knowledge
    from geo.places.place import Place

TWIN_MILES: Final = 75.0
"""Two cities that are typed as one, such as "Tampa/St. Pete", lie no further apart."""

_TWINS = re.compile(r" ?(?:/|&|\+| and | or | y |-|\u2013) ?", re.IGNORECASE)
_CORNER = re.compile(
    r"\b(?:and|&|at|y)\b|[&@/]|\b(?:corner|intersection|esquina|crossroads)\b", re.IGNORECASE
)
_DASH = re.compile(r" [-\u2013\u2014|] ")
_ROAD = re.compile(
    r"\b(?:st|street|ave|avenue|rd|road|blvd|boulevard|hwy|highway|route|rte|dr|drive|ln|lane|way|"
    r"pkwy|parkway|ct|court|pl|box|rr|fm|cr|sr|us|interstate|i-?[0-9]+|exit|apt|calle|avenida)\b",
    re.IGNORECASE,
)
_LONGEST_CITY: Final = 4


def by_twins(known: Knowledge, typed: str) -> PlaceMatch | None:
    """Read two neighbouring cities that are typed as one: the larger, with the other beside it.

    Raises
    ------
    AmbiguousPlaceError : they are far apart.
    """
    pieces = [piece.strip(" ,") for piece in _TWINS.split(typed) if piece.strip(" ,")]
    if len(pieces) != 2 or any(re.search("[0-9]", piece) for piece in pieces):  # noqa: PLR2004
        return None
    one, other = (_cities_of(known, piece) for piece in pieces)
    pairs = [
        (first, second)
        for first in one
        for second in other
        if first.label != second.label and miles_apart(first, second) <= TWIN_MILES
    ]
    if not pairs:
        _ask_which(one, other)
        return None
    pair = max(pairs, key=lambda two: min(two[0].population, two[1].population))
    first, second = sorted(pair, key=lambda place: -place.population)
    note = Reason("one_of_twins", {"place": first.label, "other": second.label})
    return PlaceMatch(replace(first, notes=(note, *first.notes)), (second,))


def _ask_which(one: list[Place], other: list[Place]) -> None:
    """Ask which of two cities far apart is meant, if both are large enough to be meant."""
    largest = [max(cities, key=lambda place: place.population) for cities in (one, other) if cities]
    if len(largest) == 2 and all(city.population >= LEAST_PEOPLE for city in largest):  # noqa: PLR2004
        raise AmbiguousPlaceError(_("Type one place at a time: which do you mean?"), largest)


def _cities_of(known: Knowledge, piece: str) -> list[Place]:
    return next(
        (
            found
            for name, city, state in known.states.readings(piece)
            if not city and (found := known.cities.candidates(name, state=state))
        ),
        [],
    )


def by_institution(known: Knowledge, typed: str) -> PlaceMatch | None:
    """Read an institution with its place: the place, and that we do not know the institution.

    Raises
    ------
    PlaceError : no place stands beside it.
    """
    split = not_places.split_institution(typed)
    if split is None:
        return None
    name, rest = split
    for before, ending in endings(typed.split(), _LONGEST_CITY + 1):
        # "College Station" is no college in a place called "Station".
        is_own = not_places.begins_with_keyword(ending) and not not_places.is_name(ending)
        if is_own and (match := _known(known, ending)):
            return _beside(match, before)
    match = _known(known, rest) if rest else None
    if match:
        return _beside(match, name)
    before, of, named = name.partition(" of ")
    for middle, ending in endings(named.split(), _LONGEST_CITY):
        # "University of Michigan Ann Arbor"
        if known.states.code(middle) and (match := _known(known, ending)):
            return _beside(match, f"{before}{of}{middle}")
    raise known.guesses.not_known(name)


def by_address(known: Knowledge, typed: str) -> PlaceMatch | None:
    """Match an address to its ZIP, else to its city; the street goes no further.

    Raises
    ------
    PlaceError : it is an address, and its ZIP or city is not known or not clear.
    """
    typed = ", ".join(part.strip() for part in _DASH.split(typed))
    has_number = re.search("[0-9]", typed) is not None
    is_corner = _CORNER.search(typed) is not None
    if not (has_number or is_corner or typed.count(",") > 1):
        return None
    parts = address.parse(typed)
    state = known.states.code(parts.state)
    if parts.zip:
        return as_address(zip_or_city(known, parts.zip, parts.city, state))
    city = parts.city or _city_ending(known, parts.street, state)
    if candidates := known.cities.candidates(city, state=state):
        return as_address(choose(candidates, city))
    if city and state and (slip := _by_slip(known, city, state)):
        return as_address(slip)
    if match := _by_end(known, typed, needs_road=not (has_number or is_corner)):
        return as_address(match)
    if (has_number and parts.street) or (is_corner and _ROAD.search(typed)):
        raise known.guesses.no_address(city, state)
    return None


def by_last_part(known: Knowledge, typed: str) -> PlaceMatch | None:
    """Read "anything, City, ST": the city, and that what stands before it is not known.

    Raises
    ------
    AmbiguousPlaceError : the city may be one of several.
    """
    parts = [part for piece in _DASH.split(typed) for part in piece.split(", ")]
    for start in range(1, len(parts)):
        after = ", ".join(parts[start:])
        if start == len(parts) - 1 and known.states.code(after):
            return None  # a name in a state: to be corrected, not to be given up
        if match := _known(known, after):
            return _beside(match, ", ".join(parts[:start]))
    return None


def _by_end(known: Knowledge, typed: str, *, needs_road: bool) -> PlaceMatch | None:
    """Read a city, with its state or without, in the last words of a road or a corner."""
    *before, last = typed.split(", ")
    if before and known.states.code(last):
        before, last = before[:-1], f"{before[-1]}, {last}"
    if before and (match := _known(known, last)) and match.place.kind != "state":
        return match
    if needs_road and not _ROAD.search(typed):
        return None
    for _start, ending in endings(last.replace(", ", " ").split(), _LONGEST_CITY + 1):
        named = (
            _known(known, ending)
            if known.states.code(ending.split()[-1]) and " " in ending
            else None
        )
        if named and named.place.kind != "state":
            return named
    for _start, ending in endings(last.split(), _LONGEST_CITY):
        match = _known(known, ending)
        if match and match.place.population >= 50_000:  # noqa: PLR2004 - else a street's name
            return match
    return None


def _by_slip(known: Knowledge, city: str, state: str) -> PlaceMatch | None:
    ranked = known.cities.rank_slips(city, state=state)
    return choose_slip(ranked, city, with_state=True)


def _city_ending(known: Knowledge, street: str, state: str) -> str:
    """Return the city that closes a street line without commas; "" without a state."""
    found = (
        ending
        for _start, ending in endings(street.split(), longest=4)
        if state and known.cities.candidates(ending, state=state)
    )
    return next(found, "")


def _known(known: Knowledge, text: str) -> PlaceMatch | None:
    """Return what a text names by itself; None where nothing, or where that is no place.

    Raises
    ------
    AmbiguousPlaceError : several places are meant equally well.
    """
    try:
        return by_state(known, text) or by_city(known, text) or by_region(known, text)
    except AmbiguousPlaceError:
        raise
    except PlaceError:
        return None


def _beside(match: PlaceMatch, name: str) -> PlaceMatch:
    note = Reason("not_known_beside", {"name": excerpt(name), "place": match.place.label})
    return replace(match, place=replace(match.place, notes=(note, *match.place.notes)))
