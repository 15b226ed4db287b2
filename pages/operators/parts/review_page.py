"""The page of review: how many cases are left, one of them, and the last decision to take back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo import workspace
from geo.workspace import case_filters, cases, decisions, stored_listings, undoing
from pages.operators.parts import (
    found_facts,
    operator_page,
    review_case,
    review_group,
    visitor_reports_list,
)
from pages.operators.parts.plain_text import count, escape
from pages.operators.parts.review_state import ReviewState
from pages.parts import auth, notices

if TYPE_CHECKING:
    import pandas as pd

    from geo.workspace import Workspace
    from geo.workspace.decisions import Decision

KINDS: Final = {
    "duplicate": "Duplicates",
    "position": "Points",
    "deactivated": "Deactivated NPIs",
    "status": "Words of status",
    "shrunk": "Shrunk sources",
    "report": "Reports",
    "facts": "Found facts",
    "possible": "Possible clinics",
}
_ALL: Final = "All"
_LOOKED_BACK: Final = 100


def show(who: str) -> None:
    """Draw the page.

    Parameters
    ----------
    who : the operator, whose last decision can be taken back.

    Raises
    ------
    GeoError : the workspace cannot be read, or a decision cannot be made.
    """
    with workspace.open() as opened, st.container(key="review"):
        visitor_reports_list.show(opened)
        waiting = cases.open_cases(opened)
        kind = _choose_kind(waiting)
        chosen = waiting if kind == _ALL else waiting[waiting["kind"].eq(kind)]
        tabulated = case_filters.tabulate(opened, chosen, stored_listings.current(opened))
        if len(tabulated):
            tabulated = review_group.choose(tabulated, lambda: _move(0))
        ids = tabulated["case_id"].tolist()
        last = find_last(opened, who)
        if not ids:
            _show_place(0, 0, last)
            notices.show_answer("Nothing waits here. All cases of this kind are settled.")
            return
        if kind == "facts":
            found_facts.offer_sure(opened)
        at = min(ReviewState.of_visit().at, len(ids) - 1)
        _show_place(at, len(ids), last)
        review_group.offer(kind, ids)
        review_case.show(opened, cases.find_open(opened, ids[at]))


def find_last(opened: Workspace, who: str) -> Decision | None:
    """Return the last standing decision by which an operator settled a case."""
    return next(
        (
            decision
            for decision in decisions.history(opened, limit=_LOOKED_BACK)
            if decision.who == who and decision.standing and decision.kind in {"settle", "verify"}
        ),
        None,
    )


def _choose_kind(waiting: pd.DataFrame) -> str:
    counts = waiting["kind"].value_counts()
    kinds = [_ALL, *(kind for kind in KINDS if counts.get(kind, 0))]
    if ReviewState.kind.read_or("") not in kinds:
        ReviewState.kind.write(_ALL)  # the last case of its kind was settled

    def describe(kind: str) -> str:
        count = len(waiting) if kind == _ALL else int(counts[kind])
        return f"{KINDS.get(kind, kind)} ({count:,})"

    with st.container(key="review_kinds"):
        chosen = st.segmented_control(
            "Kind of case",
            kinds,
            format_func=describe,
            key=ReviewState.kind.key,
            required=True,
            label_visibility="collapsed",
            on_change=_move,
            args=(0,),
        )
    return str(chosen)


def _show_place(at: int, count: int, last: Decision | None) -> None:
    """Say how many are left, with the way to the next and the one before, and back by one."""
    with st.container(
        key="review_place", horizontal=True, vertical_alignment="center", gap="small"
    ):
        if count:
            st.markdown(f"**{at + 1:,} of {count:,}**", width="content")
            st.button(
                "Before",
                key="review_before",
                shortcut="b",
                disabled=at == 0,
                on_click=_move,
                args=(at - 1,),
            )
            st.button(
                "Skip",
                key="review_skip",
                shortcut="n",
                disabled=at + 1 == count,
                on_click=_move,
                args=(at + 1,),
            )
        if last is not None:
            _offer_undo(last)


def _offer_undo(last: Decision) -> None:
    if st.button("Undo", key="review_undo", shortcut="u", icon=":material/undo:"):
        who = auth.require()
        with workspace.open() as opened:
            undoing.undo(opened, last.id, who=who)
        operator_page.finish(f"Taken back: {_describe(last)}.")
    st.caption(f"Last: {escape(_describe(last))}", width="content")


def _describe(decision: Decision) -> str:
    if decision.kind == "verify":
        return f"pin of {decision.subject.removeprefix('clinic:')}"
    choice = str(decision.payload.get("choice", ""))
    if choice.startswith("candidate:"):
        choice = f"candidate {int(choice.removeprefix('candidate:')) + 1}"
    if "cases" in decision.payload:
        return f"{choice} for {count(len(decision.payload['cases']), 'case')}"
    return f"{choice} for {decision.subject.replace(':', ' ')}"


def _move(to: int) -> None:
    """Turn to another case; nothing is decided by it."""
    ReviewState.of_visit().at = to
