"""Airports by code and name."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Final

from geo.places.names import name_key
from geo.places.place import Place, column_lists
from geo.places.precision import Precision
from geo.reference import DATA

if TYPE_CHECKING:
    import pandas as pd

    from geo.places.zips import ZipIndex

NAMES: Final = DATA / "places" / "airport_names.csv"

RADIUS_MILES: Final = 2.0
"""How far an airport's doors may lie from its point."""

_CODE = re.compile(r"(?:airport )?([A-Za-z]{3})(?: airport)?", re.IGNORECASE)
_LABEL = re.compile(r".+\(([A-Z]{3})\)")
_AIRPORT = re.compile(
    r"\b(?:international|intl\.?|regional|municipal|airport|aeropuerto|airfield)\b",
    re.IGNORECASE,
)
_SMALL = frozenset({"of", "de", "the", "at", "in", "near", "internacional"})


class AirportIndex:
    """The table `airports`, and the names people have for the large ones.

    Raises
    ------
    SchemaError : the table lacks a column.
    """

    def __init__(self, airports: pd.DataFrame, zips: ZipIndex) -> None:
        columns = ("code", "name", "city", "state", "latitude", "longitude")
        self._table = column_lists("airports", airports, columns)
        self._zips = zips
        self._row_of = {code: row for row, code in enumerate(self._table["code"])}
        with NAMES.open(encoding="utf-8", newline="") as file:
            self._names = [(row["name"], row["code"]) for row in csv.DictReader(file)]
        self._code_of = {name_key(name): code for name, code in self._names}
        self._large = frozenset(self._code_of.values())

    def list_all(self) -> list[tuple[str, str, bool]]:
        """Return (label, "City, ST", whether it is a large one) of each airport."""
        table = self._table
        return [
            (
                self._label(row),
                ", ".join(part for part in (table["city"][row], table["state"][row]) if part),
                code in self._large or "International" in table["name"][row],
            )
            for code, row in self._row_of.items()
        ]

    def list_names(self) -> list[tuple[str, str]]:
        """Return (name that people have for it, label) of the large airports."""
        return [
            (name, self._label(self._row_of[code]))
            for name, code in self._names
            if code in self._row_of
        ]

    def find(self, typed: str) -> list[Place]:
        """Return the airports that a text names by code or by name.

        Parameters
        ----------
        typed : "ORD", "ORD airport", "O'Hare", "Tampa International Airport".

        Returns
        -------
        Airports of a code or a well-known name; else, where the text says that it is an airport,
        all whose name and city hold its words, those called international alone if there are any.
        """
        code = self._code_of.get(name_key(typed), "")
        if match := _LABEL.fullmatch(typed):
            code = match[1]
        if code:
            return self._of_code(code)
        return self._by_typed_code(typed) or self._by_words(typed)

    def is_label(self, typed: str) -> bool:
        """Tell whether a text is what an airport is listed as here, name and code."""
        match = _LABEL.fullmatch(typed)
        return match is not None and match[1] in self._row_of and self.find(typed)[0].label == typed

    def _by_typed_code(self, typed: str) -> list[Place]:
        match = _CODE.fullmatch(typed)
        found = self._of_code(match[1].upper()) if match else []
        if not match or not found:
            return []
        # A word such as "new" is the code of some airfield: small ones are typed as a code.
        well_known = match[1].upper() in self._large or "International" in found[0].label
        return found if well_known or match[1].isupper() or typed != match[1] else []

    def _by_words(self, typed: str) -> list[Place]:
        words = [word for word in _words(_AIRPORT.sub(" ", typed)) if word not in _SMALL]
        if not words or not _AIRPORT.search(typed):
            return []
        if code := self._code_of.get("".join(words)):
            return self._of_code(code)
        rows = [
            row
            for row in self._row_of.values()
            if set(words)
            <= set(_words(f"{self._table['name'][row]} {self._table['city'][row]}"))
            | {self._table["state"][row].lower()}
        ]
        large = [row for row in rows if "International" in self._table["name"][row]]
        return [self._place(row) for row in large or rows]

    def _of_code(self, code: str) -> list[Place]:
        row = self._row_of.get(code)
        return [] if row is None else [self._place(row)]

    def _label(self, row: int) -> str:
        return f"{self._table['name'][row]} ({self._table['code'][row]})"

    def _place(self, row: int) -> Place:
        table = self._table
        latitude, longitude = table["latitude"][row], table["longitude"][row]
        near, _away = self._zips.nearest(latitude, longitude)
        return Place(
            label=self._label(row),
            kind="airport",
            latitude=float(latitude),
            longitude=float(longitude),
            precision=Precision.ZIP,
            radius_miles=RADIUS_MILES,
            state=table["state"][row],
            zip=near.zip,
            city=near.city,
        )


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.casefold().replace("'", ""))
