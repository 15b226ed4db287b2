"""A workspace as one file, and back: checked before it replaces anything."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import zipfile
import zlib
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, TypeVar

from geo.errors import WorkspaceError
from geo.exporting import temporary_folders
from geo.files import archives, json_texts
from geo.files.stamps import stamp
from geo.workspace import database, decisions, schema
from geo.workspace.faults import in_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from geo.workspace.database import Workspace

MANIFEST: Final = "manifest.json"
_LARGEST_MANIFEST_BYTES: Final = 100_000
_MOST_UNPACKED: Final = 100
"""Times the size of the file: a workspace packs to a fifth or so, and one of zeros to a thousandth."""

_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_UNREADABLE: Final = (
    OSError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,  # a password, a way of packing that is not known, JSON too deep
    ArithmeticError,  # a number without end
    ValueError,
    LookupError,
    TypeError,
)
"""What a file that is no backup, or is damaged, makes its readers raise."""
_Answer = TypeVar("_Answer")


def write(workspace: Workspace, path: Path) -> Path:
    """Write the workspace, as it stands at one moment, to a file; others may go on writing to it.

    Parameters
    ----------
    path : a zip to be made, whole or not at all: the database, and a manifest with its sha256; an
        existing file is replaced.

    Returns
    -------
    `path`.

    Raises
    ------
    WorkspaceError : the workspace cannot be read, or the file cannot be written.
    """
    try:
        with temporary_folders.hold(path.parent, "backup") as folder:
            copy, packed = folder / database.FILE, folder / "packed"
            with in_words(workspace.path), closing(sqlite3.connect(copy)) as target:
                workspace.connection.backup(target)
                target.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
                form = int(target.execute("PRAGMA user_version").fetchone()[0])
                head = int(target.execute("SELECT MAX(id) FROM decisions").fetchone()[0])
            manifest = {
                "made_at": stamp(decisions.now()),
                "form": form,
                "decisions": head,
                "sha256": _hash(copy),
                "bytes": copy.stat().st_size,
            }
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(MANIFEST, json.dumps(manifest, indent=2) + "\n")
                archive.write(copy, database.FILE)
            _sync(packed)
            packed.replace(path)
    except OSError as error:
        if isinstance(error, WorkspaceError):
            raise
        raise WorkspaceError(f"The backup {path} cannot be written ({error.strerror}).") from error
    return path


def restore(path: Path, home: Path, *, replace: bool = False) -> Path | None:
    """Put a backup in the place of the workspace, after checking it whole.

    That of an older workspace is brought up to date before. The switch is one transaction of the database: other programs that have it open see the old
    state or the new one, and where it is cut short, the old one stays.

    Parameters
    ----------
    path : a file that `write` made.
    home : the folder of the operator's state.
    replace : take the place of the workspace that is there; a backup of it is put beside it first.

    Returns
    -------
    Where the workspace that was there was put (a backup, or the file itself if it was damaged);
    None where there was none.

    Raises
    ------
    WorkspaceError : the file is no backup, damaged or of a newer program; there is a workspace and
        `replace` was not said; or the disk fails.
    """
    target = home / database.FILE
    try:
        home.mkdir(parents=True, exist_ok=True)
        with temporary_folders.hold(home, "restore") as folder:
            unpacked = folder / database.FILE
            _unpack(path, unpacked)
            if not target.exists():
                _place(unpacked, target)
                return None
            if not replace:
                raise WorkspaceError(
                    f"There is a workspace {target} already; say yes to have it replaced (a backup "
                    "of it is kept)."
                )
            return _replace(unpacked, target)
    except OSError as error:
        if isinstance(error, WorkspaceError):
            raise
        raise WorkspaceError(f"The backup {path} cannot be restored ({error.strerror}).") from error


def read_manifest(path: Path) -> dict[str, Any]:
    """Return the manifest of a backup: `made_at`, `form`, `decisions`, `sha256`, `bytes`.

    Raises
    ------
    WorkspaceError : the file is missing or no backup.
    """
    return _in_backup(path, _manifest_of)


def _manifest_of(archive: zipfile.ZipFile) -> dict[str, Any]:
    manifest = json_texts.load(archives.read(archive, MANIFEST, _LARGEST_MANIFEST_BYTES))
    if not isinstance(manifest, dict):
        raise TypeError
    return {
        "made_at": str(manifest["made_at"]),
        "form": int(manifest["form"]),
        "decisions": int(manifest["decisions"]),
        "sha256": str(manifest["sha256"]),
        "bytes": int(manifest["bytes"]),
    }


def _unpack(path: Path, unpacked: Path) -> None:
    manifest = read_manifest(path)
    database.check_version(manifest["form"], path)

    def extract(archive: zipfile.ZipFile) -> None:
        archives.copy(archive, database.FILE, unpacked, manifest["bytes"])

    if manifest["bytes"] > _MOST_UNPACKED * path.stat().st_size:
        raise WorkspaceError(
            f"The backup {path} is not restored: it says that it unpacks to "
            f"{manifest['bytes'] / 10**6:,.0f} MB, more than {_MOST_UNPACKED} times its size, which "
            "no workspace does."
        )
    if manifest["bytes"] > shutil.disk_usage(unpacked.parent).free:
        raise WorkspaceError(
            f"The backup {path} unpacks to {manifest['bytes'] / 10**6:,.0f} MB, for which the disk "
            f"of {unpacked.parent.parent} has no room; make some, and restore it again."
        )
    _in_backup(path, extract)
    if _hash(unpacked) != manifest["sha256"]:
        raise WorkspaceError(f"The backup {path} is damaged (not the bytes its manifest names).")
    with in_words(path), closing(sqlite3.connect(unpacked, isolation_level=None)) as opened:
        faults = opened.execute("PRAGMA integrity_check(1)").fetchall()
        torn = opened.execute("PRAGMA foreign_key_check").fetchall()
        version = int(opened.execute("PRAGMA user_version").fetchone()[0])
        if faults != [("ok",)] or torn or not version:
            raise WorkspaceError(f"The backup {path} holds a damaged workspace; take an older one.")
        database.check_version(version, path)
        with database.Workspace(opened, unpacked).change() as connection:
            schema.migrate(connection, version)
            if not schema.is_whole(connection):
                raise WorkspaceError(
                    f"The backup {path} is not restored: tables, views or triggers of a workspace "
                    "are missing in it or are not as this program makes them; take another."
                )


def _replace(unpacked: Path, target: Path) -> Path:
    moment = decisions.now().strftime("%Y%m%dT%H%M%SZ")
    if not _is_sound(target):
        damaged = target.with_name(f"workspace-damaged-{moment}.sqlite")
        target.replace(damaged)
        _place(unpacked, target)
        return damaged
    kept = target.with_name(f"workspace-before-restore-{moment}.zip")
    with (
        in_words(target),
        closing(sqlite3.connect(unpacked)) as source,
        closing(
            sqlite3.connect(target, timeout=database.BUSY_SECONDS, isolation_level=None)
        ) as live,
    ):
        write(database.Workspace(live, target), kept)
        source.backup(live)
    return kept


def _place(unpacked: Path, target: Path) -> None:
    """Move a database to where none is; a log left by another one would be played into it."""
    for log in ("-wal", "-shm"):
        target.with_name(target.name + log).unlink(missing_ok=True)
    _sync(unpacked)
    unpacked.replace(target)


def _is_sound(target: Path) -> bool:
    """Tell whether a database can be read whole, and is a workspace: neither empty nor another's."""
    with in_words(target), closing(sqlite3.connect(target)) as opened:
        try:
            answer = opened.execute("PRAGMA quick_check(1)").fetchall()
            form = opened.execute("PRAGMA user_version").fetchone()[0]
        except UnicodeDecodeError:  # a torn schema, whose bytes SQLite quotes as they are
            return False
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode in _DAMAGED:
                return False
            raise
    return bool(answer == [("ok",)] and form)


def _in_backup(path: Path, read: Callable[[zipfile.ZipFile], _Answer]) -> _Answer:
    try:
        with archives.open_zip(path) as archive:
            return read(archive)
    except FileNotFoundError as error:
        raise WorkspaceError(f"There is no backup {path}.") from error
    except _UNREADABLE as error:
        raise WorkspaceError(
            f"The file {path} is not a backup of a workspace, or is damaged."
        ) from error


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
