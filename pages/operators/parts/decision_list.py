"""A list of decisions, the newest first, each with its undo where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import htpy as h
import streamlit as st

from geo import workspace
from geo.workspace import decisions, undoing
from pages.operators.parts import deciding, decision_words
from pages.operators.parts.operator_state import OperatorState
from pages.parts import auth

if TYPE_CHECKING:
    from geo.workspace import Workspace
    from geo.workspace.decisions import Decision

_STEP: Final = 10
_BY_HAND: Final = frozenset(
    [
        "add",
        "edit",
        "close",
        "reopen",
        "withdraw",
        "merge",
        "split",
        "call",
        "answers",
        "report",
        "bulk",
        "verify",
        "settle",
        "undo",
    ]
)
"""What is undone here; a source is taken back where it was taken in, a release where it was published."""


def show(subject: str = "") -> None:
    """Draw the decisions about a subject, or all.

    Parameters
    ----------
    subject : as `geo.workspace.decisions.history` takes it.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    state = OperatorState.of_visit()
    shown = state.decisions_shown.get(subject, _STEP)
    with workspace.open() as opened:
        found = decisions.history(opened, subject, limit=shown + 1)
        blocked = {each.id: _find_blocking(opened, each) for each in found[:shown]}
    for each in found[:shown]:
        _show_one(each, blocked[each.id])
    if not found:
        st.caption("Nothing was decided yet.")
    if len(found) > shown:
        st.button(
            "Show earlier ones",
            key=f"earlier_{subject}",
            on_click=lambda: state.decisions_shown.update({subject: shown + _STEP}),
        )


def _show_one(decision: Decision, blocking: list[int] | None) -> None:
    with st.container(
        key=f"decision_row_{decision.id}", horizontal=True, vertical_alignment="center"
    ):
        when = decision.at.replace("T", " ").removesuffix("Z")
        gone = "" if decision.standing else " · taken back"
        st.html(
            h.p(class_=None if decision.standing else "undone")[
                h.strong[str(decision.id)],
                f" {decision_words.describe(decision)}",
                h.br,
                h.small[f"{when} UTC, {decision.who}{gone}"],
            ]
        )
        if blocking:
            named = ", ".join(str(each) for each in blocking)
            st.caption(f"Undo {named} first")
        elif blocking is not None and st.button(
            "Bring back" if decision.undoes else "Undo", key=f"undo_{decision.id}"
        ):
            deciding.undo(auth.require(), decision.id)


def _find_blocking(opened: Workspace, decision: Decision) -> list[int] | None:
    """Return the decisions that build on one; None where there is no undo of it here."""
    if not decision.standing or decision.kind not in _BY_HAND:
        return None
    target = decision if decision.undoes is None else decisions.find(opened, decision.undoes)
    if target.kind not in _BY_HAND:
        return None
    return [each.id for each in undoing.find_built_on(opened, target, after=decision.id)]
