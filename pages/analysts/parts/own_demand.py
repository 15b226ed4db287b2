"""An operator's own tracts or blocks: how their people are served, as `coverage --demand` tells it."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from geo.coverage.counting import ANY
from geo.errors import GeoError
from geo.i18n.language import format_miles, format_number, mark
from geo.i18n.language import gettext as _
from geo.jobs import demand_measuring, uploads
from geo.search import wording
from pages.analysts.parts import region_table
from pages.analysts.parts.coverage_state import CoverageState
from pages.analysts.parts.coverage_view import MOST_ROWS, name_level
from pages.analysts.parts.measures import write_number
from pages.parts import auth, file_drop, notices
from pages.parts.wordings import name_place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from geo.jobs.demand_measuring import MeasuredDemand
    from pages.analysts.parts.coverage_view import Choice

_MOST_MEGABYTES: Final = 50
_BANDED: Final = (
    ("mean_distance_miles", "miles"),
    ("share_within_30_miles", "share"),
    ("share_within_60_miles", "share"),
)
_WORDS: Final = mark(
    "A Parquet file with latitude, longitude and people, as of census tracts or blocks; a GEOID saves "
    "the search for counties. It is measured on this server by the release in use, and not kept. "
    "Operators alone see this part."
)


def show(choice: Choice) -> None:
    """Draw the place for a file and what it told, for operators; nothing for anybody else."""
    if auth.find_operator():
        _show(choice)


@st.fragment
def _show(choice: Choice) -> None:
    if not auth.find_operator():  # a fragment runs by itself, when a login may be over
        return
    state = CoverageState.of_visit()
    notices.show_part(_("Your own tracts or blocks"), _(_WORDS))
    given = file_drop.show(
        _("Parquet file, up to {megabytes} MB").format(megabytes=_MOST_MEGABYTES),
        endings=["parquet"],
        megabytes=_MOST_MEGABYTES,
        key=f"cov_own_file_{state.own_files}",
    )
    if given is not None and st.button(
        _("Measure {areas} by this file").format(areas=name_level(choice.level)),
        type="primary",
        key="cov_own_measure",
    ):
        try:
            path = uploads.keep(given, given.name)
            try:
                found = _measure(path, choice)
            finally:
                uploads.remove(path)
        except GeoError as error:
            notices.show_error(error)
            return
        state.own_demand = (given.name, choice.level, choice.treatment, found)
        state.own_files += 1  # lets go of the file
        st.rerun()
    if state.own_demand is not None:
        _show_result(*state.own_demand)


def _measure(path: Path, choice: Choice) -> MeasuredDemand:
    treatment = None if choice.treatment == ANY else choice.treatment
    line = st.empty()

    def tell(seconds: float) -> None:
        words = _("Measuring: {seconds} s. Eighty thousand tracts take about a minute.")
        line.caption(words.format(seconds=format_number(seconds)))

    try:
        return demand_measuring.measure_file(path, choice.level, treatment, tell=tell)
    finally:
        line.empty()


def _show_result(name: str, level: str, treatment: str, found: MeasuredDemand) -> None:
    rows = pd.read_csv(io.StringIO(found.csv), dtype={"geoid": str}, keep_default_na=True)
    region_table.show(build_table(rows, name, level, treatment), key="own_demand_table")
    for remark in found.notes.splitlines():
        st.caption(remark.replace("$", "\\$"))
    stem = name.removesuffix(".parquet")
    st.download_button(
        _("Table of this file (CSV)"),
        found.csv,
        f"coverage-{level}-{treatment}-{stem}.csv",
        "text/csv",
        key="cov_own_csv",
    )


def build_table(
    rows: pd.DataFrame, name: str, level: str, treatment: str
) -> region_table.RegionTable:
    """Return the table of the areas of a file, those with the least share within 30 miles first.

    Parameters
    ----------
    rows : of `geo.scale.drawn.tabulate_draws`.
    name : what the file is called.
    level : of the areas.
    treatment : which clinics were counted, as the choice may be another one by now.
    """
    ranked = rows.sort_values(["share_within_30_miles", "people"], ascending=[True, False])
    caption = [
        _("{level}, by {file}, {treatment}: median of the draws, in brackets the 90% band.").format(
            level=name_level(level), file=name, treatment=wording.name_treatment(treatment)
        )
    ]
    if len(ranked) > MOST_ROWS:
        caption.append(
            _("The first {shown} of {count}.").format(
                shown=MOST_ROWS, count=format_number(len(ranked))
            )
        )
    within: list[region_table.TableColumn] = [
        {
            "label": _("Within {distance}").format(distance=format_miles(miles, short=True)),
            "kind": "text",
        }
        for miles in (30, 60)
    ]
    return {
        "caption": " ".join(caption),
        "columns": [
            {"label": _("Area"), "kind": "name"},
            {"label": _("People"), "kind": "number"},
            {"label": _("Clinics"), "kind": "number"},
            {"label": _("Mean distance"), "kind": "text"},
            *within,
        ],
        "rows": [_line(row) for row in ranked.head(MOST_ROWS).to_dict("records")],
        "scale": region_table.NO_SCALE,
        "selected": None,
    }


def _line(row: Mapping[Any, Any]) -> list[Any]:
    name = name_place(str(row["name"]))
    return region_table.row(
        str(row["geoid"]),
        f"{name}, {row['state']}" if row["level"] == "county" else name,
        format_number(row["people"]),
        write_number(float(row["clinics"]), "count"),
        *(_write_band(row, column, kind) for column, kind in _BANDED),
    )


def _write_band(row: Mapping[Any, Any], column: str, kind: str) -> str:
    value, low, high = (float(row[f"{column}{end}"]) for end in ("", "_low", "_high"))
    if math.isnan(value):
        return _("N/A")
    return _("{value} ({low} to {high})").format(
        value=write_number(value, kind), low=write_number(low, kind), high=write_number(high, kind)
    )
