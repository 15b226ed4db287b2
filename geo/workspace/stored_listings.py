"""What the listings are at present, and what they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.clinics.fields import find
from geo.clinics.listings import COLUMNS
from geo.clinics.status import first_rows, rank_listings
from geo.sources import descriptors
from geo.workspace.listing_versions import FACTS, table

if TYPE_CHECKING:
    from geo.workspace.database import Workspace

OPERATOR: Final = f"{descriptors.OPERATOR.name}:"
"""How the ids of the operator's own listings begin: `operator:<clinic_id>` for what it says of the
fields, `operator:<clinic_id>:status` for whether the clinic operates."""

_SELECT: Final = f"""
SELECT sighted.listing_id, COALESCE(assigned.clinic_id, '') AS clinic_id, sighted.source_date,
    {", ".join(f"versions.{column}" for column in FACTS)}
FROM sighted JOIN versions ON versions.id = sighted.version_id
LEFT JOIN assigned ON assigned.listing_id = sighted.listing_id
"""  # noqa: S608  constants
_AWAITS: Final = "assigned.clinic_id IS NULL AND ({})".format(
    " OR ".join(
        f"sighted.listing_id LIKE '{source.name}:%'"
        for source in descriptors.SOURCES
        if not source.founds_clinics
    )
)
"""Of a listing that is of no clinic unless an operator says so."""
_SELECTED: Final = ("listing_id", "clinic_id", "source_date", *FACTS)


def current(workspace: Workspace) -> pd.DataFrame:
    """Return the listings as they stand: `geo.clinics.listings.COLUMNS`, by `listing_id`.

    `clinic_id` is "" where it is not decided yet whose listing it is; those that wait for an operator
    to say so, as of a source that founds no clinics, are not among them (`awaiting`). What an operator refused of
    a source's facts is empty; `versions` still has it.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    with workspace.snapshot():
        query = f"{_SELECT} WHERE NOT ({_AWAITS}) ORDER BY sighted.listing_id"
        found = table(workspace.read(query), _SELECTED)
        return _complete(workspace, found[list(COLUMNS)])


def awaiting(workspace: Workspace) -> pd.DataFrame:
    """Return the listings of sources that found no clinics, of which no operator has said whose they are.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    rows = workspace.read(f"{_SELECT} WHERE {_AWAITS} ORDER BY sighted.listing_id")
    return table(rows, _SELECTED)[list(COLUMNS)]


def of_clinic(workspace: Workspace, clinic_id: str) -> pd.DataFrame:
    """Return the listings of one clinic as they stand, in the form of `current`.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    with workspace.snapshot():
        rows = workspace.read(
            f"{_SELECT} WHERE sighted.listing_id IN "  # noqa: S608  constants
            "(SELECT listing_id FROM assignments WHERE clinic_id = ?) AND assigned.clinic_id = ? "
            "ORDER BY sighted.listing_id",
            (clinic_id, clinic_id),
        )
        return _complete(workspace, table(rows, _SELECTED)[list(COLUMNS)])


def versions(workspace: Workspace, listing_id: str) -> pd.DataFrame:
    """Return all that a listing ever said, the newest sighting first.

    Returns
    -------
    `decision_id`, `run_id` (NaN for an operator's), `at`, `sha256`, `source_date`, then the facts
    of `geo.clinics.listings`; of a sighting that was undone too.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    rows = workspace.read(
        "SELECT sightings.decision_id, sightings.run_id, decisions.at, versions.sha256, "  # noqa: S608  constants
        f"sightings.source_date, {', '.join(FACTS)} FROM sightings "
        "JOIN versions ON versions.id = sightings.version_id "
        "JOIN decisions ON decisions.id = sightings.decision_id "
        "WHERE sightings.listing_id = ? ORDER BY sightings.id DESC",
        (listing_id,),
    )
    found = pd.DataFrame(
        rows, columns=["decision_id", "run_id", "at", "sha256", "source_date", *FACTS]
    )
    texts = dict.fromkeys(("at", "sha256", "source_date", *FACTS), "str")
    return found.astype({"decision_id": "int64", "run_id": "float64", **texts})


def licences(workspace: Workspace) -> pd.DataFrame:
    """Return `listing_id`, `licence` of the source's records; "" for the operator's own.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    rows = workspace.read(
        "SELECT listing_id, licence FROM sighted WHERE version_id IS NOT NULL ORDER BY listing_id"
    )
    return table(rows, ("listing_id", "licence"))


def points(workspace: Workspace) -> pd.DataFrame:
    """Return where sources place their listings: `listing_id`, `latitude`, `longitude`, `licence`.

    Degrees, EPSG:4326; a row for each listing whose source gives a point, which `licence` covers.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    rows = workspace.read(
        "SELECT listing_id, latitude, longitude, point_licence FROM sighted "
        "WHERE version_id IS NOT NULL AND latitude IS NOT NULL ORDER BY listing_id"
    )
    found = pd.DataFrame(rows, columns=["listing_id", "latitude", "longitude", "licence"])
    return found.astype(
        {"listing_id": "str", "latitude": "f8", "longitude": "f8", "licence": "str"}
    )


def missing(workspace: Workspace) -> pd.DataFrame:
    """Return the listings that their source no longer holds; they stay, and age.

    Returns
    -------
    `listing_id`, `source` (what its runs are filed under), `since_run` (the first run without it).

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    rows = workspace.read(
        "SELECT sighted.listing_id, runs.source, MIN(newer.id) FROM sighted "
        "JOIN runs ON runs.id = sighted.run_id "
        "JOIN runs AS newer ON newer.source = runs.source "
        "AND newer.decision_id > sighted.decision_id "
        "JOIN standing ON standing.id = newer.decision_id "
        "GROUP BY sighted.listing_id ORDER BY sighted.listing_id"
    )
    found = pd.DataFrame(rows, columns=["listing_id", "source", "since_run"])
    return found.astype({"listing_id": "str", "source": "str", "since_run": "int64"})


def find_suppressed_values(workspace: Workspace) -> list[tuple[str, str, str]]:
    """Return what operators say is wrong in sources: clinic, field, value.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    return [
        (clinic, field, value) for clinic, field, value in workspace.read("SELECT * FROM refused")
    ]


def _complete(workspace: Workspace, listings: pd.DataFrame) -> pd.DataFrame:
    """Empty what operators refused of sources, and name the operator's own listings."""
    own = listings["listing_id"].str.startswith(OPERATOR)
    rows_of = listings[~own].groupby("clinic_id").groups
    for clinic_id, field, suppressed in find_suppressed_values(workspace):
        for row in rows_of.get(clinic_id, []):
            stated = str(listings.loc[row, field])
            if find(field).several:
                left = ";".join(code for code in stated.split(";") if code != suppressed)
            else:
                left = "" if stated == suppressed else stated
            listings.loc[row, field] = left
    unnamed = listings["name"].eq("")
    if unnamed.any():
        of_same = listings["clinic_id"].isin(listings.loc[unnamed, "clinic_id"]) & ~unnamed
        names = first_rows(rank_listings(listings[of_same]))["name"]
        clinic_ids = listings.loc[unnamed, "clinic_id"]
        listings.loc[unnamed, "name"] = clinic_ids.map(names).fillna(clinic_ids)
    return listings
