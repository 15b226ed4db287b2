"""Which cases are looked at, and settling all of them at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo import workspace
from geo.errors import GeoError
from geo.workspace import case_filters, case_group_resolving
from pages.operators.parts import operator_page, settling
from pages.operators.parts.plain_text import count, escape
from pages.operators.parts.review_state import ReviewState
from pages.parts import auth, notices

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

_LABELS: Final = {"reasons": "Reason", "sources": "Source", "states": "State"}
_WORDS: Final[Mapping[str, str]] = {
    "same": "Same clinic: join {all}",
    "different": "Different clinics: {all}",
    "candidate:0": "Take the first point of {all}",
    "leave": "Leave {all} where they are",
    "keep": "Keep {all} as they are",
    "close": "Report {all} closed",
    "done": "Done with {all}",
    "accept": "Take the best of {all}",
    "reject": "Take nothing of {all}",
}
_JOINED_UNSEEN: Final = (
    "Pairs whose towns, streets, house numbers or suites differ are not joined so; they stay, to be "
    "looked at one by one. "
)
_NAMED: Final = 3


def choose(tabulated: pd.DataFrame, start_over: Callable[[], None]) -> pd.DataFrame:
    """Draw the filters by reason, source and state; return the cases that they leave.

    Parameters
    ----------
    tabulated : cases, as `case_filters.tabulate` returns them.
    start_over : turns to the first case when a filter was changed.
    """
    wanted: dict[str, str] = {}
    with st.container(key="review_filters", horizontal=True, vertical_alignment="bottom"):
        for name, label in _LABELS.items():
            others = {other: ReviewState.filter(other).read_or("") for other in _LABELS}
            # What the other filters leave, so that no choice is without cases.
            left = case_filters.select(tabulated, others | {name: ""})
            told = left[name].explode().dropna().astype("str").value_counts()
            counts = {str(word): int(cases) for word, cases in told.items()}
            options = ["", *sorted(counts)]
            ReviewState.filter(name).keep_choice(options)
            chosen = st.selectbox(
                label,
                options,
                format_func=partial(_name, counts),
                key=ReviewState.filter(name).key,
                on_change=start_over,
            )
            wanted[name] = str(chosen)
    return case_filters.select(tabulated, wanted)


def _name(counts: Mapping[str, int], word: str) -> str:
    return f"{word} ({counts[word]:,})" if word else "Any"


def offer(kind: str, case_ids: list[int]) -> None:
    """Offer to settle all cases that are shown, of one kind, as one decision; say why it was not."""
    choices = case_group_resolving.CHOICES.get(kind, ())
    if len(case_ids) < 2 or not choices:  # noqa: PLR2004  one is no group
        return
    with st.expander(f"Settle all {len(case_ids):,} at once"):
        st.caption(
            f"{_JOINED_UNSEEN if kind == 'duplicate' else ''}All of it is one decision: one undo "
            "takes all of it back. The filters above say which cases these are."
        )
        reason = st.text_input("Why (kept with the decision)", key=f"why_all_{kind}")
        taken = ""
        with st.container(key="review_all", horizontal=True):
            for choice in choices:
                words = _WORDS[choice].format(all=f"all {len(case_ids):,}")
                if st.button(words, key=f"all_{choice}"):
                    taken = choice
    if not taken:
        return
    who = auth.require()
    try:
        _settle(who, case_ids, taken, reason)
    except GeoError as error:
        notices.show_error(error)


def _settle(who: str, case_ids: list[int], choice: str, reason: str) -> None:
    with workspace.open() as opened:
        done = case_group_resolving.resolve_all(opened, case_ids, choice, who=who, reason=reason)
        more = settling.match_waiting(opened)
    words = _WORDS[choice].format(all=count(len(done.cases), "case"))
    left = list(done.left.values())
    rest = ""
    if left:
        named = " ".join(left[:_NAMED])
        rest = f" {count(len(left), 'case')} stay open: {named}{' …' if len(left) > _NAMED else ''}"
    operator_page.finish(escape(f"{words}: decision {done.decision_id}.{rest}{more}"))
