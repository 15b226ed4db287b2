"""Recogniser of misspelled names, tried last: of cities, states and regions."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import OSA

from geo.i18n.reasons import Reason
from geo.places.by_name import CITY_FIRST, by_city
from geo.places.guesses import AmbiguousPlaceError
from geo.places.matching import PlaceMatch, choose
from geo.places.names import endings, excerpt, name_key
from geo.places.slips import CLEARLY, choose_beginning, choose_slip, nearest_keys

if TYPE_CHECKING:
    from geo.places.knowledge import Knowledge

_LEAST_REGION = 9
_LARGER: Final = 2
_LEAST_NAME: Final = 4
_SHORT_STATE: Final = 5
_RUN_TOGETHER = re.compile(r"\b(st|ft|mt)([a-z]{4,})\b", re.IGNORECASE)


def by_slip(known: Knowledge, typed: str) -> PlaceMatch | None:
    """Return the place that a misspelled text is clearly meant for; a typed state is kept."""
    *names, last = typed.split(", ")
    if names and not known.states.code(last) and len(last) > 2:  # noqa: PLR2004 - a state's code
        return _in_misspelled_state(known, ", ".join(names), last)
    for name, city, state in known.states.readings(typed):
        if state and not city:
            return _of_city_in(known, name, state)
    return (
        _run_together(known, typed)
        or _before_misspelled_state(known, typed)
        or _of_state(known, typed)
        or _of_region(known, typed)
        or _of_city(known, typed)
    )


def _of_city_in(known: Knowledge, name: str, state: str) -> PlaceMatch | None:
    if cities := known.cities.candidates(_RUN_TOGETHER.sub(r"\1 \2", name, count=1), state=state):
        return choose(cities, name)
    ranked = known.cities.rank_slips(name, state=state)
    match = choose_slip(ranked, name, with_state=True)
    if match is None:
        return choose_beginning(ranked, name)
    named = sum(place.population for place in known.cities.candidates(name))
    # A name spelled right, but as of another state, is asked about ("Chicago, TX"), unless by far
    # the larger place is a letter away ("Pittsburg PA").
    slips = OSA.distance(name_key(name), name_key(match.place.city))
    enough = _LARGER if slips == 1 else CLEARLY
    return match if match.place.population >= enough * named else None


def _of_city(known: Knowledge, typed: str) -> PlaceMatch | None:
    ranked = known.cities.rank_slips(typed)
    match = choose_slip(ranked, typed, with_state=False)
    return match or (choose_beginning(ranked, typed) if " " in typed else None)


def _run_together(known: Knowledge, typed: str) -> PlaceMatch | None:
    """Read "stlouis", and a city with its state's name written to it: "austintexas"."""
    if cities := known.cities.candidates(_RUN_TOGETHER.sub(r"\1 \2", typed, count=1)):
        return choose(cities, typed)
    key = name_key(typed)
    for code, name in known.states.names.items():
        city = key.removesuffix(name_key(name))
        if city != key and len(city) >= _LEAST_NAME:
            spaced = _RUN_TOGETHER.sub(r"\1 \2", city, count=1)
            if cities := known.cities.candidates(spaced, state=code):
                return choose(cities, typed)
    return None


def _before_misspelled_state(known: Knowledge, typed: str) -> PlaceMatch | None:
    """Read "denver colarado": a city's own name before the name of its state, nearly spelled."""
    for name, ending in endings(typed.split(), 2):
        key = name_key(ending)
        for state in known.guesses.states_like(ending) if len(key) >= _LEAST_NAME else ():
            slips = OSA.distance(key, name_key(known.states.name(state.state)))
            cities = known.cities.candidates(name, state=state.state)
            if cities and (slips == 1 or len(key) > _SHORT_STATE):
                match = choose(cities, name)
                note = _note(match.place.label, typed)
                return replace(match, place=replace(match.place, notes=(note, *match.place.notes)))
    return None


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
