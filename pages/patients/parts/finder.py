"""The search on the find page: what was asked, what is answered, list and map as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import streamlit as st

from geo.errors import PlaceError
from geo.guidance.crisis.crisis_place import find_place, recognise_beside_names
from geo.guidance.crisis.recognising import recognise
from geo.i18n.language import format_miles
from geo.i18n.language import gettext as _
from geo.maps.clinic_map import build_map
from geo.places import PlaceMatch
from geo.search import land, wording
from geo.search.searching import DEFAULT_MILES, RADII_MILES, search
from pages.parts import events, languages, live_map, loaders, map_state, mobile_layout, notices
from pages.parts.wordings import sentence_case
from pages.patients.parts import answers, clinic_list, crisis_panel, location_button, saved_clinics

if TYPE_CHECKING:
    from geo.guidance.crisis.recognising import CrisisMatch
    from geo.places import Place, PlaceFinder
    from geo.releases import Release
    from geo.search.searching import SearchResult

ANY_TREATMENT: Final = ""
_MAP_HEIGHT: Final = 620


def show() -> None:
    """Draw the search panel, the answer and the map.

    Raises
    ------
    GeoError : the release or the reference data cannot be read.
    """
    release = loaders.load_release()
    finder = loaders.load_finder(release.id)
    is_new = _start_session()
    _show_panel(finder)
    if is_new:
        _resume()
    found = recognise_beside_names(st.session_state.query, finder)
    if found:
        crisis_panel.show(found, st.session_state.focus)
    match, answer, result = _answer(release, finder, found)
    with st.container(key="results"):
        list_column, map_column = st.columns([5, 7], gap="medium")
        with list_column, st.container(key="list"):
            notices.show_landing("results")
            clinic_list.show(answer, lambda kind, value: _act(kind, value, result))
            saved_clinics.show()
        with map_column, st.container(key="map"):
            live_map.show(
                build_map,
                map_state.build(release, result, st.session_state.selected),
                lambda event: _select(event.get("id"), result, show_map=True),
                key="clinic_map",
                height=_MAP_HEIGHT,
            )
        with st.container(key="view_switch"):
            st.button(
                _("Show list") if st.session_state.map_first else _("Show map"),
                type="primary",
                on_click=lambda: st.session_state.update(map_first=not st.session_state.map_first),
            )
    notices.show_foot(
        release, loaders.find_standing(), osm_link=_osm_link(match.place if match else None)
    )


def _start_session() -> bool:
    """Set what a new visit starts with, from the link that opened it if there is one.

    Returns
    -------
    Whether the visit is new and came without such a link.
    """
    state = st.session_state
    if "query" in state:
        if "typed" not in state:
            _return_to_box()
        return False
    link = st.query_params
    state.update(query="", located=None, selected=None, page=1, focus=0, note="")
    state.update(map_first=False, unfolded=False)
    asked = next((link[name] for name in mobile_layout.LINK_NAMES if name in link), None)
    if asked is None:
        return True
    state.update(query=asked or " ", typed=asked, focus=1)
    unread = []
    within, treatment = link.get("within", str(DEFAULT_MILES)), link.get("treatment", "")
    state.within = int(within) if within in map(str, RADII_MILES) else DEFAULT_MILES
    if str(state.within) != within:
        unread.append(
            _("The link named a radius that we do not offer; {distance} is used.").format(
                distance=format_miles(DEFAULT_MILES)
            )
        )
    if treatment in wording.TREATMENTS or not treatment:
        state.treatment = treatment
    else:
        unread.append(_("The link named a treatment that we do not know; any treatment is shown."))
    _take_treatment(asked)
    state.hide_unconfirmed = link.get("unconfirmed") == "hide"
    state.note = " ".join(unread)
    return False


def _return_to_box() -> None:
    """Put what was asked back into the box, which was emptied while another page was looked at.

    The words of a crisis are not kept beyond the box: they are forgotten.
    """
    state = st.session_state
    if recognise(state.query):
        state.query = ""
        st.rerun()  # the head of the page goes by what is asked
    if asked := state.query.strip():  # or who types already would find the box emptied
        state.typed = asked


def _resume() -> None:
    """Ask again what stands in the box already.

    That is so where the server that a visitor was with has died and another took over: the browser
    hands its fields to it, and all else is lost.
    """
    if st.session_state.typed:
        st.session_state.query = st.session_state.typed
        st.rerun()  # the head of the page goes by what is asked


def _show_panel(finder: PlaceFinder) -> None:
    """Draw the place box and the filters."""

    def locate(latitude: float, longitude: float) -> None:
        languages.choose()
        try:
            place = finder.nearest_zip(latitude, longitude)
        except PlaceError as error:
            st.session_state.note = str(error)
            return
        _ask(place.zip)
        st.session_state.located = place

    state = st.session_state
    events.keep_choice("within", RADII_MILES, DEFAULT_MILES)
    events.keep_choice("treatment", [ANY_TREATMENT, *wording.TREATMENTS])
    with st.container(key="search_panel"):
        box, filters = st.columns([7, 5], vertical_alignment="bottom")
        with box, st.form("place", border=False):
            text, button = st.columns([4, 1], vertical_alignment="bottom")
            # Before the box, or Enter is lost on who types sooner than it arrives: the box then
            # never hears that there is a button to press.
            button.form_submit_button(
                _("Search"),
                type="primary",
                width="stretch",
                on_click=lambda: _ask(st.session_state.typed),
            )
            text.text_input(
                _("City, state, ZIP code or address"),
                key="typed",
                autocomplete="off",  # or the browser keeps what was typed, and offers it to others
                placeholder="60601",
            )
        treatment_words = sentence_case(
            wording.name_treatment(state.get("treatment", ANY_TREATMENT))
        )
        st.button(
            _("Fewer options")
            if state.unfolded
            else f"{format_miles(state.get('within', DEFAULT_MILES))} · {treatment_words}",
            key="unfold",
            on_click=lambda: state.update(unfolded=not state.unfolded),
        )
        with filters, st.container(key="filters"):
            radius, treatment = st.columns(2)
            radius.selectbox(
                _("Within"),
                RADII_MILES,
                index=0 if "within" in state else RADII_MILES.index(DEFAULT_MILES),
                key="within",
                persist_state="session",  # as what is asked stays while another page is read
                format_func=format_miles,
                on_change=_start_over,
            )
            treatment.selectbox(
                _("Treatment"),
                [ANY_TREATMENT, *wording.TREATMENTS],
                key="treatment",
                persist_state="session",
                format_func=lambda code: sentence_case(wording.name_treatment(code)),
                on_change=_start_over,
            )
        with st.container(key="more"):
            left, right = st.columns([7, 5], vertical_alignment="center")
        with left:
            location_button.show(locate)
        right.toggle(
            _("Hide unconfirmed listings"),
            key="hide_unconfirmed",
            persist_state="session",
            on_change=_start_over,
        )


def _answer(
    release: Release, finder: PlaceFinder, found: CrisisMatch | None
) -> tuple[PlaceMatch | None, dict[str, Any], SearchResult | None]:
    """Return the place found, what the list shows, and the search's result.

    Where the text is a sign of a crisis, the list says nothing of a place that is not known.
    """
    state = st.session_state
    if not state.query:
        return None, answers.build_start(release, state.selected), None
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
        within_miles=state.within,
        treatment=state.treatment or None,
        hide_unconfirmed=state.hide_unconfirmed,
    )
    result = search(
        release.clinics,
        loaders.load_index(release.id),
        match.place,
        within_miles=filters.within_miles,
        treatment=filters.treatment,
        hide_unconfirmed=filters.hide_unconfirmed,
    )
    answer = answers.build_answer(
        release,
        match,
        result,
        filters,
        page=state.page,
        selected=state.selected,
        focus=state.focus,
        over_water=_over_water(result, state.page),
        notes=[state.note] if state.note else [],
    )
    return match, {**answer, "quiet": found is not None}, result


def _over_water(result: SearchResult, page: int) -> list[str]:
    """Return the ids of the clinics on this page whose straight line leaves US land."""
    place = result.place
    if place.latitude is None or place.longitude is None:
        return []
    first = (page - 1) * answers.PAGE_SIZE
    shown = result.clinics.iloc[first : first + answers.PAGE_SIZE]
    if shown.empty and result.nearest_outside is not None:
        shown = result.nearest_outside.to_frame().T
    points = np.column_stack((shown["latitude"], shown["longitude"])).astype(np.float64)
    crosses = land.crosses_open_water(
        (place.latitude, place.longitude), points, loaders.load_land()
    )
    return shown["clinic_id"][crosses].tolist()


def _ask(text: str) -> None:
    """Take a new search."""
    state = st.session_state
    state.update(query=text or " ", typed=text, located=None, note="", unfolded=False)
    _take_treatment(text)
    _start_over()
    state.focus += 1


def _take_treatment(text: str) -> None:
    """Filter by the treatment that is named beside the words of a crisis."""
    found = recognise(text)
    if found and found.treatment:
        st.session_state.treatment = found.treatment


def _start_over() -> None:
    """Go back to the first page with nothing selected."""
    st.session_state.update(page=1, selected=None, map_first=False)


def _act(kind: str, value: object, result: SearchResult | None) -> None:
    """Do what a person asked of the list."""
    state = st.session_state
    if kind == "select":
        _select(value, result, show_map=True)
    elif kind == "page":
        state.update(page=max(events.as_count(value), 1), selected=None, focus=state.focus + 1)
    elif kind == "query":
        _ask(events.as_text(value))
    elif kind == "within" and events.as_count(value) in RADII_MILES:
        state.within = value
        _start_over()
    elif kind == "treatment":
        state.treatment = ANY_TREATMENT
        _start_over()
    elif kind == "unconfirmed":
        state.hide_unconfirmed = False
        _start_over()


def _select(picked: object, result: SearchResult | None, *, show_map: bool) -> None:
    """Choose a clinic, turn to the page of the list that it is on, and show it on a phone."""
    state = st.session_state
    clinic_id = events.as_text(picked)
    state.selected = clinic_id or None
    state.map_first = show_map
    if result is not None:
        ranks = result.clinics["rank"][result.clinics["clinic_id"] == clinic_id]
        if len(ranks):
            state.page = (int(ranks.iloc[0]) - 1) // answers.PAGE_SIZE + 1


def _osm_link(place: Place | None) -> str | None:
    """Return OpenStreetMap's address of the area of a ZIP or city."""
    if place is None or place.latitude is None or place.longitude is None:
        return None
    return f"https://www.openstreetmap.org/#map=11/{place.latitude:.2f}/{place.longitude:.2f}"
