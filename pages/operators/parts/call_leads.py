"""Leads: addresses where a source tells of individuals alone, for whoever finds out what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import htpy as h
import streamlit as st

from geo import workspace
from geo.clinics.provenance import describe_source
from geo.search.wording import describe_address
from geo.workspace import case_resolving, possible_clinics
from pages.operators.parts import deciding, plain_text
from pages.parts import auth, notices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Lead: TypeAlias = "tuple[int, dict[str, str]]"
"""The number of a case, and its listing."""

SHOWN: Final = 10
_WHAT: Final = (
    "Medicare paid individuals who registered these addresses for esketamine; that is no proof that it "
    "is given there, and no clinic of the list stands there. Those with the most services come first. "
    "What turns out to be a clinic goes in by Add a clinic."
)


def load() -> list[Lead]:
    """Return the open leads, those with the most services first.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    with workspace.open() as opened:
        return possible_clinics.list_leads(opened)


def show(known: Sequence[Lead], state: str) -> None:
    """Draw the first leads of a state, or of all; nothing where there is none.

    Parameters
    ----------
    known : as `load` gives them.
    state : two letters, or "" for all.
    """
    leads = [lead for lead in known if state in {"", lead[1]["state"]}]
    if not leads:
        return
    notices.show_part(f"Addresses to look into ({len(leads):,})", _WHAT)
    for case_id, listing in leads[:SHOWN]:
        with st.container(key=f"leads_row_{case_id}", horizontal=True, vertical_alignment="center"):
            with st.container(key=f"leads_words_{case_id}"):
                st.html(h.strong[describe_address(listing)])
                st.html(h.p(".row-words")[_tell(listing)])
            with st.container(key=f"leads_acts_{case_id}", horizontal=True, width="content"):
                if st.button("Done with it", key=f"lead_done_{case_id}"):
                    _settle(case_id)


def _settle(case_id: int) -> None:
    deciding.decide(
        auth.require(),
        lambda opened, who: case_resolving.resolve_case(opened, case_id, "done", who=who),
        "The address is done with.",
    )


def _tell(listing: Mapping[str, str]) -> str:
    said = describe_source(listing)
    services = possible_clinics.count_services(listing)
    paid = plain_text.count(services, "service") if services else ""
    return " · ".join(part for part in (said[:1].upper() + said[1:], paid) if part)
