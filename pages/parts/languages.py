"""Which language a visit speaks, and the switch between them."""

from __future__ import annotations

from typing import Final, TypedDict

import streamlit as st

from geo.i18n import language
from geo.i18n.language import gettext as _
from geo.i18n.language import pgettext
from geo.server.streamlit_seam import MAP_FRAME_TITLE
from pages.parts import components, events, page_state
from pages.parts.visit_state import VisitState

PARAMETER: Final = "lang"
KEY: Final = "language_switch"


class LanguageMessage(TypedDict):
    """What language_switch.js is sent; `others` are codes and names."""

    language: str
    path: str
    label: str
    controls: dict[str, str]
    others: list[tuple[str, str]]


class LanguageEvent(TypedDict):
    """The language that was chosen."""

    code: str
    at: int


class LanguageTriggers(TypedDict):
    """What language_switch.js sends."""

    language: LanguageEvent


_mount: Final = components.declare("language_switch")


def choose() -> None:
    """Speak the language of the address, else the one chosen before, else the browser's.

    Every run starts with this. A callback and a fragment that put words on the page do so too:
    Streamlit runs them ahead of the script, or without it.
    """
    state = VisitState.of_visit()
    asked = st.query_params.get(PARAMETER)
    code = language.negotiate(_read_browser(), asked, state.language)
    if asked:
        state.language = code  # so that the next page keeps it
    language.use(code)
    if state.spoken not in {"", code}:
        page_state.send_choices_anew()
    state.spoken = code


def link_query() -> dict[str, str]:
    """Return what a link of this site carries so that it opens in the language of this run."""
    code = language.current()
    return {} if code == language.ENGLISH else {PARAMETER: code}


def show_switch(path: str, *, has_others: bool) -> None:
    """Draw the switch: the other languages, each in its own words.

    Parameters
    ----------
    path : of the page that is drawn, whose links are marked as where one is.
    has_others : whether the page is written in the other languages too; else none is offered.
    """

    def handle() -> None:
        code = events.as_text(page_state.read_event(KEY, "language").get("code"))
        if code in language.available():
            VisitState.of_visit().language = code
            st.query_params[PARAMETER] = code

    now = language.current()
    _mount(
        key=KEY,
        data=LanguageMessage(
            language=now,
            path=path,
            label=_("Language"),
            controls={} if now == language.ENGLISH else _name_controls(),
            others=[pair for pair in language.available().items() if has_others and pair[0] != now],
        ),
        on_language_change=handle,
        width="content",
    )


def _name_controls() -> dict[str, str]:
    """Return the English words of Streamlit's own controls -> those of the language of this run."""
    return {
        "Skip to main content": pgettext("control", "Skip to main content"),
        "Choose an option": pgettext("control", "Choose an option"),
        "Choose options": pgettext("control", "Choose options"),
        "No results": pgettext("control", "No results"),
        "Open": pgettext("control", "Open"),
        "open": pgettext("control", "Open"),
        "Clear all": pgettext("control", "Clear all"),
        "Increment": pgettext("control", "One more"),
        "Decrement": pgettext("control", "One less"),
        "Show data": pgettext("control", "Show data"),
        "Show chart": pgettext("control", "Show chart"),
        "Fullscreen": pgettext("control", "Fullscreen"),
        "Close fullscreen": pgettext("control", "Close fullscreen"),
        "Download as PNG": pgettext("control", "Download as PNG"),
        "Download as CSV": pgettext("control", "Download as CSV"),
        "Copy Vega-Lite spec": pgettext("control", "Copy the chart's description"),
        "Copy to clipboard": pgettext("control", "Copy"),
        MAP_FRAME_TITLE: pgettext("control", "Map"),
    }


def _read_browser() -> str:
    """Return the languages that the browser asks for."""
    return st.context.headers.get("Accept-Language") or st.context.locale or ""
