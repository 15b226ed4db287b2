"""What an operator does to the workspace: one decision, what it said, and its undo at hand.

The page asks who does it, in the branch of the button itself: `decide(auth.require(), ...)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo import workspace
from geo.errors import GeoError
from geo.workspace import decisions, undoing
from pages.operators.parts import decision_words, operator_page
from pages.parts import auth, notices

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.workspace import Workspace

_LAST: Final = "deciding_last"
_ROUND: Final = "deciding_round"


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
    st.session_state[_LAST] = made
    st.session_state[_ROUND] = _round() + 1
    operator_page.finish(words)


def name_key(name: str) -> str:
    """Return a widget's key that is another after each change made here, so that it starts anew.

    What was typed stays as long as nothing was done with it, whatever others change meanwhile.
    """
    return f"{name}_{_round()}"


def show_last() -> None:
    """Offer to take back what this operator did last."""
    if _LAST not in st.session_state:
        return
    try:
        with workspace.open() as opened:
            last = decisions.find(opened, st.session_state[_LAST])
    except GeoError:  # a backup was restored, which does not know it
        del st.session_state[_LAST]
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


def _round() -> int:
    found: int = st.session_state.get(_ROUND, 0)
    return found
