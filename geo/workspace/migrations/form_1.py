"""The first form of a workspace: its tables, views and triggers, frozen as they were released."""

from __future__ import annotations

from typing import Final

SCRIPT: Final = """
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
    sha256 TEXT NOT NULL,
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
    raw TEXT NOT NULL,
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
    sha256 TEXT NOT NULL,
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
    raw TEXT NOT NULL,
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
CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions are never changed or deleted'); END;
CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions are never changed or deleted'); END;
CREATE TRIGGER versions_no_update BEFORE UPDATE ON versions BEGIN SELECT RAISE(ABORT, 'versions are never changed or deleted'); END;
CREATE TRIGGER versions_no_delete BEFORE DELETE ON versions BEGIN SELECT RAISE(ABORT, 'versions are never changed or deleted'); END;
CREATE TRIGGER sightings_no_update BEFORE UPDATE ON sightings BEGIN SELECT RAISE(ABORT, 'sightings are never changed or deleted'); END;
CREATE TRIGGER sightings_no_delete BEFORE DELETE ON sightings BEGIN SELECT RAISE(ABORT, 'sightings are never changed or deleted'); END;
CREATE TRIGGER assignments_no_update BEFORE UPDATE ON assignments BEGIN SELECT RAISE(ABORT, 'assignments are never changed or deleted'); END;
CREATE TRIGGER assignments_no_delete BEFORE DELETE ON assignments BEGIN SELECT RAISE(ABORT, 'assignments are never changed or deleted'); END;
CREATE TRIGGER refusals_no_update BEFORE UPDATE ON refusals BEGIN SELECT RAISE(ABORT, 'refusals are never changed or deleted'); END;
CREATE TRIGGER refusals_no_delete BEFORE DELETE ON refusals BEGIN SELECT RAISE(ABORT, 'refusals are never changed or deleted'); END;
CREATE TRIGGER pairs_no_update BEFORE UPDATE ON pairs BEGIN SELECT RAISE(ABORT, 'pairs are never changed or deleted'); END;
CREATE TRIGGER pairs_no_delete BEFORE DELETE ON pairs BEGIN SELECT RAISE(ABORT, 'pairs are never changed or deleted'); END;
CREATE TRIGGER positions_no_update BEFORE UPDATE ON positions BEGIN SELECT RAISE(ABORT, 'positions are never changed or deleted'); END;
CREATE TRIGGER positions_no_delete BEFORE DELETE ON positions BEGIN SELECT RAISE(ABORT, 'positions are never changed or deleted'); END;
CREATE TRIGGER calls_no_update BEFORE UPDATE ON calls BEGIN SELECT RAISE(ABORT, 'calls are never changed or deleted'); END;
CREATE TRIGGER calls_no_delete BEFORE DELETE ON calls BEGIN SELECT RAISE(ABORT, 'calls are never changed or deleted'); END;
CREATE TRIGGER cases_no_update BEFORE UPDATE ON cases BEGIN SELECT RAISE(ABORT, 'cases are never changed or deleted'); END;
CREATE TRIGGER cases_no_delete BEFORE DELETE ON cases BEGIN SELECT RAISE(ABORT, 'cases are never changed or deleted'); END;
CREATE TRIGGER settlements_no_update BEFORE UPDATE ON settlements BEGIN SELECT RAISE(ABORT, 'settlements are never changed or deleted'); END;
CREATE TRIGGER settlements_no_delete BEFORE DELETE ON settlements BEGIN SELECT RAISE(ABORT, 'settlements are never changed or deleted'); END;

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
