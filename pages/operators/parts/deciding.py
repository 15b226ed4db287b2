"""What an operator does to the workspace: one decision, what it said, and its undo at hand.

The page asks who does it, in the branch of the button itself: `decide(auth.require(), ...)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from geo import workspace
from geo.errors import GeoError
from geo.workspace import decisions, undoing
from pages.operators.parts import decision_words, operator_page
from pages.operators.parts.operator_state import OperatorState
from pages.parts import auth, notices

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.workspace import Workspace


def decide(who: str, change: Callable[[Workspace, str], int], words: str) -> None:
    """Make a change; say so after the next run, or at once why it was not made.

    Parameters
    ----------
    who : as `auth.require` has just told.
    change : makes it and returns the decision's id.
    words : what was done.
    """
    try:
        with workspace.open() as opened:
            made = change(opened, who)
    except GeoError as error:
        notices.show_error(error)
        return
    state = OperatorState.of_visit()
    state.last_decision = made
    state.decided += 1
    operator_page.finish(words)


def name_key(name: str) -> str:
    """Return a widget's key that is another after each change made here, so that it starts anew.

    What was typed stays as long as nothing was done with it, whatever others change meanwhile.
    """
    return f"{name}_{OperatorState.of_visit().decided}"


def show_last() -> None:
    """Offer to take back what this operator did last."""
    state = OperatorState.of_visit()
    if state.last_decision is None:
        return
    try:
        with workspace.open() as opened:
            last = decisions.find(opened, state.last_decision)
    except GeoError:  # a backup was restored, which does not know it
        state.last_decision = None
        return
    if not last.standing:
        return
    with st.container(key="last_decision", horizontal=True, vertical_alignment="center"):
        st.text(f"Your last decision {last.id}: {decision_words.describe(last)}")
        if st.button("Bring it back" if last.undoes else "Undo", key="undo_last"):
            undo(auth.require(), last.id)


def undo(who: str, decision_id: int) -> None:
    """Take a decision back, or the undo of one."""
    decide(
        who,
        lambda opened, who: undoing.undo(opened, decision_id, who=who),
        f"Decision {decision_id} was taken back.",
    )
