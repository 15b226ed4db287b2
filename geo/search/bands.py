"""The order on pages: bands by how far, and in a band first whom a person can reach.

A list by distance alone puts a name that nobody can call before one that answers its phone. The
command line and downloads stay in the order of `geo.search.searching`; pages show this one. What
is known of a clinic's contacts decides, and nothing else: no clinic can pay for its place.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.i18n.language import format_miles, format_number, mark
from geo.i18n.language import gettext as _

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.search.searching import SearchResult

ENDS_MILES: Final = (5, 10, 25, 50, 100)
ENDS_MINUTES: Final = (15, 30, 60, 90)
"""Where the bands of a list end that is ordered or limited by drive."""

BY_MILES_RULE: Final = mark(
    "In groups by distance in a straight line. In each group first those with a phone, a website "
    "or an email address, then the nearest. Minutes are without traffic, and the miles beside them "
    "are by road. Nobody can pay for a place."
)
BY_MINUTES_RULE: Final = mark(
    "In groups by the drive as it is estimated, without traffic. In each group first those with a "
    "phone, a website or an email address, then the nearest. Nobody can pay for a place."
)
BY_CITY_RULE: Final = mark(
    "Ordered by city. In each city first those with a phone, a website or an email address, then "
    "by name. Nobody can pay for a place."
)
"""The rules of order, to be translated where they are shown."""

_NO_BAND: Final = -1
_CONTACTS: Final = ("phone", "website", "email")


def arrange(result: SearchResult) -> SearchResult:
    """Return a result as pages list it.

    Parameters
    ----------
    result : of `geo.search.searching.search`, its clinics in the order of distance or drive.

    Returns
    -------
    The same clinics in `clinics`, `nearest_few` and `not_known`, with a column `band`: the number of
    a clinic's band from 0, for `name_band`; -1 for the clinic asked for, which stays first, and
    where there is no distance. Within a band, and without one within a city, those with a phone, a
    website or an email come first; else the order stays. `rank`, where there is one, counts the new
    order from 1. `unlocated` and `at_home` are ordered so within a city too.
    """
    return replace(
        result,
        clinics=_arrange(result.clinics, result),
        nearest_few=_arrange(result.nearest_few, result),
        not_known=_arrange(result.not_known, result),
        unlocated=_arrange_cities(result.unlocated),
        at_home=_arrange_cities(result.at_home),
    )


def is_by_drive(result: SearchResult) -> bool:
    """Tell whether the bands of a result are of minutes."""
    return result.by_minutes or result.within_minutes is not None


def name_band(band: int, *, by_drive: bool) -> str:
    """Return what stands above a band, such as "5 to 10 miles"; "" above what is in none."""
    ends = ENDS_MINUTES if by_drive else ENDS_MILES
    if band == _NO_BAND:
        return ""
    if band > len(ends):
        return _("Drive not known")
    if band == len(ends):
        words = (
            _("More than {count} minutes' drive")
            if by_drive
            else _("More than {distance} in a straight line")
        )
        return words.format(count=format_number(ends[-1]), distance=format_miles(ends[-1]))
    until = ends[band]
    if band == 0:
        words = (
            _("Up to {count} minutes' drive")
            if by_drive
            else _("Up to {distance} in a straight line")
        )
        return words.format(count=format_number(until), distance=format_miles(until))
    words = (
        _("{low} to {high} minutes' drive")
        if by_drive
        else _("{low} to {distance} in a straight line")
    )
    return words.format(
        low=format_number(ends[band - 1]), high=format_number(until), distance=format_miles(until)
    )


def tell_rule(result: SearchResult) -> str:
    """Return by what rule a list of `arrange` is ordered."""
    if result.place.latitude is None:
        return _(BY_CITY_RULE)
    return _(BY_MINUTES_RULE if is_by_drive(result) else BY_MILES_RULE)


def can_reach(clinics: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell of which clinics a phone, a website or an email address is known."""
    reached: NDArray[np.bool_] = np.logical_or.reduce(
        [clinics[name].to_numpy(np.object_) != "" for name in _CONTACTS]
    )
    return reached


def _arrange(clinics: pd.DataFrame, result: SearchResult) -> pd.DataFrame:
    if clinics.empty:
        return clinics.assign(band=np.empty(0, dtype=np.int64))
    band = _find_bands(clinics, result)
    # The last key counts first; a sort by several keys leaves ties as they stood.
    asked = (clinics["clinic_id"] == (result.place.clinic_id or None)).to_numpy()
    city = np.where(band == _NO_BAND, _number_cities(clinics), 0)
    silent = ~can_reach(clinics) & ~asked
    order = np.lexsort((np.arange(len(clinics)), silent, city, ~asked, band))
    arranged = clinics.iloc[order]
    arranged.index = pd.RangeIndex(len(order))
    if "rank" in arranged:
        arranged["rank"] = np.arange(1, len(order) + 1)
    arranged["band"] = band[order]
    return arranged


def _arrange_cities(clinics: pd.DataFrame) -> pd.DataFrame:
    if clinics.empty:
        return clinics
    keys = (np.arange(len(clinics)), ~can_reach(clinics), _number_cities(clinics))
    return clinics.iloc[np.lexsort(keys)]


def _number_cities(clinics: pd.DataFrame) -> NDArray[np.int64]:
    """Return the number of each clinic's city, in the order in which they stand."""
    cities = [city.casefold() for city in clinics["city"]]
    number = {city: at for at, city in enumerate(dict.fromkeys(cities))}
    return np.array([number[city] for city in cities], dtype=np.int64)


def _find_bands(clinics: pd.DataFrame, result: SearchResult) -> NDArray[np.int64]:
    """Return the band of each clinic."""
    miles = clinics["distance_miles"].to_numpy(np.float64)
    if is_by_drive(result):
        minutes = clinics["drive_minutes"].to_numpy(np.float64)
        band = np.searchsorted(ENDS_MINUTES, minutes).astype(np.int64)
        # Without minutes and without a reason the drive is longer than was worked out ahead.
        reason, method = (
            clinics[name].to_numpy(np.object_) for name in ("drive_reason", "drive_method")
        )
        is_long = (reason == "") & (method != "")
        band[np.isnan(minutes)] = len(ENDS_MINUTES) + 1
        band[np.isnan(minutes) & is_long] = len(ENDS_MINUTES)
    else:
        band = np.searchsorted(ENDS_MILES, miles).astype(np.int64)
    asked = (clinics["clinic_id"] == (result.place.clinic_id or None)).to_numpy()
    band[asked | np.isnan(miles)] = _NO_BAND
    return band
