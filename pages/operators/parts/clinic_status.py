"""Whether a clinic operates, as the operator says it; and what others wrote of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from geo import workspace
from geo.clinics.vocabulary import OUT_STATUSES
from geo.workspace import case_resolving, cases, decisions, editing
from pages.operators.parts import deciding
from pages.parts import auth
from pages.parts.reports import find_report_address

if TYPE_CHECKING:
    from geo.workspace.working_list import WorkingList


def show(working: WorkingList, clinic_id: str) -> None:
    """Draw the ways to close, withdraw or reopen a clinic."""
    status = working.clinic(clinic_id)["status"]
    if status in OUT_STATUSES:
        _show_reopen(clinic_id)
    if status != "closed":
        _show_close(clinic_id)
    if status != "withdrawn":
        _show_withdraw(clinic_id)


def show_reports(clinic_id: str) -> None:
    """Draw the reports on a clinic that wait, and where another is entered."""
    with workspace.open() as opened:
        waiting = cases.open_cases(opened, "report")
    for case in waiting[waiting["clinic_id"].eq(clinic_id)].to_dict("records"):
        with st.container(
            key=f"report_row_{case['case_id']}", horizontal=True, vertical_alignment="center"
        ):
            st.text(f"{case['facts']['received']}: {case['facts']['says']}")
            if st.button("Looked into", key=f"report_done_{case['case_id']}"):
                _resolve_report(int(case["case_id"]))
    st.caption(
        "Reports by mail come to the address that stands below every list"
        + ("." if find_report_address() else " (none is set here).")
        + " Enter what one says, without the sender's name; it then stands first among the calls."
    )
    with st.form(deciding.name_key(f"report_{clinic_id}")):
        says = st.text_area("What it says", key=deciding.name_key("report_says"))
        received = st.date_input(
            "Received",
            value=date.fromisoformat(decisions.today()),
            max_value=date.fromisoformat(decisions.today()),
            key=deciding.name_key("report_received"),
        )
        asked = st.form_submit_button("Enter this report", type="primary", key="enter_report")
    if asked:
        deciding.decide(
            auth.require(),
            lambda opened, who: editing.enter_report(
                opened, clinic_id, says or "", received=received.isoformat(), who=who
            ),
            "The report was entered.",
        )


def _show_reopen(clinic_id: str) -> None:
    with st.form(deciding.name_key(f"reopen_{clinic_id}")):
        st.markdown("**Say that it operates**")
        reason = st.text_input("How you know", key=deciding.name_key("reopen_why"))
        asked = st.form_submit_button("Reopen", type="primary", key="reopen")
    if asked:
        deciding.decide(
            auth.require(),
            lambda opened, who: editing.reopen(opened, clinic_id, who=who, reason=reason),
            "The clinic is said to operate.",
        )


def _show_close(clinic_id: str) -> None:
    with st.form(deciding.name_key(f"close_{clinic_id}")):
        st.markdown("**Report it closed**: cards say so, and searches leave it out.")
        day, beside = st.columns([1, 3])
        closed_on = day.text_input(
            "Closed on (as far as known)",
            key=deciding.name_key("close_on"),
            placeholder="2026-03-31",
        )
        reason = beside.text_input("How you know", key=deciding.name_key("close_why"))
        asked = st.form_submit_button("Report closed", key="close_clinic")
    if asked:
        deciding.decide(
            auth.require(),
            lambda opened, who: editing.close(
                opened, clinic_id, closed_on=(closed_on or "").strip(), who=who, reason=reason
            ),
            "The clinic is reported closed.",
        )


def _show_withdraw(clinic_id: str) -> None:
    with st.form(deciding.name_key(f"withdraw_{clinic_id}")):
        st.markdown(
            "**Withdraw it**: it should not be on the list, and no source is to bring it back."
        )
        reason = st.text_input(
            "Why (needed; readers of the list see it)", key=deciding.name_key("withdraw_why")
        )
        asked = st.form_submit_button("Withdraw", key="withdraw")
    if asked:
        deciding.decide(
            auth.require(),
            lambda opened, who: editing.withdraw(opened, clinic_id, who=who, reason=reason),
            "The clinic was withdrawn.",
        )


def _resolve_report(case_id: int) -> None:
    deciding.decide(
        auth.require(),
        lambda opened, who: case_resolving.resolve_case(opened, case_id, "done", who=who),
        "The report is settled.",
    )
