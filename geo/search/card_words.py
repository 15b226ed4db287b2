"""Where a clinic is and how far, as a patient's card says it: two short lines without hedges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.i18n.language import gettext as _
from geo.i18n.language import mark
from geo.places.precision import Precision
from geo.search.drive_words import describe_drive, is_reached
from geo.search.wording import describe_address, word_distance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.places import Place

    Row = Mapping[Any, Any] | pd.Series

ACROSS_WATER: Final = mark(
    "Across open water or another country: the way there is longer, and there may be no road"
)
"""Said in place of miles; to be translated where it is shown."""

_LOCAL_KINDS: Final = {"zip", "city", "area", "address", "point"}
"""Kinds of places that lie in one city."""


def describe_where(row: Row) -> str:
    """Return where a clinic is, as far as it is known.

    Returns
    -------
    Such as "1 Main St, Suite 2, Chicago, IL 60601"; "In Chicago, IL · exact address not known";
    "Address not known" where nothing is.
    """
    if row["street"]:
        return describe_address(row)
    region = " ".join(str(row[part]) for part in ("state", "zip") if row[part])
    town = ", ".join(part for part in (str(row["city"]), region) if part)
    if not town:
        return _("Address not known")
    return _("In {town} · exact address not known").format(town=town)


def describe_far(row: Row, place: Place | None, *, over_water: bool = False) -> tuple[str, str]:
    """Return how far a clinic is from a place, and what that is measured to where it needs saying.

    Parameters
    ----------
    row : clinic columns, with those of a search.
    place : where was searched; None for no distance.
    over_water : the straight line leaves US land, so no miles are told.

    Returns
    -------
    Such as "about 50 minutes' drive (40 to 65) · 38 miles" and ""; "In your city" where the clinic
    is known to the city that was searched in; "" and "" where there is no distance.
    """
    if place is None or pd.isna(row.get("distance_miles")):
        return "", ""
    if near := _describe_same_area(row, place):
        return near, ""
    if is_reached(row):
        return describe_drive(row, brief=True), ""
    if over_water:
        return describe_drive(row, brief=True) or _(ACROSS_WATER), ""
    far, certainty = word_distance(row, place)
    return far, certainty if row["street"] else ""


def _describe_same_area(row: Row, place: Place) -> str:
    """Return that a clinic of no known street lies in the searcher's own ZIP or city; "" else."""
    if row["street"] or place.kind not in _LOCAL_KINDS:
        return ""
    known_to = Precision(row["precision"])
    if known_to is Precision.ZIP and place.zip and row["zip"] == place.zip:
        return _("In your ZIP code")
    same_city = row["state"] == place.state and (
        str(row["city"]).casefold() == place.city.casefold()
    )
    if known_to is Precision.CITY and place.city and same_city:
        return _("In your city")
    return ""
