"""A drive in words, rounded to five minutes; the page and the command line share them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo.i18n.language import format_miles, format_number, mark
from geo.i18n.language import gettext as _
from geo.search.drive_columns import TOLD_MINUTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    Row = Mapping[Any, Any] | pd.Series

STEP_MINUTES: Final = 5
DRIVES_MINUTES: Final = (30, 60, 90)
"""The drives that patients choose from beside the radii."""

BY_DRIVE_RULE: Final = mark(
    "Ordered by the drive as it is estimated, without traffic; then those of more than 5 hours, "
    "then those of unknown drive, both by distance. Nobody can pay for a place."
)
"""To be translated where it is shown."""

_AN_HOUR: Final = 60
_SAID_IN_HOURS: Final = 120
_NO_WAY: Final = {
    "no_road": mark("No road is known from here: a ferry or flight may be needed"),
    "ferry": mark("No road is known from here: a ferry or flight may be needed"),
    "through_canada": mark("The only road known from here leads through Canada"),
    "far_from_road": mark("We could not work out this drive"),
}
"""Reason of `geo.roads.unreachable.REASONS` -> what is said in place of minutes."""

_NO_LINE: Final = frozenset({"no_road", "ferry", "through_canada"})
"""Reasons that stand in place of the straight line."""


def describe_drive(row: Row, *, brief: bool = False) -> str:
    """Return how long the drive to a clinic is.

    Parameters
    ----------
    row : with the columns of `geo.search.drive_columns`, or without.
    brief : that no traffic counts, and that miles are by road, stands elsewhere on the page.

    Returns
    -------
    Such as "about 50 minutes' drive (40 to 65), without traffic · 38 miles"; why no drive is known;
    "" where nothing is known, not even that.
    """
    if "drive_minutes" not in row:
        return ""
    minutes, reason = row["drive_minutes"], row["drive_reason"]
    if reason:
        return _(_NO_WAY[str(reason)])
    if math.isnan(minutes) and not row["drive_method"]:
        return ""
    if not minutes <= TOLD_MINUTES:  # NaN: longer than was worked out ahead
        return _("more than 5 hours' drive")
    return tell_drive(minutes, row["drive_low"], row["drive_high"], row["drive_miles"], brief=brief)


def tell_drive(
    minutes: float, least: float, most: float, miles: float, *, brief: bool = False
) -> str:
    """Return a drive that is known, however long, as `describe_drive` does.

    Parameters
    ----------
    minutes, least, most : without traffic, and the range.
    miles : statute, by road.
    brief : as there.
    """
    about = max(_round(minutes, round), STEP_MINUTES)
    low, high = _round(least, math.floor), max(_round(most, math.ceil), STEP_MINUTES)
    words = _("about {minutes} drive ({low} to {high}), without traffic · {miles}")
    if low < STEP_MINUTES:
        words = _("about {minutes} drive (up to {high}), without traffic · {miles}")
    if brief:
        words = _("about {minutes} drive ({low} to {high}) · {miles}")
        if low < STEP_MINUTES:
            words = _("about {minutes} drive (up to {high}) · {miles}")
    # A range is told in the unit of its estimate: "90 to 4 h" reads as ninety hours.
    say = _say_in_hours if about >= _SAID_IN_HOURS else format_number
    return words.format(
        minutes=_say_long(about),
        low=say(low),
        high=say(high),
        miles=format_miles(max(miles, 1)),
    )


def is_reached(row: Row) -> bool:
    """Tell whether minutes, or why there are none, stand in place of the straight line."""
    if "drive_minutes" not in row:
        return False
    return row["drive_minutes"] <= TOLD_MINUTES or row["drive_reason"] in _NO_LINE


def list_reached(clinics: pd.DataFrame) -> NDArray[np.bool_]:
    """Return of which clinics `is_reached` is true."""
    if "drive_minutes" not in clinics:
        return np.zeros(len(clinics), dtype=np.bool_)
    told: NDArray[np.bool_] = clinics["drive_minutes"].to_numpy(np.float64) <= TOLD_MINUTES
    reasons = clinics["drive_reason"].tolist()
    return told | np.array([reason in _NO_LINE for reason in reasons], dtype=np.bool_)


def name_drive(minutes: float) -> str:
    """Return a drive that is asked for, such as "30 minutes' drive"."""
    return _("{count} minutes' drive").format(count=format_number(minutes))


def list_reasons() -> dict[str, str]:
    """Return what is said in place of minutes, by the code of the reason."""
    return {reason: _(words) for reason, words in _NO_WAY.items()}


def _round(minutes: float, how: Any) -> int:  # noqa: ANN401  # round, or floor, or ceil
    return int(how(minutes / STEP_MINUTES)) * STEP_MINUTES


def _say_in_hours(minutes: int) -> str:
    hours, rest = divmod(minutes, _AN_HOUR)
    if not hours:
        return _("{minutes} min").format(minutes=rest)
    if not rest:
        return _("{hours} h").format(hours=hours)
    return _("{hours} h {minutes} min").format(hours=hours, minutes=rest)


def _say_long(minutes: int) -> str:
    """Return minutes as a sentence has them."""
    if minutes < _SAID_IN_HOURS:
        return _("{count} minutes'").format(count=format_number(minutes))
    return _say_in_hours(minutes)
