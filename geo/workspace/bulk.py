"""Many clinics at once: a CSV, mostly an export that was edited, looked at before it is applied.

Commas, semicolons or tabs part its cells, in UTF-8 or UTF-16. A row names its clinic in `clinic_id`;
of the other columns those of `clinic_facts.EDITABLE` are read, every other one is named as
passed over. A cell that says what the clinic says already changes nothing, and neither does an empty
one, so that a file may give single columns; `<empty>` empties a field. Cells that our exports
neutralised are read as what they were, and a ZIP or a phone that a spreadsheet took for a number as
what it was. `why` may give a reason a row; `latitude` and `longitude` pin the clinic where they name
another point than now, for a reason alone, since an old export gives old points.
"""

from __future__ import annotations

import csv
import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.clinics import resolving as clinic_table
from geo.errors import SchemaError, SourceError, WorkspaceError
from geo.exporting.formulas import restore
from geo.files import csv_rows
from geo.files.too_much import TooMuchError
from geo.sources import cleaning
from geo.sources.table import delimited
from geo.workspace import clinic_facts, decisions, operator_assertions, positions, stored_listings
from geo.workspace.listing_versions import table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from geo.sources.table.delimited import Form
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
PIN: Final = "pin"
"""What a change of where a clinic stands is called among the fields."""

_POINT: Final = ("latitude", "longitude")
_SAME_DEGREES: Final = 0.00001
"""A metre: spreadsheets round."""


@dataclass(frozen=True)
class Preview:
    """What a file would change; nothing has been changed yet.

    Parameters
    ----------
    changes : a row a field that would change: `clinic_id`, `field`, `was`, `becomes`, `why`; the
        field of a point is `PIN`, and says latitude, longitude in degrees, EPSG:4326.
    rejects : a row a row that cannot be used: `line`, `record` (its `clinic_id`), `reason`, `raw`.
    unchanged : rows that say what the clinics say already.
    ignored : column that is passed over -> why, a phrase.
    form : how the file is written.
    """

    changes: pd.DataFrame
    rejects: pd.DataFrame
    unchanged: int
    ignored: Mapping[str, str]
    form: Form


def preview(
    workspace: Workspace, path: Path, points: Mapping[str, tuple[float, float]] | None = None
) -> Preview:
    """Return what a CSV would change, and which of its rows cannot be used and why.

    Parameters
    ----------
    path : a CSV with a heading; each clinic in one row.
    points : where clinics stand now, by id, also those that nobody agreed to: latitude, longitude in
        degrees, EPSG:4326. By default those that were agreed.

    Raises
    ------
    SourceError : the file cannot be read, is no CSV, or has another heading.
    WorkspaceError : the workspace cannot be read.
    """
    heading, rows, ignored, form = _read_rows(path)
    stands = _list_points(workspace) if points is None else points
    known = stored_listings.current(workspace)
    clinics = clinic_facts.find_clinics(known, {*known["clinic_id"]} - {""})
    changes: list[tuple[str, ...]] = []
    rejects: list[tuple[int, str, str, str]] = []
    unchanged = 0
    seen: set[str] = set()
    for line, cells in rows:
        row = dict(zip(heading, (restore(cell) for cell in cells), strict=False))
        clinic_id = row.get("clinic_id", "").strip()
        fault, now, found = "", dict[str, str](), dict[str, str]()
        if len(cells) != len(heading):
            fault = f"has {len(cells)} cells, not {len(heading)}; check its quotes and {form.delimiter!r}"
        elif clinic_id not in clinics:
            fault = f"there is no clinic {clinic_id!r}; take its id from an export"
        elif clinic_id in seen:
            fault = f"clinic {clinic_id!r} stands in an earlier row too; keep one"
        else:
            seen.add(clinic_id)
            now = clinic_facts.find_now(*clinics[clinic_id])
            try:
                found = _find_changes(now, row)
                at = stands.get(clinic_id)
                if set(_POINT) <= set(heading) and (pin := _find_pin(row, at)):
                    now[PIN], found[PIN] = (_write_point(at) if at else ""), pin
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
    return Preview(table(changes, _CHANGES), rejected, unchanged, ignored, form)


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
        clinics = clinic_facts.find_clinics(
            stored_listings.current(workspace), changes["clinic_id"]
        )
        changed = []
        facts, pins = changes[changes["field"].ne(PIN)], changes[changes["field"].eq(PIN)]
        for clinic_id, rows in facts.groupby("clinic_id", sort=False):
            clinic, of_clinic = clinics[str(clinic_id)]
            asserted = dict(zip(rows["field"], rows["becomes"], strict=True))
            now = clinic_facts.find_now(clinic, of_clinic)
            if [now[field] for field in rows["field"]] != rows["was"].tolist():
                raise WorkspaceError(
                    f"Clinic {clinic_id!r} was changed since the preview; look at it again."
                )
            changed.append((clinic, of_clinic, asserted))
        operator_assertions.state_facts(workspace, decided, changed)
        for clinic_id, point in zip(pins["clinic_id"], pins["becomes"], strict=True):
            latitude, longitude = map(float, point.split(", "))
            positions.pin(workspace, decided, clinic_id, latitude, longitude)
        return decided


def _find_changes(now: dict[str, str], row: dict[str, str]) -> dict[str, str]:
    fields = {
        name: "" if cell.strip() == EMPTY else cell
        for name, cell in row.items()
        if name in clinic_facts.EDITABLE and cell.strip() and cell != now[name]
    }
    return clinic_facts.find_changes(now, clinic_facts.clean(fields, now["state"]))


def _find_pin(row: dict[str, str], at: tuple[float, float] | None) -> str:
    """Return the point that a row gives where it is another than now; "" where it gives none.

    Raises
    ------
    SchemaError : it is none to pin to, or no reason is given.
    """
    # Where semicolons part the cells, a comma is the decimal point.
    given = [row[name].strip().replace(",", ".") for name in _POINT]
    cleaned = cleaning.clean_point(*given)
    if cleaned.reason:
        raise SchemaError(f"latitude and longitude {cleaned.reason}; give both, or neither")
    if cleaned.point is None or (
        at and all(abs(a - b) <= _SAME_DEGREES for a, b in zip(cleaned.point, at, strict=True))
    ):
        return ""
    if not row.get("why", "").strip():
        raise SchemaError(
            "latitude and longitude are not where it stands now; say in the column why how you "
            "know, or empty both cells"
        )
    return _write_point(cleaned.point)


def _list_points(workspace: Workspace) -> dict[str, tuple[float, float]]:
    agreed = positions.agreed(workspace)
    columns = (agreed[name].tolist() for name in ("clinic_id", *_POINT))
    return {
        str(clinic): (latitude, longitude)
        for clinic, latitude, longitude in zip(*columns, strict=True)
    }


def _write_point(at: tuple[float, float]) -> str:
    return f"{at[0]:.6f}, {at[1]:.6f}"


def _read_rows(
    path: Path,
) -> tuple[list[str], list[tuple[int, list[str]]], dict[str, str], Form]:
    """Return heading, rows with their lines, what is passed over and why, and how it is written."""
    form = delimited.sniff(path)
    encoding = "utf-8-sig" if form.encoding == "utf-8" else form.encoding
    csv.field_size_limit(_LARGEST_CELL)
    try:
        numbered = csv_rows.read(path, delimiter=form.delimiter, encoding=encoding)
        heading = [name.strip() for name in next(numbered, (0, []))[1]]
        rows = [(line, cells) for line, cells in numbered if any(cells)]
    except OSError as error:
        raise SourceError(f"The file {path} cannot be read: {error.strerror}.") from error
    except TooMuchError as error:
        raise SourceError(f"The file {path.name} {error}; change fewer clinics at once.") from error
    except (UnicodeError, csv.Error) as error:
        raise SourceError(
            f"The file {path.name} is not a CSV in UTF-8 or UTF-16: {error}."
        ) from error
    ignored = _find_ignored(heading)
    twice = [name for name in heading if heading.count(name) > 1]
    changing = [name for name in heading if name not in {*ignored, "clinic_id", "why"}]
    if "clinic_id" not in heading or twice or not changing:
        fault = f"has {twice[0]!r} twice" if twice else "has no column to change"
        fault = fault if "clinic_id" in heading else "lacks 'clinic_id'"
        raise SourceError(
            f"The heading of {path.name} {fault}; give each column once, clinic_id and any of "
            f"{', '.join(clinic_facts.EDITABLE)}, or latitude and longitude."
        )
    return heading, rows, ignored, form


def _find_ignored(heading: list[str]) -> dict[str, str]:
    """Return the columns of a heading that are passed over, and why."""
    used = {*clinic_facts.EDITABLE, "clinic_id", "why"}
    if set(_POINT) <= set(heading):
        used |= set(_POINT)
    ignored = {}
    for name in heading:
        if name in used:
            continue
        if name in _POINT:
            ignored[name] = "latitude and longitude are set together"
        elif name in _PASSED_OVER:
            ignored[name] = "is not changed by a file"
        else:
            near = difflib.get_close_matches(name.casefold(), sorted(used), 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            ignored[name] = f"is no column of the list{hint}"
    return ignored
