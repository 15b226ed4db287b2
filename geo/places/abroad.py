"""Places outside the United States: known, so that none is taken for a namesake."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from geo.errors import PlaceError
from geo.i18n.language import gettext as _
from geo.places.matching import DOMINANCE
from geo.places.names import name_key, name_keys
from geo.places.place import column_lists
from geo.reference import DATA

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from geo.places.cities import CityIndex
    from geo.places.place import Place

COUNTRIES: Final = DATA / "places" / "countries.csv"

NEAR_BORDER_MILES: Final = 75.0
LEAST_PEOPLE_NEAR: Final = 10_000
MOST_NEAR: Final = 4

_CANADIAN_CODE = re.compile(r"[A-Z]\d[A-Z] ?\d[A-Z]\d", re.IGNORECASE)


class Abroad:
    """The larger cities abroad and the names of countries.

    Parameters
    ----------
    table : the reference table `abroad`.
    cities : the cities of the US, to name those near a border.

    Raises
    ------
    SchemaError : the table lacks a column.
    """

    def __init__(self, table: pd.DataFrame, cities: CityIndex) -> None:
        columns = ("name", "country", "latitude", "longitude", "population")
        self._table = column_lists("abroad", table, columns)
        self._cities = cities
        self._rows: defaultdict[str, list[int]] = defaultdict(list)
        people = self._table["population"]
        keys = name_keys(self._table["name"])
        for row in sorted(range(len(keys)), key=people.__getitem__, reverse=True):
            self._rows[keys[row]].append(row)
            for title in ("ciudad", "heroica"):
                if keys[row].startswith(title):
                    self._rows[keys[row].removeprefix(title)].insert(0, row)
        with COUNTRIES.open(encoding="utf-8", newline="") as file:
            countries = list(csv.DictReader(file))
        self._countries = {
            name_key(name): country["code"]
            for country in countries
            for name in country["names"].split(";")
        }
        self._parts: defaultdict[str, list[str]] = defaultdict(list)
        for country in countries:
            for name in filter(None, country["parts"].split(";")):
                self._parts[name_key(name)].append(country["code"])

    def explain(self, typed: str) -> PlaceError | None:
        """Return what to say of a text that names a place abroad; None where it does not."""
        *names, last = typed.split(", ")
        country = self._countries.get(name_key(last), "")
        if not country and names and (parts := self._parts.get(name_key(last))):
            country = self._holder(names[0], parts) or parts[0]
        if country and names:
            return self._say(names[0], country)
        if country or _CANADIAN_CODE.fullmatch(typed):
            return self._say("", country)
        words = typed.split()
        for size in (1, 2):
            ending = name_key(" ".join(words[-size:]))
            before = " ".join(words[:-size])
            country = self._countries.get(ending, "")
            if not country and before and (parts := self._parts.get(ending)):
                country = self._holder(before, parts) or (parts[0] if words[-1].isupper() else "")
            if country and before:
                return self._say(before, country)
        return self._say(typed, "") if name_key(typed) in self._rows else None

    def _holder(self, name: str, countries: Sequence[str]) -> str:
        """Return the first of the countries that has a city of this name; "" where none has."""
        of_name = {self._table["country"][row] for row in self._rows.get(name_key(name), ())}
        return next((country for country in countries if country in of_name), "")

    def explain_bare(self, typed: str, homonyms: Sequence[Place]) -> PlaceError | None:
        """Return what to say of a bare name that is a country's, or of a city that dwarfs ours.

        Parameters
        ----------
        typed : a cleaned text.
        homonyms : the places of this name in the US; they are the candidates.
        """
        key = name_key(typed)
        row = next(iter(self._rows.get(key, ())), None)
        people = sum(place.population for place in homonyms)
        dwarfs = row is not None and self._table["population"][row] >= DOMINANCE * people
        if key not in self._countries and not (homonyms and dwarfs):
            return None
        error = self._say("" if key in self._countries else typed, "")
        labels = [place.label for place in homonyms[:MOST_NEAR]]
        return PlaceError(str(error), [*error.candidates, *labels])

    def near(self, latitude: float, longitude: float) -> list[str]:
        """Return the labels of the larger US places near a point abroad, nearest first."""
        return self._cities.nearest(
            latitude,
            longitude,
            within_miles=NEAR_BORDER_MILES,
            least_people=LEAST_PEOPLE_NEAR,
            most=MOST_NEAR,
        )

    def _say(self, name: str, country: str) -> PlaceError:
        only = _("We list the United States only.")
        *before, last = name.split() or [""]
        if before and name_key(last) in self._parts:  # "Vancouver BC, Canada"
            name = " ".join(before).rstrip(",")
        rows = [
            row
            for row in self._rows.get(name_key(name), ())
            if country in {"", self._table["country"][row]}
        ]
        near = self.near(*self._point(rows[0])) if rows else []
        if not near:
            type_one = _("Type a place in the US.")
            return PlaceError(f"{only} {type_one}")
        return PlaceError(
            _("{only} The nearest places to {name} in the US are these.").format(
                only=only, name=self._table["name"][rows[0]]
            ),
            near,
        )

    def _point(self, row: int) -> tuple[float, float]:
        return float(self._table["latitude"][row]), float(self._table["longitude"][row])
