"""How far a job is, the same for every operator who looks, and the way to stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo import jobs
from geo.errors import GeoError
from geo.jobs import job_state
from pages.operators.parts.plain_text import escape
from pages.parts import auth, notices

if TYPE_CHECKING:
    from geo.jobs import Job

_LOOK_SECONDS: Final = 1.0
_MINUTE: Final = 60


def show(kind: str, doing: str) -> Job | None:
    """Draw a job that is at work, or how the last one failed; return it as it stands.

    Parameters
    ----------
    kind : of the job.
    doing : what it does, such as "Geocoding".

    Raises
    ------
    WorkspaceError : its file cannot be read.
    """
    job = jobs.read(kind)
    if job is None:
        return None
    if job.is_running:
        _watch(kind, doing)
    elif job.state == job_state.FAILED:
        st.error(f"{doing} failed: {escape(job.told)}", icon=":material/error:")
    elif job.state == job_state.STOPPED:
        st.info(f"{doing} was stopped. Start it again to go on.", icon=":material/stop_circle:")
    elif job.state == job_state.CUT_OFF:
        st.warning(
            f"{doing} was cut off, as by a restart of the machine. Nothing is half done; start it "
            "again to go on.",
            icon=":material/power_off:",
        )
    return job


@st.fragment(run_every=_LOOK_SECONDS)
def _watch(kind: str, doing: str) -> None:
    """Draw a job until it ends, then the page anew."""
    auth.require()
    try:
        job = jobs.read(kind)
        if job is None or not job.is_running:
            st.rerun()
        _draw(job, doing)
        if st.button("Stop", key=f"stop_{kind}", icon=":material/stop:"):
            auth.require()
            jobs.stop(kind)
            st.caption("Stopping; what is done stays done.")
    except GeoError as error:
        notices.show_error(error)


def _draw(job: Job, doing: str) -> None:
    share = min(job.done / job.total, 1.0) if job.total else None
    if share is None:
        words = f"{doing}: {job.done:,} {job.unit}" if job.unit else doing
        st.status(words, state="running")
    else:
        st.progress(share, text=f"{doing}: {job.done:,} of {job.total:,} {job.unit}")
    parts = [f"{count:,} {kind.replace('_', ' ')}" for kind, count in job.counts.items()]
    if job.seconds_left is not None:
        parts.append(f"{_describe_time(job.seconds_left)} left")
    counted = f"{escape(', '.join(parts))}. " if parts else ""
    st.caption(
        f"{counted}Started by {escape(job.who)}. It goes on if you leave this page; every operator "
        "sees it here."
    )


def _describe_time(seconds: float) -> str:
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < _MINUTE * _MINUTE:
        return f"{seconds / _MINUTE:.0f} min"
    return f"{seconds / _MINUTE / _MINUTE:.1f} h"
