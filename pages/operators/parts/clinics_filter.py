"""The list by what is known of its clinics: filters, a map of all that they hold, the rows, a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from geo.clinics.vocabulary import STATUS_WORDS
from geo.exporting import clinic_exports
from geo.maps.clinic_map import build_map
from geo.workspace import clinic_filters
from geo.workspace.clinic_filters import UNDATED, Wanted
from pages.operators.parts import clinic_rows
from pages.operators.parts.clinics_state import ClinicsState
from pages.operators.parts.plain_text import count
from pages.parts import auth, live_map, map_state, notices

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from geo.workspace.working_list import WorkingList

_LACKS: Final[Mapping[str, str]] = {
    "street": "No street",
    "phone": "No phone",
    "website": "No website",
    "beyond_city": "City only",
    "point": "No point",
}
_AGES: Final[Mapping[int, str]] = {
    0: "Any age",
    6: "Older than 6 months",
    12: "Older than a year",
    24: "Older than 2 years",
    UNDATED: "Undated",
}
_MAP_HEIGHT: Final = 360
_ROWS: Final = "filtered"


def show(working: WorkingList) -> None:
    """Draw the filters, and of what they hold a map, the rows and a file to edit.

    Raises
    ------
    GeoError : a file of the map is missing.
    """
    notices.show_part(
        "By what is known",
        "All that is chosen has to hold. Age is that of the newest source that lists a clinic.",
    )
    wanted = _choose(working)
    found = clinic_filters.select(working, wanted)
    where = found["latitude"].notna().sum()
    with st.container(key="filter_found", horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{count(len(found), 'clinic')}**, {where:,} of them on the map", width="stretch"
        )
        if len(found):
            st.download_button(
                "Download these to edit (CSV)",
                auth.guard(lambda: _write(working, found)),
                file_name="clinics.csv",
                mime="text/csv",
                on_click="ignore",
                key="filter_download",
            )
    if found.empty:
        st.caption("No clinic is like that; choose less.")
        return
    with st.container(key="clinics_map"):
        state = map_state.build_list(found, token=f"{wanted} {len(found)}")
        live_map.show(build_map, state, _open, key="clinics_map_view", height=_MAP_HEIGHT)
    clinic_rows.show(found, _ROWS, clinic_rows.tell_place)


def _choose(working: WorkingList) -> Wanted:
    lacks = st.pills(
        "Lacks",
        list(_LACKS),
        format_func=_LACKS.__getitem__,
        selection_mode="multi",
        key="filter_lacks",
        on_change=_start_over,
        persist_state="page",
    )
    with st.container(key="clinic_filters", horizontal=True, vertical_alignment="bottom"):
        status = _select("Status", [*STATUS_WORDS], STATUS_WORDS, key="filter_status")
        sources = sorted({*working.listings["source"]} - {""})
        source = _select("Source", sources, {}, key="filter_source")
        age = st.selectbox(
            "Age",
            list(_AGES),
            format_func=_AGES.__getitem__,
            key="filter_age",
            on_change=_start_over,
            persist_state="page",
        )
        states = sorted({*working.clinics["state"]} - {""})
        state = _select("State", states, {}, key="filter_state")
    return Wanted(tuple(lacks), source, status, state, age)


def _select(label: str, options: list[str], words: Mapping[str, str], *, key: str) -> str:
    def name(option: str) -> str:
        said = words.get(option, option)
        return said[:1].upper() + said[1:] if option else "Any"

    chosen: str = st.selectbox(
        label, ["", *options], format_func=name, key=key, on_change=_start_over,
        persist_state="page",
    )  # fmt: skip
    return chosen


def _start_over() -> None:
    ClinicsState.of_visit().pages[_ROWS] = 1


def _open(event: dict[str, Any]) -> None:
    """Turn to the clinic that was chosen on the map."""
    chosen = event.get("id")
    if isinstance(chosen, str) and chosen:
        clinic_rows.choose(chosen)


def _write(working: WorkingList, found: pd.DataFrame) -> str:
    table = working.tabulate()
    chosen = table[table["clinic_id"].isin(found["clinic_id"])]
    return clinic_exports.to_csv(chosen, f"workspace-{working.state[1]}")
