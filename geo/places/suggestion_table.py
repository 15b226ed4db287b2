"""The table that a browser suggests places from, so that no key pressed there is sent.

It holds every place and clinic by the text that finds it, and roughly how many people live there;
`data/assets/place_table.js` reads it.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final, TypedDict

from geo.errors import PlaceError
from geo.places.exact import match_exactly
from geo.places.names import name_keys
from geo.places.spanish_names import read_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from geo.places.knowledge import Knowledge

FORMAT: Final = 1
"""Counts what a script that reads an earlier table could not read."""

_STATES_LAST: Final = re.compile(r", ([A-Z]{2}(?:-[A-Z]{2})*)$")
_NOBODY: Final = " "
_SIGNS_A_DOUBLING: Final = 4
_MOST: Final = 94

# What an area's people are divided by: who types "los angeles" means the city.
_AREAS: Final = {"county": 10, "region": 10, "state": 3}
# How many people a place counts for where nobody lives.
_LARGE_AIRPORT: Final = 200_000
_AIRPORT: Final = 500
_CLINIC: Final = 5_000


class CityLines(TypedDict):
    """Cities: `names`, one a line, in order.

    `states` has for each line the codes of the states that have such a city, run together; `ranks` a
    sign for each city: a space where nobody lives, and four signs on for each doubling of the people.
    """

    names: str
    states: str
    ranks: str


class ZipSteps(TypedDict):
    """ZIPs: `states`, (code, how many ZIPs on end); `steps`, from each ZIP to the next.

    `cities` is how far on the city of each is from that of the one before, among its state's cities
    in order; `turns`, how many on end are ordinary ones, are not, are again.
    """

    states: list[tuple[str, int]]
    steps: list[int]
    cities: list[int]
    turns: list[int]


class PlaceGroup(TypedDict):
    """Another kind of place: `names` and `places`, one a line, and `ranks` as of cities.

    A clinic is found by its name, a comma and its place, all else by the name.
    """

    kind: str
    names: str
    places: str
    ranks: str


class PlaceTable(TypedDict):
    """What place_table.js reads; `states` code -> name, `also` (another name, what finds the place)."""

    format: int
    states: Mapping[str, str]
    cities: CityLines
    zips: ZipSteps
    groups: list[PlaceGroup]
    also: list[tuple[str, str]]


@dataclass(frozen=True)
class _Named:
    """A place other than a city or ZIP.

    Parameters
    ----------
    kind : as of a `Place`.
    name : what finds it; of a clinic, with its place behind it.
    place : "City, ST" of a clinic or airport, else "".
    people : it counts for so many.
    """

    kind: str
    name: str
    place: str
    people: float

    @property
    def text(self) -> str:
        """What finds it."""
        return f"{self.name}, {self.place}" if self.kind == "clinic" else self.name


def build_table(
    known: Knowledge,
    find: Callable[[str], tuple[str, str]],
    states: frozenset[str] | None = None,
) -> PlaceTable:
    """Return the table, ready for JSON; it takes half a second.

    Parameters
    ----------
    known : all that the place search knows.
    find : returns the kind and label of what a text finds, "" for nothing. It is asked about what
        may find something else, which is then left out.
    states : codes of the states whose places are wanted; None for all. Clinics are there in any case.

    Raises
    ------
    SourceError : a reference table cannot be read.
    """
    named = [each for each in _list_named(known) if _is_wanted(each, known, states)]
    # Where two are called the same, or a part of a city is, the finder takes one of them.
    times = Counter(name_keys(each.text for each in named))
    cities: defaultdict[str, dict[str, float]] = defaultdict(dict)
    towns = [town for town in known.cities.list_all() if states is None or town[1] in states]
    texts = [f"{name}, {state}" for name, state, _people in towns]
    times.update(name_keys(texts))
    for (name, state, people), text, key in zip(towns, texts, name_keys(texts), strict=True):
        if (times[key] == 1 and not known.cities.has_alias(name)) or (find(text) == ("city", text)):
            cities[name][state] = people
    kept = [
        each
        for each, key in zip(named, name_keys(each.text for each in named), strict=True)
        if (times[key] == 1 and each.kind != "clinic") or find(each.text) == (each.kind, each.text)
    ]
    return {
        "format": FORMAT,
        "states": known.states.names,
        "cities": _pack_cities(cities),
        "zips": _pack_zips(known, cities),
        "groups": [_pack_group(kind, list(group)) for kind, group in _by_kind(kept)],
        "also": _list_also(known, cities, kept, states),
    }


def _is_wanted(each: _Named, known: Knowledge, states: frozenset[str] | None) -> bool:
    """Tell whether a place lies in one of some states, at least in part, or is a clinic."""
    if states is None or each.kind == "clinic":
        return True
    if each.kind == "state":
        return any(known.states.place(code).label == each.name for code in states)
    codes = _STATES_LAST.search(each.place or each.name)
    return codes is not None and not states.isdisjoint(codes[1].split("-"))


def _list_also(
    known: Knowledge,
    cities: Mapping[str, Mapping[str, float]],
    kept: Sequence[_Named],
    states: frozenset[str] | None,
) -> list[tuple[str, str]]:
    """Return the other names of what is in the table."""
    names = dict.fromkeys(_list_other_names(known))
    if states is None:
        return list(names)
    there = {each.text for each in kept}
    there |= {f"{name}, {state}" for name, several in cities.items() for state in several}
    return [(name, text) for name, text in names if text in there]


def _list_named(known: Knowledge) -> Iterator[_Named]:
    for place in known.states.list_all():
        yield _Named("state", place.label, "", place.population)
    for label, people in known.counties.list_all():
        yield _Named("county", label, "", people)
    for place, _names in known.regions.list_all():
        yield _Named("region", place.label, "", place.population)
    for label, place in {
        place.label: place for _name, place in known.cities.list_aliases() if place.kind == "area"
    }.items():
        yield _Named("area", label, "", place.population)
    for label, where, is_large in known.airports.list_all():
        yield _Named("airport", label, where, _LARGE_AIRPORT if is_large else _AIRPORT)
    clinics = known.clinics.list_all() if known.clinics else []
    for place in {place.label: place for place in clinics}.values():
        where = ", ".join(part for part in (place.city, place.state) if part)
        if where:
            yield _Named("clinic", place.label.removesuffix(f", {where}"), where, _CLINIC)


def _list_other_names(known: Knowledge) -> Iterator[tuple[str, str]]:
    """Yield (another name, what finds the place) of what people call by several."""
    for name, place in known.cities.list_aliases():
        yield name, place.label
    for place, names in known.regions.list_all():
        yield from ((name, place.label) for name in names)
    yield from known.airports.list_names()
    for code, name in known.states.names.items():
        yield code, known.states.place(code).label
        if known.states.place(code).label != name:
            yield name, known.states.place(code).label
    for spanish, english in read_names().items():
        try:
            match = match_exactly(known, english)
        except PlaceError:
            continue
        if match:
            states = [place for place in match.others if place.kind == "state"]
            yield from ((spanish, place.label) for place in (match.place, *states))


def _pack_cities(cities: Mapping[str, Mapping[str, float]]) -> CityLines:
    lines = sorted(cities.items())
    return {
        "names": "\n".join(name for name, _states in lines),
        "states": "\n".join("".join(sorted(states)) for _name, states in lines),
        "ranks": "".join(
            _rank(states[state]) for _name, states in lines for state in sorted(states)
        ),
    }


def _pack_zips(known: Knowledge, cities: Mapping[str, Mapping[str, float]]) -> ZipSteps:
    """Pack the ZIPs of the cities that are in the table."""
    of_state: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for name, states in sorted(cities.items()):
        for state in states:
            of_state[state][name] = len(of_state[state])
    zips = [zip_ for zip_ in known.zips.list_all() if zip_[1] in of_state[zip_[2]]]
    numbers = [int(code) for code, *_ in zips]
    at = [of_state[state][city] for _code, city, state, _is_ordinary in zips]
    return {
        "states": [(state, len(list(run))) for state, run in groupby(zips, lambda zip_: zip_[2])],
        "steps": _list_steps(numbers),
        "cities": _list_steps(at),
        "turns": _list_turns([is_ordinary for *_, is_ordinary in zips]),
    }


def _pack_group(kind: str, group: Sequence[_Named]) -> PlaceGroup:
    group = sorted(group, key=lambda each: each.text)
    shrunk = _AREAS.get(kind, 1)
    return {
        "kind": kind,
        "names": "\n".join(each.name for each in group),
        "places": "\n".join(each.place for each in group).strip("\n"),
        "ranks": "".join(_rank(each.people / shrunk) for each in group),
    }


def _by_kind(named: Iterable[_Named]) -> Iterator[tuple[str, Iterator[_Named]]]:
    return groupby(named, lambda each: each.kind)


def _rank(people: float) -> str:
    """Return the sign of so many people."""
    steps = round(_SIGNS_A_DOUBLING * math.log2(people)) if people >= 1 else 0
    return chr(ord(_NOBODY) + min(steps, _MOST))


def _list_steps(numbers: Iterable[int]) -> list[int]:
    steps, before = [], 0
    for number in numbers:
        steps.append(number - before)
        before = number
    return steps


def _list_turns(flags: Iterable[bool]) -> list[int]:
    """Return how many are true, then are not, and so on."""
    turns, now = [0], True
    for flag in flags:
        if flag != now:
            turns.append(0)
            now = flag
        turns[-1] += 1
    return turns
