"""Calls: whom to call next, and what came of a call."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import htpy as h
import streamlit as st

from geo.clinics.status import FRESH_MONTHS
from geo.clinics.vocabulary import STATES
from geo.guidance import html_pieces
from geo.workspace import call_list, calling
from geo.workspace.working_list import write_phone
from pages.operators.parts import call_leads, clinic_rows, deciding, workspace_loaders
from pages.operators.parts.decision_words import OUTCOMES
from pages.parts import auth, notices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.workspace.working_list import WorkingList

AGEING: Final = (
    f"A clinic turns from open to unconfirmed by itself once the newest source that lists it is "
    f"more than {FRESH_MONTHS} months old, unless its own page lists it; a call that finds it "
    "operating makes it open again."
)
_ORDER: Final = (
    "Reported ones first, then unconfirmed before open ones, the oldest first, then those with the "
    f"most adults within {call_list.AROUND_MILES:.0f} miles. Who was called rests "
    f"{call_list.REST_DAYS} days. Visitors' searches are not recorded, so they play no part."
)
_AT_ONCE: Final = ("open", "no_answer", "closed", "wrong_number")
"""The outcomes that a click notes; other facts have to be entered first."""

_MILLION: Final = 1_000_000


def show_list(working: WorkingList) -> None:
    """Draw the clinics in the order in which a call is worth most, each with its outcomes."""
    notices.show_part("Whom to call", _ORDER)
    st.caption(AGEING)
    listed = workspace_loaders.load_calls(working)
    leads = call_leads.load()
    places = {*listed["state"], *(listing["state"] for _, listing in leads)}
    state = st.selectbox(
        "State",
        ["", *sorted(STATES & places)],
        format_func=lambda code: code or "All states",
        key="calls_state",
        width=200,
    )
    if state:
        listed = listed[listed["state"].eq(state)]
    if listed.empty:
        st.caption("Nobody is to be called here.")
    clinic_rows.show(listed, "calls", _tell, _show_outcomes_of)
    call_leads.show(leads, state)


def show_note(clinic_id: str, phone: str) -> None:
    """Draw where the outcome of a call to one clinic is noted."""
    st.caption(
        "What it says, dated today, is kept as yours. Where other facts were told, choose Edit and "
        "tick that they were told on a call."
    )
    if phone:
        st.html(h.p(".dial")[h.a(href=f"tel:{phone}")[write_phone(phone)]])
    remark, closed_on = st.columns([3, 1])
    reason = remark.text_input("Remark for the next caller", key=deciding.name_key("call_why"))
    closed = closed_on.text_input(
        "If closed, since", key=deciding.name_key("call_closed"), placeholder="2026-03"
    )
    with st.container(horizontal=True, key="call_outcomes"):
        _show_outcomes(clinic_id, phone, reason=reason or "", closed_on=closed or "")


def _note(clinic_id: str, outcome: str, reason: str, closed_on: str) -> None:
    deciding.decide(
        auth.require(),
        lambda opened, who: calling.note_call(
            opened, clinic_id, outcome, closed_on=closed_on, who=who, reason=reason
        ),
        f"The call was noted: {OUTCOMES[outcome]}.",
    )


def _show_outcomes_of(row: Mapping[str, Any]) -> None:
    _show_outcomes(str(row["clinic_id"]), str(row["phone"]))


def _show_outcomes(clinic_id: str, phone: str, *, reason: str = "", closed_on: str = "") -> None:
    for outcome in _AT_ONCE:
        if outcome == "wrong_number" and not phone:
            continue
        words = OUTCOMES[outcome]
        if st.button(words[:1].upper() + words[1:], key=f"called_{outcome}_{clinic_id}"):
            _note(clinic_id, outcome, reason, closed_on if outcome == "closed" else "")


def _tell(row: Mapping[str, Any]) -> h.Fragment:
    adults = float(row["adults_within_30_miles"])
    parts = [", ".join(part for part in (row["city"], row["state"]) if part) or "place not known"]
    parts.append(write_phone(row["phone"]) or "no telephone number")
    parts.append(f"source of {row['status_date']}" if row["status_date"] else "undated source")
    if adults >= _MILLION:
        parts.append(f"{adults / _MILLION:.1f} million adults around")
    elif not math.isnan(adults):
        parts.append(f"{adults:,.0f} adults around")
    if row["calls"]:
        parts.append(f"called {row['last_call']}: {OUTCOMES[row['last_outcome']]}")
    warnings = [
        words
        for words, so in (
            ("reported", row["reported"]),
            ("gone from its sources", row["missing"]),
        )
        if so
    ]
    site = str(row["website"])
    return h.fragment[
        clinic_rows.mark_status(row),
        " ",
        [(h.span(".status.closed")[words], " ") for words in warnings],
        " · ".join(parts),
        (" · ", html_pieces.link(site, site)) if site else None,
    ]
