"""Clinics as rows that open them: what is found, and whom to call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import htpy as h
import streamlit as st

from geo.clinics.vocabulary import STATUS_WORDS
from geo.i18n.language import gettext as _
from geo.i18n.sentences import sentence_case
from geo.search import wording
from geo.workspace.working_list import write_phone
from pages.operators.parts import plain_text
from pages.operators.parts.clinics_state import ClinicsState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

PAGE_SIZE: Final = 20
CHOSEN: Final = "clinic"
"""The part of the address that names the clinic on the page, so that it can be linked to."""


def choose(clinic_id: str) -> None:
    """Turn to a clinic's own page."""
    st.query_params[CHOSEN] = clinic_id


def leave() -> None:
    """Turn back to the lists."""
    st.query_params.pop(CHOSEN, None)


def show(
    clinics: pd.DataFrame,
    key: str,
    tell: Callable[[Mapping[Any, Any]], h.Node],
    act: Callable[[Mapping[Any, Any]], None] | None = None,
) -> None:
    """Draw a page of clinics, and the way to the others.

    Parameters
    ----------
    clinics : in order.
    key : names the list among others.
    tell : the second line of a clinic.
    act : draws the buttons of a clinic.
    """
    pages = max(1, -(-len(clinics) // PAGE_SIZE))
    page = min(ClinicsState.of_visit().pages.get(key, 1), pages)
    first = (page - 1) * PAGE_SIZE
    for row in clinics.iloc[first : first + PAGE_SIZE].to_dict("records"):
        clinic_id = str(row["clinic_id"])
        with st.container(
            key=f"{key}_row_{clinic_id}", horizontal=True, vertical_alignment="center"
        ):
            with st.container(key=f"{key}_words_{clinic_id}"):
                st.button(
                    plain_text.escape(str(row["name"])),
                    type="tertiary",
                    key=f"{key}_open_{clinic_id}",
                    on_click=choose,
                    args=(clinic_id,),
                )
                st.html(h.p(".row-words")[tell(row)])
            if act is not None:
                with st.container(key=f"{key}_acts_{clinic_id}", horizontal=True, width="content"):
                    act(row)
    if pages > 1:
        _show_pager(key, page, pages, len(clinics))


def tell_place(row: Mapping[str, Any]) -> h.Fragment:
    """Return a clinic's status, address and telephone number."""
    parts = [sentence_case(wording.describe_address(row)), write_phone(str(row["phone"]))]
    return h.fragment[mark_status(row), " ", " · ".join(part for part in parts if part)]


def mark_status(row: Mapping[str, Any]) -> h.Element:
    """Return a clinic's status."""
    status = str(row["status"])
    return h.span(class_=["status", status])[_(STATUS_WORDS[status])]


def _show_pager(key: str, page: int, pages: int, count: int) -> None:
    def turn(by: int) -> None:
        ClinicsState.of_visit().pages[key] = page + by

    with st.container(key=f"{key}_pager", horizontal=True, vertical_alignment="center"):
        st.button("Previous", key=f"{key}_back", disabled=page == 1, on_click=turn, args=(-1,))
        st.text(f"Page {page} of {pages} · {plain_text.count(count, 'clinic')}")
        st.button("Next", key=f"{key}_next", disabled=page == pages, on_click=turn, args=(1,))
