"""Recogniser of misspelled names, tried last: of cities, states and regions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geo.i18n.reasons import Reason
from geo.places.by_name import CITY_FIRST, by_city
from geo.places.guesses import AmbiguousPlaceError
from geo.places.matching import PlaceMatch
from geo.places.names import excerpt, name_key
from geo.places.slips import CLEARLY, choose_slip, nearest_keys

if TYPE_CHECKING:
    from geo.places.knowledge import Knowledge

_LEAST_REGION = 9


def by_slip(known: Knowledge, typed: str) -> PlaceMatch | None:
    """Return the place that a misspelled text is clearly meant for; a typed state is kept."""
    *names, last = typed.split(", ")
    if names and not known.states.code(last) and len(last) > 2:  # noqa: PLR2004 - a state's code
        return _in_misspelled_state(known, ", ".join(names), last)
    for name, city, state in known.states.readings(typed):
        if state and not city:
            ranked = known.cities.rank_slips(name, state=state)
            match = choose_slip(ranked, name, with_state=True)
            named = sum(place.population for place in known.cities.candidates(name))
            # A name spelled right, but as of another state, is asked about: "Chicago, TX".
            return match if match and match.place.population >= CLEARLY * named else None
    return _of_state(known, typed) or _of_region(known, typed) or _of_city(known, typed)


def _of_city(known: Knowledge, typed: str) -> PlaceMatch | None:
    return choose_slip(known.cities.rank_slips(typed), typed, with_state=False)


def _of_state(known: Knowledge, typed: str) -> PlaceMatch | None:
    meant = known.guesses.states_like(typed)
    if len(meant) != 1 or len(name_key(typed)) < 5:  # noqa: PLR2004 - "Mane" may be anything
        return None
    if meant[0].state in CITY_FIRST:
        return None
    return PlaceMatch(replace(meant[0], notes=(_note(meant[0].label, typed),)))


def _of_region(known: Knowledge, typed: str) -> PlaceMatch | None:
    key = name_key(typed)
    if len(key) < _LEAST_REGION:
        return None
    keys = [*known.regions.keys(), *known.counties.keys()]
    near = nearest_keys(key, keys, 2)
    if not near:
        return None
    best = {found for slips, found in near if slips == near[0][0]}
    if len(best) != 1:
        return None
    (found,) = best
    places = known.regions.candidates(found) or known.counties.with_key(found)
    if len(places) != 1:
        return None
    note = _note(places[0].label, typed)
    return PlaceMatch(replace(places[0], notes=(note, *places[0].notes)))


def _in_misspelled_state(known: Knowledge, name: str, state: str) -> PlaceMatch | None:
    """Read "Chicago, Ilinois": the city of this name in the one state meant."""
    meant = known.guesses.states_like(state)
    if len(meant) != 1:
        return None
    try:
        match = by_city(known, f"{name}, {meant[0].state}")
    except AmbiguousPlaceError:
        return None
    if match is None:
        return None
    note = _note(match.place.label, f"{name}, {state}")
    return replace(match, place=replace(match.place, notes=(note, *match.place.notes)))


def _note(label: str, typed: str) -> Reason:
    return Reason("showing_spelled", {"place": label, "typed": excerpt(typed)})
