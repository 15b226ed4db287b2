"""One program at a time: a right that a process which is killed loses at once.

It is the lock on a database of its own, since that on the data themselves would keep everybody from
writing for as long as the work takes.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from geo.errors import BusyError
from geo.workspace.faults import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def hold(path: Path, refusal: str, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold a right while the block runs.

    Parameters
    ----------
    path : of the file that stands for the right; it is made where there is none.
    refusal : what is said where another program holds it.
    wait_seconds : for how long to wait for it then.

    Raises
    ------
    BusyError : another program holds it.
    WorkspaceError : the file cannot be used.
    """
    with (
        in_words(path),
        closing(sqlite3.connect(path, timeout=wait_seconds, isolation_level=None)) as lock,
    ):
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise BusyError(refusal) from error
        yield
