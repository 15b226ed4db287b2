"""The search that an address names: a link that opens with one, and an address that stays true to it.

An address that came as a link names a place already; it goes with the filters, and is emptied when
another place is asked for, so that what is typed is in no address.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

from geo.search.fact_filters import FACTS
from pages.parts import mobile_layout
from pages.parts.finder_state import FinderState
from pages.patients.parts import fact_filters_panel

NAMES: Final = (*mobile_layout.LINK_NAMES, "within", "treatment", "unconfirmed", "order", *FACTS)
"""What a link that opens with a search says in its address."""


def read() -> dict[str, str]:
    """Return what the address says of a search; {} where it names no place."""
    told = {name: value for name, value in st.query_params.to_dict().items() if name in NAMES}
    if told.get("state") == "New York":  # the city, where it is typed
        told["state"] = "New York State"
    return told if any(name in told for name in mobile_layout.LINK_NAMES) else {}


def correct_address() -> None:
    """Have an address that was a link name what is asked now; of what was typed, nothing.

    Whatever a person does comes with the address of that moment. One that is behind, since the new
    one is still on its way to the browser, would be taken for a link that was gone back to.
    """
    state, here = FinderState.of_visit(), st.query_params.to_dict()
    if state.link:
        place = {name: state.link[name] for name in mobile_layout.LINK_NAMES if name in state.link}
        state.link = place | {"within": str(state.within)}
        state.link |= {"treatment": state.treatment} if state.treatment else {}
        state.link |= {"unconfirmed": "hide"} if state.hide_unconfirmed else {}
        state.link |= {"order": "drive"} if state.by_minutes else {}
        state.link |= fact_filters_panel.read_wanted()
    others = {name: value for name, value in here.items() if name not in NAMES}
    if len(others) < len(here):
        st.query_params.from_dict(others | state.link)
