"""What is typed, answered: the place it names, and the clinics near it, as the command line has them."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from geo.exporting.clinic_exports import tell_place, tell_search
from geo.guidance.crisis.panel import build_panel
from geo.guidance.crisis.understood import understand
from geo.places import AmbiguousPlaceError
from geo.search.clinic_drives import search_with_drives
from geo.search.search_notes import list_notes
from geo.server.api.asked import MOST_ROWS
from geo.server.api.problems import ApiError

if TYPE_CHECKING:
    from geo.errors import PlaceError
    from geo.guidance.crisis.panel import Kind
    from geo.guidance.crisis.understood import Understood
    from geo.places import Place, PlaceMatch
    from geo.search.searching import SearchResult
    from geo.server.api.asked import NearestAsked, PlacesAsked
    from geo.server.api.served import Served


def find_places(asked: PlacesAsked, served: Served) -> dict[str, Any]:
    """Return the place that a text names, as `geo.server.api.told.Places`.

    Raises
    ------
    ApiError : it is a sign of a crisis and names no place.
    PlaceError : it names none, or several.
    """
    understood = understand(asked.query.strip(), served.finder)
    match = _need_match(understood)
    return {
        "query": understood.query,
        "place": tell_place(match.place),
        "others": [tell_place(place) for place in match.others],
        "treatment": understood.treatment or None,
        "notes": [match.place.note] if match.place.note else [],
        "crisis": _tell_crisis(understood.crisis),
    }


def find_nearest(asked: NearestAsked, served: Served) -> dict[str, Any]:
    """Return the clinics for a place, as `geo.server.api.told.Nearest`.

    Raises
    ------
    ApiError, PlaceError : as `find_places`.
    ValueError : what was asked cannot be searched by.
    """
    understood = understand(asked.query.strip(), served.finder)
    match = _need_match(understood)
    result = _search(asked, served, match.place, asked.treatment or understood.treatment)
    within = asked.within_miles or asked.within_minutes
    return {
        **tell_search(understood.query, result, served.release.id),
        "found": result.certain + result.may_be,
        "notes": list_notes(match, result, served.release.clinics, served.finder, within=within),
        "crisis": _tell_crisis(understood.crisis),
    }


def explain_place(error: PlaceError) -> ApiError:
    """Return that a text names no place (404) or several (409), with what may have been meant."""
    is_unclear = isinstance(error, AmbiguousPlaceError)
    return ApiError(
        HTTPStatus.CONFLICT if is_unclear else HTTPStatus.NOT_FOUND,
        str(error),
        members={"candidates": list(error.candidates)} if error.candidates else {},
    )


def _search(asked: NearestAsked, served: Served, place: Place, treatment: str) -> SearchResult:
    is_bounded = asked.within_miles is not None or asked.within_minutes is not None
    is_whole_list = is_bounded or place.latitude is None
    return search_with_drives(
        served.release.clinics,
        served.index,
        place,
        served.drives,
        within_miles=asked.within_miles,
        within_minutes=asked.within_minutes,
        by_minutes=asked.by_minutes,
        limit=asked.limit or (MOST_ROWS if is_whole_list else None),
        treatment=treatment or None,
        wanted=asked.facts or None,
    )


def _need_match(understood: Understood) -> PlaceMatch:
    if understood.match is None:
        raise ApiError(
            HTTPStatus.NOT_FOUND,
            "That is a sign of a crisis and names no place; show whom to call.",
            members={"crisis": _tell_crisis(understood.crisis)},
        )
    return understood.match


def _tell_crisis(kind: Kind | None) -> dict[str, Any] | None:
    if kind is None:
        return None
    panel = build_panel(kind)
    return {
        "kind": str(kind),
        "heading": panel.heading,
        "lead": panel.lead,
        "ways": [
            {"lead": group.lead, "words": way.words, "href": way.href}
            for group in panel.groups
            for way in group.ways
        ],
    }
