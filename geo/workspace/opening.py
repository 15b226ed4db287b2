"""Opening the workspace: made where there is none, brought up to date where it is older."""

from __future__ import annotations

import os
import sqlite3
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from geo.errors import WorkspaceError
from geo.paths import find_home
from geo.workspace import database, schema
from geo.workspace.database import Workspace
from geo.workspace.faults import in_words

if TYPE_CHECKING:
    from pathlib import Path


def open(home: Path | None = None) -> Workspace:  # noqa: A001  reads as `workspace.open`
    """Open the operator's workspace; make it of the shipped listings where there is none.

    An older workspace is brought up to date, after a copy of it was put beside it.

    Parameters
    ----------
    home : the folder of the operator's state; by default `CLINIC_FINDER_HOME`, else `./var`.

    Raises
    ------
    WorkspaceError : it is damaged, emptied or another program's, or newer than this program, or its folder cannot be written; or
        it is older, and another program is taking in a source.
    SourceError : it is new, and the shipped listings cannot be read.
    """
    path = (find_home() if home is None else home) / database.FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkspaceError(
            f"The folder {path.parent} of the workspace cannot be made ({error.strerror}); "
            "name another in CLINIC_FINDER_HOME."
        ) from error
    with in_words(path):
        is_there = path.exists()
        connection = sqlite3.connect(path, timeout=database.BUSY_SECONDS, isolation_level=None)
        workspace = Workspace(connection, path)
        try:
            if is_there:
                _check_new(connection, path)
            _prepare(workspace)
        except BaseException:
            connection.close()
            raise
    return workspace


def exists(home: Path | None = None) -> bool:
    """Tell whether there is a workspace, without making one."""
    return ((find_home() if home is None else home) / database.FILE).is_file()


def _prepare(workspace: Workspace) -> None:
    connection, path = workspace.connection, workspace.path
    for setting in ("journal_mode = WAL", "foreign_keys = ON", "synchronous = FULL"):
        connection.execute(f"PRAGMA {setting}")
    version = _version(connection)
    database.check_version(version, path)
    if version == len(schema.MIGRATIONS):
        return
    from geo.workspace import intake, shipped  # noqa: PLC0415  # 330 ms; pandera only where it is needed

    with ExitStack() as held:
        if version:
            # A program of before that is reading a source would go on in the older form. One that
            # brings the workspace up to date at this moment is done soon, and waited for.
            held.enter_context(intake.alone(workspace, database.BUSY_SECONDS))
            if _version(connection) == len(schema.MIGRATIONS):
                return
            _keep_copy(connection, path)
        held.enter_context(workspace.change())
        version = _version(connection)  # another program may have been quicker
        database.check_version(version, path)
        schema.migrate(connection, version)
        if not version:
            shipped.start(workspace)


def _check_new(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse to begin a workspace in what is another program's, or was a workspace once.

    SQLite takes an empty file for a new database. It is one where a process was killed before its
    first word; but then nothing was published yet.
    """
    connection.execute("BEGIN")  # both answers of one moment: another program may be just beginning
    version = _version(connection)
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    connection.execute("ROLLBACK")
    if version:
        return
    if tables:
        raise WorkspaceError(
            f"The database {path} is not a workspace; move the file away, or restore a backup with "
            "`clinic-finder restore`."
        )
    if (path.parent / "releases" / "history.json").exists():
        raise WorkspaceError(
            f"The workspace {path} is empty, and releases were published from it; restore the last "
            "backup with `clinic-finder restore`, or move the file away to begin anew from the "
            "shipped listings."
        )


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _keep_copy(connection: sqlite3.Connection, path: Path) -> None:
    """Copy the database to a file beside it that tells its form, whole or not at all."""
    copy = path.with_name(f"workspace-form-{_version(connection)}.sqlite")
    partial = copy.with_name(f".{copy.name}.{os.getpid()}")
    with closing(sqlite3.connect(partial)) as target:
        connection.backup(target)
    partial.replace(copy)
