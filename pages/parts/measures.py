"""The measures of coverage: what they are called, what they mean, how they are written."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_DATA: Final = "N/A"


@dataclass(frozen=True)
class Measure:
    """One column of the coverage table.

    Parameters
    ----------
    key : the column; `low` and `high` those of its interval, "" where it has none.
    label, definition : in words.
    kind : how numbers are written.
    breaks : lower bounds of the second and later classes of the map, fixed so that maps compare.
    least_is_worst : whether a small value means worse served.
    interval : what the interval is.
    """

    key: str
    label: str
    definition: str
    kind: Literal["share", "miles", "rate", "count"]
    breaks: tuple[float, ...]
    least_is_worst: bool = True
    low: str = ""
    high: str = ""
    interval: str = ""

    @property
    def unit(self) -> str:
        """What a column of this measure's values is headed."""
        return _UNITS[self.kind]

    def write(self, value: float) -> str:
        """Return a value in words; `N/A` where there is none."""
        return write_number(value, self.kind)


def write_number(value: float, kind: str) -> str:
    """Return a number of one of the kinds of `Measure`; `N/A` for none."""
    if value is None or math.isnan(value):
        return NO_DATA
    if kind == "share":
        return f"{100 * value:.1f}%"
    if kind == "miles":
        return f"{value:,.1f} mi"
    if kind == "rate":
        return f"{value:.2f}"
    return f"{value:,.0f}" if value == round(value) or value >= _WHOLE_FROM else f"{value:.1f}"


_UNITS: Final = {"share": "Share", "miles": "Miles", "rate": "Per million", "count": "Count"}
_WHOLE_FROM: Final = 20
_DRAWS: Final = "90% band over 200 draws of where clinics may stand"


def _share(miles: int, breaks: tuple[float, ...]) -> Measure:
    key = f"share_within_{miles}_miles"
    return Measure(
        key=key,
        label=f"Adults within {miles} miles",
        definition=f"Share of adults whose nearest listed clinic, in any state, is at most {miles} "
        "miles away in a straight line. Median of 200 draws of where each clinic may stand.",
        kind="share",
        breaks=breaks,
        low=f"{key}_low",
        high=f"{key}_high",
        interval=_DRAWS,
    )


def _distance(which: str, definition: str) -> Measure:
    key = f"{which}_distance_miles"
    return Measure(
        key=key,
        label=f"{which.capitalize()} distance",
        definition=f"{definition} Straight lines; median of 200 draws.",
        kind="miles",
        breaks=(10, 20, 40, 80),
        least_is_worst=False,
        low=f"{key}_low",
        high=f"{key}_high",
        interval=_DRAWS,
    )


_ALL: Final = (
    _share(30, (0.5, 0.7, 0.8, 0.9)),
    _share(15, (0.25, 0.5, 0.65, 0.8)),
    _share(60, (0.6, 0.8, 0.9, 0.97)),
    _share(100, (0.7, 0.9, 0.97, 0.99)),
    _distance("mean", "Mean miles of adults to the nearest listed clinic, in any state."),
    _distance("median", "The miles that half of the adults are within, to the nearest clinic."),
    Measure(
        key="adults_beyond_60_miles",
        label="Adults beyond 60 miles",
        definition="How many adults have no listed clinic within 60 miles in a straight line.",
        kind="count",
        breaks=(1_000, 10_000, 100_000, 1_000_000),
        least_is_worst=False,
    ),
    Measure(
        key="clinics_per_million_adults",
        label="Listed clinics per million adults",
        definition="Open and unconfirmed listed clinics inside, each counted once whatever its "
        "size, per million adults. Listings found, not a census: see how complete the list is.",
        kind="rate",
        breaks=(1, 1.5, 2, 3),
        low="rate_low",
        high="rate_high",
        interval="exact 95% Poisson interval; it knows nothing of missing clinics",
    ),
    Measure(
        key="clinics",
        label="Listed clinics",
        definition="Open and unconfirmed listed clinics with a point inside, by their own state; "
        "in counties the mean of the draws, since most are known to the city only.",
        kind="count",
        breaks=(1, 3, 10, 30),
    ),
    Measure(
        key="clinics_unlocated",
        label="Listed clinics without a point",
        definition="Open and unconfirmed listed clinics of which only the state is known. They are "
        "in no other measure.",
        kind="count",
        breaks=(1, 2, 3, 4),
        least_is_worst=False,
    ),
)

MEASURES: Final[Mapping[str, Measure]] = {measure.key: measure for measure in _ALL}
