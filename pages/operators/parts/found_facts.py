"""What was found for a clinic: each proposal with where it stands and why, to be taken or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import htpy as h
import streamlit as st

from geo import workspace
from geo.guidance import html_pieces
from geo.sources import descriptors
from geo.workspace import case_resolving, cases, linking, proposals
from geo.workspace.working_list import write_phone
from pages.operators.parts import operator_page, settling
from pages.operators.parts.decision_words import LABELS
from pages.operators.parts.plain_text import count, escape
from pages.parts import auth

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.workspace import Workspace
    from geo.workspace.cases import Case

_ADDRESS = "Address"


def offer_sure(opened: Workspace) -> None:
    """Offer to take all that is sure in one step.

    Raises
    ------
    GeoError : the workspace cannot be read or written.
    """
    waiting = cases.open_cases(opened, proposals.KIND)["facts"]
    sure = sum(bool(proposals.choose_sure(facts["proposals"])) for facts in waiting)
    if not sure:
        return
    with st.container(key="review_sure", horizontal=True, vertical_alignment="center"):
        st.caption(
            f"Of {count(sure, 'clinic')} something is sure: two independent sources say it, or the "
            "clinic's own site does, under its name and in its town.",
            width="stretch",
        )
        taken = st.button(f"Take what is sure ({sure:,})", key="take_sure")
    if taken:
        who = auth.require()
        with workspace.open() as again:
            done = case_resolving.accept_sure(again, who=who)
            linking.assign_new(again)
        operator_page.finish(
            f"Taken for {count(len(done), 'clinic')}; each is a decision of its own to undo."
        )


def show(case: Case, about: Sequence[Mapping[str, str]]) -> None:
    """Draw the proposals of a case, those that would be taken ticked; do what is chosen.

    Parameters
    ----------
    case : of the kind `facts`.
    about : the clinic's listings.

    Raises
    ------
    GeoError : the workspace cannot be written, or the case was settled meanwhile.
    """
    if about:
        st.html(h.strong[about[0]["name"]])
    found = case.facts["proposals"]
    best = proposals.choose_best(found)
    ticked = []
    for at, one in enumerate(found):
        if st.checkbox(_name(one), value=at in best, key=f"fact_{case.id}_{at}"):
            ticked.append(at)
        for source in one["sources"]:
            st.html(_describe(source))
    with st.container(key="review_choices", horizontal=True):
        take = st.button(
            "Take what is ticked",
            key="choose_accept",
            type="primary",
            shortcut="a",
            disabled=not ticked,
        )
        reject = st.button("Take nothing", key="choose_reject", shortcut="x")
    reason = st.text_input("Why (kept with the decision)", key=f"why_{case.id}")
    if not (take or reject):
        return
    choice = f"accept:{','.join(map(str, ticked))}" if take else proposals.REJECT
    settling.settle(auth.require(), case, choice, reason)


def _name(proposal: Mapping[str, Any]) -> str:
    sure = " (sure)" if proposal["sure"] else ""
    label = LABELS.get(proposal["field"], _ADDRESS)
    said = proposals.write_values(proposal)
    if proposal["field"] == "phone":
        said = write_phone(said)
    return f"{label}: **{escape(said)}**{sure}"


def _describe(source: Mapping[str, Any]) -> h.Element:
    url = str(source["url"])
    title = descriptors.find(str(source["source"])).title
    return h.p(".point")[
        f"{title}, {float(source['score']):.0%}: ",
        html_pieces.link(url, url),
        h.br,
        str(source["reason"]),
    ]
