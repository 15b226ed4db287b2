"""What the operators' pages share: their head, and a word on what was just done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.operators.parts.operator_state import OperatorState
from pages.parts import auth, notices

if TYPE_CHECKING:
    from pages.parts.streamlit_inside import DeltaGenerator


def show_head(heading: str, words: str, who: str) -> None:
    """Draw the heading of a page, who is signed in, and what the last action did."""
    with st.container(horizontal=True, vertical_alignment="top", key="operator_head"):
        notices.show_page_heading(heading, words)
        auth.show_login(who)
    state = OperatorState.of_visit()
    done, state.done = state.done, ""
    if done:
        st.success(done, icon=":material/check:")


def body() -> DeltaGenerator:
    """Return what the rest of a page stands in, its parts spaced."""
    return st.container(key="operator_body", gap="small")


def finish(words: str) -> None:
    """Say after the next run what was done, and run again so that the page shows it."""
    OperatorState.of_visit().done = words
    st.rerun()
