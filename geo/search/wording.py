"""Search results in words, rounded to what is known; the page and the command line share them."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from geo.clinics.code_lists import TREATMENT_CODES
from geo.i18n.language import format_miles, format_number, mark, ngettext
from geo.i18n.language import gettext as _
from geo.places.precision import Precision
from geo.search.drive_words import describe_drive, is_reached, name_drive

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from geo.places import Place
    from geo.search.searching import SearchResult

    Row = Mapping[Any, Any] | pd.Series

ORDER_RULE = mark(
    "Ordered by the distance between the points; ties by the smaller uncertainty, the newer "
    "source, the name. Nobody can pay for a place."
)
"""To be translated where it is shown."""

RIDE_HOME = mark("You must not drive until the next day, after sleep. Someone must take you home.")
"""What everybody who goes must know; to be translated where it is shown."""

TREATMENTS = MappingProxyType({code.code: code.words for code in TREATMENT_CODES.codes})
"""Code of a treatment -> what it is called in English."""

_MEASURED_TO_ZIP = mark("measured to the middle of its ZIP, not to its street")
_MIDDLES = MappingProxyType(
    {
        Precision.ZIP: _MEASURED_TO_ZIP,
        Precision.ZIP_PO_BOX: _MEASURED_TO_ZIP,
        Precision.CITY: mark("measured to the middle of its city, not to its street"),
    }
)
_STREET_LEVEL_MILES = 0.5
_SHORTEST_MILES = 0.1
_DECIMALS_BELOW_MILES = 9.95


def describe_count(result: SearchResult) -> str:
    """Return the sentence above the list: how many, around what, within what.

    Returns
    -------
    Such as "17 clinics within 25 miles of Chicago, IL 60601, 3 of them perhaps farther".
    """
    label, certain, may_be = result.place.label, result.certain, result.may_be
    if result.place.kind == "clinic":
        return _describe_asked(result)
    if result.place.latitude is None:
        words = ngettext(
            "{count} clinic in {place}, by city", "{count} clinics in {place}, by city", certain
        )
    elif result.within_miles is None and result.within_minutes is None:
        if not certain:
            return _("No clinic near {place}").format(place=label)
        words = ngettext(
            "The clinic nearest to {place}", "The {count} clinics nearest to {place}", certain
        )
    elif certain:
        words = ngettext(
            "{count} clinic within {distance} of {place}",
            "{count} clinics within {distance} of {place}",
            certain + may_be,
        )
    elif may_be:
        words = ngettext(
            "{count} clinic may be within {distance} of {place}",
            "{count} clinics may be within {distance} of {place}",
            may_be,
        )
    elif len(result.not_known):
        words = _("No clinic within {distance} of {place} is known to be as you chose")
    else:
        words = _("No clinic within {distance} of {place}")
    said = words.format(
        count=format_number(certain + may_be), place=label, distance=_within(result)
    )
    return said + _add_may_be(result)


def describe_ride(result: SearchResult) -> str:
    """Return the way home, which stands once above a list; "" where no clinic is named."""
    named = (*result.clinics.index, *result.not_known.index)
    return _(RIDE_HOME) if named or result.nearest_outside is not None else ""


def describe_certification(treatments: str) -> str:
    """Return, beside esketamine, that we check no certification; "" beside other treatments."""
    if "esketamine" not in treatments.split(";"):
        return ""
    return _("We do not check certification for esketamine (REMS): ask.")


def describe_distance(row: Row, place: Place | None = None, *, over_water: bool = False) -> str:
    """Return a distance and how well it is known on one line, as `word_distance` gives them."""
    return "; ".join(filter(None, word_distance(row, place, over_water=over_water)))


def word_distance(
    row: Row, place: Place | None = None, *, over_water: bool = False
) -> tuple[str, str]:
    """Return a distance in words, rounded to what is known of the two points, and what that is.

    Parameters
    ----------
    row : a clinic as in `SearchResult.clinics`.
    place : where it is measured from; None for a point that is exactly known. The words count
        from its middle: say beside them what that is, and how wide the place is.
    over_water : the line leaves US land, so the words say that it is none to drive.

    Returns
    -------
    Such as "4.2 miles" and "" between known streets; "about 5 miles" and "the city is known, the
    street is not" otherwise, and "within about 8 miles" where the points coincide; "" and "" where
    there is no distance, or the place is this very clinic.
    """
    if drive := describe_drive(row):
        if is_reached(row):  # whose range holds what is not known of the points
            return drive, ""
        line, certainty = _word_line(row, place)
        line = _("{distance} in a straight line").format(distance=line) if line else ""
        return "; ".join(filter(None, [drive, line])), certainty
    distance, certainty = _word_line(row, place)
    if distance and over_water:
        distance = _("{distance} in a straight line").format(distance=distance)
    return distance, certainty


def describe_address(row: Row) -> str:
    """Return where a clinic is, as far as it is known.

    Returns
    -------
    Such as "1 Main St, Suite 2, Chicago, IL 60601", "in or near Chicago, IL" where its street is
    not known, "somewhere in IL"; "" where nothing is.
    """
    street = ", ".join(str(row[part]) for part in ("street", "unit") if row[part])
    region = " ".join(str(row[part]) for part in ("state", "zip") if row[part])
    town = ", ".join(part for part in (str(row["city"]), region) if part)
    if street:
        return ", ".join(part for part in (street, town) if part)
    if row["city"] or row["zip"]:
        return _("in or near {town}").format(town=town)
    return _("somewhere in {town}").format(town=town) if town else ""


def name_treatment(code: str) -> str:
    """Return what a treatment is called; a code that is none of `TREATMENTS` is any treatment."""
    return _(TREATMENTS[code]) if code in TREATMENTS else _("any treatment")


def describe_treatments(codes: str) -> str:
    """Return `;`-joined codes of treatments in words; "" where none is known."""
    return ", ".join(name_treatment(code) for code in codes.split(";") if code)


def _word_line(row: Row, place: Place | None) -> tuple[str, str]:
    miles, radius_miles = float(row["distance_miles"]), float(row["radius_miles"])
    if math.isnan(miles) or (place and place.clinic_id and place.clinic_id == row["clinic_id"]):
        return "", ""
    is_street_level = radius_miles < _STREET_LEVEL_MILES
    if is_street_level and (place is None or place.radius_miles < _STREET_LEVEL_MILES):
        if miles < _SHORTEST_MILES:
            return _("less than {distance}").format(distance=format_miles(_SHORTEST_MILES, 1)), ""
        return format_miles(miles, 1 if miles < _DECIMALS_BELOW_MILES else 0), ""
    certainty = "" if is_street_level else _describe_point(row)
    if miles < 1:
        farthest_miles = max(1, round(miles + radius_miles))
        within = _("within about {distance}").format(distance=format_miles(farthest_miles))
        return within, certainty
    return _("about {distance}").format(distance=format_miles(miles)), certainty


def _describe_point(row: Row) -> str:
    """Return how well the point of a clinic is known; its street may be, and yet not its point."""
    precision = Precision(row["precision"])
    middle = _MIDDLES.get(precision)
    if row["street"] and middle:
        return _(middle)
    return precision.words


def _describe_asked(result: SearchResult) -> str:
    """Return the sentence above a list that opens with the clinic asked for."""
    label, others = result.place.label, result.certain + result.may_be - 1
    if result.place.latitude is None:
        words = ngettext(
            "{clinic}, and {count} clinic of its state, by city",
            "{clinic}, and {count} clinics of its state, by city",
            others,
        )
    elif result.within_miles is None and result.within_minutes is None:
        words = ngettext(
            "{clinic} and the clinic nearest to it",
            "{clinic} and the {count} clinics nearest to it",
            others,
        )
    else:
        words = ngettext(
            "{clinic} and {count} clinic within {distance} of it",
            "{clinic} and {count} clinics within {distance} of it",
            others,
        )
    if not others and result.within_miles is None and result.within_minutes is None:
        return label
    said = words.format(clinic=label, count=format_number(others), distance=_within(result))
    return said + _add_may_be(result)


def _within(result: SearchResult) -> str:
    """Return the radius or the drive asked for, as it was asked; "" for none."""
    if result.within_minutes is not None:
        return name_drive(result.within_minutes)
    miles = result.within_miles
    if miles is None:
        return ""
    decimals = len(f"{miles:g}".partition(".")[2])
    return format_miles(miles, decimals)


def _add_may_be(result: SearchResult) -> str:
    """Return how many of those counted may lie outside; "" where that is said of all."""
    if not (result.may_be and result.certain):
        return ""
    return ngettext(
        ", {count} of them perhaps farther",
        ", {count} of them perhaps farther",
        result.may_be,
    ).format(count=format_number(result.may_be))
