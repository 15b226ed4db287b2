"""How listings are kept: each content once, each time it was seen noted."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.clinics.listings import COLUMNS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

FACTS: Final = tuple(
    column for column in COLUMNS if column not in {"listing_id", "clinic_id", "source_date"}
)
"""The content of a listing. Its `source_date` is not of it: a source that says the same with a newer
date has been seen again, and says nothing new."""

_MARKS: Final = ", ".join("?" * len(FACTS))


def hash_facts(listing: Mapping[str, str]) -> str:
    """Return the sha256 of what a listing says: of its named, non-empty facts.

    A fact that is new to the program, and empty, makes no listing another.
    """
    content = json.dumps({name: listing[name] for name in FACTS if listing[name]}, sort_keys=True)
    return hashlib.sha256(content.encode("ascii")).hexdigest()


def keep(
    connection: sqlite3.Connection,
    decision_id: int,
    listings: Iterable[Mapping[str, str]],
    *,
    licence: str = "",
    point: tuple[float, float] | None = None,
) -> None:
    """Write what an operator says or takes as the listings' newest content, as part of a decision.

    Parameters
    ----------
    licence : of the source that is taken from, and its points; "" for the operator's own.
    point : where the source places them, latitude and longitude in degrees, EPSG:4326.
    """
    for listing in listings:
        key = (listing["listing_id"], hash_facts(listing))
        connection.execute(
            f"INSERT INTO versions (listing_id, sha256, {', '.join(FACTS)}) "  # noqa: S608  constants
            f"VALUES (?, ?, {_MARKS}) ON CONFLICT DO NOTHING",
            (*key, *(listing[column] for column in FACTS)),
        )
        connection.execute(
            "INSERT INTO sightings (decision_id, listing_id, version_id, source_date, licence, "
            "latitude, longitude, point_licence) SELECT ?, listing_id, id, ?, ?, ?, ?, ? FROM versions "
            "WHERE listing_id = ? AND sha256 = ?",
            (
                decision_id,
                listing["source_date"],
                licence,
                *(point or (None, None)),
                licence if point else "",
                *key,
            ),
        )


def retire(connection: sqlite3.Connection, decision_id: int, listing_id: str) -> None:
    """Let a listing of the operator's speak no more, as part of a decision; its content stays."""
    connection.execute(
        "INSERT INTO sightings (decision_id, listing_id, version_id, source_date, licence, "
        "point_licence) VALUES (?, ?, NULL, '', '', '')",
        (decision_id, listing_id),
    )


def assign(
    connection: sqlite3.Connection,
    decision_id: int,
    assigned: Iterable[tuple[str, str, str, float | None]],
) -> None:
    """Give listings to clinics, as part of a decision: listing, clinic, why, score."""
    connection.executemany(
        "INSERT INTO assignments (decision_id, listing_id, clinic_id, why, score) "
        "VALUES (?, ?, ?, ?, ?)",
        ((decision_id, *row) for row in assigned),
    )


def answer_pairs(
    connection: sqlite3.Connection,
    decision_id: int,
    pairs: Iterable[tuple[str, str]],
    *,
    same: bool,
) -> None:
    """Note as part of a decision whether two listings each speak of the same clinic."""
    connection.executemany(
        "INSERT INTO pairs (decision_id, listing_a, listing_b, same) VALUES (?, ?, ?, ?)",
        ((decision_id, *sorted(pair), int(same)) for pair in pairs),
    )


def table(rows: list[tuple[Any, ...]], columns: Iterable[str]) -> pd.DataFrame:
    """Return rows of text as a table."""
    return pd.DataFrame(rows, columns=list(columns), dtype="str")
