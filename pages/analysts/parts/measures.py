"""The measures of coverage: what they are called, what they mean, how they are written."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from geo.i18n.language import format_miles, format_number, format_percent, mark
from geo.i18n.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Measure:
    """One column of the coverage table.

    Parameters
    ----------
    key : the column; `low` and `high` those of its interval, "" where it has none.
    called, means : its name and its definition, to be translated; `{distance}` is that of `miles`,
        `{minutes}` is `minutes`.
    kind : how numbers are written.
    breaks : lower bounds of the second and later classes of the map, fixed so that maps compare.
    least_is_worst : whether a small value means worse served.
    spread : what the interval is, to be translated.
    miles : the distance that the measure is about, 0 where it is about none.
    minutes : the same of a drive.
    """

    key: str
    called: str
    means: str
    kind: Literal["share", "miles", "minutes", "rate", "count"]
    breaks: tuple[float, ...]
    least_is_worst: bool = True
    low: str = ""
    high: str = ""
    spread: str = ""
    miles: int = 0
    minutes: int = 0

    @property
    def is_by_road(self) -> bool:
        """Whether it is of drives."""
        return bool(self.minutes) or self.kind == "minutes"

    @property
    def label(self) -> str:
        """Its name in the language of this run."""
        return self._fill(self.called)

    @property
    def definition(self) -> str:
        """What it means, in the language of this run."""
        return self._fill(self.means)

    def _fill(self, words: str) -> str:
        return _(words).format(distance=format_miles(self.miles), minutes=self.minutes)

    @property
    def interval(self) -> str:
        """What the interval is, in the language of this run; "" where it has none."""
        return _(self.spread)

    @property
    def unit(self) -> str:
        """What a column of this measure's values is headed."""
        return _(_UNITS[self.kind])

    def write(self, value: float) -> str:
        """Return a value in words; `N/A` where there is none."""
        return write_number(value, self.kind)

    def write_band(self, value: float, low: float, high: float) -> str:
        """Return a value with its interval in brackets; `N/A` where there is none."""
        if not self.low or math.isnan(value):
            return self.write(value)
        return _("{value} ({low} to {high})").format(
            value=self.write(value), low=self.write(low), high=self.write(high)
        )


def write_number(value: float | None, kind: str) -> str:
    """Return a number of one of the kinds of `Measure`; `N/A` for none."""
    if value is None or math.isnan(value):
        return _("N/A")
    if kind == "share":
        return format_percent(value, 1)
    if kind == "miles":
        return format_miles(value, 1, short=True)
    if kind == "minutes":
        return _("{minutes} min").format(minutes=format_number(value, 0))
    if kind == "rate":
        return format_number(value, 2)
    return format_number(value, 0 if value == round(value) or value >= _WHOLE_FROM else 1)


_UNITS: Final = {
    "share": mark("Share of adults"),
    "miles": mark("Miles"),
    "minutes": mark("Minutes"),
    "rate": mark("Per million"),
    "count": mark("Count"),
}
_WHOLE_FROM: Final = 20
_MINUS: Final = "\N{MINUS SIGN}"
_DRAWS: Final = mark("90% band over 200 draws of where clinics may stand")


def _banded(key: str, **of: Any) -> Measure:
    """Return a measure whose band is that of the draws."""
    return Measure(key=key, low=f"{key}_low", high=f"{key}_high", spread=_DRAWS, **of)


def _share(miles: int, breaks: tuple[float, ...]) -> Measure:
    key = f"share_within_{miles}_miles"
    return _banded(
        key,
        called=mark("Adults within {distance}"),
        means=mark(
            "Share of adults whose nearest listed clinic, in any state, is at most {distance} away "
            "in a straight line. Median of 200 draws of where each clinic may stand."
        ),
        kind="share",
        breaks=breaks,
        miles=miles,
    )


def _distance(which: str, called: str, means: str) -> Measure:
    key = f"{which}_distance_miles"
    return _banded(
        key,
        called=called,
        means=means,
        kind="miles",
        breaks=(10, 20, 40, 80),
        least_is_worst=False,
    )


def _drive_share(minutes: int, breaks: tuple[float, ...]) -> Measure:
    key = f"share_within_{minutes}_minutes"
    return _banded(
        key,
        called=mark("Adults within {minutes} minutes by road"),
        means=mark(
            "Share of adults whose nearest listed clinic, in any state, is at most {minutes} minutes "
            "away by road, without traffic. Median of 200 draws of where each clinic may stand."
        ),
        kind="share",
        breaks=breaks,
        minutes=minutes,
    )


def _drive_median(which: str, called: str, means: str) -> Measure:
    key = f"median_minutes_to_{which}"
    return _banded(
        key,
        called=called,
        means=means,
        kind="minutes",
        breaks=(15, 30, 60, 90),
        least_is_worst=False,
    )


_ALL: Final = (
    _share(30, (0.5, 0.7, 0.8, 0.9)),
    _share(15, (0.25, 0.5, 0.65, 0.8)),
    _share(60, (0.6, 0.8, 0.9, 0.97)),
    _share(100, (0.7, 0.9, 0.97, 0.99)),
    _distance(
        "mean",
        mark("Mean distance"),
        mark(
            "Mean miles of adults to the nearest listed clinic, in any state. Straight lines; "
            "median of 200 draws."
        ),
    ),
    _distance(
        "median",
        mark("Median distance"),
        mark(
            "The miles that half of the adults are within, to the nearest clinic. Straight lines; "
            "median of 200 draws."
        ),
    ),
    _drive_share(30, (0.25, 0.5, 0.65, 0.8)),
    _drive_share(60, (0.5, 0.7, 0.8, 0.9)),
    _drive_share(90, (0.6, 0.8, 0.9, 0.97)),
    _drive_median(
        "nearest",
        mark("Median drive"),
        mark(
            "The minutes by road that half of the adults are within, to the nearest clinic, without "
            "traffic; none where half of them reach no clinic within 300. Median of 200 draws."
        ),
    ),
    _drive_median(
        "third",
        mark("Median drive to the third nearest"),
        mark(
            "The minutes by road that half of the adults are within, to the third nearest clinic, "
            "without traffic; none where half of them reach no three within 300. Median of 200 draws."
        ),
    ),
    Measure(
        key="adults_beyond_60_miles",
        called=mark("Adults beyond {distance}"),
        means=mark("How many adults have no listed clinic within {distance} in a straight line."),
        kind="count",
        breaks=(1_000, 10_000, 100_000, 1_000_000),
        least_is_worst=False,
        miles=60,
    ),
    Measure(
        key="clinics_per_million_adults",
        called=mark("Listed clinics per million adults"),
        means=mark(
            "Open and unconfirmed listed clinics inside, each counted once whatever its size, per "
            "million adults. Listings found, not a census: see how complete the list is."
        ),
        kind="rate",
        breaks=(1, 1.5, 2, 3),
        low="rate_low",
        high="rate_high",
        spread=mark("exact 95% Poisson interval; it knows nothing of missing clinics"),
    ),
    Measure(
        key="clinics",
        called=mark("Listed clinics"),
        means=mark(
            "Open and unconfirmed listed clinics with a point inside, by their own state; in "
            "counties the mean of the draws, since most are known to the city only."
        ),
        kind="count",
        breaks=(1, 3, 10, 30),
    ),
    Measure(
        key="clinics_unlocated",
        called=mark("Listed clinics without a point"),
        means=mark(
            "Open and unconfirmed listed clinics of which only the state is known. They are in no "
            "other measure."
        ),
        kind="count",
        breaks=(1, 2, 3, 4),
        least_is_worst=False,
    ),
)

MEASURES: Final[Mapping[str, Measure]] = {measure.key: measure for measure in _ALL}


def write_signed(number: float, digits: int) -> str:
    """Return a number with its sign; one that is rounded to 0 has none."""
    written = format_number(abs(number), digits)
    if float(f"{number:.{digits}f}") == 0:
        return written
    return f"{_MINUS if number < 0 else '+'}{written}"
