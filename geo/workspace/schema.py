"""The tables of the workspace, and how an older workspace is brought up to date.

Everything that is known follows from `decisions` and from the rows each of them brought along:
`observations` (which version of a listing stands from then on), `assignments` (whose clinic it is),
`refusals`, `pairs`, `positions`, `calls`, `cases` and `settlements`. Of several rows about one
thing the last one counts whose decision is not in `undone`. So an undo is one more decision, takes
back all that its target brought, and no row is ever changed or deleted: triggers see to it.

`runs`, `staged`, `undone` and `visitor_reports` are the only tables that change: the progress of
reading a source; an index of which decisions stand at present, which the decisions themselves also
tell; and what visitors reported, which is no decision and is deleted when it is done with or old.

The scripts that make the tables stand in `migrations`, one a form of the workspace; the views, made
there too, tell which sighting and clinic count for each listing, and which position for each clinic:
the last whose decision stands, an operator's pin before any other position.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from geo.workspace.migrations import form_1, form_2, form_3, form_4

if TYPE_CHECKING:
    from collections.abc import Iterator

MIGRATIONS: Final[tuple[str, ...]] = (
    form_1.SCRIPT,
    form_2.SCRIPT,
    form_3.SCRIPT,
    form_4.SCRIPT,
)
"""Scripts in order; a workspace of `user_version` n has had the first n of them. Never edit one that
was released, and name no constant of the program in it: add the next, told of in `data/README.md`."""


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Bring the tables from `version` to the newest, inside the caller's transaction.

    Parameters
    ----------
    connection : with an open transaction.
    version : how many migrations it has had.
    """
    form_2.prepare(connection)
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        for statement in _split(script):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number}")


def is_whole(connection: sqlite3.Connection) -> bool:
    """Tell whether a workspace of the newest form has all that the scripts make, and nothing else.

    What a trigger or a view is made of counts too: they run by themselves.
    """
    with closing(sqlite3.connect(":memory:")) as fresh:
        migrate(fresh, 0)
        return _list_parts(connection) == _list_parts(fresh)


def _list_parts(connection: sqlite3.Connection) -> set[tuple[str, str, str]]:
    return {
        (kind, name, " ".join(sql.split()) if kind in {"trigger", "view"} else "")
        for kind, name, sql in connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%'"
        )
    }


def _split(script: str) -> Iterator[str]:
    """Yield the statements of a script; `executescript` would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
