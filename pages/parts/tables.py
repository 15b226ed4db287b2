"""A plain table of real elements, for screens and screen readers alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h
import streamlit as st
from markupsafe import Markup

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
) -> Markup:
    """Return the HTML of `show_table`."""
    first = next(iter(headings))
    classes = {column: "number" if column in numbers else None for column in headings}
    head = [h.th(scope="col", class_=classes[column])[words] for column, words in headings.items()]
    body = [
        h.tr[
            [
                h.th(scope="row")[str(row[column])]
                if column == first
                else h.td(class_=classes[column])[str(row[column])]
                for column in headings
            ]
        ]
        for row in rows
    ]
    table = h.table[h.caption[caption], h.thead[h.tr[head]], h.tbody[body]]
    return Markup.escape(
        h.div(".plain-table", tabindex="0", role="region", aria_label=caption)[table]
    )
