"""What a phone shows of the find page: after a search no filters, and the list or the map."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.parts.finder_state import FinderState

LINK_NAMES: Final = ("zip", "city", "state")
"""What a link that opens with a search names its place by."""


def name_head() -> str:
    """Return the key of the container of the page's head: what the stylesheet folds by.

    Streamlit cannot tell how wide a screen is, so the breakpoint of data/assets/app.css decides.
    """
    state = FinderState.of_visit()
    # A new visit has asked nothing yet, but the page must not move when its link is read.
    is_linked = state.is_new and any(name in st.query_params for name in LINK_NAMES)
    parts = ["head", "asked" if state.query or is_linked else "fresh"]
    parts += ["open"] if state.unfolded else []
    parts += ["map"] if state.map_first else []
    return "_".join(parts)
