"""A plain table of real elements, for screens and screen readers alike."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


def show_table(
    caption: str,
    headings: Mapping[str, str],
    rows: Iterable[Mapping[str, object]],
    *,
    numbers: Sequence[str] = (),
) -> None:
    """Draw rows under headings; every text is shown as it is, never as HTML.

    Parameters
    ----------
    caption : what the table is of.
    headings : column -> its heading, in order; the first column names the row.
    rows : column -> value; the text of each value is shown.
    numbers : columns to align right.
    """
    st.html(draw_table(caption, headings, rows, numbers=numbers))


def draw_table(
    caption: str,
    headings: Mapping[str, str],
    rows: Iterable[Mapping[str, object]],
    *,
    numbers: Sequence[str] = (),
) -> str:
    """Return the HTML of `show_table`."""

    def mark(column: str) -> str:
        return ' class="number"' if column in numbers else ""

    head = "".join(
        f'<th scope="col"{mark(column)}>{html.escape(words)}</th>'
        for column, words in headings.items()
    )
    first = next(iter(headings))
    body = "".join(
        "<tr>"
        + "".join(
            f'<th scope="row">{html.escape(str(row[column]))}</th>'
            if column == first
            else f"<td{mark(column)}>{html.escape(str(row[column]))}</td>"
            for column in headings
        )
        + "</tr>"
        for row in rows
    )
    return (
        '<div class="plain-table" tabindex="0" role="region" '
        f'aria-label="{html.escape(caption)}"><table><caption>{html.escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
