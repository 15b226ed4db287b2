"""Positions to agree on and cases to settle, as rows and as the tables that are handed on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.errors import SchemaError
from geo.i18n.reasons import Reason, say_in_english
from geo.places.position_columns import POSITION_COLUMNS, POSITION_NUMBERS
from geo.places.precision import Precision
from geo.units import geodesic_miles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.geocoding.gazetteer import Position
    from geo.geocoding.outcome import Outcome, Query

COLUMNS: Final = ("clinic_id", *POSITION_COLUMNS)
CASE_COLUMNS: Final = ("clinic_id", "reason", "candidates", "key", "reasons")

_SAME_DEGREES: Final = 1e-7  # a centimetre


@dataclass(frozen=True, slots=True)
class AcceptedGeocode:
    """Where a clinic is published; the fields are the columns of that table after `clinic_id`."""

    latitude: float
    longitude: float
    precision: Precision
    radius_miles: float
    geocoder: str
    geocoded_date: str
    coordinate_licence: str

    def is_same(self, other: AcceptedGeocode | None) -> bool:
        """Say whether the other one is no different but in its date."""
        return (
            other is not None
            and abs(self.latitude - other.latitude) <= _SAME_DEGREES
            and abs(self.longitude - other.longitude) <= _SAME_DEGREES
            and abs(self.radius_miles - other.radius_miles) <= _SAME_DEGREES
            and (self.precision, self.geocoder) == (other.precision, other.geocoder)
        )

    def is_apart(self, other: AcceptedGeocode) -> bool:
        """Say whether the two cannot be the same place, each within its radius."""
        miles = geodesic_miles(self.latitude, self.longitude, other.latitude, other.longitude)
        return bool(miles > self.radius_miles + other.radius_miles)


@dataclass(frozen=True, slots=True)
class Case:
    """Why an operator is to look at a clinic, and the points to choose from."""

    reasons: tuple[Reason, ...]
    candidates: tuple[Mapping[str, Any], ...]


def position_of_match(outcome: Outcome) -> AcceptedGeocode:
    """Return the position that a match gives."""
    point = outcome.candidates[0]
    return AcceptedGeocode(
        point.latitude,
        point.longitude,
        point.precision,
        point.radius_miles,
        outcome.provider,
        outcome.at[:10],  # noqa: PD008  no table
        outcome.licence,
    )


def position_of_place(found: Position | None, date: str) -> AcceptedGeocode | None:
    """Return the position that the gazetteer gives; None where it has none."""
    if found is None:
        return None
    place = found.place
    if place.latitude is None or place.longitude is None:
        return None
    return AcceptedGeocode(
        place.latitude,
        place.longitude,
        place.precision,
        place.radius_miles,
        "gazetteer",
        date,
        found.licence,
    )


def show_outcome(outcome: Outcome) -> tuple[Mapping[str, Any], ...]:
    """Return the points of an outcome as an operator chooses from them."""
    whose = {"geocoder": outcome.provider, "licence": outcome.licence}
    return tuple({**asdict(one), **whose} for one in outcome.candidates)


def show_position(position: AcceptedGeocode) -> tuple[Mapping[str, Any], ...]:
    """Return a position as a point that an operator may choose."""
    facts = asdict(position)
    del facts["geocoded_date"]
    return ({**facts, "licence": facts.pop("coordinate_licence")},)


def read_positions(table: pd.DataFrame) -> dict[str, AcceptedGeocode]:
    """Return the positions of a table by clinic; a row without a point is left out.

    Raises
    ------
    SchemaError : a column is missing.
    """
    if missing := [column for column in COLUMNS if column not in table]:
        raise SchemaError(f"The table of last positions lacks {', '.join(missing)}.")
    located = table[table["latitude"].notna() & table["longitude"].notna()]
    rows = located[list(COLUMNS)].itertuples(index=False, name=None)
    return {
        str(clinic): AcceptedGeocode(
            latitude, longitude, Precision(precision), radius, geocoder, date, licence
        )
        for clinic, latitude, longitude, precision, radius, geocoder, date, licence in rows
    }


def write_positions(positions: Mapping[str, AcceptedGeocode]) -> pd.DataFrame:
    """Return the table of positions by clinic, `COLUMNS`."""
    rows = [
        {"clinic_id": clinic, **asdict(position), "precision": str(position.precision)}
        for clinic, position in positions.items()
    ]
    kinds = {name: "float64" if name in POSITION_NUMBERS else "str" for name in COLUMNS}
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(kinds)


def write_cases(cases: Mapping[str, Case], queries: Mapping[str, Query]) -> pd.DataFrame:
    """Return the table of cases by clinic, `CASE_COLUMNS`.

    The key is the same for the same clinic, address and points, whenever they come up.
    """
    rows = []
    for clinic, case in cases.items():
        candidates = json.dumps(case.candidates, ensure_ascii=False)
        text = f"{clinic}\n{queries[clinic].key}\n{candidates}"
        key = hashlib.sha256(text.encode()).hexdigest()[:16]
        words = " ".join(map(say_in_english, case.reasons))
        rows.append((clinic, words, candidates, key, case.reasons))
    table = pd.DataFrame(rows, columns=list(CASE_COLUMNS))
    return table.astype(dict.fromkeys(CASE_COLUMNS[:-1], "str") | {"reasons": "object"})
