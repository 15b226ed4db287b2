"""Cities and well-known names by key, and what is spelled nearly like them."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.places.areas import build_area
from geo.places.names import name_key, name_keys
from geo.places.place import Place, column_lists
from geo.places.precision import Precision
from geo.units import geodesic_miles

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from geo.places.zips import ZipIndex

SAME_PLACE_MILES = 15.0
"""A gazetteer's town this near a well-known name of its spelling and state is that very place."""

MOST_SUGGESTIONS = 6

LARGE = 200_000
"""People of a city that is likelier meant than a hamlet whose name is a letter away."""

_SHORTEST_TO_CORRECT = 3
_SHORT = 4
_LONGEST_TO_CORRECT = 40
_SHORTEST_BEGINNING = 4
_SHORTEST_OF_HAMLETS = 5
_LEAST_PEOPLE = 20_000


class CityIndex:
    """The table `cities` and the well-known names, by key; one place a key and state.

    Raises
    ------
    SchemaError : a table lacks a column.
    """

    def __init__(self, cities: pd.DataFrame, aliases: pd.DataFrame, zips: ZipIndex) -> None:
        columns = ("name", "state", "latitude", "longitude", "population", "radius_miles")
        self._table = column_lists("cities", cities, (*columns, "source"))
        self._zips = zips
        keys = name_keys(self._table["name"])
        people = self._table["population"]
        self._rows: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for row in sorted(range(len(keys)), key=people.__getitem__, reverse=True):
            self._rows[keys[row]].setdefault(self._table["state"][row], row)
        names = column_lists(
            "aliases", aliases, ("alias", "kind", "label", "city", "state", "zips")
        )
        self._aliases: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
        for row, key in enumerate(name_keys(names["alias"])):
            self._aliases[key].append({column: names[column][row] for column in names})

    def candidates(self, name: str, *, state: str = "", city: str = "") -> list[Place]:
        """Return the places of this name, most people first.

        Parameters
        ----------
        name : in any spelling `name_key` takes for the same.
        state : a two-letter code that keeps the places of that state, or "" for all.
        city : keeps the well-known parts of that city, or "" for all.
        """
        within = name_key(city)
        full_name = next((a for a in self._aliases.get(within, ()) if a["kind"] == "city"), None)
        if full_name:  # "Harlem, NYC"
            within = name_key(full_name["city"])
        return self._candidates(name_key(name), state, within)

    def table_city(self, name: str, state: str) -> tuple[Place, str] | None:
        """Return the gazetteer's own city of this name and state, and its source; or None."""
        row = self._rows.get(name_key(name), {}).get(state)
        return None if row is None else (self._city(row), self._table["source"][row])

    def large_like(self, name: str) -> list[Place]:
        """Return the large cities whose names are one slip from a name; not one of that name."""
        key = name_key(name)
        if len(key) < _SHORTEST_OF_HAMLETS:
            return []
        near = process.extract(key, self._large, scorer=OSA.distance, score_cutoff=1)
        places = [self._city(row) for _key, slips, row in near if slips == 1]
        return sorted(places, key=lambda place: -place.population)

    @cached_property
    def _large(self) -> dict[int, str]:
        """Row -> key of each large city."""
        people, names = self._table["population"], self._table["name"]
        rows = [row for row, count in enumerate(people) if count >= LARGE]
        return dict(zip(rows, name_keys([names[row] for row in rows]), strict=True))

    def nearest(
        self,
        latitude: float,
        longitude: float,
        *,
        within_miles: float,
        least_people: float,
        most: int,
    ) -> list[str]:
        """Return the labels of the larger cities near a point, nearest first.

        Parameters
        ----------
        latitude, longitude : degrees, EPSG:4326.
        within_miles : statute miles.
        least_people : of a city that counts.
        most : how many at most.
        """
        table = self._table
        rows = np.flatnonzero(np.asarray(table["population"]) >= least_people)
        points = np.array([(table["latitude"][row], table["longitude"][row]) for row in rows])
        miles = geodesic_miles(latitude, longitude, points[:, 0], points[:, 1])
        order = [at for at in np.argsort(miles) if miles[at] <= within_miles]
        return [self._city(int(rows[at])).label for at in order[:most]]

    def list_all(self) -> list[tuple[str, str, float]]:
        """Return (name, state, people) of each city of the gazetteer that a key and state lead to."""
        names, people = self._table["name"], self._table["population"]
        return [
            (names[row], state, people[row])
            for rows in self._rows.values()
            for state, row in rows.items()
        ]

    def list_aliases(self) -> list[tuple[str, Place]]:
        """Return (well-known name, its place) of each of them."""
        return [
            (alias["alias"], place)
            for aliases in self._aliases.values()
            for alias in aliases
            if (place := self._of_alias(alias))
        ]

    def has_alias(self, name: str) -> bool:
        """Say whether this is one of the well-known names."""
        return name_key(name) in self._aliases

    def suggest(self, name: str, *, state: str = "") -> list[Place]:
        """Return places spelled nearly so, or that begin so; the best first, as `rank_slips`."""
        return [place for _slips, place in self.rank_slips(name, state=state)]

    def rank_slips(self, name: str, *, state: str = "") -> list[tuple[int, Place]]:
        """Return places spelled nearly so, or that begin so, each with how many slips that takes.

        Parameters
        ----------
        name : a name that no place has.
        state : a two-letter code that keeps the places of that state, or "" for all.

        Source
        ------
        Optimal string alignment distance, by rapidfuzz: 1 for keys of up to 4 letters, else 2.
        """
        key = name_key(name)
        if not _SHORTEST_TO_CORRECT <= len(key) <= _LONGEST_TO_CORRECT:
            return []
        keys = self._keys_of_state.get(state, [])
        allowed = 1 if len(key) <= _SHORT else 2
        near = process.extract(key, keys, scorer=OSA.distance, score_cutoff=allowed, limit=100)
        gaps = {found: distance for found, distance, _ in near if distance < len(key)}
        if len(key) >= _SHORTEST_BEGINNING:
            start = bisect_left(keys, key)
            for found in takewhile(lambda found: found.startswith(key), keys[start:]):
                gaps.setdefault(found, allowed)
        places: dict[str, tuple[int, float, Place]] = {}
        for found, gap in sorted(gaps.items(), key=lambda pair: pair[1]):
            for place in self._candidates(found, state, ""):
                places.setdefault(place.label, (gap, -place.population, place))
        if not state and len(key) <= _SHORTEST_OF_HAMLETS:
            # A short name is a slip from many: "UCLA" is not Nucla, a hamlet in Colorado.
            places = {
                label: ranked
                for label, ranked in places.items()
                if ranked[2].population >= _LEAST_PEOPLE
            }
        best = sorted(places.values(), key=lambda ranked: ranked[:2])[:MOST_SUGGESTIONS]
        return [(gap, place) for gap, _people, place in best]

    def _candidates(self, key: str, state: str, city: str) -> list[Place]:
        places = {
            place.label: place
            for alias in self._aliases.get(key, ())
            if state in {"", alias["state"]}
            and city in {"", name_key(alias["city"])}
            and (place := self._of_alias(alias))
        }
        well_known = list(places.values())
        rows = {} if city else self._rows.get(key, {})
        for row in rows.values():
            place = self._city(row)
            if state in {"", place.state} and (kept := self._beside(place, well_known)):
                places.setdefault(kept.label, kept)
        return sorted(places.values(), key=lambda place: -place.population)

    def _beside(self, town: Place, well_known: Sequence[Place]) -> Place | None:
        """Return the town as it is to be listed beside well-known homonyms of its state.

        None where it is one of them; its ZIP where it is another place ("Buckhead, GA" is the
        part of Atlanta, so the town of that name goes by its ZIP).
        """
        homonyms = [place for place in well_known if place.state == town.state]
        if not homonyms:
            return town
        if any(miles_apart(town, homonym) <= SAME_PLACE_MILES for homonym in homonyms):
            return None
        return self._zips.of_city(town.city, town.state)

    def _city(self, row: int) -> Place:
        table = self._table
        name, state = table["name"][row], table["state"][row]
        return Place(
            label=f"{name}, {state}",
            kind="city",
            latitude=float(table["latitude"][row]),
            longitude=float(table["longitude"][row]),
            precision=Precision.CITY,
            radius_miles=float(table["radius_miles"][row]),
            state=state,
            city=name,
            population=float(table["population"][row]),
        )

    def _of_alias(self, alias: dict[str, str]) -> Place | None:
        if alias["kind"] == "city":
            known = self.table_city(alias["city"], alias["state"])
            return known[0] if known else None
        parts = self._zips.beginning(z.removesuffix("*") for z in alias["zips"].split(";"))
        if not parts:
            return None
        named = {name: alias[name] for name in ("label", "state", "city")}
        return build_area(parts, kind="area", **named)

    @cached_property
    def _keys_of_state(self) -> dict[str, list[str]]:
        """Every key in order: of all places under "", and of each state under its code."""
        keys: defaultdict[str, set[str]] = defaultdict(set)
        for key, rows in self._rows.items():
            for state in ("", *rows):
                keys[state].add(key)
        for key, aliases in self._aliases.items():
            for state in ("", *(alias["state"] for alias in aliases)):
                keys[state].add(key)
        return {state: sorted(found) for state, found in keys.items()}


def miles_apart(one: Place, other: Place) -> float:
    """Return the geodesic between two places in statute miles; infinite where one has no point."""
    if one.latitude is None or one.longitude is None:
        return float("inf")
    if other.latitude is None or other.longitude is None:
        return float("inf")
    return float(geodesic_miles(one.latitude, one.longitude, other.latitude, other.longitude))
