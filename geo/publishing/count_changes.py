"""Why an area counts other clinics than in the release before: the list, or the clinics themselves."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.clinics.vocabulary import OUT_STATUSES
from geo.coverage.counting import find_areas, offers, pick_clinics
from geo.coverage.measures import CURVE_LEVELS
from geo.i18n.language import mark
from geo.publishing.diff import follow

if TYPE_CHECKING:
    from datetime import date

    from geo.coverage.demand import Demand

OF_LIST: Final = ("added", "split", "merged", "left_out", "corrected")
"""A clinic that is new to the list, became two, became one with another, is in no source any more, or
whose status, place or treatments are known otherwise."""

OF_CLINICS: Final = ("reopened", "closed")
"""A clinic that was closed and is open, or that closed since the release before."""

PARTS: Final = (*OF_LIST, *OF_CLINICS)
PART_WORDS: Final = MappingProxyType(
    {
        "added": mark("new to the list"),
        "split": mark("split off"),
        "merged": mark("merged"),
        "left_out": mark("left out"),
        "corrected": mark("corrected"),
        "reopened": mark("open again"),
        "closed": mark("closed"),
    }
)
WITHIN: Final = ("confirmed", "doubted")
"""Changes of status that no count changes by: unconfirmed clinics that are open now, and the reverse."""

NEEDED: Final = (
    "clinic_id", "status", "status_date", "treatments", "state", "state_fips", "zip", "city",
    "latitude", "longitude", "precision", "radius_miles",
)  # fmt: skip
"""The columns of clinics that are looked at here."""


def explain_counts(
    old: tuple[pd.DataFrame, pd.DataFrame],
    new: tuple[pd.DataFrame, pd.DataFrame],
    old_as_of: date,
    demand: Demand,
    treatment: str,
) -> dict[str, pd.DataFrame]:
    """Return by how many clinics each area changes from one release to the next, and through what.

    A clinic that is new to the list counts as the list's: whether it opened since or was only found
    no source tells. One reported closed counts as closed where that may have been since the release
    before; where its day is earlier, the list was late.

    Parameters
    ----------
    old, new : the clinics (`NEEDED`) and listings (`listing_id`, `clinic_id`) of two releases.
    old_as_of : the date to which the sources' ages of the older one count.
    demand : the areas.
    treatment : `geo.coverage.counting.ANY`, or a code of a treatment.

    Returns
    -------
    Level above the county -> by GEOID the columns of `PARTS`, whose sum is by how many clinics with a
    known place more are counted, and of `WITHIN`; whole numbers.
    """
    # An id stands once in what this program makes; nobody has to believe that of any release.
    sides = [clinics.drop_duplicates("clinic_id") for clinics, _ in (old, new)]
    was, now = (_count(clinics, demand, treatment) for clinics in sides)
    before, after = (clinics.set_index("clinic_id") for clinics in sides)
    gone = was.index.difference(now.index)
    come = now.index.difference(was.index)
    merged = follow(pd.Series(gone, dtype="str"), old[1], new[1]).set_axis(gone)
    split = follow(pd.Series(come, dtype="str"), new[1], old[1]).set_axis(come)
    events = [
        (was.loc[clinic, "row"], _why_gone(clinic, after, merged, old_as_of), -1) for clinic in gone
    ]
    events += [(now.loc[clinic, "row"], _why_come(clinic, before, split), 1) for clinic in come]
    both = was.index.intersection(now.index)
    for clinic in both[was.loc[both, "row"].ne(now.loc[both, "row"])]:
        events += [
            (was.loc[clinic, "row"], "corrected", -1),
            (now.loc[clinic, "row"], "corrected", 1),
        ]
    statuses = was.loc[both, "status"].ne(now.loc[both, "status"])
    for clinic in both[statuses]:
        kind = "confirmed" if now.loc[clinic, "status"] == "open" else "doubted"
        events.append((now.loc[clinic, "row"], kind, 1))
    told = pd.DataFrame(events, columns=["state", "part", "sign"])
    return {level: _add_up(told, demand, level) for level in CURVE_LEVELS}


def _count(clinics: pd.DataFrame, demand: Demand, treatment: str) -> pd.DataFrame:
    """Return the clinics that are counted: by id, their state's row of the areas, and their status."""
    counted = pick_clinics(clinics)
    row = find_areas(counted, demand, "state")
    taken = offers(counted, treatment) & counted["latitude"].notna().to_numpy() & (row >= 0)
    return counted.assign(row=row).loc[taken, ["clinic_id", "row", "status"]].set_index("clinic_id")


def _why_gone(clinic: str, after: pd.DataFrame, merged: pd.Series[str], old_as_of: date) -> str:
    if clinic not in after.index:
        return "merged" if merged[clinic] else "left_out"
    status = str(after.loc[clinic, "status"])
    if status == "closed":
        may_be_since = _end(str(after.loc[clinic, "status_date"])) > old_as_of.isoformat()
        return "closed" if may_be_since else "corrected"
    return "left_out" if status in OUT_STATUSES else "corrected"


def _why_come(clinic: str, before: pd.DataFrame, split: pd.Series[str]) -> str:
    if clinic not in before.index:
        return "split" if split[clinic] else "added"
    return "reopened" if before.loc[clinic, "status"] == "closed" else "corrected"


def _end(day: str) -> str:
    """Return the last day that a date such as `2026` or `2026-10` may mean; of none, the last of all."""
    return day + "9999-12-31"[len(day) :]


def _add_up(told: pd.DataFrame, demand: Demand, level: str) -> pd.DataFrame:
    geoids = demand.areas[level]["geoid"]
    area = demand.of_state[level][told["state"].astype("int64")]
    inside = area >= 0
    counts = (
        told[inside]
        .assign(area=area[inside])
        .pivot_table(index="area", columns="part", values="sign", aggfunc="sum")
        if inside.any()
        else pd.DataFrame()
    )
    filled = counts.reindex(index=range(len(geoids)), columns=[*PARTS, *WITHIN]).fillna(0)
    return filled.astype("int64").set_axis(geoids.to_numpy())
