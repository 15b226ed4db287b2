"""The inbox of review: what visitors reported, each with the clinic as it is listed beside it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import htpy as h
import streamlit as st

from geo import workspace
from geo.search import wording
from geo.workspace import decisions, visitor_reports
from geo.workspace.working_list import write_phone
from pages.operators.parts import operator_page, workspace_loaders
from pages.operators.parts.plain_text import count, escape
from pages.operators.parts.review_state import REPORTS_STEP, ReviewState
from pages.parts import auth, notices

if TYPE_CHECKING:
    from geo.workspace import Workspace
    from geo.workspace.visitor_reports import VisitorReport
    from geo.workspace.working_list import WorkingList

_WORDS: Final = {
    "closed": "closed for good",
    "moved": "has moved",
    "phone": "wrong phone number",
    "address": "wrong address",
    "not_offered": "does not offer the treatment that is listed",
    "other": "something else",
}
_UNKNOWN: Final = "not known"
_SPEAKS_OF: Final = {
    "closed": "Status",
    "moved": "Address",
    "phone": "Phone",
    "address": "Address",
    "not_offered": "Treatments",
}
"""What is wrong -> the fact of the listing that it speaks of."""


def show(opened: Workspace) -> None:
    """Draw the reports that wait, the oldest first; nothing where there are none.

    Raises
    ------
    GeoError : the workspace cannot be read, or a report cannot be deleted.
    """
    visitor_reports.delete_old(opened)
    waiting = visitor_reports.list_waiting(opened)
    if not waiting:
        return
    notices.show_part(
        f"Reports by visitors ({len(waiting):,})",
        "Look into each, change the clinic on the page Clinics where it is right, then press Done. "
        f"A report is deleted then, and after {visitor_reports.KEPT_DAYS} days at the latest.",
    )
    working = workspace_loaders.load_working_list()
    shown = ReviewState.of_visit().reports_shown
    for report in waiting[:shown]:
        _show_report(working, report)
    if len(waiting) > shown:
        st.button(
            f"Show more reports ({len(waiting) - shown:,})",
            key="visitor_reports_more",
            on_click=_show_more,
        )


def _show_more() -> None:
    ReviewState.of_visit().reports_shown += REPORTS_STEP


def _show_report(working: WorkingList, report: VisitorReport) -> None:
    known = working.has(report.clinic_id)
    clinic = working.clinic(report.clinic_id) if known else {}
    name = str(clinic["name"]) if known else report.clinic_id
    with st.container(key=f"visitor_report_row_{report.id}"):
        said, listed = st.columns([2, 3], gap="medium")
        with said:
            st.html(_describe(report, name))
            if st.button("Done", key=f"visitor_report_done_{report.id}"):
                auth.require()
                with workspace.open() as own:
                    visitor_reports.finish(own, report.id)
                operator_page.finish(f"Done with the report on {escape(name)}; it is deleted.")
        with listed:
            st.html(
                _draw_listing(clinic, _SPEAKS_OF.get(report.wrong, ""))
                if known
                else h.p(".row-words")["The list has this clinic no more."]
            )


def _describe(report: VisitorReport, name: str) -> h.Fragment:
    """Return what a report says."""
    age = (date.fromisoformat(decisions.today()) - date.fromisoformat(report.day)).days
    left = count(visitor_reports.KEPT_DAYS - age, "day")
    value = f"Right would be: “{report.value}”" if report.value else ""
    lines = (
        f"{_WORDS[report.wrong][:1].upper()}{_WORDS[report.wrong][1:]}",
        value,
        f"Came in on {report.day}; deleted in {left}",
    )
    return h.fragment[h.p[h.strong[name]], [h.p(".row-words")[line] for line in lines if line]]


def _draw_listing(clinic: dict[str, Any], marked: str) -> h.Element:
    """Return a clinic as it is listed, with the fact marked that a report speaks of."""
    facts = {
        "Status": str(clinic["status"]),
        "Address": wording.describe_address(clinic),
        "Phone": write_phone(str(clinic["phone"])),
        "Website": str(clinic["website"]),
        "Treatments": str(clinic["treatments"]).replace(";", ", "),
    }
    rows = [
        h.tr[
            h.th(scope="row")[label],
            h.td[h.mark[value or _UNKNOWN] if label == marked else value or _UNKNOWN],
        ]
        for label, value in facts.items()
    ]
    link = f"operators?clinic={quote(str(clinic['clinic_id']))}"
    onward = h.a(href=link, target="_self")["open it in Clinics"]
    table = h.table[h.caption["As listed: ", onward], h.tbody[rows]]
    return h.div(".plain-table.side-by-side", tabindex="0", role="region", aria_label="As listed")[
        table
    ]
