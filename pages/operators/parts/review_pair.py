"""A pair that may be one clinic: the clinics behind it and all others asked about, on a map; the join."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from geo.maps.clinic_map import build_map
from geo.workspace import pair_cases
from pages.operators.parts import settling, side_by_side, workspace_loaders
from pages.operators.parts.decision_words import LABELS
from pages.operators.parts.plain_text import escape
from pages.operators.parts.review_state import ReviewState
from pages.parts import auth, live_map, map_state

if TYPE_CHECKING:
    from geo.workspace import Workspace
    from geo.workspace.cases import Case
    from geo.workspace.pair_cases import Join
    from geo.workspace.working_list import WorkingList

_HEIGHT: Final = 300
_MOST_CANDIDATES: Final = 6


def show(opened: Workspace, case: Case) -> None:
    """Draw the clinics of a pair, and settle the case when a choice is taken.

    Two that differ in town, street, house number or suite are joined only once that was asked again.

    Raises
    ------
    GeoError : the workspace cannot be read or written, or the case was settled meanwhile.
    """
    working = workspace_loaders.load_working_list()
    pair = pair_cases.find_pair(opened, case)
    others = [
        (clinic_id, other)
        for clinic_id, other in pair_cases.list_candidates(opened, case)
        if working.has(clinic_id)
    ]
    stays, ends = (working.clinic(clinic_id) for clinic_id in pair)
    join = pair_cases.foresee(stays, ends, working.listings)
    _choose(case, join)
    shown = [*pair, *(clinic_id for clinic_id, _ in others[:_MOST_CANDIDATES])]
    _show_clinics(working, shown)
    if others:
        listed = ", ".join(f"{at} (case {other})" for at, (_, other) in enumerate(others, start=3))
        st.caption(
            f"Asked about together with these two, each in a case of its own: {listed}."
            if len(others) <= _MOST_CANDIDATES
            else f"Asked about with these two are {len(others):,} more clinics, the first "
            f"{_MOST_CANDIDATES} of them shown."
        )
    listings = working.listings[working.listings["clinic_id"].isin(pair)]
    rows = [{str(k): str(v) for k, v in row.items()} for row in listings.to_dict("records")]
    of_pair = (case.facts["listing_a"], case.facts["listing_b"])
    rows.sort(key=lambda row: row["listing_id"] not in of_pair)
    side_by_side.show("What each listing says", rows)


def _choose(case: Case, join: Join) -> None:
    """Draw the choices, or the second question; do what is taken."""
    asked = ReviewState.of_visit().join_asked == case.id
    gone = pair_cases.describe_gone(join, LABELS)
    if asked:
        with st.container(key="review_ask_again"):
            st.warning(
                f"**{escape(_sentence(join))} Join them all the same?** {escape(gone)}",
                icon=":material/warning:",
            )
    with st.container(key="review_choices", horizontal=True):
        if asked:
            joined = st.button("Join them", key="choose_same_surely", type="primary", shortcut="y")
            st.button("Back", key="choose_back", shortcut="k", on_click=_ask, args=(None,))
            same = different = False
        else:
            joined = False
            same = st.button("Same clinic", key="choose_same", shortcut="s")
            different = st.button("Different clinics", key="choose_different", shortcut="d")
    reason = st.text_input("Why (kept with the decision)", key=f"why_{case.id}")
    if not asked:
        told = f"{_sentence(join)} " if join.apart else ""
        st.caption(f"{escape(told)}Were they joined: {escape(gone)}")
    if same and join.apart:
        _ask(case.id)
        st.rerun()
    if joined or same:
        _ask(None)
        settling.settle(auth.require(), case, "same", reason)
    if different:
        settling.settle(auth.require(), case, "different", reason)


def _ask(case_id: int | None) -> None:
    ReviewState.of_visit().join_asked = case_id


def _sentence(join: Join) -> str:
    said = " and ".join(join.apart)
    return f"{said[:1].upper()}{said[1:]}."


def _show_clinics(working: WorkingList, shown: list[str]) -> None:
    clinics = [working.clinic(clinic_id) for clinic_id in shown]
    heads = [f"{at} · {_role(at)}" for at in range(1, len(clinics) + 1)]
    beside, place = st.columns([3, 2], gap="medium")
    with beside:
        side_by_side.show_clinics("The clinics behind it", dict(zip(heads, clinics, strict=True)))
    with place, st.container(key="review_pair_map"):
        state = map_state.build_list(_tabulate(clinics), token=" ".join(shown))
        live_map.show(build_map, state, lambda _: None, key="review_pair_view", height=_HEIGHT)


def _tabulate(clinics: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(clinics).assign(rank=range(1, len(clinics) + 1))


def _role(at: int) -> str:
    return {1: "stays, if joined", 2: "ends, if joined"}.get(at, "another candidate")
