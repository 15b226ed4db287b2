"""Search results in words, rounded to what is known; the page and the command line share them."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from geo.geocoding.precision import Precision

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from geo.places import Place
    from geo.search import SearchResult

    Row = Mapping[Any, Any] | pd.Series

ORDER_RULE = (
    "Ordered by the distance between the points; ties by the smaller uncertainty, the newer "
    "source, the name. Nobody can pay for a place."
)

TREATMENTS = MappingProxyType(
    {
        "iv": "IV infusion",
        "im": "injection",
        "esketamine": "esketamine (Spravato)",
        "oral": "by mouth",
        "nasal": "compounded nasal ketamine",
        "assisted_therapy": "ketamine-assisted therapy",
        "at_home": "at home",
    }
)
"""Code of a treatment -> how it is called."""

_MIDDLES = MappingProxyType(
    {Precision.ZIP: "ZIP", Precision.ZIP_PO_BOX: "ZIP", Precision.CITY: "city"}
)
_STREET_LEVEL_MILES = 0.5
_SHORTEST_MILES = 0.1
_DECIMALS_BELOW_MILES = 9.95


def describe_count(result: SearchResult) -> str:
    """Return the sentence above the list: how many, around what, within what.

    Returns
    -------
    Such as "14 clinics within 25 miles of Chicago, IL 60601; 3 more may be".
    """
    label, certain = result.place.label, result.certain
    if result.place.kind == "clinic":
        return _describe_asked(result)
    if result.place.latitude is None:
        return f"{_clinics(certain)} in {label}, by city"
    if result.within_miles is not None:
        found = _clinics(certain) if certain else "No clinic for certain"
        if not (certain or result.may_be):
            found = "No clinic"
        return f"{found} {_within(result)} {label}{_may_be(result)}"
    return f"The {_nearest(certain)} nearest to {label}" if certain else f"No clinic near {label}"


def describe_distance(row: Row, place: Place | None = None) -> str:
    """Return a distance in words, rounded to what is known of the two points.

    Parameters
    ----------
    row : a clinic as in `SearchResult.clinics`.
    place : where it is measured from; None for a point that is exactly known. The words count
        from its middle: say beside them what that is, and how wide the place is.

    Returns
    -------
    Such as "4.2 miles" between known streets; "about 5 miles; the city is known, the street is
    not" otherwise, "about 2 miles, 16 at most; ..." where the clinic's uncertainty reaches the
    middle, and "within about 8 miles; ..." where the points coincide; "" where there is no distance, or the place is this very clinic.
    """
    miles, radius_miles = float(row["distance_miles"]), float(row["radius_miles"])
    if math.isnan(miles) or (place and place.clinic_id and place.clinic_id == row["clinic_id"]):
        return ""
    is_street_level = radius_miles < _STREET_LEVEL_MILES
    if is_street_level and (place is None or place.radius_miles < _STREET_LEVEL_MILES):
        if miles < _SHORTEST_MILES:
            return f"less than {_SHORTEST_MILES} miles"
        return _miles(f"{miles:.1f}" if miles < _DECIMALS_BELOW_MILES else f"{miles:.0f}")
    why = "" if is_street_level else f"; {_describe_point(row)}"
    farthest_miles = max(1, round(miles + radius_miles))
    if miles < 1:
        return f"within about {_miles(str(farthest_miles))}{why}"
    about = f"about {_miles(f'{miles:.0f}')}"
    return f"{about}, {farthest_miles} at most{why}" if miles <= radius_miles else f"{about}{why}"


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
        return f"in or near {town}"
    return f"somewhere in {town}" if town else ""


def describe_treatments(codes: str) -> str:
    """Return `;`-joined codes of treatments in words; "" where none is known."""
    return ", ".join(TREATMENTS[code] for code in codes.split(";") if code)


def _describe_point(row: Row) -> str:
    """Return how well the point of a clinic is known; its street may be, and yet not its point."""
    precision = Precision(row["precision"])
    middle = _MIDDLES.get(precision)
    if row["street"] and middle:
        return f"measured to the middle of its {middle}, not to its street"
    return precision.words


def _describe_asked(result: SearchResult) -> str:
    """Return the sentence above a list that opens with the clinic asked for."""
    label, others = result.place.label, result.certain - 1
    if result.place.latitude is None:
        return f"{label}, and {_clinics(others)} of its state, by city" if others else label
    if result.within_miles is None:
        return f"{label} and the {_nearest(others)} nearest to it" if others else label
    return f"{label} and {_clinics(others)} {_within(result)} it{_may_be(result)}"


def _within(result: SearchResult) -> str:
    return f"within {_miles(f'{result.within_miles:g}')} of"


def _may_be(result: SearchResult) -> str:
    if not result.may_be:
        return ""
    return f"; {result.may_be:,} {'more ' if result.certain else ''}may be"


def _nearest(count: int) -> str:
    return "clinic" if count == 1 else _clinics(count)


def _clinics(count: int) -> str:
    return f"{count:,} clinic{'' if count == 1 else 's'}"


def _miles(number: str) -> str:
    return f"{number} mile{'' if number == '1' else 's'}"
