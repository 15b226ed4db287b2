"""Many clinics at once: a CSV, mostly an export that was edited, looked at before it is applied.

A row names its clinic in `clinic_id`; of the other columns those of `operator_assertions.EDITABLE` are read
and those of the clinic table or an export are passed over. A cell that says what the clinic says
already changes nothing, and neither does an empty one, so that a file may give single columns;
`<empty>` empties a field. Cells that our exports neutralised are read as what they were, and a ZIP
or a phone that a spreadsheet took for a number as what it was. `why` may give a reason a row.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.clinics import resolving as clinic_table
from geo.errors import SchemaError, SourceError, WorkspaceError
from geo.exporting.formulas import restore
from geo.files import csv_rows
from geo.files.too_much import TooMuchError
from geo.workspace import decisions, operator_assertions, stored_listings
from geo.workspace.listing_versions import table

if TYPE_CHECKING:
    from pathlib import Path

    from geo.workspace.database import Workspace

EMPTY: Final = "<empty>"
_PASSED_OVER: Final = frozenset(
    {
        *clinic_table.COLUMNS,
        *clinic_table.LATER_COLUMNS,
        "found_as",
        "rank",
        "distance_miles",
        "may_be_within",
        "release",
        "reason",
    }
)
_CHANGES: Final = ("clinic_id", "field", "was", "becomes", "why")
_LARGEST_CELL: Final = 100_000


@dataclass(frozen=True)
class Preview:
    """What a file would change; nothing has been changed yet.

    Parameters
    ----------
    changes : a row a field that would change: `clinic_id`, `field`, `was`, `becomes`, `why`.
    rejects : a row a row that cannot be used: `line`, `record` (its `clinic_id`), `reason`, `raw`.
    unchanged : rows that say what the clinics say already.
    """

    changes: pd.DataFrame
    rejects: pd.DataFrame
    unchanged: int


def preview(workspace: Workspace, path: Path) -> Preview:
    """Return what a CSV would change, and which of its rows cannot be used and why.

    Parameters
    ----------
    path : a CSV in UTF-8 with a heading; each clinic in one row.

    Raises
    ------
    SourceError : the file cannot be read, is no CSV in UTF-8, or has another heading.
    WorkspaceError : the workspace cannot be read.
    """
    heading, rows = _read_rows(path)
    known = stored_listings.current(workspace)
    clinics = operator_assertions.find_clinics(known, {*known["clinic_id"]} - {""})
    changes: list[tuple[str, ...]] = []
    rejects: list[tuple[int, str, str, str]] = []
    unchanged = 0
    seen: set[str] = set()
    for line, cells in rows:
        row = dict(zip(heading, (restore(cell) for cell in cells), strict=False))
        clinic_id = row.get("clinic_id", "").strip()
        fault, now, found = "", dict[str, str](), dict[str, str]()
        if len(cells) != len(heading):
            fault = f"has {len(cells)} cells, not {len(heading)}; check its quotes and commas"
        elif clinic_id not in clinics:
            fault = f"there is no clinic {clinic_id!r}; take its id from an export"
        elif clinic_id in seen:
            fault = f"clinic {clinic_id!r} stands in an earlier row too; keep one"
        else:
            seen.add(clinic_id)
            now = operator_assertions.find_now(*clinics[clinic_id])
            try:
                found = _find_changes(now, row)
            except SchemaError as error:
                fault = str(error)
        if fault:
            rejects.append((line, clinic_id, fault, ",".join(cells)))
            continue
        unchanged += not found
        changes += [
            (clinic_id, field, now[field], value, row.get("why", "").strip())
            for field, value in found.items()
        ]
    rejected = table([row[1:] for row in rejects], ("record", "reason", "raw"))
    rejected.insert(0, "line", pd.Series([row[0] for row in rejects], dtype="int64"))
    return Preview(table(changes, _CHANGES), rejected, unchanged)


def apply(workspace: Workspace, previewed: Preview, *, who: str, reason: str = "") -> int:
    """Make all changes of a preview, as one decision; return its id.

    Raises
    ------
    SchemaError : there is nothing to change.
    WorkspaceError : a clinic was changed since the preview, or the workspace cannot be written.
    """
    changes = previewed.changes
    if changes.empty:
        raise SchemaError("Nothing would change: no row of the file says otherwise than now.")
    payload = {"changes": changes.to_dict("records")}
    with workspace.change():
        decided = decisions.record(workspace, "bulk", "", payload, who=who, reason=reason)
        clinics = operator_assertions.find_clinics(
            stored_listings.current(workspace), changes["clinic_id"]
        )
        changed = []
        for clinic_id, rows in changes.groupby("clinic_id", sort=False):
            clinic, of_clinic = clinics[str(clinic_id)]
            asserted = dict(zip(rows["field"], rows["becomes"], strict=True))
            now = operator_assertions.find_now(clinic, of_clinic)
            if [now[field] for field in rows["field"]] != rows["was"].tolist():
                raise WorkspaceError(
                    f"Clinic {clinic_id!r} was changed since the preview; look at it again."
                )
            changed.append((clinic, of_clinic, asserted))
        operator_assertions.state_facts(workspace, decided, changed)
        return decided


def _find_changes(now: dict[str, str], row: dict[str, str]) -> dict[str, str]:
    fields = {
        name: "" if cell.strip() == EMPTY else cell
        for name, cell in row.items()
        if name in operator_assertions.EDITABLE and cell.strip() and cell != now[name]
    }
    return operator_assertions.find_changes(now, operator_assertions.clean(fields, now["state"]))


def _read_rows(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    csv.field_size_limit(_LARGEST_CELL)
    try:
        numbered = csv_rows.read(path)
        heading = [name.strip() for name in next(numbered, (0, []))[1]]
        rows = [(line, cells) for line, cells in numbered if any(cells)]
    except OSError as error:
        raise SourceError(f"The file {path} cannot be read: {error.strerror}.") from error
    except TooMuchError as error:
        raise SourceError(f"The file {path.name} {error}; change fewer clinics at once.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"The file {path.name} is not a CSV in UTF-8: {error}.") from error
    allowed = {*operator_assertions.EDITABLE, *_PASSED_OVER, "why"}
    unknown = [name for name in heading if name not in allowed]
    twice = [name for name in heading if heading.count(name) > 1]
    if "clinic_id" not in heading or unknown or twice:
        fault = f"has {(unknown or twice)[0]!r}" if unknown or twice else "lacks 'clinic_id'"
        raise SourceError(
            f"The heading of {path.name} {fault}; give each column once, clinic_id and any of "
            f"{', '.join(operator_assertions.EDITABLE)}."
        )
    return heading, rows
