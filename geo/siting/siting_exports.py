"""A plan of new sites to take away: JSON, CSV and GeoJSON, with release, method and limits inside."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from geo.coverage.coverage_exports import METHODS_POINTER, count_in_whole
from geo.exporting import clinic_exports
from geo.i18n.language import mark
from geo.reference.road_tables import ATTRIBUTION
from geo.siting.question import OBJECTIVES, OBJECTIVES_BY_ROAD
from geo.siting.siting_context import MILES, MINUTES

if TYPE_CHECKING:
    import pandas as pd

    from geo.siting.effect import Effect
    from geo.siting.question import Question
    from geo.siting.siting_context import SitingContext

_OF_ALL: Final = (
    mark("What a site costs, and whether staff, premises and payers are there, is not known."),
    mark(
        "Listings found are not a census: where clinics are missing from the list, it looks like a gap."
    ),
    mark(
        "All adults count where they live (ACS 2018-22), whether or not they need or can pay for care."
    ),
)
_OF_NEED: Final = (
    "Adults count by the rate of the condition where they live (adults: ACS 2018-22), whether or not "
    "they need this treatment or can pay for it: every count of adults here is of those with it."
)
LIMITS: Final = {
    MILES: (
        mark("Distances are straight lines: roads, mountains and water are not looked at."),
        *_OF_ALL,
    ),
    MINUTES: (
        mark(
            "Minutes are by road without traffic, estimated from the main roads: the hour, the "
            "weather and small roads are not looked at."
        ),
        *_OF_ALL,
    ),
}
"""What to bear in mind, by the unit of how near is near."""

_BY_LINE: Final = mark(
    "Sites are chosen among cities and ZIP points, or a list of one's own, by straight-line "
    "(geodesic) distance to the adults of populated ZIP points, given the listed clinics anywhere."
)
_BY_ROAD: Final = mark(
    "Sites are chosen among cities and ZIP points, or a list of one's own, by the drive without "
    "traffic from the points of populated ZIPs, where the adults count, given the listed clinics "
    "anywhere; a mean distance is of straight lines."
)
_FOUND: Final = mark(
    "What counts is the mean over 200 seeded draws of where the clinics may stand, exactly. Sites are "
    "found by greedy adding and exchange, bounded by Lagrangian relaxation and proven by it or by "
    "mixed-integer programming (HiGHS); the gap says by what part of the best possible mean they may "
    "fall short (0: proven best). Each site's gain is that mean too, counted after those ranked before "
    "it. Before and after are medians of the same draws, and _low and _high their 5th and 95th "
    "percentile."
)
METHODS: Final = {MILES: (_BY_LINE, _FOUND), MINUTES: (_BY_ROAD, _FOUND)}
"""How sites are found, by the same unit."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Sites that were chosen or given, and what they change.

    Parameters
    ----------
    context : the area, the clinics and the distance.
    objective : one of `geo.siting.question.OBJECTIVES`.
    release_id : the release that the clinics are of.
    sites : of `geo.siting.sites.describe_sites`, with the columns of `count_listings` beside.
    effect : of the sites.
    gap : of the answer, 0 to 1; None for sites of one's own.
    question : that the sites answer; None where it is not at hand.
    weighted_by : what adults with a condition are by, in sentences, where they count in the place of
        all adults (`geo.coverage.need.describe_need`); else none.
    """

    context: SitingContext
    objective: str
    release_id: str
    sites: pd.DataFrame
    effect: Effect
    gap: float | None
    question: Question | None = None
    weighted_by: tuple[str, ...] = ()

    @property
    def limits(self) -> tuple[str, ...]:
        """What to bear in mind."""
        limits = LIMITS[self.context.unit]
        return (*limits[:-1], _OF_NEED) if self.weighted_by else limits

    @property
    def aim(self) -> str:
        """What the objective means, in words."""
        by_road = self.context.unit == MINUTES
        aim = (OBJECTIVES_BY_ROAD if by_road else OBJECTIVES)[self.objective]
        return aim.replace("adults", "adults with the condition") if self.weighted_by else aim


def to_json(plan: Plan) -> str:
    """Return a plan as one JSON object.

    Returns
    -------
    `sites` (in order), `before` and `after` (rows of coverage: nation, regions, divisions, states),
    `gap`, and what it is about: `area`, `objective`, `within_miles` or `within_minutes`,
    `treatment`, `release`, `method`, `limits`; of drives also `drives_from`, whose roads they are by,
    and of adults with a condition `weighted_by`.
    """
    answer = {
        "sites": clinic_exports.records(plan.sites),
        "before": clinic_exports.records(count_in_whole(plan.effect.before)),
        "after": clinic_exports.records(count_in_whole(plan.effect.after)),
        "gap": plan.gap,
        **_tell_question(plan),
    }
    return json.dumps(answer, indent=2, allow_nan=False)


def to_csv(plan: Plan) -> str:
    """Return the sites of a plan as CSV, with what it is about in the last columns."""
    context = plan.context
    sites = plan.sites.assign(
        area=context.area.name,
        objective=plan.objective,
        **_tell_near(context),
        treatment=context.supply.treatment,
        gap=plan.gap,
        method=_tell_method(context.unit),
        limits=" ".join(plan.limits),
        **({"weighted_by": " ".join(plan.weighted_by)} if plan.weighted_by else {}),
    )
    return clinic_exports.to_csv(sites, plan.release_id)


def to_geojson(plan: Plan) -> str:
    """Return the sites of a plan as a GeoJSON FeatureCollection (RFC 7946), WGS84 degrees."""
    features = [
        {
            "type": "Feature",
            "id": record["site"],
            "geometry": {
                "type": "Point",
                "coordinates": [record["longitude"], record["latitude"]],
            },
            "properties": record,
        }
        for record in clinic_exports.records(plan.sites)
    ]
    answer = {
        "type": "FeatureCollection",
        **_tell_question(plan),
        "gap": plan.gap,
        "features": features,
    }
    return json.dumps(answer, indent=2, allow_nan=False)


def _tell_question(plan: Plan) -> dict[str, Any]:
    """Return what a plan is about, and what to bear in mind."""
    area = plan.context.area
    return {
        "area": {"level": area.level, "geoid": area.geoid, "name": area.name},
        "objective": {"name": plan.objective, "means": plan.aim},
        **_tell_near(plan.context),
        "treatment": plan.context.supply.treatment,
        "release": plan.release_id,
        "method": _tell_method(plan.context.unit),
        "limits": plan.limits,
        **({"weighted_by": plan.weighted_by} if plan.weighted_by else {}),
    }


def _tell_method(unit: str) -> str:
    """Return how sites were found, and where the formulas stand."""
    return " ".join((*METHODS[unit], METHODS_POINTER))


def _tell_near(context: SitingContext) -> dict[str, Any]:
    """Return how near is near, and of a drive whose roads it is by."""
    near: dict[str, Any] = {f"within_{context.unit}": context.within}
    return near if context.unit == MILES else near | {"drives_from": ATTRIBUTION}
