"""The database of a workspace: one SQLite file, changed by whole transactions."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Self

from geo.errors import WorkspaceError
from geo.workspace import schema
from geo.workspace.faults import in_words

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

FILE: Final = "workspace.sqlite"
BUSY_SECONDS: Final = 10.0
"""How long a change waits for another program's change to end."""


class Workspace:
    """An open workspace; close it, or use it in a `with`.

    One is for one thread and one piece of work: a page opens it for an action and closes it again,
    which costs about a millisecond.

    Parameters
    ----------
    connection : of the database, without implicit transactions.
    path : the database file.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path
        self._depth = 0

    def __enter__(self) -> Self:
        """Return the workspace, to be closed at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the workspace."""
        self.close()

    def close(self) -> None:
        """Close the database; what was decided is on the disk already."""
        self.connection.close()

    def read(
        self, query: str, values: Sequence[Any] | Mapping[str, Any] = ()
    ) -> list[tuple[Any, ...]]:
        """Return the rows of a query.

        Raises
        ------
        WorkspaceError : the database cannot be read.
        """
        with in_words(self.path):
            return self.connection.execute(query, values).fetchall()

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """Make all changes inside the block, or none where anything is raised in it.

        A block inside a block is part of the outer one.

        Raises
        ------
        WorkspaceError : the database is locked, read-only or full; nothing of the change is kept.
        """
        with in_words(self.path):
            if self._depth:
                yield self.connection
                return
            self.connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise
            finally:
                self._depth -= 1

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read everything inside the block as it stands at one moment, whoever writes meanwhile.

        Raises
        ------
        WorkspaceError : the database cannot be read.
        """
        with in_words(self.path):
            if self.connection.in_transaction:
                yield
                return
            self.connection.execute("BEGIN")
            try:
                yield
            finally:
                self.connection.execute("ROLLBACK")


def check_version(version: int, path: Path) -> None:
    """Refuse a workspace that a newer program wrote.

    Raises
    ------
    WorkspaceError : it has had migrations that this program does not know.
    """
    if version > len(schema.MIGRATIONS):
        raise WorkspaceError(
            f"The workspace {path} was written by a newer version of this program (its form is "
            f"{version}, known are up to {len(schema.MIGRATIONS)}); update the program."
        )
