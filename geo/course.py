"""How far a course of visits is by road, there and back, as far as it can be told."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from geo.language import ENGLISH, current, format_miles, format_number
from geo.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

DETOUR: Final = 1.4
"""Road miles for each mile of a straight line."""

VISITS: Final = MappingProxyType({"iv": 6, "esketamine": 8})
"""Code of a treatment -> its visits; of esketamine, those of the first four weeks."""

_STEP_MILES: Final = 10


@dataclass(frozen=True)
class Course:
    """The road miles of one course, from the near to the far end of what is known.

    Parameters
    ----------
    treatment : a code of `VISITS`.
    near_miles, far_miles : statute miles by road, all visits, there and back; multiples of 10.
    """

    treatment: str
    visits: int
    near_miles: int
    far_miles: int


def estimate_courses(
    treatments: str, distance_miles: float, radius_miles: float
) -> tuple[Course, ...]:
    """Return the courses of a clinic: visits * 2 * 1.4 * the straight line, rounded to 10 miles.

    Parameters
    ----------
    treatments : codes joined by `;`; those whose visits are not known have no course.
    distance_miles : straight line between the points of place and clinic, statute miles; NaN
        where there is none.
    radius_miles : the uncertainty of both points together, statute miles, >= 0. The near end
        counts from the line less it, or 0; the far end from the line and it.

    Returns
    -------
    In the order of `VISITS`; none where nothing can be told.

    Source
    ------
    Road by straight line: 1.417 over the United States, Boscoe et al. (2012),
    doi:10.1080/00330124.2011.583586, here 1.4. Visits: six infusions are what clinics' pages often
    name; esketamine is given twice a week for four weeks by its label.
    """
    if math.isnan(distance_miles) or math.isnan(radius_miles):
        return ()
    codes = treatments.split(";")
    near = max(0.0, distance_miles - radius_miles)
    far = distance_miles + radius_miles
    return tuple(
        Course(code, visits, _round(visits * 2 * DETOUR * near), _round(visits * 2 * DETOUR * far))
        for code, visits in VISITS.items()
        if code in codes
    )


def describe_courses(courses: Sequence[Course], *, at_least: bool = False) -> str:
    """Return the courses of a clinic in words; "" where there is none.

    Parameters
    ----------
    at_least : the road is longer than the straight line tells, so that only the near end stands.

    Returns
    -------
    Such as "By road, there and back: 120 to 340 miles for six IV visits. Someone else drives you
    home."
    """
    told = [course for course in courses if course.near_miles or not at_least]
    if not told:
        return ""
    words = {
        "iv": _("{miles} for six IV visits"),
        "esketamine": _("{miles} for eight esketamine visits, the first four weeks"),
    }
    roads = "; ".join(
        words[course.treatment].format(miles=_describe_miles(course, at_least=at_least))
        for course in told
    )
    return _("By road, there and back: {roads}. Someone else drives you home.").format(roads=roads)


def _describe_miles(course: Course, *, at_least: bool) -> str:
    near, far = course.near_miles, course.far_miles
    if at_least:
        return _("at least {distance}").format(distance=format_miles(near))
    if not far:
        return _("under {distance}").format(distance=format_miles(_STEP_MILES))
    if not near:
        return _("up to {distance}").format(distance=format_miles(far))
    if near == far:
        return _("about {distance}").format(distance=format_miles(far))
    first = format_number(near) if current() == ENGLISH else format_miles(near)
    return _("{near} to {far}").format(near=first, far=format_miles(far))


def _round(miles: float) -> int:
    return math.floor(miles / _STEP_MILES + 0.5) * _STEP_MILES
