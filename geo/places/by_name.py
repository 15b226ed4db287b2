"""Recognisers of names: of states, cities, regions, counties, airports and clinics, exactly spelled."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from geo.i18n.language import gettext as _
from geo.i18n.reasons import Reason
from geo.places.guesses import AmbiguousPlaceError
from geo.places.matching import DOMINANCE, MOST_OTHERS, PlaceMatch, choose
from geo.places.named_regions import is_direction
from geo.places.names import excerpt, name_key
from geo.places.states import without_country

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.errors import PlaceError
    from geo.places.knowledge import Knowledge
    from geo.places.place import Place

CITY_FIRST: Final = frozenset({"NY"})
"""States whose bare name is their city's: who types "new york" means the city."""

_AIRPORT: Final = " airport"
_AIRPORT_CODE: Final = 3
_SMALL_TOWN: Final = 20_000
_HAMLETS: Final = 2_500


def by_state(known: Knowledge, typed: str) -> PlaceMatch | None:
    """Read a state's code or name; the cities of its name are the others.

    A code that is a well-known name too asks ("LA"), unless dots tell which it is ("L.A.")
    or both are one place ("DC").

    Raises
    ------
    AmbiguousPlaceError : a code that is a well-known name too.
    """
    typed = without_country(typed)
    code = known.states.code(typed)
    if not code:
        return None
    state = known.states.place(code)
    homonyms = known.cities.candidates(typed)
    if name_key(typed) == code.lower():
        if not known.cities.has_alias(typed):
            return PlaceMatch(state)
        if "." in typed or all(place.state == code for place in homonyms):
            return None
        places = sorted([state, *homonyms], key=lambda place: -place.population)
        meanings = functools.reduce(
            lambda several, label: _("{several} or {label}").format(several=several, label=label),
            (place.label for place in places),
        )
        raise AmbiguousPlaceError(
            _("Does {text} mean {meanings}?").format(text=typed, meanings=meanings), places
        )
    if code in CITY_FIRST and name_key(typed) == name_key(known.states.name(code)) and homonyms:
        figures = {"state": state.label, "city": homonyms[0].label}
        city = replace(homonyms[0], notes=(Reason("city_before_state", figures),))
        return PlaceMatch(city, (state, *homonyms[1:MOST_OTHERS]))
    if state.population < DOMINANCE * sum(place.population for place in homonyms):
        figures = {"state": state.label, "city": homonyms[0].label}
        state = replace(state, notes=(Reason("state_before_city", figures),))
    return PlaceMatch(state, tuple(homonyms[:MOST_OTHERS]))


def by_state_group(known: Knowledge, typed: str) -> PlaceMatch | None:
    """Ask which state of a part of the country is meant, such as "New England".

    Raises
    ------
    AmbiguousPlaceError : the text is such a part.
    """
    if states := known.states.group(typed):
        raise AmbiguousPlaceError(
            _("{name} is several states: which do you mean?").format(name=excerpt(typed)), states
        )
    return None


def by_city(known: Knowledge, typed: str) -> PlaceMatch | None:
    """Read a city or a well-known name; a clinic that is called the same comes after it.

    Where all that are called so are hamlets, a large city whose name is a letter away comes first:
    "Huston" is Houston.

    Raises
    ------
    AmbiguousPlaceError : several are called so.
    """
    for name, city, state in known.states.readings(typed):
        if state in CITY_FIRST and name_key(name) == state.lower():  # "NY, NY"
            return choose(known.cities.candidates(known.states.name(state), state=state), name)
        if candidates := known.cities.candidates(name, state=state, city=city):
            if not (state or city) and (airport := _well_known_airport(known, name, candidates)):
                return PlaceMatch(airport, tuple(candidates))
            also = clinics_named(known, typed)
            large = [] if state or city else known.cities.large_like(name)
            if large and sum(place.population for place in candidates) < _HAMLETS:
                note = Reason("showing_spelled", {"place": large[0].label, "typed": excerpt(name)})
                first = replace(large[0], notes=(note,))
                return PlaceMatch(first, (*candidates, *also)[:MOST_OTHERS])
            return choose(candidates, name, also=[*large, *also])
    return None


def _well_known_airport(known: Knowledge, name: str, towns: list[Place]) -> Place | None:
    """Return the international airport of a code that is also a small town's name ("ORD")."""
    if len(name) != _AIRPORT_CODE or sum(town.population for town in towns) >= _SMALL_TOWN:
        return None
    airports = known.airports.find(name)
    return next((place for place in airports if "International" in place.label), None)


def by_region(known: Knowledge, typed: str) -> PlaceMatch | None:
    """Read a region or a county; a region that is a city too has been taken for the city.

    Raises
    ------
    AmbiguousPlaceError : several are called so.
    """
    for name, city, state in _list_readings(known, typed):
        if city:
            continue
        candidates = _regions_called(known, name, state) or known.counties.candidates(name, state)
        if candidates:
            return choose(candidates, name)
    return None


def _regions_called(known: Knowledge, name: str, state: str) -> list[Place]:
    """Return the regions of a name, whose own may hold the state's: "northern MN"."""
    own, whole = name.removesuffix(" of"), known.states.name(state)
    names = [own, f"{own} {whole}", f"{whole} {own}"] if state else [own]
    return next((found for one in names if (found := known.regions.candidates(one, state))), [])


def explain_abroad(known: Knowledge, typed: str) -> PlaceError | None:
    """Return what to say of a bare name of a country or city abroad; None where it is ours."""
    if ", " in typed or known.states.code(typed) or is_region(known, typed):
        return None  # "Victor, IA" is not Victoria
    homonyms = [
        place
        for name, city, state in known.states.readings(typed)
        for place in known.cities.candidates(name, state=state, city=city)
    ]
    return known.abroad.explain_bare(typed, homonyms)


def is_region(known: Knowledge, typed: str) -> bool:
    """Say whether a whole text is a region's own name, before it is read as a city's."""
    return bool(known.regions.candidates(typed))


def by_direction(known: Knowledge, typed: str) -> PlaceMatch | None:
    """Read a part of a state that is told by a direction alone ("SE Iowa"): all of the state."""
    for name, city, state in known.states.readings(typed):
        if state and not city and is_direction(name):
            place = known.states.place(state)
            note = Reason("whole_place_taken", {"place": place.label})
            return PlaceMatch(replace(place, notes=(note, *place.notes)))
    return None


def by_airport(known: Knowledge, typed: str) -> PlaceMatch | None:
    """Read an airport's code or name.

    Raises
    ------
    AmbiguousPlaceError : several are called so.
    """
    for name, city, state in [*_list_readings(known, typed), *_before_airport(known, typed)]:
        airports = [] if city else known.airports.find(name)
        if airports := [place for place in airports if state in {"", place.state}]:
            if len(airports) > 1:
                raise AmbiguousPlaceError(
                    _("Which airport do you mean?"),
                    airports,
                )
            return PlaceMatch(airports[0])
    return None


def _before_airport(known: Knowledge, typed: str) -> Iterator[tuple[str, str, str]]:
    """Yield "Newark, New Jersey airport" as the airport of a city in a state."""
    before, word = typed[: -len(_AIRPORT)].rstrip(" ,"), typed[-len(_AIRPORT) :]
    if before and word.casefold() == _AIRPORT:
        for name, city, state in known.states.readings(before):
            yield f"{name}{_AIRPORT}", city, state


def by_clinic(known: Knowledge, typed: str) -> PlaceMatch | None:
    """Read a clinic's name.

    Raises
    ------
    AmbiguousPlaceError : several clinics of several places are called so.
    """
    places = clinics_named(known, typed)
    if not places:
        return None
    first, *rest = places
    if any(place.label != first.label for place in rest):
        raise AmbiguousPlaceError(
            _('Which {name}? Choose one, or type its city too, like "{example}".').format(
                name=excerpt(typed), example=first.label
            ),
            places,
        )
    if rest:
        note = Reason("clinics_of_one_name", {"count": len(places), "city": first.city})
        first = replace(first, notes=(note, *first.notes))
    return PlaceMatch(first, tuple(rest))


def clinics_named(known: Knowledge, typed: str) -> list[Place]:
    """Return the clinics of a "Name", "Name, City, ST", "Name, ST" or "Name, City"."""
    if known.clinics is None:
        return []
    *names, last = typed.split(", ")
    state = known.states.code(last)
    return (
        known.clinics.named(typed)
        or (len(names) > 1 and known.clinics.named(", ".join(names[:-1]), names[-1], state))
        or (names and known.clinics.named(", ".join(names), "" if state else last, state))
        or []
    )


def _list_readings(known: Knowledge, typed: str) -> list[tuple[str, str, str]]:
    """Return the whole text, then the readings with a state: "Orange County, CA"."""
    readings = list(known.states.readings(typed, whole=True))
    return [(typed, "", ""), *readings] if ", " in typed else readings
