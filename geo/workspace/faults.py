"""What SQLite says when it fails, as one sentence with what to do."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from geo.errors import WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SENTENCES: Final = {
    "BUSY": "is being written by another program; wait until it is done, or end it",
    "LOCKED": "is being written by another program; wait until it is done, or end it",
    "READONLY": "may not be written here; give this user the right to write to its folder",
    "PERM": "may not be opened by this user; give the right to read and write it",
    "FULL": "cannot grow, since the disk is full; free some space, nothing of this change was kept",
    "CANTOPEN": "cannot be opened; check that its folder exists and may be written",
    "NOTADB": "is not a workspace; move the file away, or restore a backup",
    "CORRUPT": "is damaged; restore the last backup with `clinic-finder restore`",
    "IOERR": "cannot be read or written; check the disk, then restore the last backup if need be",
}


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Turn every error of SQLite inside the block into a sentence.

    Parameters
    ----------
    path : the database that is being used, named in the sentence.

    Raises
    ------
    WorkspaceError : SQLite failed: locked, read-only, full, missing or damaged.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise WorkspaceError(describe(error, path)) from error
    except UnicodeDecodeError as error:  # a torn schema, whose bytes SQLite quotes as they are
        raise WorkspaceError(f"The workspace {path} {_SENTENCES['CORRUPT']}.") from error


def describe(error: sqlite3.Error, path: Path) -> str:
    """Return what an error of SQLite means for the workspace at `path`."""
    name = getattr(error, "sqlite_errorname", "").removeprefix("SQLITE_").partition("_")[0]
    said = _SENTENCES.get(name, f"refused a change ({error}); nothing of it was kept")
    return f"The workspace {path} {said}."
