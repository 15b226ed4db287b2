"""How many trips a course of treatment takes from far away, in one sentence a treatment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.guidance.citations import cite
from geo.i18n.language import format_miles, format_number, mark
from geo.i18n.language import gettext as _
from geo.search.wording import name_treatment

if TYPE_CHECKING:
    import pandas as pd

    from geo.guidance.statement import Source

FAR_MILES: Final = 30
"""Statute miles by road, one way; for a nearer clinic no trips are planned."""

_ROUND_MILES: Final = 10


@dataclass(frozen=True)
class Course:
    """The first weeks of a treatment, as the statements of `geo.guidance.visits` have them.

    Attributes
    ----------
    sentence : to be translated where it is shown.
    """

    treatment: str
    visits: int
    sentence: str
    source: str

    @property
    def sources(self) -> tuple[Source, ...]:
        """What it is known from."""
        return cite(self.source)


_COURSES: Final = (
    Course(
        "iv",
        6,
        mark(
            "Often six infusions over two to three weeks: at {clinic} that is {visits} trips of "
            "about {there_and_back} by road there and back, some {total} in all, and someone must "
            "take you home each time."
        ),
        "clinics",
    ),
    Course(
        "esketamine",
        8,
        mark(
            "Twice a week for the first four weeks: at {clinic} that is {visits} trips of about "
            "{there_and_back} by road there and back, some {total} in all, and someone must take "
            "you home each time."
        ),
        "label",
    ),
)


@dataclass(frozen=True)
class Trips:
    """The trips of one treatment: what it is called, the sentence, and its sources."""

    treatment: str
    sentence: str
    sources: tuple[Source, ...]


def list_courses() -> tuple[Course, ...]:
    """Return the courses whose trips are reckoned."""
    return _COURSES


def plan_trips(clinics: pd.DataFrame, treatment: str | None = None) -> list[Trips]:
    """Return the trips to the nearest clinic of each treatment whose course is known.

    Parameters
    ----------
    clinics : clinic columns and those of `geo.search.drive_columns`, or without these.
    treatment : the only one that is asked for; None for any.

    Returns
    -------
    One a treatment of which a clinic is known to offer it, and the nearest such is farther than
    `FAR_MILES` by road. Where no road is known nothing is reckoned.
    """
    if clinics.empty or "drive_miles" not in clinics:
        return []
    miles = clinics["drive_miles"].to_numpy(np.float64)
    offered = clinics["treatments"].str.split(";")
    found = []
    for course in _COURSES:
        if treatment not in {None, course.treatment}:
            continue
        offers = np.array([course.treatment in codes for codes in offered], dtype=np.bool_)
        if not offers.any() or np.isnan(miles[offers]).all():
            continue
        nearest = int(np.nanargmin(np.where(offers, miles, np.nan)))
        if miles[nearest] <= FAR_MILES:
            continue
        both_ways = _round(2 * miles[nearest])
        sentence = _(course.sentence).format(
            clinic=clinics["name"].iloc[nearest],
            visits=format_number(course.visits),
            there_and_back=format_miles(both_ways),
            total=format_miles(both_ways * course.visits),
        )
        found.append(Trips(name_treatment(course.treatment), sentence, course.sources))
    return found


def _round(miles: float) -> int:
    return round(miles / _ROUND_MILES) * _ROUND_MILES
