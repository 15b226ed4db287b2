"""What a text names as it stands: each kind of name in turn, exactly spelled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geo.places.by_code import by_coordinates, by_zip
from geo.places.by_name import (
    by_city,
    by_clinic,
    by_region,
    by_state,
    by_state_group,
    clinics_named,
    is_region,
)

if TYPE_CHECKING:
    from geo.places.knowledge import Knowledge
    from geo.places.matching import PlaceMatch
    from geo.places.place import Place

_NEAR = re.compile(r"^(?:near|around|close to) (?=.)", re.IGNORECASE)


def match_exactly(known: Knowledge, typed: str) -> PlaceMatch | None:
    """Return what a text names exactly; None where it is nothing.

    Raises
    ------
    PlaceError : it is of a kind that can be told, and wrong; or several are meant.
    """
    if not list_candidates(known, typed):  # as "Near North Side" has
        typed = _NEAR.sub("", typed)
    return (
        by_coordinates(known, typed)
        or by_zip(known, typed)
        or by_state_group(known, typed)
        or (by_region(known, typed) if is_region(known, typed) else None)
        or by_state(known, typed)
        or by_city(known, typed)
        or by_region(known, typed)
        or by_clinic(known, typed)
    )


def list_candidates(known: Knowledge, typed: str) -> list[Place]:
    """Return the cities, well-known places and clinics that are called what a text says, whole."""
    places = [
        place
        for name, city, state in known.states.readings(typed)
        for place in known.cities.candidates(name, state=state, city=city)
    ]
    return [*places, *clinics_named(known, typed)]
