"""How clinics' sites answered when they were checked, kept in a file beside the workspace.

The file may be deleted: then it is counted anew how often a site has failed.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from geo.geocoding.limiter import write_transaction
from geo.workspace.faults import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE: Final = "site_checks.sqlite"
EVERY_DAYS: Final = 30
"""A site that answered is not checked again before."""

AGAIN_DAYS: Final = 6
"""Nor is one that failed: three failures are of three weeks."""

FAILURES: Final = 3
"""So many failures in a row send a clinic to review."""

THERE: Final = "there"
LEFT_ALONE: Final = "left alone"
GONE: Final = "gone"
PARKED: Final = "parked"
CLOSED: Final = "closed"

_BUSY_SECONDS: Final = 60.0
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS checks (
    url TEXT NOT NULL,
    at TEXT NOT NULL,
    outcome TEXT NOT NULL,
    fault TEXT NOT NULL,
    has_replied INTEGER NOT NULL CHECK (has_replied IN (0, 1)),
    validator TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (url, at)
) STRICT;
"""


@dataclass(frozen=True)
class SiteCheck:
    """How a site answered once.

    Attributes
    ----------
    url : that clinics are listed with.
    at : UTC, ISO 8601 to the second.
    outcome : `there`; `left alone`, as it or its robots.txt asks; `gone`; `parked`, where the domain
        is for sale; `closed`, where its page says that the clinic has closed.
    fault : why it is gone, in words.
    has_replied : whether anything answered at all.
    validator : what its server calls this state of the page; "" where it does not tell.
    digest : of what was read on the page; "" where nothing was.
    """

    url: str
    at: str
    outcome: str
    fault: str = ""
    has_replied: bool = True
    validator: str = ""
    digest: str = ""


class SiteHistory:
    """The checks that were made.

    Parameters
    ----------
    connection : to the database, outside of a transaction.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def list_checks(self, url: str) -> list[SiteCheck]:
        """Return the checks of a site, the newest first."""
        rows = self._connection.execute(
            "SELECT url, at, outcome, fault, has_replied, validator, digest FROM checks "
            "WHERE url = ? ORDER BY at DESC",
            (url,),
        )
        return [
            SiteCheck(url, at, outcome, fault, bool(replied), *more)
            for url, at, outcome, fault, replied, *more in rows
        ]

    def keep(self, check: SiteCheck) -> None:
        """Keep a check; it is there for good once this returns.

        Raises
        ------
        GeocodingError : the file cannot be written.
        """
        with write_transaction(self._connection):
            self._connection.execute(
                "INSERT OR REPLACE INTO checks VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    check.url,
                    check.at,
                    check.outcome,
                    check.fault,
                    int(check.has_replied),
                    check.validator,
                    check.digest,
                ),
            )

    def forget(self, checks: list[SiteCheck]) -> None:
        """Forget checks that tell nothing of the sites.

        Raises
        ------
        GeocodingError : the file cannot be written.
        """
        with write_transaction(self._connection):
            self._connection.executemany(
                "DELETE FROM checks WHERE url = ? AND at = ?", [(one.url, one.at) for one in checks]
            )


def is_due(checks: list[SiteCheck], now: datetime) -> bool:
    """Tell whether a site is to be checked now.

    Parameters
    ----------
    checks : of the site, the newest first.
    now : UTC.
    """
    if not checks:
        return True
    days = AGAIN_DAYS if checks[0].outcome == GONE else EVERY_DAYS
    return checks[0].at <= (now - timedelta(days=days)).astimezone(UTC).isoformat(
        timespec="seconds"
    )


def find_failing_since(checks: list[SiteCheck]) -> str:
    """Return the day since which a site has failed, "" until it did so `FAILURES` times in a row."""
    in_a_row = []
    for check in checks:
        if check.outcome != GONE:
            break
        in_a_row.append(check.at)
    return in_a_row[-1][:10] if len(in_a_row) >= FAILURES else ""


@contextmanager
def open_history(home: Path) -> Iterator[SiteHistory]:
    """Open what is kept in the operator's folder.

    Parameters
    ----------
    home : the operator's folder.

    Raises
    ------
    WorkspaceError : the file cannot be opened or is no database.
    """
    path = home / FILE
    with (
        in_words(path),
        closing(sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)) as connection,
    ):
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(_SCHEMA)
        yield SiteHistory(connection)
