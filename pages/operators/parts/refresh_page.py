"""The pipeline of a refresh: four steps, always in view, one of them open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo import jobs
from geo.jobs import job_state
from pages.operators.parts import (
    operator_page,
    refresh_geocode,
    refresh_preview,
    refresh_publish,
    refresh_source,
    source_states,
)
from pages.operators.parts.refresh_state import RefreshState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

STEPS: Final[Mapping[str, Callable[[], None]]] = {
    "1 Take a source": refresh_source.show,
    "2 Look at it": refresh_preview.show,
    "3 Geocode": refresh_geocode.show,
    "4 Publish": refresh_publish.show,
}


def show() -> None:
    """Draw the steps, and the one that is open.

    Raises
    ------
    GeoError : the workspace, a source or a job cannot be read.
    """
    names = list(STEPS)
    RefreshState.step.begin_with(names[0])
    _follow_source()
    with st.container(key="refresh_steps"):
        st.segmented_control(
            "Step", names, key=RefreshState.step.key, required=True, label_visibility="collapsed"
        )
    chosen = RefreshState.step.read()
    with st.container(key="refresh_step_body"):
        STEPS[chosen]()
    following = names[names.index(chosen) + 1 :]
    if following:
        with st.container(key="refresh_onward", horizontal=True, horizontal_alignment="right"):
            st.button(
                f"Go on: {following[0]}",
                key="refresh_next",
                icon=":material/arrow_forward:",
                on_click=_open,
                args=(following[0],),
            )
    if chosen == names[0]:
        with operator_page.body():
            source_states.show()


def _follow_source() -> None:
    """Open the second step once the source that was waited for is taken in."""
    state = RefreshState.of_visit()
    job = jobs.read("ingest") if state.awaited else None
    if job is not None and not job.is_running:
        awaited, state.awaited = state.awaited, ""
        if job.id == awaited and job.state == job_state.DONE:
            _open(list(STEPS)[1])


def _open(step: str) -> None:
    """Open another step; nothing is done by it."""
    RefreshState.step.write(step)
