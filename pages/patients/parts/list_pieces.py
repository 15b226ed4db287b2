"""What stands below the cards of a list: the trips, and the steps from far away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.guidance.other_ways import build_far_section
from geo.guidance.trips import plan_trips
from geo.i18n.language import gettext as _
from geo.i18n.sentences import sentence_case

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.guidance.statement import Source
    from geo.search.searching import SearchResult
    from pages.patients.parts.list_protocol import ListSource, Steps, Trips


def build_trips(result: SearchResult, treatment: str | None) -> Trips | None:
    """Return the fold "Planning the trips", a treatment at a time; None where all is near."""
    found = result.clinics if len(result.clinics) else result.nearest_few
    trips = plan_trips(found, treatment)
    if not trips:
        return None
    return {
        "heading": _("Planning the trips"),
        "choose": _("Treatment"),
        "trips": [
            {
                "treatment": sentence_case(trip.treatment),
                "text": trip.sentence,
                "sources": _list_sources(trip.sources),
            }
            for trip in trips
        ],
    }


def build_steps() -> Steps:
    """Return what to do where the nearest clinic is far away, each step with its sources."""
    section = build_far_section()
    return {
        "heading": section.heading,
        "steps": [
            {
                "text": statement.text,
                "points": list(statement.points),
                "sources": _list_sources(statement.sources),
            }
            for statement in section.statements
        ],
    }


def _list_sources(sources: Iterable[Source]) -> list[ListSource]:
    return [{"title": source.title, "url": source.url} for source in sources]
