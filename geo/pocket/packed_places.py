"""The places that the type-ahead knows, with what a search takes of each.

What a place is called and where it belongs follows from how it is named, in nearly all cases; where
it does not, the table says so. `data/assets/pocket/places.js` reads it by the same rules.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from geo.clinics.vocabulary import SHOWN_STATUSES
from geo.errors import PlaceError
from geo.i18n.language import format_miles
from geo.i18n.reasons import say
from geo.places.precision import Precision
from geo.places.states import TERRITORIES
from geo.pocket.packed_columns import pack_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from geo.places import PlaceFinder
    from geo.places.place import Place
    from geo.server.suggestions import SuggestionTable

_DEGREE_STEPS: Final = 100_000
_RADIUS_STEPS: Final = 10_000
_TOWN: Final = re.compile(r"(.*), ([A-Z]{2})")
_COLUMNS: Final = ("has_point", "latitude", "longitude", "radius", "precision", "note", "clinic")
_BY_ZIP: Final = [1, 2, 3]
"""The columns that are told from the first ZIP of a city on."""

_LOCAL: Final = {"zip", "clinic", "city"}


class Named(NamedTuple):
    """A place as the type-ahead names it: `text` finds it, `name` and `place` tell it."""

    kind: str
    name: str
    place: str
    text: str


class PackedPlaces(NamedTuple):
    """The packed table; for each note that it names by its number a place that has it; the points.

    Attributes
    ----------
    points : (n, 2) latitudes and longitudes, EPSG:4326; NaN for none.
    """

    content: bytes
    noted: list[Place]
    points: NDArray[np.float64]


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


def pack_places(
    finder: PlaceFinder, table: Mapping[str, Any], clinics: pd.DataFrame
) -> PackedPlaces:
    """Return the point, radius and precision of each place, in the order of `list_named`.

    The columns of the ZIPs stand apart, their names behind `zip_`.

    Parameters
    ----------
    finder : gives the places.
    table : of its `list_suggestions`.
    clinics : the clinic table of its release; places that are clinics name their row.
    """
    precisions = list(Precision)
    exceptions: dict[int, dict[str, Any] | None] = {}
    notes: dict[str, int] = {}
    noted: list[Place] = []
    row_of = {clinic_id: row for row, clinic_id in enumerate(clinics["clinic_id"], 1)}
    own = _list_own(clinics)
    rows: list[tuple[int, ...]] = []
    points: list[tuple[float, float]] = []
    everyone = list(list_named(table))
    for at, named in enumerate(everyone):
        try:
            place = finder.find(named.text).place
        except PlaceError:  # a town that is called as what lies abroad
            exceptions[at] = None
            rows.append((0,) * len(_COLUMNS))
            points.append((np.nan, np.nan))
            continue
        told: dict[str, Any] = {name: getattr(place, name) for name in describe(named)}
        number, clinic = 0, row_of.get(place.clinic_id, 0)
        if note := tell_note(place):
            if note not in notes:
                noted.append(place)
                notes[note] = len(noted)
            number = notes[note]
        expected: dict[str, Any] = {**describe(named), "kind": named.kind}
        told["kind"] = place.kind
        if clinic:
            expected |= own[clinic - 1]
            told |= {name: getattr(place, name) for name in own[clinic - 1]}
            measured: tuple[int, ...] = (0,) * (len(_COLUMNS) - 2)
        else:
            told |= _find_finer(place)
            measured = _measure(place, precisions)
        if other := {name: value for name, value in told.items() if expected.get(name) != value}:
            exceptions[at] = other
        rows.append((*measured, number, clinic))
        if place.latitude is None or place.longitude is None:
            points.append((np.nan, np.nan))
        else:
            points.append((place.latitude, place.longitude))
    numbers = np.array(rows, dtype=np.int32).reshape(-1, len(_COLUMNS))
    towns, firsts = _find_zips(everyone)
    numbers[np.ix_(towns, _BY_ZIP)] -= numbers[np.ix_(firsts, _BY_ZIP)]
    # ZIPs rise from one to the next in space too, other places do not: each packed its own way.
    others = sum(named.kind != "zip" for named in everyone)
    columns = {
        f"{prefix}{name}": numbers[rows_of, at]
        for prefix, rows_of in (("", slice(others)), ("zip_", slice(others, None)))
        for at, name in enumerate(_COLUMNS)
    }
    facts = {"precisions": precisions, "exceptions": exceptions}
    return PackedPlaces(pack_columns(columns, facts), noted, np.array(points).reshape(-1, 2))


def name_by_rows(table: SuggestionTable, clinics: pd.DataFrame) -> dict[str, Any]:
    """Return a table whose clinics are told by their rows, where their names follow from those.

    `data/assets/pocket/places.js` puts the names in again, since it has the clinics already.
    """
    towns = zip(clinics["city"], clinics["state"], strict=True)
    where = [", ".join(filter(None, town)) for town in towns]
    row_of: dict[tuple[str, str], int] = {}
    for row, pair in enumerate(zip(clinics["name"], where, strict=True)):
        row_of.setdefault(pair, row)
    groups: list[object] = []
    for group in table["groups"]:
        pairs = zip(group["names"].split("\n"), group["places"].split("\n"), strict=False)
        rows = [row_of.get(pair) for pair in pairs] if group["kind"] == "clinic" else [None]
        is_told = None not in rows
        told = {"kind": "clinic", "rows": rows, "ranks": group["ranks"]}
        groups.append(told if is_told else group)
    return {**table, "groups": groups}


def list_territories(finder: PlaceFinder, clinics: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return code -> `name` and `at`, the middle or None, of territories without a listed clinic."""
    listed = set(clinics.loc[clinics["status"].isin(SHOWN_STATUSES), "state"])
    return {
        code: {"name": finder.states.name(code), "at": finder.zips.middle_of_state(code)}
        for code in sorted(TERRITORIES - listed)
    }


def _list_own(clinics: pd.DataFrame) -> list[dict[str, Any]]:
    """Return what a place that is a clinic has of its row."""
    names = ["zip", "latitude", "longitude", "radius_miles", "precision"]
    rows = clinics[names].to_dict("records")
    return [
        {str(name): None if value != value else value for name, value in row.items()}  # noqa: PLR0124  # NaN
        for row in rows
    ]


def tell_note(place: Place) -> str:
    """Return how a place was understood, in the language of this run.

    In place of its own label, ZIP and radius stand `{label}`, `{zip}` and `{radius}`, so that it
    holds for all places that are understood so; "" where there is nothing to say.
    """
    words = " ".join(say(note) for note in place.notes if note.code != "territory")
    if not words:
        return ""
    own = {"label": place.label, "radius": format_miles(place.radius_miles), "zip": place.zip}
    for name, value in own.items():
        words = words.replace(value, f"{{{name}}}") if value else words
    return words


def _find_zips(everyone: Sequence[Named]) -> tuple[list[int], list[int]]:
    """Return the cities that have a ZIP, and the first of each.

    What is told of a city is how far it is from that, for many are at the same point.
    """
    first: dict[str, int] = {}
    for at, named in enumerate(everyone):
        if named.kind == "zip":
            first.setdefault(named.place, at)
    towns = [
        at for at, named in enumerate(everyone) if named.kind == "city" and named.text in first
    ]
    return towns, [first[everyone[at].text] for at in towns]


def describe(named: Named) -> dict[str, str]:
    """Return what follows from how a place is named: label, state, city and ZIP."""
    town = named.place if named.kind in {"zip", "clinic"} else named.text
    found = _TOWN.fullmatch(town)
    city, state = found.groups() if found else ("", "")
    return {
        "label": f"{named.place} {named.name}" if named.kind == "zip" else named.text,
        "state": state,
        "city": city if named.kind in _LOCAL else "",
        "zip": named.name if named.kind == "zip" else "",
    }


def _find_finer(place: Place) -> dict[str, float]:
    """Return the numbers of a place that are finer than the table holds them: of a clinic's pin."""
    numbers = {
        "latitude": (place.latitude, _DEGREE_STEPS),
        "longitude": (place.longitude, _DEGREE_STEPS),
        "radius_miles": (place.radius_miles, _RADIUS_STEPS),
    }
    return {
        name: value
        for name, (value, steps) in numbers.items()
        if value is not None and round(value * steps) / steps != value
    }


def _measure(place: Place, precisions: list[Precision]) -> tuple[int, ...]:
    """Return a row of the table; what is finer is told apart."""
    rest = round(place.radius_miles * _RADIUS_STEPS), precisions.index(Precision(place.precision))
    if place.latitude is None or place.longitude is None:
        return 0, 0, 0, *rest
    return 1, round(place.latitude * _DEGREE_STEPS), round(place.longitude * _DEGREE_STEPS), *rest
