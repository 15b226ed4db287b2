"""Two clinics that are one, and one that is two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from geo.search import wording
from geo.workspace import clinic_facts, merging
from geo.workspace.stored_listings import OPERATOR
from pages.operators.parts import clinic_rows, deciding, plain_text
from pages.operators.parts.decision_words import LABELS
from pages.parts import auth
from pages.parts.tables import show_table

if TYPE_CHECKING:
    from geo.workspace import Workspace
    from geo.workspace.working_list import WorkingList

_OFFERED: Final = 25


def show_merge(working: WorkingList, clinic_id: str) -> None:
    """Draw the search for another clinic, both side by side, and the merge."""
    st.caption(
        "A merge changes only which listings a clinic has. What you said of the one that stays "
        "holds; of the other one, what fills a gap."
    )
    typed = st.text_input(
        "Find the other clinic: name, city, state, ZIP, telephone number or id",
        key=deciding.name_key(f"merge_find_{clinic_id}"),
    )
    found = working.find(typed) if typed else working.find_alike(clinic_id)
    found = found[found["clinic_id"].ne(clinic_id)].head(_OFFERED)
    if found.empty:
        st.caption(
            "No other clinic is found by that."
            if typed
            else "No other clinic has its telephone number, website or street; search for one."
        )
        return
    names = {
        str(
            row["clinic_id"]
        ): f"{row['name']}, {wording.describe_address(row)} ({row['clinic_id']})"
        for row in found.to_dict("records")
    }
    other = st.selectbox(
        "The other clinic" if typed else "Clinics with the same telephone, website or street",
        list(names),
        index=None,
        format_func=lambda each: names[each],
        placeholder="Choose one",
        key=deciding.name_key(f"merge_other_{clinic_id}_{typed}"),
    )
    if other is None:
        return
    _show_both(working, clinic_id, other)
    stays = st.radio(
        "Which id stays",
        [clinic_id, other],
        key=deciding.name_key(f"merge_stays_{other}"),
        format_func=plain_text.escape,
    )
    absorbed = other if stays == clinic_id else clinic_id
    reason = st.text_input("How you know", key=deciding.name_key("merge_why"))
    if st.button("Merge these two", type="primary", key="merge"):

        def merge(opened: Workspace, who: str) -> int:
            made = merging.merge(opened, stays, absorbed, who=who, reason=reason)
            clinic_rows.choose(stays)
            return made

        deciding.decide(auth.require(), merge, "The two are one clinic now.")


def show_split(working: WorkingList, clinic_id: str) -> None:
    """Draw the sources' listings of a clinic, to choose which become another one."""
    own = working.listings_of(clinic_id)
    theirs = own[~own["listing_id"].str.startswith(OPERATOR)]
    if len(theirs) < 2:  # noqa: PLR2004  one to go, one to stay
        st.caption("It has one listing of a source; there is nothing to split off.")
        return
    st.caption(
        "Choose the listings that speak of another clinic. They will not be taken for this one "
        "again; what you said of this one stays with it."
    )
    with st.form(deciding.name_key(f"split_{clinic_id}")):
        leave = [
            str(row["listing_id"])
            for row in theirs.to_dict("records")
            if st.checkbox(
                plain_text.escape(
                    f"{row['name']}, {wording.describe_address(pd.Series(row))}: "
                    f"{row['source']}, {row['source_date'] or 'undated'}"
                ),
                key=deciding.name_key(f"split_{row['listing_id']}"),
            )
        ]
        reason = st.text_input("How you know", key=deciding.name_key("split_why"))
        asked = st.form_submit_button("Split these off", type="primary", key="split")
    if asked:
        deciding.decide(
            auth.require(),
            lambda opened, who: merging.split(opened, clinic_id, leave, who=who, reason=reason)[1],
            "The listings are another clinic now.",
        )


def _show_both(working: WorkingList, clinic_id: str, other: str) -> None:
    sides = {"this": clinic_id, "other": other}
    clinics = {side: working.clinic(each) for side, each in sides.items()}
    values = {side: working.values_of(each) for side, each in sides.items()}
    rows = [{"field": "Status", **{side: clinic["status"] for side, clinic in clinics.items()}}]
    rows += [
        {
            "field": LABELS[name],
            **{side: said[name] or "not known" for side, said in values.items()},
        }
        for name in clinic_facts.EDITABLE
    ]
    rows.append(
        {
            "field": "Listings",
            **{
                side: "; ".join(working.listings_of(each)["source"]) for side, each in sides.items()
            },
        }
    )
    marked = [row | {"differs": "" if row["this"] == row["other"] else "differs"} for row in rows]
    headings = {"field": "Field", "this": "This one", "other": "The other one", "differs": ""}
    show_table("Side by side", headings, marked)
