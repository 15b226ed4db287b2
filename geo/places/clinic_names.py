"""Clinics by name."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.i18n.reasons import Reason
from geo.places.names import name_key, name_keys
from geo.places.place import Place, column_lists
from geo.places.precision import Precision

if TYPE_CHECKING:
    import pandas as pd

MOST_SUGGESTIONS = 6

_SHORTEST_FRAGMENT = 4
_LONGEST_TO_CORRECT = 60
_MOST_SLIPS = 2
_LISTED_AS = {"closed": "listed_as_closed", "withdrawn": "listed_as_withdrawn"}


class ClinicNames:
    """The clinic table by name.

    Parameters
    ----------
    clinics : the clinic table.
    listings : their listings, so that what a source calls a clinic leads to it too; or None.

    Raises
    ------
    SchemaError : the table lacks a column.
    """

    def __init__(self, clinics: pd.DataFrame, listings: pd.DataFrame | None = None) -> None:
        columns = ("clinic_id", "name", "city", "state", "latitude", "longitude", "precision")
        self._table = column_lists("clinics", clinics, (*columns, "radius_miles", "status"))
        self._zips = clinics["zip"].tolist() if "zip" in clinics else [""] * len(clinics)
        self._keys = name_keys(self._table["name"])
        self._rows: defaultdict[str, list[int]] = defaultdict(list)
        for row, key in enumerate(self._keys):
            self._rows[key].append(row)
        if listings is not None:
            self._add_names(listings)

    def _add_names(self, listings: pd.DataFrame) -> None:
        """Add the names that sources use, unless a clinic itself is called so."""
        own = set(self._rows)
        row_of = {clinic_id: row for row, clinic_id in enumerate(self._table["clinic_id"])}
        for key, clinic_id in zip(name_keys(listings["name"]), listings["clinic_id"], strict=True):
            row = row_of.get(clinic_id)
            if row is not None and key not in own and row not in self._rows[key]:
                self._rows[key].append(row)

    def named(self, name: str, city: str = "", state: str = "") -> list[Place]:
        """Return the clinics of this name; in this city and state where they are given."""
        places = [self._place(row) for row in self._rows.get(name_key(name), ())]
        return [
            place
            for place in places
            if state in {"", place.state} and (not city or name_key(place.city) == name_key(city))
        ]

    def list_all(self) -> list[Place]:
        """Return each clinic that is not known to be closed."""
        return [
            self._place(row)
            for row, status in enumerate(self._table["status"])
            if status not in _LISTED_AS
        ]

    def suggest(self, text: str) -> list[Place]:
        """Return clinics spelled nearly so, then those whose name holds the text."""
        key = name_key(text)
        if not _SHORTEST_FRAGMENT <= len(key) <= _LONGEST_TO_CORRECT:
            return []
        near = process.extract(
            key, self._keys, scorer=OSA.distance, score_cutoff=_MOST_SLIPS, limit=MOST_SUGGESTIONS
        )
        holding = (row for row, name in enumerate(self._keys) if key in name)
        rows = dict.fromkeys([*(row for *_, row in near), *islice(holding, MOST_SUGGESTIONS)])
        return [self._place(row) for row in rows]

    def _place(self, row: int) -> Place:
        table = self._table
        name, city, state = (table[column][row] for column in ("name", "city", "state"))
        located = not np.isnan(table["latitude"][row])
        notes = []
        status = table["status"][row]
        if status in _LISTED_AS:
            notes.append(Reason(_LISTED_AS[status], {"clinic": name}))
        if not located:
            notes.append(Reason("clinic_without_point", {"clinic": name}))
        return Place(
            label=", ".join(part for part in (name, city, state) if part),
            kind="clinic",
            latitude=float(table["latitude"][row]) if located else None,
            longitude=float(table["longitude"][row]) if located else None,
            precision=Precision(table["precision"][row] or Precision.NONE),
            radius_miles=float(table["radius_miles"][row]) if located else 0.0,
            state=state,
            zip=self._zips[row],
            city=city,
            notes=tuple(notes),
            clinic_id=table["clinic_id"][row],
        )
