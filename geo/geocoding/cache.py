"""What the geocoders said, kept in the workspace, so that no address is asked for twice."""

from __future__ import annotations

import sqlite3
import time
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from geo.errors import GeocodingError
from geo.geocoding import limiter
from geo.geocoding.candidates import read_candidates, write_candidates
from geo.geocoding.limiter import Limiter, write_transaction
from geo.geocoding.outcome import LONGEST_RAW, Kind, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

SCHEMA: Final = f"""
CREATE TABLE IF NOT EXISTS geocoding_outcomes (
    address TEXT NOT NULL,
    provider TEXT NOT NULL,
    benchmark TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('match', 'tie', 'no_match', 'error')),
    precision TEXT NOT NULL,
    radius_miles REAL,
    candidates TEXT NOT NULL CHECK (json_valid(candidates)),
    licence TEXT NOT NULL,
    raw TEXT NOT NULL,
    at TEXT NOT NULL,
    final INTEGER NOT NULL CHECK (final IN (0, 1)),
    PRIMARY KEY (address, provider, benchmark)
) STRICT;
{limiter.SCHEMA}"""
"""The tables of the cache and of the limiter, as a migration runs them."""

ASK_AGAIN_DAYS: Final = 180
"""After so long a tie or no match is asked for again: the Census Bureau renews the addresses
behind a benchmark twice a year."""

_BUSY_SECONDS: Final = 60.0
_TOGETHER: Final = 500  # addresses in one look-up


@contextmanager
def open_cache(path: Path) -> Iterator[Cache]:
    """Open a cache in a database file of any process, and make its tables where they are missing.

    Raises
    ------
    GeocodingError : the file cannot be opened or is no database.
    """
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(
                closing(sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None))
            )
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")  # a kill of the process loses nothing
            connection.executescript(SCHEMA)
        except sqlite3.Error as error:
            raise GeocodingError(
                f"The geocoder's cache {path} cannot be opened ({error}); check the file and its "
                "folder."
            ) from error
        yield Cache(connection)


class Cache:
    """Outcomes by address, provider and benchmark; each is there for good once `put` returns.

    Parameters
    ----------
    connection : to a database with the tables of `SCHEMA`, with a busy timeout, and outside of a
        transaction whenever the cache is used.
    clock : the wall clock in seconds, for the age of outcomes and the limiters made here.
    sleep : what the limiters made here wait with.
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

    def limit(self, service: str, requests_per_second: float, daily_cap: int | None) -> Limiter:
        """Return the limiter of a service, in the same database."""
        return Limiter(
            self._connection,
            service,
            requests_per_second,
            daily_cap,
            clock=self.clock,
            sleep=self.sleep,
        )

    def put(self, outcomes: Mapping[str, Outcome]) -> None:
        """Keep outcomes by their address's `Query.key`, in one transaction.

        An outcome takes the place of an older one of the same provider and benchmark.

        Raises
        ------
        GeocodingError : the workspace cannot be written; nothing is kept.
        """
        with write_transaction(self._connection):
            self._connection.executemany(
                "INSERT OR REPLACE INTO geocoding_outcomes VALUES (?,?,?,?,?,?,?,?,?,?,?)",
                [
                    (
                        address,
                        outcome.provider,
                        outcome.benchmark,
                        str(outcome.kind),
                        str(outcome.candidates[0].precision) if outcome.candidates else "",
                        outcome.candidates[0].radius_miles if outcome.candidates else None,
                        write_candidates(outcome.candidates),
                        outcome.licence,
                        outcome.raw[:LONGEST_RAW],
                        outcome.at,
                        int(outcome.final),
                    )
                    for address, outcome in outcomes.items()
                ],
            )

    def answers(
        self, addresses: Iterable[str], provider: str, benchmark: str
    ) -> dict[str, Outcome]:
        """Return what need not be asked again, by address.

        That is matches, ties and no matches of the last `ASK_AGAIN_DAYS` days, and addresses that
        the provider refused by themselves; any other error is asked for again.
        """
        limit = datetime.fromtimestamp(self.clock(), UTC) - timedelta(days=ASK_AGAIN_DAYS)
        kept = self.history(addresses, provider, benchmark)
        return {
            address: outcome
            for address, outcome in kept.items()
            if outcome.kind is Kind.MATCH
            or ((outcome.kind is not Kind.ERROR or outcome.final) and outcome.at >= _write(limit))
        }

    def history(
        self, addresses: Iterable[str], provider: str, benchmark: str
    ) -> dict[str, Outcome]:
        """Return the outcomes that are kept, errors and old ones too, by address."""
        wanted = list(addresses)
        found: dict[str, Outcome] = {}
        for start in range(0, len(wanted), _TOGETHER):
            some = wanted[start : start + _TOGETHER]
            marks = ",".join("?" * len(some))
            rows = self._connection.execute(
                "SELECT address, kind, candidates, licence, raw, at, final FROM geocoding_outcomes "  # noqa: S608 - only question marks are put in
                f"WHERE provider = ? AND benchmark = ? AND address IN ({marks})",
                (provider, benchmark, *some),
            )
            for address, kind, candidates, licence, raw, at, final in rows:
                found[address] = Outcome(
                    Kind(kind),
                    provider,
                    benchmark,
                    read_candidates(candidates),
                    licence,
                    raw,
                    at,
                    bool(final),
                )
        return found

    def now(self) -> str:
        """Return the time to keep with an outcome."""
        return _write(datetime.fromtimestamp(self.clock(), UTC))


def _write(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
