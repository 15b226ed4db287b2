"""Taking in a source: read in batches out of sight, then seen all at once or not at all."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from geo.clinics import listings as listing_table
from geo.errors import WorkspaceError
from geo.files.stamps import stamp
from geo.workspace import cases, decisions, holding, runs
from geo.workspace.shrinking import find_shrinkage
from geo.workspace.staging import publish_staged, stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from geo.sources.descriptors import Source
    from geo.sources.reading import Batch
    from geo.workspace.database import Workspace
    from geo.workspace.runs import RunSummary


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
    source : what is read; runs of one `name` are compared with each other.
    batches : as they are read; whatever the reading raises ends the run, and nothing was taken in.
    file_name, file_sha256 : what was read; "" for a service.
    who : the operator.

    Raises
    ------
    WorkspaceError : another program is taking in a source, or the disk fails.
    SchemaError : a batch breaks the contract of `geo.clinics.listings`, or nobody is named.
    """
    with alone(workspace):
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
    return runs.summarise(workspace, run_id)


def begin(
    workspace: Workspace, source: Source, *, file_name: str, file_sha256: str, who: str
) -> int:
    """Open a run, which nobody sees until it is complete; return its id.

    Raises
    ------
    WorkspaceError : the workspace cannot be written.
    """
    with workspace.change() as connection:
        cursor = connection.execute(
            "INSERT INTO runs (source, title, url, licence, file_name, file_sha256, who, "
            "started_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'reading')",
            (
                source.name,
                source.title,
                source.url,
                source.licence.name,
                file_name,
                file_sha256,
                who,
                _stamp(),
            ),
        )
        return int(cursor.lastrowid or 0)


def complete(workspace: Workspace, run_id: int, *, kind: str, who: str, reason: str = "") -> int:
    """Let a run be seen, as a decision of its own; return the decision's id.

    Raises
    ------
    SchemaError : nobody is named.
    WorkspaceError : the workspace cannot be written.
    """
    with workspace.change() as connection:
        _count(workspace, run_id)
        decided = decisions.record(workspace, kind, f"run:{run_id}", who=who, reason=reason)
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
        _open_doubts(workspace, run_id, decision_id)


@contextmanager
def alone(workspace: Workspace, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the right to take in a source.

    Parameters
    ----------
    workspace : of which it is.
    wait_seconds : for how long to wait for it where another program holds it.

    Raises
    ------
    WorkspaceError : another program holds it.
    """
    path = workspace.path.with_name(f"{workspace.path.name}.ingest")
    refusal = "Another program is taking in a source; wait until it is done."
    with holding.hold(path, refusal, wait_seconds):
        yield


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
        for name, side in (("mended", batch.cleared_fields), ("notices", batch.notices)):
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


def _open_doubts(workspace: Workspace, run_id: int, decision_id: int) -> None:
    """Open a case for each listing whose words leave open whether its clinic operates."""
    for listing_id, says, reason, name in workspace.read(
        "SELECT mended.listing_id, mended.was, mended.reason, versions.name FROM mended "
        "JOIN sighted ON sighted.listing_id = mended.listing_id "
        "JOIN versions ON versions.id = sighted.version_id "
        "WHERE mended.run_id = ? AND mended.\"column\" = 'operating' "
        "AND versions.operating = 'unconfirmed' ORDER BY mended.rowid",
        (run_id,),
    ):
        cases.add(
            workspace,
            decision_id,
            "status",
            f"status:{listing_id}",
            reason=f"{name}: {reason}.",
            facts={"listing_id": listing_id, "says": says},
        )


def _stamp() -> str:
    return stamp(decisions.now())
