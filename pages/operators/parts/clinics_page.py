"""The page of clinics: search, work list, one clinic with all that can be done, many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import htpy as h
import streamlit as st

from pages.operators.parts import (
    call_day,
    clinic_calls,
    clinic_drives,
    clinic_form,
    clinic_joining,
    clinic_pin,
    clinic_record,
    clinic_rows,
    clinic_status,
    clinics_bulk,
    clinics_filter,
    deciding,
    decision_list,
    plain_text,
    workspace_loaders,
)
from pages.parts import notices

if TYPE_CHECKING:
    from geo.workspace.working_list import WorkingList

_VIEWS: Final = (
    "Whom to call", "By what is known", "Add a clinic", "Many at once", "Call day",
    "What was done",
)  # fmt: skip
_ACTIONS: Final = (
    "Note a call", "Edit", "Close or withdraw", "Pin", "Merge", "Split", "Report",
)  # fmt: skip
_ON_DISK: Final = (
    "Backups are made from the command line: clinic-finder backup FILE, clinic-finder restore FILE; "
    "clinic-finder export FOLDER writes the list as files."
)


def show() -> None:
    """Draw the page.

    Raises
    ------
    GeoError : the workspace or the release in use cannot be read.
    """
    working = workspace_loaders.load_working_list()
    unpublished = workspace_loaders.find_unpublished(working)
    deciding.show_last()
    _show_unpublished(working, unpublished)
    chosen = st.query_params.get(clinic_rows.CHOSEN, "")
    if chosen:
        _show_clinic(working, chosen, unpublished=chosen in unpublished)
    else:
        _show_lists(working)
    st.caption(_ON_DISK)


def _show_unpublished(working: WorkingList, unpublished: frozenset[str]) -> None:
    words = []
    if unpublished:
        words.append(
            f"Changes of {plain_text.count(len(unpublished), 'clinic')} are not published yet"
        )
    if working.without_clinic:
        waiting = plain_text.count(working.without_clinic, "listing")
        words.append(f"{waiting} of sources without a clinic yet")
    if words:
        onward = h.a(href="refresh", target="_self")["Refresh and publish"]
        st.html(h.p(".unpublished")["; ".join(words), ". ", onward])


def _show_lists(working: WorkingList) -> None:
    with st.container(key="operator_search"):
        typed = st.text_input(
            "Find a clinic",
            key="clinics_typed",
            placeholder="Name, city, state, ZIP, telephone number or id; of any status",
            type="search",
            persist_state="page",
        )
    if typed:
        found = working.find(typed)
        notices.show_part(
            f"{len(found):,} found", "" if len(found) else "Try fewer words, or a part of the name."
        )
        clinic_rows.show(found, f"found_{typed}", clinic_rows.tell_place)
        return
    view = st.segmented_control(
        "View", _VIEWS, default=_VIEWS[0], required=True, key="clinics_view",
        persist_state="page",
        label_visibility="collapsed",
    )  # fmt: skip
    if view == "Add a clinic":
        clinic_form.show_add(working)
    elif view == "By what is known":
        clinics_filter.show(working)
    elif view == "Call day":
        call_day.show(working)
    elif view == "Many at once":
        clinics_bulk.show(working)
    elif view == "What was done":
        notices.show_part("What was done", "Every decision, by whom, and why; the newest first.")
        decision_list.show()
    else:
        clinic_calls.show_list(working)


def _show_clinic(working: WorkingList, clinic_id: str, *, unpublished: bool) -> None:
    st.button(
        "Back to the list", key="back", icon=":material/arrow_back:", on_click=clinic_rows.leave
    )
    if not working.has(clinic_id):
        notices.show_part(
            "There is no such clinic now",
            f"{clinic_id} was never there, or it was merged or taken back; below is what was "
            "decided of it.",
        )
        decision_list.show(f"clinic:{clinic_id}")
        return
    clinic_record.show_head(working, clinic_id, unpublished=unpublished)
    with st.container(key="record_actions", border=True):
        action = _show_actions(working, clinic_id)
    facts, place = st.columns([3, 2])
    with facts, st.container(key="record_facts"):
        clinic_record.show_now(working, clinic_id)
    with place:
        reach = clinic_drives.show(working.clinic(clinic_id))
        clinic_record.show_place(working, clinic_id, with_map=action != "Pin", reach=reach)
    clinic_record.show_listings(working, clinic_id)
    notices.show_part("What was decided", "The newest first; each can be taken back.")
    decision_list.show(f"clinic:{clinic_id}")


def _show_actions(working: WorkingList, clinic_id: str) -> str | None:
    """Draw the action that is chosen, and return its name."""
    action = st.segmented_control(
        "Action", _ACTIONS, default=_ACTIONS[0], required=True, key="clinic_action",
        label_visibility="collapsed",
    )  # fmt: skip
    match action:
        case "Edit":
            clinic_form.show_edit(working, clinic_id)
        case "Close or withdraw":
            clinic_status.show(working, clinic_id)
        case "Pin":
            clinic_pin.show(working, clinic_id)
        case "Merge":
            clinic_joining.show_merge(working, clinic_id)
        case "Split":
            clinic_joining.show_split(working, clinic_id)
        case "Report":
            clinic_status.show_reports(clinic_id)
        case _:
            clinic_calls.show_note(clinic_id, str(working.clinic(clinic_id)["phone"]))
    return action
