"""The search panel: what is asked, by the box, a link or a press, and the fields to ask by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.errors import GeoError, PlaceError
from geo.guidance.crisis.recognising import recognise
from geo.i18n.language import gettext as _
from geo.i18n.sentences import sentence_case
from geo.search import wording
from pages.parts import languages, loaders, mobile_layout
from pages.parts.finder_state import FinderState
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
    state = FinderState.of_visit()
    link = linked_search.read()
    if not state.is_new and link in ({}, state.link):
        was_linked, state.link = state.link, link
        if not FinderState.typed.is_set():
            _return_to_box()
        elif was_linked and not link:
            # Gone on to an address that names nothing: what was asked there the browser has kept.
            state.begin()
            state.typed = ""
            st.rerun()  # the head of the page goes by what is asked
        return False
    state.begin()
    state.is_new, state.link = False, link
    state.focus, state.map_first, state.unfolded = 0, False, False
    if link:
        take_up(link)
    return not link


def take_up(link: Mapping[str, str]) -> None:
    """Ask for what a link says, or what the browser kept of a search."""
    state = FinderState.of_visit()
    asked = next(link[name] for name in mobile_layout.LINK_NAMES if name in link)
    state.query, state.typed, state.focus = asked or " ", asked, 1
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
    state = FinderState.of_visit()
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
    state = FinderState.of_visit()
    if state.typed:
        state.query = state.typed
        st.rerun()  # the head of the page goes by what is asked


def show(finder: PlaceFinder, release_id: str) -> DeltaGenerator:
    """Draw the place box and the filters; return the room for those that the answer brings.

    Parameters
    ----------
    finder : of places, with the names of the clinics of the release.
    release_id : whose clinics the place box suggests too.
    """

    def locate(latitude: float, longitude: float) -> None:
        languages.choose()
        try:
            place = finder.nearest_zip(latitude, longitude)
        except PlaceError as error:
            ask("")
            state.located = error
            return
        ask(place.zip)
        state.located = place

    state = FinderState.of_visit()
    FinderState.within.keep_choice(within.CHOICES, within.DEFAULT)
    FinderState.treatment.keep_choice([ANY_TREATMENT, *wording.TREATMENTS])
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
                on_click=lambda: ask(state.typed),
            )
            text.text_input(
                _("City, state, ZIP code or address"),
                key=FinderState.typed.key,
                autocomplete="off",  # or the browser keeps what was typed, and offers it to others
                placeholder="60601",
            )
        chosen = [
            within.describe(FinderState.within.read_or(within.DEFAULT)),
            sentence_case(wording.name_treatment(FinderState.treatment.read_or(ANY_TREATMENT))),
            *fact_filters_panel.describe_wanted(fact_filters_panel.read_wanted()),
        ]
        st.button(
            _("Fewer options") if state.unfolded else " · ".join(chosen),
            key="unfold",
            on_click=_fold,
        )
        with filters, st.container(key="filters"):
            radius, treatment = st.columns(2)
            radius.selectbox(
                _("Within"),
                within.CHOICES,
                index=0 if FinderState.within.is_set() else within.CHOICES.index(within.DEFAULT),
                key=FinderState.within.key,
                persist_state="session",  # as what is asked stays while another page is read
                format_func=within.describe,
                on_change=start_over,
            )
            treatment.selectbox(
                _("Treatment"),
                [ANY_TREATMENT, *wording.TREATMENTS],
                key=FinderState.treatment.key,
                persist_state="session",
                format_func=lambda code: sentence_case(wording.name_treatment(code)),
                on_change=start_over,
            )
        with st.container(key="more"):
            left, middle, right = st.columns([6, 3, 3], vertical_alignment="center")
        with left:
            location_button.show(locate)
        place_suggestions.show(release_id)
        middle.toggle(
            _("Quickest drive first"),
            key=FinderState.by_minutes.key,
            persist_state="session",
            on_change=start_over,
        )
        right.toggle(
            _("Hide unconfirmed listings"),
            key=FinderState.hide_unconfirmed.key,
            persist_state="session",
            on_change=start_over,
        )
        return st.container(key="facts", horizontal=True)


def ask(text: str) -> None:
    """Take a new search."""
    state = FinderState.of_visit()
    state.query, state.typed, state.link = text or " ", text, {}
    state.located, state.note, state.unfolded = None, "", False
    _take_treatment(text)
    start_over()
    state.focus += 1


def _fold() -> None:
    """Show the filters on a phone, or no longer."""
    state = FinderState.of_visit()
    state.unfolded = not state.unfolded


def _take_treatment(text: str) -> None:
    """Filter by the treatment that is named beside a place, or beside the words of a crisis."""
    found = recognise(text)
    treatment = _read_treatment(text) if found is None else found.treatment
    if treatment:
        FinderState.treatment.write(treatment)


def _read_treatment(text: str) -> str:
    """Return the treatment that is named beside a place; "" for none, or as a part of a name."""
    try:
        return loaders.load_finder(loaders.load_release().id).find(text).wishes.treatment
    except GeoError:
        return ""  # what is wrong is said when the place is searched


def start_over() -> None:
    """Go back to the first page with nothing selected."""
    state = FinderState.of_visit()
    state.page, state.selected, state.map_first = 1, None, False
    linked_search.correct_address()
