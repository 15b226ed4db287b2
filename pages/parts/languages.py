"""Which language a visit speaks, and the switch between them."""

from __future__ import annotations

from typing import Final

import streamlit as st

from geo import language
from geo.language import gettext as _
from pages.parts import components

PARAMETER: Final = "lang"
KEY: Final = "language_switch"

_CHOICE: Final = "language"
_mount: Final = components.declare("language_switch")


def choose() -> None:
    """Speak the language of the address, else the one chosen before, else the browser's.

    Every run starts with this. A callback and a fragment that put words on the page do so too:
    Streamlit runs them ahead of the script, or without it.
    """
    state = st.session_state
    asked = st.query_params.get(PARAMETER)
    code = language.negotiate(_read_browser(), asked, state.get(_CHOICE))
    if asked:
        state[_CHOICE] = code  # so that the next page keeps it
    language.use(code)


def link_query() -> dict[str, str]:
    """Return what a link of this site carries so that it opens in the language of this run."""
    code = language.current()
    return {} if code == language.ENGLISH else {PARAMETER: code}


def show_switch() -> None:
    """Draw the switch: the other languages, each in its own words."""

    def handle() -> None:
        event = st.session_state[KEY].get("language")
        if event and event["code"] in language.available():
            st.session_state[_CHOICE] = event["code"]
            st.query_params[PARAMETER] = event["code"]

    now = language.current()
    _mount(
        key=KEY,
        data={
            "language": now,
            "label": _("Language"),
            "others": [pair for pair in language.available().items() if pair[0] != now],
        },
        on_language_change=handle,
        width="content",
    )


def _read_browser() -> str:
    """Return the languages that the browser asks for."""
    return st.context.headers.get("Accept-Language") or st.context.locale or ""
