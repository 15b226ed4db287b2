"""What visitors reported by the site's form: which clinic, what is wrong, and what would be right.

A report names nobody, and no time but its day. It is no decision: an operator who looked into it
decides as ever, by an edit or a call, and is done with it. It is deleted then, or when it is old.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.errors import SchemaError
from geo.workspace import decisions

if TYPE_CHECKING:
    import sqlite3

    from geo.workspace.database import Workspace

WRONG: Final = ("closed", "moved", "phone", "address", "not_offered", "other")
"""What can be wrong: closed, moved, a wrong phone or address, does not offer what is said, other."""

LONGEST: Final = 120
"""Letters of what would be right."""

KEPT_DAYS: Final = 90
MOST_WAITING: Final = 1_000


@dataclass(frozen=True, slots=True)
class VisitorReport:
    """What a visitor reported.

    Parameters
    ----------
    day : on which, UTC, `YYYY-MM-DD`.
    wrong : one of `WRONG`.
    value : what would be right, as the visitor typed it; "" where nothing is said.
    """

    id: int
    day: str
    clinic_id: str
    wrong: str
    value: str


def add(workspace: Workspace, clinic_id: str, wrong: str, value: str = "") -> None:
    """Keep a report, and delete those that are old.

    Parameters
    ----------
    clinic_id : as in the release that the visitor saw; the workspace may know it no more.
    value : what would be right; one line is made of it, of `LONGEST` letters at most.

    Raises
    ------
    SchemaError : `wrong` is none of `WRONG`, or `MOST_WAITING` reports wait already.
    WorkspaceError : the workspace cannot be written.
    """
    if wrong not in WRONG:
        raise SchemaError("Choose what is wrong with the listing.")
    line = " ".join(value.split())[:LONGEST]
    with workspace.change() as connection:
        _delete_old(connection)
        if connection.execute("SELECT count(*) FROM visitor_reports").fetchone()[0] >= MOST_WAITING:
            raise SchemaError("Very many reports wait to be read; please come back another day.")
        connection.execute(
            "INSERT INTO visitor_reports (day, clinic_id, wrong, value) VALUES (?, ?, ?, ?)",
            (decisions.today(), clinic_id, wrong, line),
        )


def list_waiting(workspace: Workspace) -> list[VisitorReport]:
    """Return the reports that nobody is done with and that are not old, the oldest first.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    rows = workspace.read(
        "SELECT id, day, clinic_id, wrong, value FROM visitor_reports WHERE day > ? ORDER BY id",
        (_find_last_old_day(),),
    )
    return [VisitorReport(*row) for row in rows]


def finish(workspace: Workspace, report_id: int) -> None:
    """Delete a report that was looked into, if another operator has not done so already.

    Raises
    ------
    WorkspaceError : the workspace cannot be written.
    """
    with workspace.change() as connection:
        connection.execute("DELETE FROM visitor_reports WHERE id = ?", (report_id,))
        _delete_old(connection)


def delete_old(workspace: Workspace) -> None:
    """Delete the reports that are `KEPT_DAYS` old.

    Raises
    ------
    WorkspaceError : the workspace cannot be written.
    """
    with workspace.change() as connection:
        _delete_old(connection)


def _delete_old(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM visitor_reports WHERE day <= ?", (_find_last_old_day(),))


def _find_last_old_day() -> str:
    return (decisions.now().date() - dt.timedelta(days=KEPT_DAYS)).isoformat()
