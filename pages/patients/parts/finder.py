"""The search on the find page: what was asked, what is answered, list and map as one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st

from geo.errors import PlaceError
from geo.guidance.crisis.crisis_place import find_place, recognise_beside_names
from geo.i18n.language import gettext as _
from geo.maps.clinic_map import build_map
from geo.places import PlaceMatch
from geo.search import land, place_remarks
from geo.search.bands import arrange
from geo.search.clinic_drives import search_with_drives
from geo.search.drive_words import list_reached
from geo.search.far_off import add_nearest
from geo.search.searching import RADII_MILES
from pages.parts import events, live_map, loaders, map_state, notices
from pages.parts.finder_state import FinderState
from pages.patients.parts import (
    answers,
    clinic_list,
    crisis_panel,
    fact_filters_panel,
    linked_search,
    paging,
    saved_clinics,
    search_panel,
    session_search,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.guidance.crisis.recognising import CrisisMatch
    from geo.places import Place, PlaceFinder
    from geo.releases import Release
    from geo.search.searching import SearchResult
    from pages.patients.parts.list_protocol import ListAnswer

_MAP_HEIGHT: Final = 620


def show() -> None:
    """Draw the search panel, the answer and the map.

    Raises
    ------
    GeoError : the release or the reference data cannot be read.
    """
    state = FinderState.of_visit()
    release = loaders.load_release()
    finder = loaders.load_finder(release.id)
    is_new = search_panel.start_session()
    kept = st.container()
    if not state.query:  # ahead of all the rest: another search may take its place
        session_search.ask(kept, search_panel.take_up)
    room = search_panel.show(finder, release.id)
    if is_new:
        search_panel.resume()
    found = recognise_beside_names(state.query, finder)
    if found:
        crisis_panel.show(found, state.focus)
    wanted = fact_filters_panel.read_wanted()
    match, answer, result = _answer(release, finder, found, wanted)
    if state.query:
        session_search.keep(kept, None if found else answer["link"])
    with room:
        fact_filters_panel.show(result.known if result else {}, wanted, search_panel.start_over)
    with st.container(key="results"):
        list_column, map_column = st.columns([5, 7], gap="medium")
        with list_column, st.container(key="list"):
            notices.show_landing("results")
            clinic_list.show(answer, lambda kind, value: _act(kind, value, result))
            saved_clinics.show(release)
        with map_column, st.container(key="map"):
            live_map.show(
                build_map,
                map_state.build(release, result, state.selected),
                lambda event: _select(event.get("id"), result, show_map=True),
                key="clinic_map",
                height=_MAP_HEIGHT,
            )
        with st.container(key="view_switch"):
            st.button(
                _("Show list") if state.map_first else _("Show map"),
                type="primary",
                on_click=_switch_view,
            )
    notices.show_foot(
        release, loaders.find_standing(), osm_link=_osm_link(match.place if match else None)
    )


def _answer(
    release: Release,
    finder: PlaceFinder,
    found: CrisisMatch | None,
    wanted: Mapping[str, str],
) -> tuple[PlaceMatch | None, ListAnswer, SearchResult | None]:
    """Return the place found, what the list shows, and the search's result.

    Where the text is a sign of a crisis, the list says nothing of a place that is not known.
    """
    state = FinderState.of_visit()
    if not state.query:
        return None, answers.build_start(release, state.selected), None
    if isinstance(state.located, PlaceError):
        return None, answers.build_question(state.located, state.focus), None
    try:
        match = (
            PlaceMatch(state.located)
            if state.located
            else find_place(found, finder)
            if found
            else finder.find(state.query)
        )
    except PlaceError as error:
        return None, answers.build_question(error, state.focus), None
    if match is None:
        return None, {**answers.build_invitation(state.focus), "quiet": True}, None
    filters = answers.Filters(
        within=state.within,
        by_minutes=state.by_minutes,
        treatment=state.treatment or None,
        hide_unconfirmed=state.hide_unconfirmed,
        wanted=wanted,
    )
    result = _search(release, match.place, filters)
    answer = answers.build_answer(
        release,
        match,
        result,
        filters,
        page=state.page,
        selected=state.selected,
        focus=state.focus,
        over_water=_over_water(result, state.page),
        notes=[
            *filter(None, [state.note]),
            *place_remarks.list_remarks(match, result, release.clinics, finder),
        ],
    )
    return match, {**answer, "quiet": found is not None}, result


def _search(release: Release, place: Place, filters: answers.Filters) -> SearchResult:
    """Return what is found as pages list it; with the nearest few where nothing is within."""
    find = partial(
        search_with_drives,
        release.clinics,
        loaders.load_index(release.id),
        place,
        lambda: loaders.load_drives(release.id),
        told_only=True,
        by_minutes=filters.by_minutes,
        treatment=filters.treatment,
        hide_unconfirmed=filters.hide_unconfirmed,
        wanted=filters.wanted,
    )
    found = find(
        within_miles=within.get_miles(filters.within),
        within_minutes=within.get_minutes(filters.within),
    )
    return arrange(add_nearest(found, lambda count: find(limit=count)))


def _over_water(result: SearchResult, page: int) -> list[str]:
    """Return the ids of the clinics on this page whose straight line leaves US land.

    Where the drive is told, or that there is none, nothing is to be said of the line.
    """
    place = result.place
    if place.latitude is None or place.longitude is None:
        return []
    turned = paging.turn_to(result, page)
    parts = [turned.clinics, turned.not_known, result.nearest_few]
    crossing: list[str] = []
    for part in filter(len, parts):
        unreached = ~list_reached(part)
        if not unreached.any():
            continue
        shown = part[unreached]
        points = np.column_stack((shown["latitude"], shown["longitude"])).astype(np.float64)
        crosses = land.crosses_open_water(
            (place.latitude, place.longitude), points, loaders.load_land()
        )
        crossing += shown["clinic_id"][crosses].tolist()
    return crossing


def _act(kind: str, value: object, result: SearchResult | None) -> None:
    """Do what a person asked of the list."""
    state = FinderState.of_visit()
    if kind == "select":
        _select(value, result, show_map=True)
    elif kind == "page":
        state.page, state.selected = max(events.as_count(value), 1), None
        state.focus += 1
        linked_search.correct_address()
    elif kind == "query":
        search_panel.ask(events.as_text(value))
    elif kind == "within" and (miles := events.as_count(value)) in RADII_MILES:
        state.within = miles
        search_panel.start_over()
    elif kind == "treatment":
        state.treatment = search_panel.ANY_TREATMENT
        search_panel.start_over()
    elif kind == "fact":
        fact_filters_panel.lift(events.as_text(value))
        search_panel.start_over()
    elif kind == "unconfirmed":
        state.hide_unconfirmed = False
        search_panel.start_over()


def _select(picked: object, result: SearchResult | None, *, show_map: bool) -> None:
    """Choose a clinic, turn to the page of the list that it is on, and show it on a phone."""
    state = FinderState.of_visit()
    clinic_id = events.as_text(picked)
    state.selected = clinic_id or None
    state.map_first = show_map
    linked_search.correct_address()
    if result is not None and (page := paging.find_page(result, clinic_id)):
        state.page = page


def _switch_view() -> None:
    """Show the map in place of the list on a phone, or the list again."""
    state = FinderState.of_visit()
    state.map_first = not state.map_first


def _osm_link(place: Place | None) -> str | None:
    """Return OpenStreetMap's address of the area of a ZIP or city."""
    if place is None or place.latitude is None or place.longitude is None:
        return None
    return f"https://www.openstreetmap.org/#map=11/{place.latitude:.2f}/{place.longitude:.2f}"
