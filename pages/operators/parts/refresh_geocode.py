"""The third step: addresses go to the geocoders, in a job that no page has to wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import streamlit as st

from geo import jobs, workspace
from geo.geocoding.settings import GAZETTEER, Settings, read_settings
from geo.jobs import job_state
from geo.paths import find_home
from geo.workspace import cases
from pages.operators.parts import job_progress
from pages.operators.parts.plain_text import escape
from pages.parts import auth, notices
from pages.parts.tables import show_table

if TYPE_CHECKING:
    from geo.jobs import Job

_AS_SET: Final = "The geocoders in turn, then ZIP, then city"
_NONE: Final = "ZIP and city alone: no service is asked"
_COUNTS: Final = {
    "match": "found by a geocoder, or in its cache",
    "tie": "fit several places equally well",
    "no_match": "known to no geocoder",
    "error": "could not be asked for; run it again",
    "not_asked": "not asked: there is no service, or it was given up",
    "no_street": "have no street to ask for",
    "verified": "stand where an operator's pin is",
    "from_source": "stand where a source of theirs puts them",
    "review": "wait in Review; until then they stay where they were",
    "changed": "stand elsewhere than before, or are better known",
    "nowhere": "have no point still",
}


def show() -> None:
    """Draw who is asked, how far it is, and what the last run came to.

    Raises
    ------
    GeocodingError : the settings are wrong.
    WorkspaceError : the workspace or a job cannot be read.
    """
    notices.show_part(
        "Where the clinics stand",
        "What was asked before comes from the cache. A run that was stopped goes on where it was; "
        "a pin that an operator verified is never moved.",
    )
    settings = read_settings(find_home())
    _show_services(settings)
    job = job_progress.show("geocode", "Geocoding")
    if job is not None and job.is_running:
        return
    way = st.radio("Who is asked", [_AS_SET, _NONE], key="geocode_way")
    if st.button("Geocode", type="primary", key="geocode", icon=":material/pin_drop:"):
        who = auth.require()
        provider = GAZETTEER if way == _NONE else None
        jobs.start("geocode", {"provider": provider}, who=who)
        st.rerun()
    if job is not None and job.state == job_state.DONE:
        _show_result(job)


def _show_services(settings: Settings) -> None:
    hosts = [
        f"{provider.name} ({urlsplit(getattr(provider, 'url', '')).hostname or 'its service'})"
        for provider in settings.providers
    ]
    named = ", then ".join(hosts) if hosts else "nobody"
    st.caption(
        f"Addresses of clinics go to: {escape(named)}. It is set in geocoding.toml in "
        "the operator's folder."
    )


def _show_result(job: Job) -> None:
    counts = job.result["counts"]
    for failure in job.result["failures"]:
        st.warning(escape(failure), icon=":material/cloud_off:")
    show_table(
        f"The last run, of {job.result['clinics']:,} clinics",
        {"told": "Clinics that", "count": "How many"},
        [
            {"told": words, "count": f"{counts[name]:,}"}
            for name, words in _COUNTS.items()
            if counts.get(name)
        ],
        numbers=["count"],
    )
    with workspace.open() as opened:
        waiting = len(cases.open_cases(opened, "position"))
    if waiting:
        st.page_link(
            "pages/operators/review.py",
            label=f"Review {waiting:,} doubtful points",
            icon=":material/rule:",
        )
