"""Taking in a source: read in batches out of sight, then seen all at once or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import pandas as pd

from geo import listings as listing_table
from geo.errors import WorkspaceError
from geo.workspace import cases, decisions
from geo.workspace.faults import in_words
from geo.workspace.records import table
from geo.workspace.shrinking import find_shrinkage
from geo.workspace.staging import publish_staged, stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from geo.sources.reading import Batch
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


class Source(Protocol):
    """What a source module tells of itself."""

    @property
    def NAME(self) -> str:  # noqa: N802  a module's constant
        """What its runs are filed under and compared by."""

    @property
    def TITLE(self) -> str:  # noqa: N802
        """What people call it."""

    @property
    def URL(self) -> str:  # noqa: N802
        """Where it is from."""

    @property
    def LICENCE(self) -> str:  # noqa: N802
        """Under what its records may be used."""


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


def ingest(
    workspace: Workspace,
    source: Source,
    batches: Iterable[Batch],
    *,
    file_name: str,
    file_sha256: str,
    who: str,
) -> RunSummary:
    """Take in all batches of a source; until the last one, nothing of them is to be seen.

    What a killed run left behind is cleared by the next one. A run with far fewer listings than
    the last one of its source is held: it is not seen either, until an operator accepts it.

    Parameters
    ----------
    source : a source module; runs of one `NAME` are compared with each other.
    batches : as they are read; whatever the reading raises ends the run, and nothing was taken in.
    file_name, file_sha256 : what was read; "" for a service.
    who : the operator.

    Raises
    ------
    WorkspaceError : another program is taking in a source, or the disk fails.
    SchemaError : a batch breaks the contract of `geo.listings`, or nobody is named.
    """
    with _alone(workspace):
        with workspace.change() as connection:
            connection.execute("DELETE FROM runs WHERE state = 'reading'")
            run_id = begin(workspace, source, file_name=file_name, file_sha256=file_sha256, who=who)
        try:
            for batch in batches:
                _write(workspace, run_id, batch)
            with workspace.change():
                _count(workspace, run_id)
                shrinkage = find_shrinkage(workspace, run_id)
                if shrinkage is None:
                    complete(workspace, run_id, kind="ingest", who=who)
                else:
                    _hold(workspace, run_id, *shrinkage, who=who)
        except BaseException:
            with (
                suppress(WorkspaceError),
                workspace.change() as connection,
            ):  # else the next clears it
                connection.execute("DELETE FROM runs WHERE id = ?", (run_id,))
            raise
    return summarise(workspace, run_id)


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


def mended(workspace: Workspace, run_id: int) -> pd.DataFrame:
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


def begin(
    workspace: Workspace, source: Source, *, file_name: str, file_sha256: str, who: str
) -> int:
    """Open a run, which nobody sees until it is complete; return its id."""
    with workspace.change() as connection:
        cursor = connection.execute(
            "INSERT INTO runs (source, title, url, licence, file_name, file_sha256, who, "
            "started_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'reading')",
            (
                source.NAME,
                source.TITLE,
                source.URL,
                source.LICENCE,
                file_name,
                file_sha256,
                who,
                _stamp(),
            ),
        )
        return int(cursor.lastrowid or 0)


def complete(workspace: Workspace, run_id: int, *, kind: str, who: str, why: str = "") -> int:
    """Let a run be seen, as a decision of its own; return the decision's id."""
    with workspace.change() as connection:
        _count(workspace, run_id)
        decided = decisions.record(workspace, kind, f"run:{run_id}", who=who, why=why)
        connection.execute("UPDATE runs SET state = 'complete' WHERE id = ?", (run_id,))
        take_in(workspace, run_id, decided)
        connection.execute("DELETE FROM staged WHERE run_id = ?", (run_id,))
        return decided


def take_in(workspace: Workspace, run_id: int, decision_id: int) -> None:
    """Let what a run staged be seen, and its notices be looked at, as part of a decision.

    Raises
    ------
    WorkspaceError : a newer run of its source was taken in meanwhile.
    """
    with workspace.change() as connection:
        newer = workspace.read(
            "SELECT newer.id FROM runs JOIN runs AS newer "
            "ON newer.source = runs.source AND newer.id > runs.id "
            "JOIN standing ON standing.id = newer.decision_id WHERE runs.id = ?",
            (run_id,),
        )
        if newer:
            raise WorkspaceError(
                f"Run {newer[0][0]} of the same source is newer than run {run_id} and was taken "
                "in; discard this one."
            )
        publish_staged(workspace, run_id, decision_id)
        connection.execute("UPDATE runs SET decision_id = ? WHERE id = ?", (decision_id, run_id))
        connection.execute(
            "DELETE FROM staged WHERE run_id IN (SELECT older.id FROM runs JOIN runs AS older "
            "ON older.source = runs.source AND older.id < runs.id WHERE runs.id = ?)",
            (run_id,),
        )
        _open_notices(workspace, run_id, decision_id)


def _write(workspace: Workspace, run_id: int, batch: Batch) -> None:
    listing_table.validate(batch.listings)
    rejected = [tuple(row) for row in batch.rejects[["line", "record", "reason", "raw"]].to_numpy()]
    with workspace.change() as connection:
        twice = stage(workspace, run_id, batch.listings, batch.points)
        rejected += [
            (0, facts["listing_id"], "the same record stood in an earlier batch", facts["raw"])
            for facts in twice
        ]
        connection.executemany(
            "INSERT INTO rejects VALUES (?, ?, ?, ?, ?)",
            ((run_id, int(line), *texts) for line, *texts in rejected),
        )
        for name in ("mended", "notices"):
            side: pd.DataFrame = getattr(batch, name)
            connection.executemany(
                f"INSERT INTO {name} VALUES (?, ?, ?, ?, ?)",  # noqa: S608  two constants
                ((run_id, *row) for row in side.itertuples(index=False)),
            )
        connection.execute(
            "UPDATE runs SET read = read + ?, not_relevant = not_relevant + ?, "
            "accepted = accepted + ?, rejected = rejected + ? WHERE id = ?",
            (
                batch.read,
                batch.not_relevant,
                len(batch.listings) - len(twice),
                len(rejected),
                run_id,
            ),
        )


def _count(workspace: Workspace, run_id: int) -> None:
    """Note how a run's listings compare with what is known, and when it was finished."""
    with workspace.change() as connection:
        connection.execute(
            """
            UPDATE runs SET finished_at = ?1, added = told.added, changed = told.changed,
                unchanged = accepted - told.added - told.changed, missing = (
                    SELECT COUNT(*) FROM sighted JOIN runs AS earlier ON earlier.id = sighted.run_id
                    WHERE earlier.source = runs.source AND sighted.listing_id NOT IN (
                        SELECT listing_id FROM staged WHERE run_id = ?2))
            FROM (
                SELECT COALESCE(SUM(sighted.id IS NULL), 0) AS added,
                    COALESCE(SUM(versions.sha256 <> staged.sha256), 0) AS changed
                FROM staged LEFT JOIN sighted ON sighted.listing_id = staged.listing_id
                LEFT JOIN versions ON versions.id = sighted.version_id
                WHERE staged.run_id = ?2) AS told
            WHERE runs.id = ?2
            """,
            (_stamp(), run_id),
        )


def _hold(
    workspace: Workspace, run_id: int, reason: str, facts: dict[str, Any], *, who: str
) -> None:
    with workspace.change() as connection:
        connection.execute("UPDATE runs SET state = 'held' WHERE id = ?", (run_id,))
        decided = decisions.record(workspace, "hold", f"run:{run_id}", who=who)
        cases.add(workspace, decided, "shrunk", f"run:{run_id}", reason=reason, facts=facts)


def _open_notices(workspace: Workspace, run_id: int, decision_id: int) -> None:
    """Open a case for each deactivated NPI that a listing of ours bears."""
    for npi, date, reason, clinic_id in workspace.read(
        "SELECT DISTINCT notices.npi, notices.date, notices.reason, "
        "COALESCE(assigned.clinic_id, '') FROM notices "
        "JOIN versions ON versions.npi = notices.npi "
        "JOIN sighted ON sighted.version_id = versions.id "
        "LEFT JOIN assigned ON assigned.listing_id = sighted.listing_id "
        "WHERE notices.run_id = ? AND notices.kind = 'deactivated' ORDER BY 1, 4",
        (run_id,),
    ):
        cases.add(
            workspace,
            decision_id,
            "deactivated",
            f"npi:{npi}:{clinic_id}",
            clinic_id=clinic_id,
            reason=reason,
            facts={"npi": npi, "date": date},
        )


def _side_table(
    workspace: Workspace, run_id: int, name: str, columns: tuple[str, ...]
) -> pd.DataFrame:
    names = ", ".join(f'"{column}"' for column in columns)
    query = f"SELECT {names} FROM {name} WHERE run_id = ? ORDER BY rowid"  # noqa: S608  constants
    return table(workspace.read(query, (run_id,)), columns)


@contextmanager
def _alone(workspace: Workspace) -> Iterator[None]:
    """Hold the right to take in a source; a process that is killed loses it at once.

    It is the lock on a database of its own, since that on the workspace would keep everybody from
    writing for as long as a source is read.
    """
    path = workspace.path.with_name(f"{workspace.path.name}.ingest")
    with in_words(path), closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise WorkspaceError(
                "Another program is taking in a source; wait until it is done."
            ) from error
        yield


def _stamp() -> str:
    return decisions.now().isoformat(timespec="seconds").replace("+00:00", "Z")
