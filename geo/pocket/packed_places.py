"""The places that the type-ahead knows, with what a search takes of each.

What a place is called and where it belongs follows from how it is named, in nearly all cases; where
it does not, the table says so. `data/assets/pocket/places.js` reads it by the same rules.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from geo.errors import PlaceError
from geo.i18n.reasons import say
from geo.places.precision import Precision
from geo.pocket.columns import pack_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from geo.i18n.reasons import Reason
    from geo.places import PlaceFinder
    from geo.places.place import Place

_MICRO: Final = 1_000_000
_RADIUS_STEPS: Final = 10_000
_TOWN: Final = re.compile(r"(.*), ([A-Z]{2})")
_LOCAL: Final = {"zip", "clinic", "city"}


class Named(NamedTuple):
    """A place as the type-ahead names it: `text` finds it, `name` and `place` tell it."""

    kind: str
    name: str
    place: str
    text: str


class PackedPlaces(NamedTuple):
    """The packed table, and the notes that it names by their number."""

    content: bytes
    notes: list[tuple[Reason, ...]]


def list_named(table: Mapping[str, Any]) -> Iterator[Named]:
    """Yield the places of a table of `geo.places.suggestion_table`, as its reader numbers them.

    First the cities and all else by groups, then the ZIPs.
    """
    of_state: dict[str, list[str]] = {}
    cities = table["cities"]
    for name, codes in zip(cities["names"].split("\n"), cities["states"].split("\n"), strict=True):
        for state in (codes[at : at + 2] for at in range(0, len(codes), 2)):
            text = f"{name}, {state}"
            of_state.setdefault(state, []).append(text)
            yield Named("city", text, "", text)
    for group in table["groups"]:
        names, kind = group["names"].split("\n"), group["kind"]
        places = group["places"].split("\n")
        places += [""] * (len(names) - len(places))
        for name, place in zip(names, places, strict=True):
            text = f"{name}, {place}" if kind == "clinic" else name
            yield Named(kind, name, place, text)
    zips = table["zips"]
    states = [state for state, count in zips["states"] for _ in range(count)]
    codes, towns = accumulate(zips["steps"]), accumulate(zips["cities"])
    for code, town, state in zip(codes, towns, states, strict=True):
        yield Named("zip", f"{code:05}", of_state[state][town], f"{code:05}")


def pack_places(finder: PlaceFinder, table: Mapping[str, Any]) -> PackedPlaces:
    """Return the point, radius and precision of each place, in the order of `list_named`.

    Parameters
    ----------
    finder : gives the places.
    table : of its `list_suggestions`.
    """
    precisions = list(Precision)
    exceptions: dict[int, dict[str, Any] | None] = {}
    notes: dict[tuple[Reason, ...], int] = {}
    rows = []
    for at, named in enumerate(list_named(table)):
        try:
            place = finder.find(named.text).place
        except PlaceError:  # a town that is called as what lies abroad
            exceptions[at] = None
            rows.append((0,) * 5)
            continue
        told = {name: getattr(place, name) for name in describe(named)}
        if kept := tuple(note for note in place.notes if note.code != "territory"):
            told["notes"] = notes.setdefault(kept, len(notes))
        expected = {**describe(named), "kind": named.kind}
        told["kind"] = place.kind
        told |= _find_finer(place)
        if other := {name: value for name, value in told.items() if expected.get(name) != value}:
            exceptions[at] = other
        rows.append(_measure(place, precisions))
    numbers = np.array(rows, dtype=np.int32).reshape(-1, 5)
    names = ("has_point", "latitude", "longitude", "radius", "precision")
    columns = dict(zip(names, numbers.T, strict=True))
    facts = {"precisions": precisions, "exceptions": exceptions}
    return PackedPlaces(pack_columns(columns, facts), list(notes))


def tell_notes(notes: list[tuple[Reason, ...]]) -> list[str]:
    """Return how places were understood, in the language of this run."""
    return [" ".join(map(say, several)) for several in notes]


def describe(named: Named) -> dict[str, str]:
    """Return what follows from how a place is named: label, state, city, ZIP and clinic."""
    town = named.place if named.kind in {"zip", "clinic"} else named.text
    found = _TOWN.fullmatch(town)
    city, state = found.groups() if found else ("", "")
    return {
        "label": f"{named.place} {named.name}" if named.kind == "zip" else named.text,
        "state": state,
        "city": city if named.kind in _LOCAL else "",
        "zip": named.name if named.kind == "zip" else "",
        "clinic_id": "",
    }


def _find_finer(place: Place) -> dict[str, float]:
    """Return the numbers of a place that are finer than the table holds them: of a clinic's pin."""
    numbers = {
        "latitude": (place.latitude, _MICRO),
        "longitude": (place.longitude, _MICRO),
        "radius_miles": (place.radius_miles, _RADIUS_STEPS),
    }
    return {
        name: value
        for name, (value, steps) in numbers.items()
        if value is not None and round(value * steps) / steps != value
    }


def _measure(place: Place, precisions: list[Precision]) -> tuple[int, ...]:
    """Return a row of the table; reference points have six decimals at most, radii four."""
    rest = round(place.radius_miles * _RADIUS_STEPS), precisions.index(Precision(place.precision))
    if place.latitude is None or place.longitude is None:
        return 0, 0, 0, *rest
    return 1, round(place.latitude * _MICRO), round(place.longitude * _MICRO), *rest
