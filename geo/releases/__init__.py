"""Published releases: immutable folders of tables, checked against their manifest on each load.

A release is `manifest.json` beside one Parquet file a table. `<home>/releases/current` is a text
file that holds the id of the release in use, so that switching is one atomic replace of one small
file; where there never was one, the release shipped in `data/release/` is in use. The environment
(`CLINIC_FINDER_HOME`) is read at each call. geopandas is imported only by `as_geodataframe`, and
no schema library at all: what a release says was checked when it was written, and its hashes hold
since; reading checks its columns and their types.

In reading order: `schemas` (which columns the tables have, since when), `release` (one in memory),
`folders` (where they lie), `contents` (in what form), `loading`, `writing`, `remote`, `elsewhere` and `mirror` (of releases that
lie elsewhere), `remembering` and `standing` (what was served last, and is), `locking` (one operator
at a time), `switching` (which is in use, and was), `retention` (which are kept).
"""

from __future__ import annotations

from geo.releases.folders import MANIFEST, SHIPPED
from geo.releases.loading import (
    current,
    current_folder,
    current_id,
    doubt,
    find,
    find_all,
    find_served,
    follow,
    load,
    look_now,
    read_manifest,
)
from geo.releases.locking import lock
from geo.releases.release import (
    TABLES,
    Release,
    as_geodataframe,
    content_sha256,
    count,
    same_content,
)
from geo.releases.retention import find_outdated, prune
from geo.releases.standing import Standing, State, list_last_good
from geo.releases.switching import (
    Switch,
    check_writable,
    find_newer_shipped,
    find_previous,
    history,
    is_lost,
    switch,
)
from geo.releases.writing import clear_partials, ship, write

__all__ = [
    "MANIFEST",
    "SHIPPED",
    "TABLES",
    "Release",
    "Standing",
    "State",
    "Switch",
    "as_geodataframe",
    "check_writable",
    "clear_partials",
    "content_sha256",
    "count",
    "current",
    "current_folder",
    "current_id",
    "doubt",
    "find",
    "find_all",
    "find_newer_shipped",
    "find_outdated",
    "find_previous",
    "find_served",
    "follow",
    "history",
    "is_lost",
    "list_last_good",
    "load",
    "lock",
    "look_now",
    "prune",
    "read_manifest",
    "same_content",
    "ship",
    "switch",
    "write",
]
