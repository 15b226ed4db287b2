"""Whom to call next: what is least sure, and matters to the most people, comes first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.clinics.vocabulary import SHOWN_STATUSES
from geo.search import nearest
from geo.workspace import cases, decisions, stored_listings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.coverage.demand import Demand
    from geo.workspace.database import Workspace

AROUND_MILES: Final = 30.0
REST_DAYS: Final = 14
"""A clinic that was called rests so long before it stands high in the list again."""

COLUMNS: Final = (
    "clinic_id",
    "name",
    "city",
    "state",
    "phone",
    "website",
    "status",
    "status_date",
    "adults_within_30_miles",
    "reported",
    "missing",
    "calls",
    "last_call",
    "last_outcome",
)


def list_calls(workspace: Workspace, clinics: pd.DataFrame, demand: Demand) -> pd.DataFrame:
    """Return the clinics in the order in which a call is worth most. Searches play no part.

    First those that were not called in the last `REST_DAYS`; then those of which a report came in;
    then unconfirmed before open ones; then those whose number is known; then by the year of the
    source that decided so, the oldest and undated first; then those that nobody has called; then
    those with the most adults around.

    Parameters
    ----------
    clinics : the clinic table of a release; points in degrees, EPSG:4326. Closed and withdrawn ones
        are left out.
    demand : where adults live.

    Returns
    -------
    `COLUMNS`: `adults_within_30_miles` (of the clinic's point; NaN without one), `reported` (an open
        case of a report), `missing` (all of its sources' listings are gone from their sources),
        `calls` (how many are noted), `last_call` and `last_outcome` ("" for none).

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    asked = clinics[clinics["status"].isin(SHOWN_STATUSES)].reset_index(drop=True)
    rows = workspace.read(
        "SELECT clinic_id, COUNT(*), date, outcome, MAX(id) FROM calls WHERE NOT EXISTS "
        "(SELECT 1 FROM undone WHERE undone.decision_id = calls.decision_id) GROUP BY clinic_id"
    )
    called = {row[0]: row[1:4] for row in rows}
    reported = set(cases.open_cases(workspace, "report")["clinic_id"])
    noted = [called.get(clinic_id, (0, "", "")) for clinic_id in asked["clinic_id"]]
    listed = asked.assign(
        adults_within_30_miles=count_adults(asked, demand),
        reported=asked["clinic_id"].isin(reported),
        missing=asked["clinic_id"].isin(_find_missing(workspace)),
        calls=pd.Series([row[0] for row in noted], dtype="int64"),
        last_call=pd.Series([row[1] for row in noted], dtype="str"),
        last_outcome=pd.Series([row[2] for row in noted], dtype="str"),
    )
    rested = (date.fromisoformat(decisions.today()) - timedelta(days=REST_DAYS)).isoformat()
    order = pd.DataFrame(
        {
            "resting": listed["last_call"].gt(rested),
            "unreported": ~listed["reported"],
            "open": listed["status"].eq("open"),
            "no_number": listed["phone"].eq(""),
            "year": listed["status_date"].str[:4],
            "calls": listed["calls"],
            "fewer": -listed["adults_within_30_miles"].fillna(-1.0),
            "clinic_id": listed["clinic_id"],
        }
    ).sort_values(
        ["resting", "unreported", "open", "no_number", "year", "calls", "fewer", "clinic_id"]
    )
    return listed.loc[order.index, list(COLUMNS)].reset_index(drop=True)


def count_adults(clinics: pd.DataFrame, demand: Demand) -> NDArray[np.float64]:
    """Return how many adults live within `AROUND_MILES` of each clinic; NaN without a point.

    Raises
    ------
    SchemaError : `clinics` lacks its ids or coordinates, holds an id twice, or a coordinate out of
        range.
    """
    index = nearest.build_index(clinics)
    origins = np.column_stack([demand.latitude, demand.longitude])
    pairs = nearest.within(index, origins, AROUND_MILES)
    adults = pd.Series(demand.adults[pairs["origin"].to_numpy()]).groupby(
        pairs["clinic_id"].to_numpy()
    )
    around = clinics["clinic_id"].map(adults.sum()).fillna(0.0)
    return around.where(clinics["latitude"].notna()).to_numpy(np.float64)


def _find_missing(workspace: Workspace) -> set[str]:
    """Return the clinics all of whose sources' listings are gone from their sources."""
    known = stored_listings.current(workspace)
    theirs = known[~known["listing_id"].str.startswith(stored_listings.OPERATOR)]
    gone = theirs["listing_id"].isin(stored_listings.missing(workspace)["listing_id"])
    left = gone.groupby(theirs["clinic_id"]).all()
    return {*left.index[left]} - {""}
