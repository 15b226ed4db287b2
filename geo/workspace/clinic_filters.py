"""Which clinics of the working list an operator wants to see: by what is not known, source, status, age."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.workspace import decisions

if TYPE_CHECKING:
    from geo.workspace.working_list import WorkingList

LACKS: Final = ("street", "phone", "website", "beyond_city", "point")
"""What a clinic may lack: a street; a phone; a website; all of the address but city and state; a point."""

UNDATED: Final = -1
"""The age of clinics none of whose sources is dated."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What clinics are asked for; all of it has to hold.

    Parameters
    ----------
    lacks : some of `LACKS`.
    source : that lists it, by its title; "" for any.
    status : as in `geo.clinics.vocabulary`; "" for any.
    state : its code; "" for any.
    older_months : the newest source is older than so many months, or undated; 0 for any age,
        `UNDATED` for undated ones alone.
    """

    lacks: tuple[str, ...] = ()
    source: str = ""
    status: str = ""
    state: str = ""
    older_months: int = 0


def select(working: WorkingList, wanted: Wanted) -> pd.DataFrame:
    """Return the clinics that are asked for, by state, city and name.

    Returns
    -------
    Rows of `working.clinics`, points in degrees, EPSG:4326.
    """
    clinics = working.clinics
    keep = pd.Series(data=True, index=clinics.index)
    for name in wanted.lacks:
        if name == "beyond_city":
            keep &= clinics["street"].eq("") & clinics["zip"].eq("")
        elif name == "point":
            keep &= clinics["latitude"].isna()
        else:
            keep &= clinics[name].eq("")
    if wanted.source:
        of_source = working.listings["source"].eq(wanted.source)
        keep &= clinics["clinic_id"].isin(working.listings.loc[of_source, "clinic_id"])
    if wanted.status:
        keep &= clinics["status"].eq(wanted.status)
    if wanted.state:
        keep &= clinics["state"].eq(wanted.state)
    undated = clinics["source_date"].eq("")
    if wanted.older_months == UNDATED:
        keep &= undated
    elif wanted.older_months:
        day = pd.Timestamp(decisions.today()) - pd.DateOffset(months=wanted.older_months)
        # A year or a month counts as its first day, so that texts compare as dates do.
        dated = clinics["source_date"]
        dated = dated.where(dated.str.len().ne(4), dated + "-01-01")
        dated = dated.where(dated.str.len().ne(7), dated + "-01")
        keep &= undated | dated.lt(day.date().isoformat())
    return clinics[keep].sort_values(["state", "city", "name", "clinic_id"])
