"""Which column of a table holds what: guessed, shown with samples, corrected, confirmed."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from geo.sources import reading, table
from geo.sources.table import Mapping
from pages.operators.parts import table_preview
from pages.operators.parts.plain_text import escape
from pages.parts import notices
from pages.parts.tables import show_table

if TYPE_CHECKING:
    from pathlib import Path

_NONE: Final = "(no column)"
_ORDER: Final = tuple(dict.fromkeys(["name", "address", *reading.FIELDS, *table.FIELDS]))
_KINDS: Final = {
    "secondary_directory": "A directory or another list",
    "registry": "An official register",
    "clinic_own_page": "Clinics' own statements",
    "press": "A newspaper or journal",
}
_SURE: Final = 0.8
_SAMPLES: Final = 3
_SHOWN_ROWS: Final = 5


def show(path: Path) -> dict[str, Any] | None:
    """Draw the columns of a table as guessed; return how to read it once that is confirmed.

    Parameters
    ----------
    path : of the table.

    Returns
    -------
    `columns` (field -> column), `layout` (of `geo.sources.table.Layout`) and `table`, what else
    `geo.workspace.ingestion.open_table` wants to know.

    Raises
    ------
    SourceError, CrsError : it cannot be read.
    """
    notices.show_part(
        f"The columns of {path.name}",
        "Which of its columns holds what, as it seems. Correct what is wrong, look at what would come "
        "of it, then confirm.",
    )
    found = _choose_layout(path)
    guessed = table.guess_mapping(found.heading, found.rows)
    show_table(
        f"The first rows of {path.name}",
        {str(at): name for at, name in enumerate(found.heading)},
        [{str(at): cell for at, cell in enumerate(row)} for row in found.rows[:_SHOWN_ROWS]],
    )
    chosen: dict[str, str] = {}
    shown = [name for name in _ORDER if name in guessed.columns]
    for name in shown:
        chosen[name] = _ask(name, found, guessed)
    with st.expander(f"Fields that no column was found for ({len(table.FIELDS) - len(shown)})"):
        for name in table.FIELDS:
            if name not in shown:
                chosen[name] = _ask(name, found, guessed)
    title = st.text_input(
        "Name of the table, the same for each edition",
        value=path.stem.removesuffix(".rejects"),
        key=f"title_{path}",
    )
    left, right = st.columns(2)
    evidence = left.selectbox(
        "What kind of source it is", list(_KINDS), format_func=_KINDS.__getitem__
    )
    made = right.date_input("The day it was made, if known", None, max_value="today")
    url = left.text_input("Its web address", key=f"url_{path}", placeholder="https://")
    licence = right.text_input(
        "Licence: what its records may be used for",
        key=f"licence_{path}",
        placeholder="CC BY 4.0",
        help="Words that name the ODbL are left out of a release built without it; any others are "
        "kept.",
    )
    columns = {name: column for name, column in chosen.items() if column != _NONE}
    only_naming = table_preview.show(path, Mapping(columns), found)
    if not st.button(
        "These are the columns: take the table in", type="primary", key="confirm_mapping"
    ):
        return None
    Mapping(columns).check(found.heading)
    facts: dict[str, Any] = {
        "title": title,
        "url": url.strip(),
        "licence": licence,
        "evidence": evidence,
        "source_date": made.isoformat() if made else "",
        "only_naming": only_naming,
    }
    return {"columns": columns, "layout": asdict(found.layout), "table": facts}


def _choose_layout(path: Path) -> table.Sample:
    """Draw which sheet and which row of headings are taken, where there is a choice."""
    found = table.sample(path)
    if len(found.sheets) > 1:
        sheet = st.selectbox(
            f"Sheet ({len(found.sheets)} hold something)",
            found.sheets,
            index=found.sheets.index(found.layout.sheet),
            key=f"sheet_{path}",
        )
        if sheet != found.layout.sheet:
            found = table.sample(path, table.Layout(sheet=sheet))
    if found.above:
        st.caption(f"Above the columns' names stands: {escape(found.above[:200])}")
        row = st.number_input(
            "Row that names the columns",
            min_value=1,
            value=found.layout.heading_row,
            key=f"heading_{path}_{found.layout.sheet}",
        )
        if row != found.layout.heading_row:
            found = table.sample(path, replace(found.layout, heading_row=int(row)))
    return found


def _ask(name: str, found: table.Sample, guessed: Mapping) -> str:
    """Draw one field: its column, how sure the guess is, what stands there; return the column."""
    choices = [_NONE, *found.heading]
    column = guessed.columns.get(name, _NONE)
    label, guess = st.columns([2, 3], vertical_alignment="bottom")
    chosen = label.selectbox(
        f"{name}: {hint}" if (hint := table.COLUMNS[name].hint) else name,
        choices,
        index=choices.index(column),
        key=f"column_{name}",
    )
    guess.caption(_describe(chosen, found, guessed.sure.get(name) if chosen == column else None))
    return chosen


def _describe(column: str, found: table.Sample, sure: float | None) -> str:
    if column == _NONE:
        return "left empty"
    at = found.heading.index(column)
    samples = dict.fromkeys(row[at].strip() for row in found.rows if row[at].strip())
    said = " | ".join(list(samples)[:_SAMPLES]) or "empty in the first rows"
    if sure is None:
        return f"chosen by you: {escape(said)}"
    doubt = "" if sure >= _SURE else " :material/help: look closely,"
    return f"{doubt} {sure:.0%} sure: {escape(said)}"
