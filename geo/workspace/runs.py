"""What was taken in: each reading of a source, its counts, and what did not come through as it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.errors import WorkspaceError
from geo.workspace.listing_versions import table

if TYPE_CHECKING:
    from geo.workspace.database import Workspace

_COLUMNS: Final = (
    "id",
    "source",
    "title",
    "file_name",
    "file_sha256",
    "who",
    "started_at",
    "finished_at",
    "state",
    "decision_id",
    "case_id",
    "read",
    "not_relevant",
    "accepted",
    "rejected",
    "added",
    "changed",
    "unchanged",
    "missing",
)
_SUMMARY: Final = """
SELECT runs.id, source, title, file_name, file_sha256, runs.who, started_at, finished_at,
    CASE WHEN standing.id IS NOT NULL THEN 'complete'
        WHEN runs.state = 'complete' THEN 'undone'
        WHEN EXISTS (SELECT 1 FROM settlements WHERE case_id = held.id AND choice = 'discard'
            AND NOT EXISTS (SELECT 1 FROM undone
                WHERE undone.decision_id = settlements.decision_id)) THEN 'discarded'
        ELSE 'held' END,
    standing.id, held.id, read, not_relevant, accepted, rejected, added, changed, unchanged, missing
FROM runs LEFT JOIN standing ON standing.id = runs.decision_id
LEFT JOIN (SELECT subject, MAX(id) AS id FROM cases WHERE kind = 'shrunk' GROUP BY subject) AS held
    ON held.subject = 'run:' || runs.id
WHERE runs.state <> 'reading'
"""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One reading of a source.

    Parameters
    ----------
    id : of the run.
    source, title, file_name, file_sha256, who, started_at, finished_at : what was read by whom.
    state : `complete`; `held` until an operator accepts it; `discarded`; `undone`.
    decision_id : of the decision that makes it count; None while none does.
    case_id : of the case `shrunk` of a run that was held, else None.
    read, not_relevant, accepted, rejected : records; read = not_relevant + accepted + rejected.
    added, changed, unchanged : listings accepted: new, with another content, as they were.
    missing : listings that an earlier run of the source held and this one does not; they stay.
    """

    id: int
    source: str
    title: str
    file_name: str
    file_sha256: str
    who: str
    started_at: str
    finished_at: str
    state: str
    decision_id: int | None
    case_id: int | None
    read: int
    not_relevant: int
    accepted: int
    rejected: int
    added: int
    changed: int
    unchanged: int
    missing: int


def summarise(workspace: Workspace, run_id: int) -> RunSummary:
    """Return one run that came to an end.

    Raises
    ------
    WorkspaceError : there is none of that id.
    """
    rows = workspace.read(f"{_SUMMARY} AND runs.id = ?", (run_id,))
    if not rows:
        raise WorkspaceError(f"There is no run {run_id}; see the list of runs for its number.")
    return RunSummary(**dict(zip(_COLUMNS, rows[0], strict=True)))


def list_runs(workspace: Workspace) -> list[RunSummary]:
    """Return the runs that came to an end, the newest first.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    rows = workspace.read(f"{_SUMMARY} ORDER BY runs.id DESC")
    return [RunSummary(**dict(zip(_COLUMNS, row, strict=True))) for row in rows]


def rejects(workspace: Workspace, run_id: int) -> pd.DataFrame:
    """Return what a run rejected: `line` (0 where unknown), `record`, `reason`, `raw`.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    rows = workspace.read(
        "SELECT line, record, reason, raw FROM rejects WHERE run_id = ? ORDER BY rowid", (run_id,)
    )
    found = table([row[1:] for row in rows], ("record", "reason", "raw"))
    found.insert(0, "line", pd.Series([row[0] for row in rows], dtype="int64"))
    return found


def cleared_fields(workspace: Workspace, run_id: int) -> pd.DataFrame:
    """Return which optional fields a run emptied: `listing_id`, `column`, `was`, `reason`.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    return _side_table(workspace, run_id, "mended", ("listing_id", "column", "was", "reason"))


def notices(workspace: Workspace, run_id: int) -> pd.DataFrame:
    """Return what a run told an operator to look at: `npi`, `kind`, `date`, `reason`.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    return _side_table(workspace, run_id, "notices", ("npi", "kind", "date", "reason"))


def _side_table(
    workspace: Workspace, run_id: int, name: str, columns: tuple[str, ...]
) -> pd.DataFrame:
    names = ", ".join(f'"{column}"' for column in columns)
    query = f"SELECT {names} FROM {name} WHERE run_id = ? ORDER BY rowid"  # noqa: S608  constants
    return table(workspace.read(query, (run_id,)), columns)
