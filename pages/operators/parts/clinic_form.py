"""The form of all fields of a clinic: to add one, and to say otherwise of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.clinics.fields import find
from geo.clinics.forms import Codes, OneOf, Pattern
from geo.clinics.values import describe
from geo.errors import SchemaError
from geo.i18n.sentences import sentence_case
from geo.workspace import calling, clinic_facts, editing
from geo.workspace.working_list import write_phone
from pages.operators.parts import clinic_rows, deciding
from pages.operators.parts.clinics_state import ClinicsState
from pages.parts import auth, notices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.clinics.field import Field
    from geo.workspace import Workspace
    from geo.workspace.working_list import WorkingList

_HOW_TO_EMPTY: Final = (
    "To empty a field, clear its box: what sources say of it then counts no longer. Name and state "
    "can be replaced, not emptied. A field that you leave as it is stays with its source."
)
_ROWS: Final = (
    {"name": 1},
    {"street": 3, "unit": 1},
    {"city": 2, "state": 1, "zip": 1},
    {"phone": 1, "website": 2, "npi": 1},
)
"""Fields that stand beside each other, and how wide; every other one has a row of its own."""

_HOW_KNOWN: Final = "How you know (kept with the change)"


def show_add(working: WorkingList) -> None:
    """Draw the form of a new clinic."""
    notices.show_part(
        "Add a clinic", "It is listed as operating, by you, as of today. Name and state are needed."
    )
    blank = dict.fromkeys(clinic_facts.EDITABLE, "")
    with st.form(deciding.name_key("add")):
        typed = show_fields(deciding.name_key("add"), blank)
        reason = st.text_input(_HOW_KNOWN, key=deciding.name_key("add_why"))
        sure = st.checkbox(
            "Add it even if a clinic of that name or telephone number is listed in the state",
            key=deciding.name_key("add_sure"),
        )
        asked = st.form_submit_button("Add this clinic", type="primary", key="add_clinic")
    if not asked:
        return
    who = auth.require()
    alike = [] if sure else _find_alike(working, typed)
    if alike:
        notices.show_error(
            SchemaError(
                f"Nothing was added: {', '.join(alike)} may be the same clinic. Look at it first, "
                "or tick the box above."
            )
        )
        return

    def add(opened: Workspace, who: str) -> int:
        clinic_id, made = editing.add(opened, _given(typed, blank), who=who, reason=reason)
        clinic_rows.choose(clinic_id)
        return made

    deciding.decide(who, add, "The clinic was added.")


def show_edit(working: WorkingList, clinic_id: str) -> None:
    """Draw the form of a clinic, each field with what it says now."""
    now = working.values_of(clinic_id)
    now["phone"] = write_phone(now["phone"])
    key = deciding.name_key(f"edit_{clinic_id}")
    # What the boxes started from: only what this operator changed is said, whatever changed since.
    shown = ClinicsState.of_visit().edited_from.setdefault(key, now)
    st.caption(_HOW_TO_EMPTY)
    with st.form(key):
        typed = show_fields(key, shown)
        reason = st.text_input(_HOW_KNOWN, key=f"{key}_why")
        called = st.checkbox(
            "This was told on a call today, and the clinic operates", key=f"{key}_called"
        )
        asked = st.form_submit_button("Save", type="primary", key="save_edit")
    if not asked:
        return
    changes = _given(typed, shown)

    def save(opened: Workspace, who: str) -> int:
        if called:
            return calling.note_call(
                opened, clinic_id, "changed", fields=changes, who=who, reason=reason
            )
        return editing.edit(opened, clinic_id, changes, who=who, reason=reason)

    deciding.decide(auth.require(), save, "The change was saved.")


def show_fields(key: str, now: Mapping[str, str]) -> dict[str, str]:
    """Draw a box for each field that can be edited; return what stands in them.

    Parameters
    ----------
    key : names the form among others.
    now : what each field says at first.
    """
    typed = {}
    beside = {name for row in _ROWS for name in row}
    rows = [*_ROWS, *({name: 1} for name in clinic_facts.EDITABLE if name not in beside)]
    for row in rows:
        for name, column in zip(row, st.columns([*row.values()]), strict=True):
            with column:
                typed[name] = _show_box(find(name), now[name], f"{key}_{name}")
    return typed


def _show_box(field: Field, value: str, key: str) -> str:
    """Draw the box of one field and return what stands in it."""
    match field.form:
        case Codes(several=True):
            chosen = st.multiselect(
                field.label,
                field.form.names,
                default=[code for code in value.split(";") if code],
                format_func=lambda code: _name(field, code),
                key=key,
            )
            return ";".join(code for code in field.form.names if code in chosen)
        case Codes(codes):
            names = ["", *(code.code for code in codes)]
            return st.selectbox(
                field.label,
                names,
                index=names.index(value),
                format_func=lambda code: _name(field, code),
                key=key,
            )
        case OneOf(values):
            return st.selectbox(field.label, values, index=values.index(value), key=key)
        case Pattern(example=example) if example:
            return st.text_input(field.label, value, key=key, placeholder=example)
        case _:
            return st.text_input(field.label, value, key=key)


def _name(field: Field, code: str) -> str:
    return sentence_case(", ".join(describe(field, code)))


def _given(typed: Mapping[str, str], shown: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that say something else than was shown."""
    return {name: value for name, value in typed.items() if value.strip() != shown[name]}


def _find_alike(working: WorkingList, typed: Mapping[str, str]) -> list[str]:
    """Return the ids of clinics of one state with the same name, and of all with the same phone."""
    asserted = clinic_facts.clean({name: typed[name] for name in ("name", "state")})
    clinics = working.clinics
    same = clinics["name"].str.lower().eq(asserted["name"].lower()) & clinics["state"].eq(
        asserted["state"]
    )
    number = "".join(letter for letter in typed["phone"] if letter.isdigit())[-10:]
    if len(number) == 10:  # noqa: PLR2004  the digits of a number of the US
        same |= working.digits.str.contains(number, regex=False)
    found: list[str] = clinics.loc[same, "clinic_id"].tolist()
    return found
