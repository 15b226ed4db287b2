"""The file of rejects: to mend and feed again through `geo.sources.table`, whose form it has."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Final

from geo.errors import SourceError
from geo.exporting.formulas import escape_formula

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

REASON: Final = "rejected because"
"""The column that `write_rejects` adds."""


def write_rejects(rejects: pd.DataFrame, path: Path) -> None:
    """Write rejects as a CSV to mend and feed again through `geo.sources.table`.

    Parameters
    ----------
    rejects : as in `Batch`, of one source.
    path : where to; an existing file is replaced. UTF-8 with the mark spreadsheets look for.
        The columns are those of the records, in the order in which they first appear, then
        `reason`. Texts that a spreadsheet would run are disarmed; `table` restores them.

    Raises
    ------
    SourceError : the file cannot be written.
    """
    rows = [
        {**json.loads(raw), REASON: reason}
        for raw, reason in zip(rejects["raw"], rejects["reason"], strict=True)
    ]
    heading = list(dict.fromkeys(column for row in rows for column in row if column != REASON))
    try:
        with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([escape_formula(column) for column in heading] + [REASON])
            writer.writerows(
                [escape_formula(_cell(row.get(column))) for column in [*heading, REASON]]
                for row in rows
            )
    except OSError as error:
        raise SourceError(
            f"The rejects cannot be written to {path}: {error.strerror}; choose another place."
        ) from error


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value)
