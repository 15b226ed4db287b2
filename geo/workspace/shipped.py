"""The listings the program comes with: what a workspace starts from, and what is newer since."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.errors import SourceError
from geo.sources import curated
from geo.workspace import intake, listing_versions
from geo.workspace.staging import stage

if TYPE_CHECKING:
    import pandas as pd

    from geo.workspace.database import Workspace

WHO: Final = "shipped"


@dataclass(frozen=True, slots=True)
class News:
    """What newer shipped listings would bring.

    Parameters
    ----------
    sha256 : of the shipped `listings.csv`.
    added, changed, missing : listings that are new, say something else, or are no longer there.
    """

    sha256: str
    added: int
    changed: int
    missing: int


def start(workspace: Workspace) -> None:
    """Fill a new workspace with the shipped listings, each with its clinic, as its first decision.

    Raises
    ------
    SourceError : the shipped listings cannot be read, or one of them is rejected.
    """
    found, sha256 = _read()
    _take(workspace, found, sha256, kind="start", who=WHO)


def find_newer(workspace: Workspace) -> News | None:
    """Tell of shipped listings that came with a newer program; None where all were taken in.

    They are never taken silently: `take` does it when an operator says so.

    Raises
    ------
    SourceError : the shipped listings cannot be read, or one of them is rejected.
    WorkspaceError : the workspace cannot be read.
    """
    sha256 = _hash()
    taken = workspace.read(
        "SELECT file_sha256 FROM runs JOIN standing ON standing.id = runs.decision_id "
        "WHERE source = ? ORDER BY decision_id DESC LIMIT 1",
        (curated.SOURCE.name,),
    )
    if taken == [(sha256,)]:
        return None
    found, sha256 = _read()
    held = {
        listing_id: (content, date)
        for listing_id, content, date in workspace.read(
            "SELECT sighted.listing_id, sha256, source_date FROM sighted "
            "JOIN runs ON runs.id = sighted.run_id "
            "JOIN versions ON versions.id = sighted.version_id WHERE runs.source = ?",
            (curated.SOURCE.name,),
        )
    }
    rows = found.to_dict("records")
    now = {
        str(row["listing_id"]): (listing_versions.hash_facts(_texts(row)), str(row["source_date"]))
        for row in rows
    }
    return News(
        sha256=sha256,
        added=len(now.keys() - held.keys()),
        changed=sum(held[listing_id] != now[listing_id] for listing_id in now.keys() & held.keys()),
        missing=len(held.keys() - now.keys()),
    )


def take(workspace: Workspace, *, who: str, reason: str = "") -> int:
    """Take in the shipped listings as they are now; return the id of the decision.

    A listing that has a clinic keeps it; a new one goes to the clinic the file names.

    Raises
    ------
    SourceError : the shipped listings cannot be read, or one of them is rejected.
    WorkspaceError : the workspace cannot be written.
    """
    found, sha256 = _read()
    return _take(workspace, found, sha256, kind="ingest", who=who, reason=reason)


def _take(
    workspace: Workspace,
    found: pd.DataFrame,
    sha256: str,
    *,
    kind: str,
    who: str,
    reason: str = "",
) -> int:
    with workspace.change() as connection:
        run_id = intake.begin(
            workspace, curated.SOURCE, file_name=curated.PATH.name, file_sha256=sha256, who=who
        )
        stage(workspace, run_id, found, points=None)
        connection.execute(
            "UPDATE runs SET read = ?, accepted = ? WHERE id = ?", (len(found), len(found), run_id)
        )
        decided = intake.complete(workspace, run_id, kind=kind, who=who, reason=reason)
        assigned = {row[0] for row in workspace.read("SELECT listing_id FROM assigned")}
        listing_versions.assign(
            connection,
            decided,
            (
                (listing_id, clinic_id, "shipped so", None)
                for listing_id, clinic_id in zip(
                    found["listing_id"], found["clinic_id"], strict=True
                )
                if clinic_id and listing_id not in assigned
            ),
        )
        return decided


def _read() -> tuple[pd.DataFrame, str]:
    found, rejects = curated.read(curated.PATH)
    if len(rejects):
        first = rejects.iloc[0]
        raise SourceError(
            f"data/listings.csv line {first['line']}: {first['reason']} "
            f"({len(rejects)} rejected in all); correct it, nothing was taken in."
        )
    # The operator's own are of one workspace; a file exported from another one may hold some.
    return found, _hash()


def _hash() -> str:
    try:
        return hashlib.sha256(curated.PATH.read_bytes()).hexdigest()
    except OSError as error:
        raise SourceError(
            f"The listings {curated.PATH} cannot be read: {error.strerror}."
        ) from error


def _texts(row: dict[str, object] | dict[object, object]) -> dict[str, str]:
    return {str(column): str(value) for column, value in row.items()}
