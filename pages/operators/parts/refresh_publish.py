"""The fourth step: the next release is built, compared with the one in use, and published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo import jobs, releases, workspace
from geo.coverage.position_draws import DRAWS
from geo.jobs import drafts, job_state
from geo.publishing import diff_wording, publishing
from pages.operators.parts import job_progress, operator_page, releases_page
from pages.operators.parts.plain_text import escape
from pages.parts import auth, notices
from pages.parts.tables import show_table

if TYPE_CHECKING:
    from geo.jobs import Job
    from geo.publishing.publishing import Draft

_IN_FULL: Final = f"In full ({DRAWS} draws of the clinics' points)"
_QUICKLY: Final = "Quickly (4 draws): for a change that cannot wait; publish in full after it"
_DRAWS: Final = {_IN_FULL: DRAWS, _QUICKLY: 4}
_MEASURES: Final = ("share_within_30_miles", "share_within_60_miles")


def show() -> None:
    """Draw the draft of the next release, and publish it when told to.

    Raises
    ------
    GeoError : the draft, a job or the release in use cannot be read; it is not published.
    """
    notices.show_part(
        "The next release",
        "It is built and measured first, a matter of minutes; then you see what would change, and "
        "publish it or leave it.",
    )
    job = job_progress.show("draft", "Building the next release and measuring what it covers")
    if job is not None and job.is_running:
        return
    without = st.checkbox(
        "Leave out records and points under the Open Database License (OpenStreetMap)",
        key="without_odbl",
    )
    way = st.radio("Measure coverage", list(_DRAWS), key="draws")
    if st.button("Build it and compare", key="build_draft", icon=":material/difference:"):
        who = auth.require()
        jobs.start("draft", {"without_odbl": without, "draws": _DRAWS[way]}, who=who)
        st.rerun()
    draft = drafts.load() if job is not None and job.state == job_state.DONE else None
    if job is not None and draft is not None:
        _show_draft(job, draft)


def _show_draft(job: Job, draft: Draft) -> None:
    built = job.told_at.replace("T", " ").removesuffix("Z")
    licence = ", without what is under the ODbL" if draft.without_odbl else ""
    notices.show_part(
        "What would change",
        f"Built {built} UTC for {job.who}{licence}, against the release {draft.base}.",
    )
    if draft.base != releases.current_id():
        st.info("Another release is in use since; build it anew.", icon=":material/history:")
        return
    _show_coverage(draft)
    releases_page.show_diff(draft.diff)
    if draft.open_cases:
        st.page_link(
            "pages/operators/review.py",
            label=f"{draft.open_cases:,} cases wait in Review; they are published as they stand",
            icon=":material/rule:",
        )
    _offer_publishing(draft)


def _show_coverage(draft: Draft) -> None:
    """Draw what changes of how regions are served."""
    table = draft.diff.coverage
    regions = table[table["level"].isin(["nation", "region"]) & table["measure"].isin(_MEASURES)]
    if regions.empty:
        st.caption(
            "How the country and its regions are served stays the same, to a tenth of a percent."
        )
        return
    show_table(
        "What it does to coverage: adults with a clinic",
        {"name": "Region", "measure": "", "before": "Now", "after": "Then"},
        [
            {
                "name": row["name"],
                "measure": diff_wording.MEASURES[row["measure"]],
                **{
                    when: diff_wording.describe_figure(row["measure"], row[when])
                    for when in ("before", "after")
                },
            }
            for row in regions.to_dict("records")
        ],
        numbers=["before", "after"],
    )


def _offer_publishing(draft: Draft) -> None:
    reason = ""
    for refusal in draft.refusals:
        st.warning(f"Past a limit: {escape(refusal)}", icon=":material/block:")
    if draft.refusals:
        reason = st.text_input(
            "Why it is right all the same; kept with the release",
            key="force_why",
            placeholder="What was looked at, and what it showed.",
        )
    if st.button("Publish", type="primary", key="publish", icon=":material/publish:"):
        who = auth.require()
        with workspace.open() as opened:
            done = publishing.publish(opened, draft, who=who, force=reason)
        if done.switch is None:
            operator_page.finish(f"{done.release_id} is in use already: nothing differs.")
        drafts.forget()
        gone = f" Old releases removed: {', '.join(done.removed)}." if done.removed else ""
        operator_page.finish(
            f"Published: {done.release_id} is in use, and visitors have it within a moment.{gone} "
            "On the page Releases it is taken back in one step."
        )
