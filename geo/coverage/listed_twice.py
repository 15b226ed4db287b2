"""Which clinics two lists hold, one or both, and the strata in which that is counted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.clinics.organisations import name_organisations
from geo.clinics.status import FRESH_MONTHS
from geo.coverage.counting import find_areas
from geo.coverage.overlaps import find_lists
from geo.coverage.two_lists import LEAST_SHARED, Whole, merge_strata
from geo.places.names import name_keys
from geo.reference.tables import load
from geo.sources.lists import MEASURED_BY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.coverage.demand import Demand
    from geo.coverage.two_lists import Total
    from geo.sources.lists import SourceList

LARGE_CITY: Final = 100_000
LARGE_STATE_ADULTS: Final = 5_000_000
MOST_POSSIBLE: Final = 0.05
"""The most pairs that wait for an operator, as a share of the clinics surely in both lists."""


class Refusal(StrEnum):
    """Why two lists do not tell how many clinics there are."""

    NO_LIST = "a list holds no clinic here"
    DATES = "the lists were compiled more than two years apart"
    LINKS = "too many pairs of listings wait for an operator"
    REPEATED = "these lists repeat each other"


@dataclass(frozen=True, eq=False)
class Captures:
    """The clinics in scope and the lists they stand in; read-only.

    Parameters
    ----------
    clinics : those in scope, from 0.
    holds : (2, clinics) which of them each of the two lists holds.
    region : (clinics,) row of the region.
    whole : the clinics of either list by organisation and stratum.
    region_of : (strata,) row of the region of each stratum of `whole`.
    possible : (regions,) pairs of listings, one of each list, that wait for an operator.
    refusal : why nothing can be told, wherever; None where there is no such reason.
    """

    clinics: pd.DataFrame
    holds: NDArray[np.bool_]
    region: NDArray[np.intp]
    whole: Whole
    region_of: NDArray[np.intp]
    possible: NDArray[np.int64]
    refusal: Refusal | None


def find_captures(
    clinics: pd.DataFrame, listings: pd.DataFrame, demand: Demand, open_pairs: pd.DataFrame
) -> Captures:
    """Return which clinics the two lists of `MEASURED_BY` hold.

    In scope are open clinics that are a place to go to, in the 50 states and DC. A listing counts by
    its source's date, which may lie at most 24 months before its list's; a clinic's own page without
    a date by the day of the search, as does a directory's row; press without a date does not count.

    Strata are regions by cities of `LARGE_CITY` or not, and by states of `LARGE_STATE_ADULTS` or not
    where both parts share enough; what shares too few is merged within its region.

    Parameters
    ----------
    clinics : the clinic table of a release.
    listings : with `listing_id`, `clinic_id`, `source`, `source_date` and `evidence`.
    demand : the areas.
    open_pairs : `listing_a`, `listing_b`: those that an operator is still asked about.

    Raises
    ------
    SourceError : the titles of sources or the table of cities cannot be read.
    """
    region = find_areas(clinics, demand, "region")
    scope = clinics["status"].eq("open") & clinics["treatments"].ne("at_home") & (region >= 0)
    inside = clinics[scope.to_numpy()].reset_index(drop=True)
    region = region[scope.to_numpy()]
    row = pd.Index(inside["clinic_id"]).get_indexer(listings["clinic_id"])
    lists = find_lists(listings)
    counts = _find_counting(listings, lists) & (row >= 0)
    holds = np.zeros((len(MEASURED_BY), len(inside)), dtype=np.bool_)
    side = np.array([_find_side(one) for one in lists], dtype=np.int64)
    for number in range(len(MEASURED_BY)):
        holds[number, row[counts & (side == number)]] = True
    whole, region_of = _stratify(inside, holds, region, demand)
    ids = listings["listing_id"].tolist()
    possible = _count_possible(
        open_pairs,
        dict(zip(ids, row.tolist(), strict=True)),
        dict(zip(ids, side.tolist(), strict=True)),
        np.append(region, -1),
        len(demand.areas["region"]),
    )
    return Captures(inside, holds, region, whole, region_of, possible, _find_refusal(lists, holds))


def find_refusal(
    captures: Captures, inside: NDArray[np.bool_], total: Total | None
) -> Refusal | None:
    """Return why an area's total cannot be told; None where it can.

    Parameters
    ----------
    inside : (regions,) the regions of the area.
    total : what the lists would tell; None where it was not estimated.
    """
    if captures.refusal:
        return captures.refusal
    here = inside[captures.region]
    if not captures.holds[:, here].any(axis=1).all():
        return Refusal.NO_LIST
    sure = int(captures.holds[:, here].all(axis=0).sum())
    if captures.possible[inside].sum() > MOST_POSSIBLE * sure:
        return Refusal.LINKS
    if total is not None and total.high < here.sum():
        return Refusal.REPEATED
    return None


def _find_side(one: SourceList | None) -> int:
    name = one.name if one else ""
    return MEASURED_BY.index(name) if name in MEASURED_BY else -1


def _find_counting(listings: pd.DataFrame, lists: list[SourceList | None]) -> NDArray[np.bool_]:
    """Tell which listings are a sighting by the day of their list."""
    of_list = pd.Series([_read_day(one.day if one else "") for one in lists], dtype="datetime64[s]")
    told = pd.Series([_read_day(text) for text in listings["source_date"]], dtype="datetime64[s]")
    undated_press = told.isna() & listings["evidence"].eq("press").to_numpy()
    seen = told.fillna(of_list)
    fresh = seen >= of_list - pd.DateOffset(months=FRESH_MONTHS)
    return (fresh & ~undated_press).to_numpy(np.bool_)


def _find_refusal(lists: list[SourceList | None], holds: NDArray[np.bool_]) -> Refusal | None:
    if not holds.any(axis=1).all():
        return Refusal.NO_LIST
    told = [_read_day(one.day) for one in lists if one is not None and _find_side(one) >= 0]
    days = [day for day in told if day is not None]
    apart = max(days) > min(days) + pd.DateOffset(months=FRESH_MONTHS)
    return Refusal.DATES if apart else None


def _read_day(text: str) -> pd.Timestamp | None:
    """Return the first day of `2026`, `2026-03` or `2026-03-10`; None for another text."""
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text):
        return None
    return pd.Timestamp((text + "-01-01")[:10])


def _stratify(
    clinics: pd.DataFrame, holds: NDArray[np.bool_], region: NDArray[np.intp], demand: Demand
) -> tuple[Whole, NDArray[np.intp]]:
    """Return the clinics of either list by organisation and stratum, and each stratum's region."""
    states = demand.areas["state"]
    adults = states["adults"].to_numpy()[find_areas(clinics, demand, "state")]
    city, state = _is_in_large_city(clinics), adults >= LARGE_STATE_ADULTS
    both = holds.all(axis=0)
    stratum = region * 4 + city * 2
    for place in np.unique(stratum):
        parts = [
            int((both & (stratum == place) & (state == large)).sum()) for large in (False, True)
        ]
        if min(parts) >= LEAST_SHARED:
            stratum = np.where((stratum == place) & state, place + 1, stratum)
    known = np.unique(stratum)
    number = np.searchsorted(known, stratum)
    shared = np.bincount(number[both], minlength=len(known))
    merged = np.array(merge_strata(shared.tolist(), (known // 4).tolist()), dtype=np.intp)
    kept, of = np.unique(merged, return_inverse=True)
    organisation = pd.factorize(name_organisations(clinics), sort=True)[0]
    seen = holds.any(axis=0)
    cell = np.where(both, 0, np.where(holds[0], 1, 2))
    held = np.zeros((int(organisation.max(initial=-1)) + 1, len(kept), 3), dtype=np.int64)
    np.add.at(held, (organisation[seen], of[number[seen]], cell[seen]), 1)
    return Whole(held), np.asarray(known[kept] // 4, dtype=np.intp)


def _is_in_large_city(clinics: pd.DataFrame) -> NDArray[np.bool_]:
    cities = load("cities")
    large = cities[cities["population"] >= LARGE_CITY]
    known = set(zip(large["state"], name_keys(large["name"]), strict=True))
    keys = name_keys(clinics["city"]) if len(clinics) else []
    return np.array(
        [place in known for place in zip(clinics["state"], keys, strict=True)], dtype=np.bool_
    )


def _count_possible(
    open_pairs: pd.DataFrame,
    row: dict[str, int],
    side: dict[str, int],
    region: NDArray[np.intp],
    size: int,
) -> NDArray[np.int64]:
    """Return how many pairs of one listing of each list wait for an operator, by region.

    Parameters
    ----------
    row : of the clinic of each listing, -1 where it is out of scope.
    side : of each listing, the number of its list, -1 for none of the two.
    region : of each row, and -1 for the row -1.
    """
    count = np.zeros(size, dtype=np.int64)
    for one, other in zip(open_pairs["listing_a"], open_pairs["listing_b"], strict=True):
        where = region[max(row.get(one, -1), row.get(other, -1))]
        if {side.get(one, -1), side.get(other, -1)} == {0, 1} and where >= 0:
            count[where] += 1
    return count
