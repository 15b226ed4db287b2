"""What sites said, kept in a file beside the workspace, so that nothing is asked twice.

The file may be deleted: then sites are asked again. It holds what was read of each page, never the
page, and the pace at which each host is asked, for all processes together.
"""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from geo.geocoding import limiter
from geo.geocoding.limiter import Limiter, write_transaction
from geo.workspace.faults import in_words
from geo.workspace.holding import hold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FILE: Final = "enrichment.sqlite"
KEPT_DAYS: Final = 30
"""After so long a page is read again."""

FAILED_DAYS: Final = 1
"""After so long a page that could not be had is asked for again."""

_FORM: Final = 1  # of what is kept of a page; what has another is asked again
_BUSY_SECONDS: Final = 60.0
_SCHEMA: Final = f"""
CREATE TABLE IF NOT EXISTS replies (
    asked TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    failed INTEGER NOT NULL CHECK (failed IN (0, 1)),
    said TEXT NOT NULL CHECK (json_valid(said))
) STRICT;
{limiter.SCHEMA}"""


class PageStore:
    """Replies by what was asked.

    Parameters
    ----------
    connection : to the database, outside of a transaction.
    clock : the wall clock in seconds.
    sleep : waits so many seconds.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._connection = connection
        self.clock = clock
        self.sleep = sleep

    def find(self, asked: str) -> Any:  # noqa: ANN401  JSON
        """Return what was said, or None where it has to be asked."""
        row = self._connection.execute(
            "SELECT at, failed, said FROM replies WHERE asked = ?", (asked,)
        ).fetchone()
        if row is None:
            return None
        at, failed, said = row
        days = FAILED_DAYS if failed else KEPT_DAYS
        oldest = datetime.fromtimestamp(self.clock(), UTC) - timedelta(days=days)
        return json.loads(said) if at >= oldest.isoformat(timespec="seconds") else None

    def keep(self, asked: str, said: Any, *, failed: bool = False) -> None:  # noqa: ANN401  JSON
        """Keep what was said; it is there for good once this returns.

        Raises
        ------
        GeocodingError : the file cannot be written.
        """
        at = datetime.fromtimestamp(self.clock(), UTC).isoformat(timespec="seconds")
        with write_transaction(self._connection):
            self._connection.execute(
                "INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?)",
                (asked, at, int(failed), json.dumps(said)),
            )

    def limit(self, host: str, seconds: float) -> Limiter:
        """Return the pace of a host: one request in so many seconds, of the whole installation."""
        return Limiter(self._connection, host, 1.0 / seconds, clock=self.clock, sleep=self.sleep)


@contextmanager
def open_store(
    home: Path,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[PageStore]:
    """Open what is kept in the operator's folder, for one run at a time.

    Parameters
    ----------
    home : the operator's folder.

    Raises
    ------
    WorkspaceError : another run is at work, or the file cannot be opened or is no database.
    """
    path = home / FILE
    refusal = "Another program is filling the list in; wait until it is done."
    with (
        in_words(path),
        hold(path.with_name(f"{FILE}.run"), refusal),
        closing(sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)) as connection,
    ):
        connection.execute("PRAGMA journal_mode = WAL")
        if connection.execute("PRAGMA user_version").fetchone()[0] != _FORM:
            connection.execute("DROP TABLE IF EXISTS replies")
            connection.execute(f"PRAGMA user_version = {_FORM}")
        connection.executescript(_SCHEMA)
        yield PageStore(connection, clock, sleep)
