"""A table of regions with their intervals drawn as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from pages.parts import components

if TYPE_CHECKING:
    from collections.abc import Callable

_mount: Final = components.declare("region_table")


def show(table: dict[str, Any], *, key: str, on_pick: Callable[[str], None] | None = None) -> None:
    """Draw a table; call `on_pick(row id)` when a row that has an action is chosen.

    Parameters
    ----------
    table : `caption`, `columns` (key, label, kind), `rows` (id, cells, action, indent), `scale`
        (from, to, rest) of the bars, `selected`.
    key : names this table among others.
    """

    def handle() -> None:
        pick = st.session_state[key].get("pick")
        if pick and on_pick:
            on_pick(str(pick["id"]))

    _mount(key=key, data=table, on_pick_change=handle)
