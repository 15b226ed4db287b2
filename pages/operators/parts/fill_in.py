"""What clinics of the list lack: who is asked for which of them, how far it is, and what came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo import jobs, workspace
from geo.clinics.vocabulary import STATES
from geo.enriching import enriching_run, own_sites
from geo.jobs import job_state
from geo.sources import descriptors
from geo.workspace import cases, proposals
from pages.operators.parts import job_progress
from pages.operators.parts.decision_words import LABELS
from pages.parts import auth
from pages.parts.tables import show_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.jobs import Job

NAME: Final = "fill_in"
LABEL: Final = "Fill in what clinics of the list lack"
_LACKING: Final[Mapping[str, str]] = {
    "any": "anything",
    "street": "a street",
    "phone": "a telephone",
    "city_only": "all of the address but the city",
}


def show() -> None:
    """Draw which clinics are asked for, how far it is, and what the last run came to.

    Raises
    ------
    GeoError : the workspace or a job cannot be read.
    """
    st.caption(
        "This server reads a few pages of each clinic's site, one a second, as its robots.txt allows; "
        "services are asked by a clinic's name and place. Nothing is changed: what is found waits in "
        "Review, with where it stands."
    )
    job = job_progress.show("enrich", "Filling in")
    if job is not None and job.is_running:
        return
    titles = {name: descriptors.find(name).title for name in enriching_run.SOURCES}
    asked = st.multiselect(
        "Who is asked",
        list(titles),
        default=[own_sites.NAME],
        format_func=lambda name: titles[name],
        key="fill_in_sources",
    )
    lacking = st.segmented_control(
        "Clinics that lack",
        list(_LACKING),
        default="any",
        format_func=lambda code: _LACKING[code],
        key="fill_in_lacking",
        required=True,
    )
    state = st.selectbox(
        "State",
        ["", *sorted(STATES)],
        format_func=lambda code: code or "All states",
        key="fill_in_state",
        width=200,
    )
    if st.button("Look for it now", type="primary", key="fill_in", disabled=not asked):
        who = auth.require()
        task = {"sources": asked, "lacking": lacking, "state": state}
        jobs.start("enrich", task, who=who)
        st.rerun()
    if job is not None and job.state == job_state.DONE:
        _show_result(job)
    _show_queue()


def _show_result(job: Job) -> None:
    show_table(
        f"The last run, of {job.result['clinics']:,} clinics",
        {"told": "Clinics", "count": "How many"},
        [
            {"told": words, "count": f"{count:,}"}
            for words, count in sorted(job.result["outcomes"].items(), key=lambda one: -one[1])
        ],
        numbers=["count"],
    )
    show_table(
        "What was found",
        {"field": "Field", "count": "Proposed", "sure": "Sure"},
        [
            {
                "field": LABELS.get(name, "Address"),
                "count": f"{count:,}",
                "sure": f"{sure:,}",
            }
            for name, (count, sure) in job.result["fields"].items()
        ],
        numbers=["count", "sure"],
    )


def _show_queue() -> None:
    with workspace.open() as opened:
        waiting = len(cases.open_cases(opened, proposals.KIND))
    if waiting:
        st.page_link(
            "pages/operators/review.py",
            label=f"Review what was found for {waiting:,} clinics",
            icon=":material/rule:",
        )
