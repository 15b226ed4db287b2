"""Recogniser of a place beside the larger one that it lies in: "Hilo Big Island", "NYC Manhattan"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.places.cities import miles_apart
from geo.places.matching import PlaceMatch
from geo.places.names import endings

if TYPE_CHECKING:
    from geo.places.knowledge import Knowledge
    from geo.places.place import Place

_LONGEST: Final = 4
_LEAST_MILES: Final = 10.0
"""How far apart the two middles may be where the larger place is small itself."""


def by_pair(known: Knowledge, typed: str) -> PlaceMatch | None:
    """Read two names without a word between them: the smaller place, where it is in the larger.

    One of them at least is a region, a county or a part of a city: of two cities by the same text
    either may be meant.
    """
    pairs = [
        (one, other)
        for before, after in endings(typed.replace(",", "").split(), _LONGEST)
        for one in _places_of(known, before)
        for other in _places_of(known, after)
        if {one.kind, other.kind} != {"city"} and _is_within(one, other)
    ]
    if not pairs:
        return None
    best = max(pairs, key=lambda pair: pair[0].population + pair[1].population)
    return PlaceMatch(min(best, key=lambda place: place.radius_miles))


def _is_within(one: Place, other: Place) -> bool:
    reach = max(one.radius_miles, other.radius_miles, _LEAST_MILES)
    return one.label != other.label and miles_apart(one, other) <= reach


def _places_of(known: Knowledge, name: str) -> list[Place]:
    return [
        *known.cities.candidates(name),
        *(known.regions.candidates(name) or known.counties.candidates(name)),
    ]
