"""The second step: what was read of a source, what of it was rejected, joined or held."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from geo import workspace
from geo.exporting import temporary_folders
from geo.paths import find_home
from geo.sources import descriptors
from geo.sources.rejects import write_rejects
from geo.workspace import (
    case_resolving,
    cases,
    ingestion,
    linking,
    possible_clinics,
    runs,
    stored_listings,
)
from pages.operators.parts import job_progress, operator_page
from pages.operators.parts.plain_text import escape
from pages.parts import auth
from pages.parts.tables import show_table

if TYPE_CHECKING:
    import pandas as pd

    from geo.workspace import Workspace
    from geo.workspace.runs import RunSummary

_SHOWN: Final = 25
_STATES: Final = {
    "complete": "taken in",
    "held": "held: it waits for your word",
    "discarded": "discarded",
    "undone": "taken back",
}


def show() -> None:
    """Draw a run of a source, by default the last one.

    Raises
    ------
    WorkspaceError : the workspace or a job cannot be read.
    """
    job = job_progress.show("ingest", "Taking in")
    if job is not None and job.is_running:
        return
    with workspace.open() as opened:
        found = {run.id: run for run in runs.list_runs(opened)}
        if not found:
            st.caption("No source was taken in yet.")
            return
        run = found[
            st.selectbox(
                "What was taken in",
                list(found),
                format_func=lambda run_id: _name(found[run_id]),
                key="refresh_run",
            )
        ]
        _show_counts(opened, run)
        if run.state == "held" and run.case_id is not None:
            _resolve_held(opened, run, run.case_id)
        _show_rejects(runs.rejects(opened, run.id), run)
        _show_cleared_fields(runs.cleared_fields(opened, run.id))
        _show_notices(runs.notices(opened, run.id))
        matched = (
            None if run.decision_id is None else linking.find_matching(opened, run.decision_id)
        )
        if matched is not None:
            _show_duplicates(opened, matched)
        if run.source == descriptors.MEDICARE.name:
            _show_places(opened)
        if run.state == "complete" and run.decision_id is not None:
            _offer_taking_back(run)


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the first rows of a table, as many as are shown."""
    return [
        {str(name): value for name, value in row.items()}
        for row in table.head(_SHOWN).to_dict("records")
    ]


def _name(run: RunSummary) -> str:
    when = run.finished_at.replace("T", " ").removesuffix("Z")
    file = f", {run.file_name}" if run.file_name else ""
    return f"{run.title}{file}: {_STATES[run.state]} ({when} UTC, {run.who})"


def _show_counts(opened: Workspace, run: RunSummary) -> None:
    counts = {
        "Read": (run.read, "records; each is one of the next three"),
        "Not relevant": (run.not_relevant, "nothing in them speaks of ketamine or esketamine"),
        "Rejected": (run.rejected, "without a name or a state, or unreadable; reasons below"),
        "Accepted": (
            run.accepted,
            f"{run.added:,} new, {run.changed:,} changed, {run.unchanged:,} as they were",
        ),
        "Missing": (run.missing, "held by an earlier run and not by this one; they stay, and age"),
        "Mended": (
            len(runs.cleared_fields(opened, run.id)),
            "optional fields emptied, since what stood there cannot be",
        ),
    }
    show_table(
        f"What was read of {run.title}",
        {"what": "", "count": "Records", "told": "Which are"},
        [
            {"what": what, "count": f"{count:,}", "told": message}
            for what, (count, message) in counts.items()
        ],
        numbers=["count"],
    )


def _resolve_held(opened: Workspace, run: RunSummary, case_id: int) -> None:
    """Say why a run is held, and let it in or out."""
    case = cases.find_open(opened, case_id)
    st.warning(escape(case.reason), icon=":material/trending_down:")
    reason = st.text_input(
        "Why", key=f"held_why_{run.id}", placeholder="the register was cleaned up"
    )
    with st.container(horizontal=True, key="held_actions"):
        accepted = st.button("Accept it all the same", key="accept_run")
        discarded = st.button("Discard this run", type="primary", key="discard_run")
    if accepted or discarded:
        who = auth.require()
        choice = "accept" if accepted else "discard"
        case_resolving.resolve_case(opened, case_id, choice, who=who, reason=reason)
        linking.assign_new(opened)
        operator_page.finish("The run is taken in." if accepted else "The run is discarded.")


def _show_rejects(rejects: pd.DataFrame, run: RunSummary) -> None:
    if rejects.empty:
        return
    show_table(
        f"Rejected ({len(rejects):,})",
        {"line": "Line", "record": "Record", "reason": "Why"},
        [{**row, "line": row["line"] or "not known"} for row in _rows(rejects)],
    )
    with st.container(horizontal=True, key="rejects_actions", vertical_alignment="center"):
        st.download_button(
            "Download the rejects (CSV)",
            auth.guard(lambda: _write_rejects(rejects)),
            file_name=f"{Path(run.file_name).stem or run.source}.rejects.csv",
            mime="text/csv",
            on_click="ignore",
        )
        more = f"{len(rejects) - _SHOWN:,} more are in the file. " if len(rejects) > _SHOWN else ""
        st.caption(f"{more}Mend them there and take the file in as a table.")


def _write_rejects(rejects: pd.DataFrame) -> bytes:
    with temporary_folders.hold(find_home(), "rejects") as folder:
        path = folder / "rejects.csv"
        write_rejects(rejects, path)
        return path.read_bytes()


def _show_cleared_fields(cleared_fields: pd.DataFrame) -> None:
    if cleared_fields.empty:
        return
    with st.expander(f"Mended fields ({len(cleared_fields):,})"):
        show_table(
            "Optional fields that were emptied",
            {
                "listing_id": "Listing",
                "column": "Field",
                "was": "What stood there",
                "reason": "Why",
            },
            _rows(cleared_fields),
        )


def _show_notices(found: pd.DataFrame) -> None:
    if found.empty:
        return
    with st.expander(f"To be looked at ({len(found):,})", expanded=True):
        show_table(
            "What the source tells an operator; what concerns a clinic of ours is in Review",
            {"npi": "NPI", "kind": "What", "date": "Since", "reason": "Why"},
            _rows(found),
        )


def _show_duplicates(opened: Workspace, matched: int) -> None:
    """Say which listings were joined to a clinic by rule, and how many pairs wait."""
    joined = linking.list_joined(opened, matched)
    known = stored_listings.current(opened)
    names = dict(zip(known["listing_id"], known["name"], strict=True))
    show_table(
        f"Duplicates by rule: listings given the same clinic ({len(joined):,})",
        {"name": "Listing", "clinic_id": "Clinic", "score": "Score", "why": "Why"},
        [
            {
                **row,
                "name": names.get(row["listing_id"], row["listing_id"]),
                "score": f"{row['score']:.2f}",
            }
            for row in _rows(joined)
        ],
        numbers=["score"],
    )
    waiting = int(cases.open_cases(opened, "duplicate")["case_id"].count())
    st.caption(
        f"Doubtful pairs that wait in Review: {waiting:,}. Until decided, each listing of a pair is "
        "a clinic of its own."
    )


def _show_places(opened: Workspace) -> None:
    """Say where the addresses wait that are no clinic by themselves."""
    possible = len(cases.open_cases(opened, possible_clinics.KIND))
    leads = len(possible_clinics.list_leads(opened))
    st.caption(
        f"None of its addresses is a clinic by itself. Organizations that wait in Review: {possible:,}. "
        f"Individuals' addresses, under Whom to call on Clinics: {leads:,}. Whether clinics of the list "
        "stand at the others is found by filling in, which asks Medicare's payments too."
    )


def _offer_taking_back(run: RunSummary) -> None:
    with st.expander("Take this run back"):
        st.caption(
            "Its listings are as they were before; where others of the source's are newer, or an "
            "operator decided something about them, this is refused."
        )
        reason = st.text_input("Why", key=f"back_why_{run.id}", placeholder="the wrong file")
        if st.button("Take it back", key="take_back_run"):
            who = auth.require()
            with workspace.open() as opened:
                ingestion.take_back(opened, run.id, who=who, reason=reason)
            operator_page.finish("The run is taken back.")
