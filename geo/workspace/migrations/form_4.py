"""The fourth form: what visitors report of wrong listings by the site's own form."""

from __future__ import annotations

from typing import Final

SCRIPT: Final = """
CREATE TABLE visitor_reports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    day TEXT NOT NULL,
    clinic_id TEXT NOT NULL CHECK (clinic_id <> ''),
    wrong TEXT NOT NULL CHECK (wrong <> ''),
    value TEXT NOT NULL CHECK (length(value) <= 200)
) STRICT;
CREATE INDEX visitor_reports_by_day ON visitor_reports (day);
"""
