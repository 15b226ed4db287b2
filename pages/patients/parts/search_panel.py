"""The search panel: what is asked, by the box, a link or a press, and the fields to ask by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.errors import GeoError, PlaceError
from geo.guidance.crisis.recognising import recognise
from geo.i18n.language import gettext as _
from geo.search import wording
from pages.parts import events, languages, loaders, mobile_layout
from pages.parts.wordings import sentence_case
from pages.patients.parts import (
    fact_filters_panel,
    linked_search,
    location_button,
    place_suggestions,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.places import PlaceFinder
    from pages.parts.streamlit_inside import DeltaGenerator

ANY_TREATMENT: Final = ""


def start_session() -> bool:
    """Set what a new visit starts with, from the link that opened it if there is one.

    Returns
    -------
    Whether the visit is new and came without such a link.
    """
    state = st.session_state
    link = linked_search.read()
    if "query" in state and link in ({}, state.link):
        was_linked, state.link = state.link, link
        if "typed" not in state:
            _return_to_box()
        elif was_linked and not link:
            # Gone on to an address that names nothing: what was asked there the browser has kept.
            state.update(query="", typed="", located=None, selected=None, page=1, note="")
            st.rerun()  # the head of the page goes by what is asked
        return False
    state.update(query="", located=None, selected=None, page=1, focus=0, note="")
    state.update(map_first=False, unfolded=False, link=link)
    if link:
        take_up(link)
    return not link


def take_up(link: Mapping[str, str]) -> None:
    """Ask for what a link says, or what the browser kept of a search."""
    state = st.session_state
    asked = next(link[name] for name in mobile_layout.LINK_NAMES if name in link)
    state.update(query=asked or " ", typed=asked, focus=1)
    unread = []
    far, treatment = link.get("within", str(within.DEFAULT)), link.get("treatment", "")
    state.within = within.BY_LINK.get(far, within.DEFAULT)
    if str(state.within) != far:
        unread.append(
            _("The link named a radius that we do not offer; {distance} is used.").format(
                distance=within.describe(within.DEFAULT)
            )
        )
    if treatment in wording.TREATMENTS or not treatment:
        state.treatment = treatment
    else:
        unread.append(_("The link named a treatment that we do not know; any treatment is shown."))
    if fact_filters_panel.choose_by_link(link):
        unread.append(_("The link named a choice that we do not know; it is left out."))
    _take_treatment(asked)
    state.hide_unconfirmed = link.get("unconfirmed") == "hide"
    state.by_minutes = link.get("order") == "drive"
    state.note = " ".join(unread)


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


def resume() -> None:
    """Ask again what stands in the box already.

    That is so where the server that a visitor was with has died and another took over: the browser
    hands its fields to it, and all else is lost.
    """
    if st.session_state.typed:
        st.session_state.query = st.session_state.typed
        st.rerun()  # the head of the page goes by what is asked


def show(finder: PlaceFinder) -> DeltaGenerator:
    """Draw the place box and the filters; return the room for those that the answer brings."""

    def locate(latitude: float, longitude: float) -> None:
        languages.choose()
        try:
            place = finder.nearest_zip(latitude, longitude)
        except PlaceError as error:
            ask("")
            st.session_state.located = error
            return
        ask(place.zip)
        st.session_state.located = place

    state = st.session_state
    events.keep_choice("within", within.CHOICES, within.DEFAULT)
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
                on_click=lambda: ask(st.session_state.typed),
            )
            text.text_input(
                _("City, state, ZIP code or address"),
                key="typed",
                autocomplete="off",  # or the browser keeps what was typed, and offers it to others
                placeholder="60601",
            )
        chosen = [
            within.describe(state.get("within", within.DEFAULT)),
            sentence_case(wording.name_treatment(state.get("treatment", ANY_TREATMENT))),
            *fact_filters_panel.describe_wanted(fact_filters_panel.read_wanted()),
        ]
        st.button(
            _("Fewer options") if state.unfolded else " · ".join(chosen),
            key="unfold",
            on_click=lambda: state.update(unfolded=not state.unfolded),
        )
        with filters, st.container(key="filters"):
            radius, treatment = st.columns(2)
            radius.selectbox(
                _("Within"),
                within.CHOICES,
                index=0 if "within" in state else within.CHOICES.index(within.DEFAULT),
                key="within",
                persist_state="session",  # as what is asked stays while another page is read
                format_func=within.describe,
                on_change=start_over,
            )
            treatment.selectbox(
                _("Treatment"),
                [ANY_TREATMENT, *wording.TREATMENTS],
                key="treatment",
                persist_state="session",
                format_func=lambda code: sentence_case(wording.name_treatment(code)),
                on_change=start_over,
            )
        with st.container(key="more"):
            left, middle, right = st.columns([4, 4, 4], vertical_alignment="center")
        with left:
            location_button.show(locate)
        place_suggestions.show(loaders.load_release().id)
        middle.toggle(
            _("Quickest drive first"),
            key="by_minutes",
            persist_state="session",
            on_change=start_over,
        )
        right.toggle(
            _("Hide unconfirmed listings"),
            key="hide_unconfirmed",
            persist_state="session",
            on_change=start_over,
        )
        return st.container(key="facts", horizontal=True)


def ask(text: str) -> None:
    """Take a new search."""
    state = st.session_state
    state.update(query=text or " ", typed=text, located=None, note="", unfolded=False, link={})
    _take_treatment(text)
    start_over()
    state.focus += 1


def _take_treatment(text: str) -> None:
    """Filter by the treatment that is named beside a place, or beside the words of a crisis."""
    found = recognise(text)
    treatment = _read_treatment(text) if found is None else found.treatment
    if treatment:
        st.session_state.treatment = treatment


def _read_treatment(text: str) -> str:
    """Return the treatment that is named beside a place; "" for none, or as a part of a name."""
    try:
        return loaders.load_finder(loaders.load_release().id).find(text).wishes.treatment
    except GeoError:
        return ""  # what is wrong is said when the place is searched


def start_over() -> None:
    """Go back to the first page with nothing selected."""
    st.session_state.update(page=1, selected=None, map_first=False)
    linked_search.correct_address()
