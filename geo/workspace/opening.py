"""The workspace itself: one SQLite file, opened for one piece of work and closed again."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final, Self

from geo import releases
from geo.errors import WorkspaceError
from geo.workspace import schema
from geo.workspace.faults import in_words

if TYPE_CHECKING:
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


def open(home: Path | None = None) -> Workspace:  # noqa: A001  reads as `workspace.open`
    """Open the operator's workspace; make it of the shipped listings where there is none.

    An older workspace is brought up to date, after a copy of it was put beside it.

    Parameters
    ----------
    home : the folder of the operator's state; by default `CLINIC_FINDER_HOME`, else `./var`.

    Raises
    ------
    WorkspaceError : it is damaged, or newer than this program, or its folder cannot be written.
    SourceError : it is new, and the shipped listings cannot be read.
    """
    path = (releases.home() if home is None else home) / FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkspaceError(
            f"The folder {path.parent} of the workspace cannot be made ({error.strerror}); "
            "name another in CLINIC_FINDER_HOME."
        ) from error
    with in_words(path):
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        workspace = Workspace(connection, path)
        try:
            _prepare(workspace)
        except BaseException:
            connection.close()
            raise
    return workspace


def exists(home: Path | None = None) -> bool:
    """Tell whether there is a workspace, without making one."""
    return ((releases.home() if home is None else home) / FILE).is_file()


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


def _prepare(workspace: Workspace) -> None:
    connection, path = workspace.connection, workspace.path
    for setting in ("journal_mode = WAL", "foreign_keys = ON", "synchronous = FULL"):
        connection.execute(f"PRAGMA {setting}")
    version = _version(connection)
    check_version(version, path)
    if version == len(schema.MIGRATIONS):
        return
    if version:
        _keep_copy(connection, path.with_name(f"workspace-form-{version}.sqlite"))
    with workspace.change():
        version = _version(connection)  # another program may have been quicker
        check_version(version, path)
        schema.migrate(connection, version)
        if not version:
            from geo.workspace import shipped  # noqa: PLC0415  pandera only where it is needed

            shipped.start(workspace)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _keep_copy(connection: sqlite3.Connection, copy: Path) -> None:
    """Copy the database to a file beside it, whole or not at all."""
    partial = copy.with_name(f".{copy.name}.{os.getpid()}")
    with closing(sqlite3.connect(partial)) as target:
        connection.backup(target)
    partial.replace(copy)
