"""A place, as every search hands it on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo.errors import SchemaError
from geo.i18n.reasons import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from geo.i18n.reasons import Reason
    from geo.places.precision import Precision


@dataclass(frozen=True)
class Place:
    """Where a person means, and how well that is known.

    Attributes
    ----------
    label : what to call it; typed again it finds the same place.
    kind : `zip`, `city`, `area` (a part of a city), `county`, `region`, `airport`, `state`,
        `point`, `address` or `clinic`.
    latitude, longitude : degrees, EPSG:4326; None for a state.
    precision : a `Precision`.
    radius_miles : radius about the point, statute miles; 0 where there is no point.
    state, zip, city : what is known of them, "" otherwise; `state` is the two-letter code.
    population : people there, 0 where unknown.
    notes : what the reader should know of how it was understood.
    clinic_id : the clinic, where `kind` is `clinic`.
    """

    label: str
    kind: str
    latitude: float | None
    longitude: float | None
    precision: Precision
    radius_miles: float
    state: str = ""
    zip: str = ""
    city: str = ""
    population: float = 0.0
    notes: tuple[Reason, ...] = ()
    clinic_id: str = ""

    @property
    def note(self) -> str:
        """The notes in the language of this run, sentences apart by a space; "" for none."""
        return " ".join(map(say, self.notes))

    @property
    def link_text(self) -> str:
        """Text for a link that reopens this search: a ZIP, city, area, county, region or state.

        Never a street, coordinates or a clinic's name: those give way to their ZIP or city.
        """
        if self.kind in {"area", "county", "region", "state"}:
            return self.label
        return self.zip or (f"{self.city}, {self.state}" if self.city and self.state else "")


def column_lists(table: str, frame: pd.DataFrame, columns: Sequence[str]) -> dict[str, list[Any]]:
    """Return the columns as lists, which single look-ups read fastest.

    Raises
    ------
    SchemaError : a column is missing.
    """
    missing = [column for column in columns if column not in frame]
    if missing:
        raise SchemaError(f"The table {table} lacks the columns {', '.join(missing)}.")
    return {column: frame[column].tolist() for column in columns}
