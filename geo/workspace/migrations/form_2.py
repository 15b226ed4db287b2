"""The second form: what a listing says is told by a hash of its named, non-empty fields.

The first form hashed all fields in their order, so that a new field would have made every listing
another. The rows and their numbers stay as they are; of `versions` and of what is staged `sha256`
alone is written anew. Two versions of one listing differ in a field and so in the new hash too; if
they did not, UNIQUE would fail, and with it the whole migration: nothing is ever merged or lost.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3

SCRIPT: Final = """
DROP TRIGGER versions_no_update;
UPDATE versions SET sha256 = hash_named(
    'name', name, 'street', street, 'unit', unit,
    'city', city, 'state', state, 'zip', zip,
    'phone', phone, 'website', website, 'treatments', treatments,
    'npi', npi, 'operating', operating, 'operating_date', operating_date,
    'evidence', evidence, 'source', source, 'source_url', source_url,
    'note', note, 'raw', raw
);
CREATE TRIGGER versions_no_update BEFORE UPDATE ON versions
BEGIN SELECT RAISE(ABORT, 'versions are never changed or deleted'); END;
UPDATE staged SET sha256 = hash_named(
    'name', name, 'street', street, 'unit', unit,
    'city', city, 'state', state, 'zip', zip,
    'phone', phone, 'website', website, 'treatments', treatments,
    'npi', npi, 'operating', operating, 'operating_date', operating_date,
    'evidence', evidence, 'source', source, 'source_url', source_url,
    'note', note, 'raw', raw
);
"""


def prepare(connection: sqlite3.Connection) -> None:
    """Give SQL the function that `SCRIPT` calls: names and values in turn in, their hash out."""
    connection.create_function("hash_named", -1, _hash_named, deterministic=True)


def _hash_named(*pairs: str) -> str:
    """Return the hash; frozen like the script, whatever becomes of `listing_versions.hash_facts`."""
    named = dict(zip(pairs[::2], pairs[1::2], strict=True))
    content = json.dumps({name: value for name, value in named.items() if value}, sort_keys=True)
    return hashlib.sha256(content.encode("ascii")).hexdigest()
