"""The answers of one call, typed in from its sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.clinics.fields import find
from geo.clinics.values import describe
from geo.errors import GeoError, SchemaError
from geo.workspace import call_answers, call_days
from pages.operators.parts import deciding
from pages.parts import auth, notices

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from geo.workspace import Workspace
    from geo.workspace.call_days import CallDay

_OUTCOMES: Final[Mapping[str, str]] = {
    "answered": "Answered",
    "no_answer": "No answer",
    "wrong_number": "Wrong number",
    "no_number": "No number to be found",
}
_RIDES: Final[Mapping[str, str]] = {
    "companion": "someone one knows",
    "taxi": "a taxi or ride service",
    "alone": "nobody is needed",
}
_YES_NO: Final[Mapping[str, str]] = {
    "address_right": "Is the address right?",
    "open": "1 Open, and gives ketamine or esketamine?",
    "medicaid": "3 Medicaid?",
    "medicare": "3 Medicare?",
    "private_insurance": "3 Private insurance?",
    "new_patients": "4 New patients?",
}
_SAID: Final[Mapping[str, str]] = {"": "not said", "yes": "yes", "no": "no"}


def show(day: CallDay, answers: pd.DataFrame, listed: Mapping[str, Mapping[str, str]]) -> None:
    """Draw the form of the next call of a sample that has no answer yet, or of one that is chosen.

    Parameters
    ----------
    answers : those there are, as `call_days.tabulate` returns them.
    listed : the clinics of the sample that are still on the list, by id.
    """
    st.markdown("**Answers of one call**")
    known = set(zip(answers["clinic_id"], answers["caller"], strict=True))
    again = set(day.drawn.loc[day.drawn["second"], "clinic_id"])
    waiting = [
        (clinic_id, caller)
        for caller in ("1", "2")
        for clinic_id in day.drawn["clinic_id"]
        if clinic_id in listed
        and (clinic_id, caller) not in known
        and (caller == "1" or clinic_id in again)
    ]
    if not waiting:
        st.caption("Every sheet has its answers.")
        return
    sheets = {
        (clinic_id, caller): f"{listed[clinic_id]['name']}, {listed[clinic_id]['city']}, "
        f"{listed[clinic_id]['state']}{' (second caller)' if caller == '2' else ''}"
        for clinic_id, caller in waiting
    }
    chosen = st.selectbox(
        "Sheet", waiting, format_func=lambda each: sheets[each], key=deciding.name_key("call_sheet")
    )
    told = _ask(chosen)
    if told is not None:
        deciding.decide(
            auth.require(),
            lambda opened, who: _take(opened, day, told, who),
            "The call is taken in.",
        )


def _ask(chosen: tuple[str, str]) -> dict[str, str] | None:
    """Draw the questions; return the answers once they were sent and can be used."""
    name = "_".join(chosen)
    told = {"clinic_id": chosen[0], "caller": chosen[1]}
    with st.form(deciding.name_key(f"call_form_{name}")):

        def key(question: str) -> str:
            return deciding.name_key(f"call_{question}_{name}")

        told["outcome"] = str(
            st.selectbox(
                "The call", list(_OUTCOMES), format_func=_OUTCOMES.__getitem__, key=key("outcome")
            )
        )
        _ask_yes_no(("address_right", "open"), told, key)
        codes = find("treatments").form.names  # type: ignore[union-attr]
        treatments = st.multiselect(
            "2 Which treatment?",
            codes,
            format_func=lambda code: ", ".join(describe(find("treatments"), code)),
            key=key("treatments"),
        )
        told["treatments"] = ";".join(treatments)
        _ask_yes_no((*call_answers.PAYERS, "new_patients"), told, key)
        told["wait_days"] = st.text_input(
            "5 First appointment in how many days?", key=key("wait_days")
        )
        rides = st.multiselect(
            "6 Who may take one home?",
            list(_RIDES),
            format_func=_RIDES.__getitem__,
            key=key("ride_home"),
        )
        told["ride_home"] = ";".join(rides)
        told["phone"] = st.text_input(
            "Right phone, where the listed one is wrong", key=key("phone")
        )
        told["street"] = st.text_input("Right street, where it is wrong", key=key("street"))
        told["remark"] = st.text_input("Remark", key=key("remark"))
        asked = st.form_submit_button("Take this in", type="primary", key="call_form_take")
    if not asked:
        return None
    try:
        return call_answers.clean(told)
    except GeoError as error:
        notices.show_error(error)
        return None


def _ask_yes_no(questions: Sequence[str], told: dict[str, str], key: Callable[[str], str]) -> None:
    """Draw questions that are answered by yes or no, two in a row, and add what is chosen."""
    for start in range(0, len(questions), 2):  # row by row, so that a phone has them in order
        for column, question in zip(st.columns(2), questions[start : start + 2], strict=True):
            with column:
                told[question] = st.selectbox(
                    _YES_NO[question], list(_SAID), format_func=_SAID.__getitem__, key=key(question)
                )


def _take(opened: Workspace, day: CallDay, told: Mapping[str, str], who: str) -> int:
    taken = call_days.take(opened, day, [(0, told)], who=who)
    if taken.decision_id is None:
        raise SchemaError(taken.rejects[0][2])
    return taken.decision_id
