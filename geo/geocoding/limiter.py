"""One rate for the whole installation: every process and session asks here before a request.

The row of a service in the workspace says from when on the next request may go out. It is read and
moved in one write transaction, so that two processes never take the same moment, and a process
that is killed leaves nothing behind but that row.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from geo.errors import GeocodingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS geocoding_pace (
    service TEXT PRIMARY KEY,
    written_at REAL NOT NULL,
    next_at REAL NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS geocoding_requests (
    service TEXT NOT NULL,
    day TEXT NOT NULL,
    requests INTEGER NOT NULL,
    PRIMARY KEY (service, day)
) STRICT;
"""
LONGEST_WAIT_SECONDS: Final = 600.0
"""A service that asks for a longer pause than this is left alone by the run."""


@contextmanager
def write_transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the database's write lock; commit at the end, roll back on any exception.

    Raises
    ------
    GeocodingError : the lock is not to be had, or the disk is full.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            connection.rollback()
            raise
        connection.commit()
    except sqlite3.OperationalError as error:
        raise GeocodingError(
            f"The workspace cannot be written ({error}); wait for what else is at work on it, or "
            "make room on its disk."
        ) from error


class Limiter:
    """The pace of one service.

    Parameters
    ----------
    connection : to the database with the tables of `SCHEMA`, outside of a transaction.
    service : what is counted as one, such as the host's name.
    requests_per_second : above 0.
    daily_cap : requests a day (UTC) of the whole installation; None for as many as it takes.
    clock : the wall clock in seconds, which all processes share.
    sleep : waits so many seconds.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        service: str,
        requests_per_second: float,
        daily_cap: int | None = None,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.service = service
        self.daily_cap = daily_cap
        self._interval = 1.0 / requests_per_second
        self._connection = connection
        self._clock = clock
        self._sleep = sleep

    def acquire(self) -> None:
        """Wait until a request may go out, and count it.

        Raises
        ------
        GeocodingError : the daily cap is reached, or the service asked for a pause that is too
            long to wait for.
        """
        while (wait := self._try()) > 0:
            if wait > LONGEST_WAIT_SECONDS:
                until = datetime.fromtimestamp(self._clock() + wait, UTC)
                raise GeocodingError(
                    f"{self.service} asks to be left alone until {until:%Y-%m-%d %H:%M} UTC; "
                    "run it again then."
                )
            self._sleep(wait)

    def backoff(self, seconds: float) -> None:
        """Let no request of the installation go out for so many seconds from now.

        Raises
        ------
        GeocodingError : the workspace cannot be written.
        """
        with write_transaction(self._connection):
            now = self._clock()
            self._write(now, max(self._read(now), now + seconds))

    def left_today(self) -> int | None:
        """Return how many requests the daily cap still allows; None where there is none."""
        if self.daily_cap is None:
            return None
        return max(0, self.daily_cap - self._count(self._today(self._clock())))

    def _try(self) -> float:
        """Take the next moment if it has come; else return the seconds to wait for it."""
        with write_transaction(self._connection):
            now = self._clock()
            next_at = self._read(now)
            if next_at > now:
                return next_at - now
            day = self._today(now)
            if self.daily_cap is not None and self._count(day) >= self.daily_cap:
                raise GeocodingError(
                    f"The {self.daily_cap:,} requests a day to {self.service} are used up; run it "
                    "again tomorrow, or raise daily_cap in geocoding.toml if the service allows."
                )
            self._connection.execute(
                "INSERT INTO geocoding_requests VALUES (?, ?, 1) "
                "ON CONFLICT DO UPDATE SET requests = requests + 1",
                (self.service, day),
            )
            self._write(now, now + self._interval)
        return 0.0

    def _read(self, now: float) -> float:
        """Return the next moment by today's clock.

        Where the clock was set back since the row was written, no more is waited than was to be
        waited then.
        """
        row = self._connection.execute(
            "SELECT written_at, next_at FROM geocoding_pace WHERE service = ?", (self.service,)
        ).fetchone()
        if row is None:
            return now
        written_at, next_at = row
        if now < written_at:
            next_at -= written_at - now
            self._write(now, next_at)
        return float(next_at)

    def _write(self, now: float, next_at: float) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO geocoding_pace VALUES (?, ?, ?)", (self.service, now, next_at)
        )

    def _count(self, day: str) -> int:
        row = self._connection.execute(
            "SELECT requests FROM geocoding_requests WHERE service = ? AND day = ?",
            (self.service, day),
        ).fetchone()
        return int(row[0]) if row else 0

    @staticmethod
    def _today(now: float) -> str:
        return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d")
