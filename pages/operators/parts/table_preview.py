"""What would come of a table, before it is taken in: counts, the first listings, what is doubtful."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.errors import GeoError
from geo.sources.table import Layout, Mapping, preview
from pages.operators.parts.plain_text import escape
from pages.parts import notices
from pages.parts.tables import show_table

if TYPE_CHECKING:
    from geo.sources.table import Sample
    from geo.sources.table.preview import Preview

_ROWS: Final = {
    False: "All rows are such clinics",
    True: "Only rows that name ketamine, esketamine or Spravato",
}
_OPERATING: Final = {
    "open": "open",
    "closed": "closed, or not open yet",
    "doubtful": "in doubt",
    "unsaid": "without a word of it",
}
_SHOWN_REASONS: Final = 10


def show(path: Path, mapping: Mapping, found: Sample) -> bool:
    """Draw what would come of a table; return whether only rows that name the treatment are taken.

    Parameters
    ----------
    path : of the table.
    mapping : as it is chosen by now.
    found : its beginning.
    """
    notices.show_part(
        "What would come of it", "Nothing is taken in yet: this is what the rows would become."
    )
    try:
        mapping.check(found.heading)
        guessed = _look(str(path), path.stat().st_mtime, mapping.columns, found.layout, None)
        only_naming = st.radio(
            "Which rows are such clinics",
            list(_ROWS),
            index=list(_ROWS).index(guessed.only_naming),
            format_func=_ROWS.__getitem__,
            key=f"rows_{path}_{found.layout.sheet}",
        )
        seen = guessed
        if only_naming != guessed.only_naming:
            seen = _look(
                str(path), path.stat().st_mtime, mapping.columns, found.layout, only_naming
            )
    except (GeoError, OSError) as error:
        st.info(escape(str(error)), icon=":material/info:")
        return False
    _show(seen)
    return only_naming


@st.cache_data(max_entries=8, show_spinner="Reading it through")
def _look(
    path: str,
    changed: float,  # noqa: ARG001  another file of the same name is read anew
    columns: dict[str, str],
    layout: Layout,
    only_naming: bool | None,
) -> Preview:
    return preview.look(Path(path), Mapping(columns), layout, only_naming=only_naming)


def _show(seen: Preview) -> None:
    counts = {
        "Records": seen.records,
        "name the treatment": seen.naming,
        "do not name it": seen.records - seen.naming,
        "to be taken in": seen.accepted,
        "not relevant, left out": seen.not_relevant,
        "rejected": seen.rejected,
    }
    operating = {_OPERATING[name]: count for name, count in seen.operating.items()}
    show_table(
        "Counts",
        {"what": "What", "count": "How many"},
        [
            {"what": what, "count": f"{count:,}"}
            for what, count in (
                counts | {f"of those taken: {k}": v for k, v in operating.items()}
            ).items()
        ],
        numbers=["count"],
    )
    if seen.warning:
        st.warning(escape(seen.warning), icon=":material/warning:")
    for sentence in seen.notices:
        st.caption(escape(sentence))
    if seen.samples:
        names = [name for name in seen.samples[0] if any(row[name] for row in seen.samples)]
        show_table(
            "The first listings, as they would be",
            {name: name.replace("_", " ") for name in names},
            [{name: row[name] for name in names} for row in seen.samples],
        )
    if seen.reasons:
        show_table(
            "Rejected",
            {"reason": "Why", "count": "How many"},
            [
                {"reason": reason, "count": f"{count:,}"}
                for reason, count in list(seen.reasons.items())[:_SHOWN_REASONS]
            ],
            numbers=["count"],
        )
    if seen.mended:
        fields = ", ".join(f"{name} ({count:,})" for name, count in seen.mended.items())
        st.caption(f"Not understood and left out, or in doubt: {fields}.")
    if seen.unread:
        st.caption(f"Columns that are not read: {escape(', '.join(seen.unread))}.")
