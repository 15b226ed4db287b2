"""Listings on their way in: written batch by batch where nobody sees them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from geo.workspace.listing_versions import FACTS, hash_facts

if TYPE_CHECKING:
    import pandas as pd

    from geo.workspace.database import Workspace

_FACTS: Final = ", ".join(FACTS)
_MARKS: Final = ", ".join("?" * (len(FACTS) + 7))


def stage(
    workspace: Workspace, run_id: int, listings: pd.DataFrame, points: pd.DataFrame | None
) -> list[dict[str, str]]:
    """Write the listings of one batch out of sight; return those whose id the run held already.

    Parameters
    ----------
    listings : the columns of `geo.clinics.listings`.
    points : `listing_id`, `latitude`, `longitude` (degrees, EPSG:4326), `licence`.

    Raises
    ------
    WorkspaceError : the workspace cannot be read or written.
    """
    placed: dict[str, tuple[float, float, str]] = {}
    if points is not None:
        placed = {
            listing_id: (float(latitude), float(longitude), licence)
            for listing_id, latitude, longitude, licence in zip(
                *(points[name] for name in ("listing_id", "latitude", "longitude", "licence")),
                strict=True,
            )
        }
    known = {
        row[0]
        for row in workspace.read(
            "SELECT listing_id FROM staged WHERE run_id = ? "
            "AND listing_id IN (SELECT value FROM json_each(?))",
            (run_id, json.dumps(listings["listing_id"].tolist())),
        )
    }
    rows: list[tuple[Any, ...]] = []
    twice = []
    for listing in listings.to_dict("records"):
        facts = {str(column): str(value) for column, value in listing.items()}
        listing_id = facts["listing_id"]
        if listing_id in known:
            twice.append(facts)
            continue
        latitude, longitude, licence = placed.get(listing_id, (None, None, ""))
        rows.append(
            (
                run_id,
                listing_id,
                hash_facts(facts),
                *(facts[column] for column in FACTS),
                facts["source_date"],
                latitude,
                longitude,
                licence,
            )
        )
    with workspace.change() as connection:
        connection.executemany(
            f"INSERT INTO staged (run_id, listing_id, sha256, {_FACTS}, source_date, latitude, "  # noqa: S608  constants
            f"longitude, point_licence) VALUES ({_MARKS})",
            rows,
        )
    return twice


def publish_staged(workspace: Workspace, run_id: int, decision_id: int) -> None:
    """Let everything a run staged be seen, as part of a decision: new contents, and sightings.

    Raises
    ------
    WorkspaceError : the workspace cannot be written.
    """
    with workspace.change() as connection:
        connection.execute(
            f"INSERT INTO versions (listing_id, sha256, {_FACTS}) "  # noqa: S608  constants
            f"SELECT listing_id, sha256, {_FACTS} FROM staged WHERE run_id = ? "
            "ON CONFLICT DO NOTHING",
            (run_id,),
        )
        connection.execute(
            "INSERT INTO sightings (decision_id, run_id, listing_id, version_id, source_date, "
            "licence, latitude, longitude, point_licence) "
            "SELECT ?, runs.id, staged.listing_id, versions.id, staged.source_date, runs.licence, "
            "staged.latitude, staged.longitude, staged.point_licence FROM staged "
            "JOIN runs ON runs.id = staged.run_id "
            "JOIN versions ON versions.listing_id = staged.listing_id "
            "AND versions.sha256 = staged.sha256 WHERE staged.run_id = ?",
            (decision_id, run_id),
        )
