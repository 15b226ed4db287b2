"""The last columns of the ranked table: who is far, or beside rates what they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.i18n.language import format_miles
from geo.i18n.language import gettext as _
from pages.analysts.parts.measures import write_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

_FAR_MILES: Final = 60


def name_columns(level: str, completeness: Mapping[str, str] | None) -> list[tuple[str, str]]:
    """Return what the columns are headed, and by which of the coverage table each is sorted.

    Parameters
    ----------
    level : of the areas.
    completeness : of `geo.releases`' totals, beside rates; None for other measures.

    Returns
    -------
    Heading and column; the column is "" where there is nothing to sort by.
    """
    if completeness is None:
        beyond = _("Beyond {distance}").format(distance=format_miles(_FAR_MILES, short=True))
        return [(beyond, "adults_beyond_60_miles")]
    if level == "county":
        return [(_("Adults"), "adults"), (_("Nearest"), "median_distance_miles")]
    return [(_("List complete"), "")]


def write_columns(row: pd.Series, completeness: Mapping[str, str] | None) -> list[str]:
    """Return the cells of an area."""
    if completeness is None:
        return [write_number(float(row["adults_beyond_60_miles"]), "count")]
    if row["level"] == "county":
        return [
            write_number(float(row["adults"]), "count"),
            write_number(float(row["median_distance_miles"]), "miles"),
        ]
    return [completeness.get(f"{row['level']} {row['geoid']}", _("not known"))]
