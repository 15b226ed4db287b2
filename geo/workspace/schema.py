"""The tables of the workspace, and how an older workspace is brought up to date.

Everything that is known follows from `decisions` and from the rows each of them brought along:
`sightings` (which version of a listing stands from then on), `assignments` (whose clinic it is),
`refusals`, `pairs`, `positions`, `calls`, `cases` and `settlements`. Of several rows about one
thing the last one counts whose decision is not in `undone`. So an undo is one more decision, takes
back all that its target brought, and no row is ever changed or deleted: triggers see to it.

`runs`, `staged` and `undone` are the only tables that change: the progress of reading a source,
and an index of which decisions stand at present, which the decisions themselves also tell.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final

from geo.geocoding import cache

if TYPE_CHECKING:
    from collections.abc import Iterator

APPEND_ONLY: Final = (
    "decisions",
    "versions",
    "sightings",
    "assignments",
    "refusals",
    "pairs",
    "positions",
    "calls",
    "cases",
    "settlements",
)

_FACTS: Final = """
    name TEXT NOT NULL,
    street TEXT NOT NULL,
    unit TEXT NOT NULL,
    city TEXT NOT NULL,
    state TEXT NOT NULL,
    zip TEXT NOT NULL,
    phone TEXT NOT NULL,
    website TEXT NOT NULL,
    treatments TEXT NOT NULL,
    npi TEXT NOT NULL,
    operating TEXT NOT NULL,
    operating_date TEXT NOT NULL,
    evidence TEXT NOT NULL,
    source TEXT NOT NULL,
    source_url TEXT NOT NULL,
    note TEXT NOT NULL,
    raw TEXT NOT NULL"""

_FIRST: Final = f"""
CREATE TABLE decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    who TEXT NOT NULL CHECK (who <> ''),
    kind TEXT NOT NULL CHECK (kind <> ''),
    subject TEXT NOT NULL,
    payload TEXT NOT NULL CHECK (json_valid(payload)),
    why TEXT NOT NULL,
    undoes INTEGER REFERENCES decisions (id)
) STRICT;
CREATE INDEX decisions_by_subject ON decisions (subject);
CREATE TABLE undone (
    decision_id INTEGER PRIMARY KEY REFERENCES decisions (id),
    undo_id INTEGER NOT NULL REFERENCES decisions (id)
) STRICT;
CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    title TEXT NOT NULL,
    url TEXT NOT NULL,
    licence TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    who TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('reading', 'held', 'discarded', 'complete')),
    decision_id INTEGER REFERENCES decisions (id),
    read INTEGER NOT NULL DEFAULT 0,
    not_relevant INTEGER NOT NULL DEFAULT 0,
    accepted INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0,
    added INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    missing INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX runs_by_decision ON runs (decision_id);
CREATE TABLE staged (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    listing_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,{_FACTS},
    source_date TEXT NOT NULL,
    latitude REAL,
    longitude REAL,
    point_licence TEXT NOT NULL,
    PRIMARY KEY (run_id, listing_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE rejects (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    line INTEGER NOT NULL,
    record TEXT NOT NULL,
    reason TEXT NOT NULL,
    raw TEXT NOT NULL
) STRICT;
CREATE INDEX rejects_by_run ON rejects (run_id);
CREATE TABLE mended (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    listing_id TEXT NOT NULL,
    "column" TEXT NOT NULL,
    was TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX mended_by_run ON mended (run_id);
CREATE TABLE notices (
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    npi TEXT NOT NULL,
    kind TEXT NOT NULL,
    date TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX notices_by_run ON notices (run_id);
CREATE TABLE versions (
    id INTEGER PRIMARY KEY,
    listing_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,{_FACTS},
    UNIQUE (listing_id, sha256)
) STRICT;
CREATE TABLE sightings (
    id INTEGER PRIMARY KEY,
    decision_id INTEGER NOT NULL REFERENCES decisions (id),
    run_id INTEGER REFERENCES runs (id),
    listing_id TEXT NOT NULL,
    version_id INTEGER REFERENCES versions (id),
    source_date TEXT NOT NULL,
    licence TEXT NOT NULL,
    latitude REAL,
    longitude REAL,
    point_licence TEXT NOT NULL
) STRICT;
CREATE INDEX sightings_by_listing ON sightings (listing_id, id);
CREATE INDEX sightings_by_decision ON sightings (decision_id);
CREATE TABLE assignments (
    id INTEGER PRIMARY KEY,
    decision_id INTEGER NOT NULL REFERENCES decisions (id),
    listing_id TEXT NOT NULL,
    clinic_id TEXT NOT NULL CHECK (clinic_id <> ''),
    why TEXT NOT NULL,
    score REAL
) STRICT;
CREATE INDEX assignments_by_listing ON assignments (listing_id, id);
CREATE INDEX assignments_by_decision ON assignments (decision_id);
CREATE INDEX assignments_by_clinic ON assignments (clinic_id);
CREATE TABLE refusals (
    id INTEGER PRIMARY KEY,
    decision_id INTEGER NOT NULL REFERENCES decisions (id),
    clinic_id TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    refused INTEGER NOT NULL CHECK (refused IN (0, 1))
) STRICT;
CREATE INDEX refusals_by_clinic ON refusals (clinic_id);
CREATE INDEX refusals_by_decision ON refusals (decision_id);
CREATE TABLE pairs (
    id INTEGER PRIMARY KEY,
    decision_id INTEGER NOT NULL REFERENCES decisions (id),
    listing_a TEXT NOT NULL,
    listing_b TEXT NOT NULL CHECK (listing_a < listing_b),
    same INTEGER NOT NULL CHECK (same IN (0, 1))
) STRICT;
CREATE INDEX pairs_by_listings ON pairs (listing_a, listing_b);
CREATE INDEX pairs_by_decision ON pairs (decision_id);
CREATE TABLE positions (
    id INTEGER PRIMARY KEY,
    decision_id INTEGER NOT NULL REFERENCES decisions (id),
    clinic_id TEXT NOT NULL,
    latitude REAL NOT NULL CHECK (latitude BETWEEN -90 AND 90),
    longitude REAL NOT NULL CHECK (longitude BETWEEN -180 AND 180),
    precision TEXT NOT NULL,
    radius_miles REAL NOT NULL CHECK (radius_miles >= 0),
    geocoder TEXT NOT NULL,
    geocoded_date TEXT NOT NULL,
    coordinate_licence TEXT NOT NULL,
    address TEXT NOT NULL
) STRICT;
CREATE INDEX positions_by_clinic ON positions (clinic_id, id);
CREATE INDEX positions_by_decision ON positions (decision_id);
CREATE TABLE calls (
    id INTEGER PRIMARY KEY,
    decision_id INTEGER NOT NULL REFERENCES decisions (id),
    clinic_id TEXT NOT NULL,
    date TEXT NOT NULL,
    outcome TEXT NOT NULL
) STRICT;
CREATE INDEX calls_by_clinic ON calls (clinic_id);
CREATE INDEX calls_by_decision ON calls (decision_id);
CREATE TABLE cases (
    id INTEGER PRIMARY KEY,
    decision_id INTEGER NOT NULL REFERENCES decisions (id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    clinic_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    facts TEXT NOT NULL CHECK (json_valid(facts))
) STRICT;
CREATE INDEX cases_by_subject ON cases (kind, subject, id);
CREATE INDEX cases_by_decision ON cases (decision_id);
CREATE TABLE settlements (
    id INTEGER PRIMARY KEY,
    decision_id INTEGER NOT NULL REFERENCES decisions (id),
    case_id INTEGER NOT NULL REFERENCES cases (id),
    choice TEXT NOT NULL
) STRICT;
CREATE INDEX settlements_by_case ON settlements (case_id);
CREATE INDEX settlements_by_decision ON settlements (decision_id);
"""

# Which sighting and clinic count for each listing, which position for each clinic: the last whose
# decision stands, an operator's pin before any other position.
_VIEWS: Final = """
CREATE VIEW standing AS
SELECT decisions.* FROM decisions
WHERE NOT EXISTS (SELECT 1 FROM undone WHERE undone.decision_id = decisions.id);
CREATE VIEW sighted AS
SELECT sightings.*, MAX(sightings.id) AS last FROM sightings
WHERE NOT EXISTS (SELECT 1 FROM undone WHERE undone.decision_id = sightings.decision_id)
GROUP BY listing_id;
CREATE VIEW assigned AS
SELECT assignments.*, MAX(assignments.id) AS last FROM assignments
WHERE NOT EXISTS (SELECT 1 FROM undone WHERE undone.decision_id = assignments.decision_id)
GROUP BY listing_id;
CREATE VIEW refused AS
SELECT clinic_id, field, value FROM (
    SELECT clinic_id, field, value, refused, MAX(id) FROM refusals
    WHERE NOT EXISTS (SELECT 1 FROM undone WHERE undone.decision_id = refusals.decision_id)
    GROUP BY clinic_id, field, value)
WHERE refused = 1;
CREATE VIEW located AS
SELECT positions.*, MAX((precision = 'verified') * 4611686018427387904 + id) AS last FROM positions
WHERE NOT EXISTS (SELECT 1 FROM undone WHERE undone.decision_id = positions.decision_id)
GROUP BY clinic_id;
"""

MIGRATIONS: Final[tuple[str, ...]] = (
    _FIRST
    + _VIEWS
    + "".join(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} are never changed or deleted'); END;\n"
        for table in APPEND_ONLY
        for verb in ("UPDATE", "DELETE")
    )
    + cache.SCHEMA,
)
"""Scripts in order; a workspace of `user_version` n has had the first n of them. Never edit one that
was released: add the next."""


def migrate(connection: sqlite3.Connection, version: int) -> None:
    """Bring the tables from `version` to the newest, inside the caller's transaction.

    Parameters
    ----------
    connection : with an open transaction.
    version : how many migrations it has had.
    """
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        for statement in _split(script):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number}")


def _split(script: str) -> Iterator[str]:
    """Yield the statements of a script; `executescript` would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
