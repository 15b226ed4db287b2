"""Which rows of a table name the treatment: in a cell, or by a mark in a column that is called so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from geo.sources.cleaning import is_relevant
from geo.sources.form_cleaning import drop_denials
from geo.sources.operating_words import OPEN, read_operating
from geo.sources.osm_lifecycle import is_of_another_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.sources.table.known_exports import KnownExport

_MARKS: Final = frozenset({"x", "\u2713", "\u2714", "\u2611", "offered", "available", "provided"})
_NOT_SAYING: Final = re.compile(
    r"\b(old|former|formerly|previous|previously|prior|query|search|keyword|keywords|searched)\b"
    r"|\bnot:|fixme",
    re.IGNORECASE,
)


def list_spoken(
    record: Mapping[str, str], named_by: frozenset[str], export: KnownExport | None
) -> list[str]:
    """Return what of a row speaks of ketamine, esketamine or Spravato as it is now.

    Parameters
    ----------
    record : heading -> cell.
    named_by : the columns that hold a name, which denies nothing ("No Pain Ketamine").
    export : what the table is an export of, if that is known.

    Returns
    -------
    The cells that name it, and the headings that do where a mark stands under them; none where
    former names or searched words alone do.
    """
    flags = export.flags if export else {}
    spoken = []
    for column, cell in record.items():
        if not cell.strip() or _NOT_SAYING.search(column) or is_of_another_time(column):
            continue
        said = cell if column in named_by else drop_denials(cell)
        if is_relevant(said):
            spoken.append(said)
        elif _is_mark(cell):
            words = flags.get(column.lower(), column)
            spoken += [words] if is_relevant(words) else []
    return spoken


def _is_mark(cell: str) -> bool:
    """Tell whether a cell marks what its heading names: yes, 1, x; not "no", and not a number."""
    word = cell.strip().casefold()
    return word in _MARKS or (len(word) <= len("yes") and read_operating(word) == OPEN)
