"""Which clinics two lists hold, one or both, and why that may tell nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.clinics.organisations import name_organisations
from geo.clinics.status import FRESH_MONTHS
from geo.coverage import strata
from geo.coverage.counting import find_areas
from geo.coverage.overlaps import find_lists
from geo.sources.lists import MEASURED_BY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.coverage.demand import Demand
    from geo.coverage.two_lists import Total, Whole
    from geo.sources.lists import SourceList

MOST_POSSIBLE: Final = 0.05
"""The most pairs that wait for an operator, as a share of the clinics surely in both lists."""


class Refusal(StrEnum):
    """Why two lists do not tell how many clinics there are."""

    NO_LIST = "a list holds no clinic here"
    DATES = "the lists were compiled more than two years apart"
    LINKS = "too many pairs of listings wait for an operator"
    REPEATED = "these lists repeat each other"
    FEW = "the lists share fewer than seven clinics"


@dataclass(frozen=True, eq=False)
class Captures:
    """The clinics in scope and the lists they stand in; read-only.

    Parameters
    ----------
    clinics : those in scope, from 0.
    holds : (2, clinics) which of them each of the two lists holds.
    region : (clinics,) row of the region.
    kind : (clinics,) of `geo.coverage.strata.find_kinds`.
    organisation : (clinics,) numbers of organisations.
    possible : (pairs,) a clinic of each pair of listings, one of each list, that waits for an
        operator.
    refusal : why nothing can be told, wherever; None where there is no such reason.
    """

    clinics: pd.DataFrame
    holds: NDArray[np.bool_]
    region: NDArray[np.intp]
    kind: NDArray[np.intp]
    organisation: NDArray[np.intp]
    possible: NDArray[np.intp]
    refusal: Refusal | None

    def stratify(self, here: NDArray[np.bool_]) -> tuple[Whole, NDArray[np.bool_]]:
        """Return the clinics by organisation and stratum, an area apart from the rest.

        Parameters
        ----------
        here : (clinics,) which of them are in the area.

        Returns
        -------
        The clinics, those of the area in strata of their own, and which strata those are. Strata
        are merged within a region, and never with those of the rest.
        """
        whole, of = strata.stratify(
            self.holds, self.kind, self.region * 2 + here, self.organisation
        )
        return whole, of % 2 == 1


def find_captures(
    clinics: pd.DataFrame, listings: pd.DataFrame, demand: Demand, open_pairs: pd.DataFrame
) -> Captures:
    """Return which clinics the two lists of `MEASURED_BY` hold.

    In scope are open clinics that are a place to go to, in the 50 states and DC. A listing counts by
    its source's date, which may lie at most 24 months before its list's; a clinic's own page without
    a date by the day of the search, as does a directory's row; press without a date does not count.

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
    ids = listings["listing_id"].tolist()
    possible = _find_possible(
        open_pairs,
        dict(zip(ids, row.tolist(), strict=True)),
        dict(zip(ids, side.tolist(), strict=True)),
    )
    return Captures(
        inside,
        holds,
        region,
        strata.find_kinds(inside, demand),
        pd.factorize(name_organisations(inside), sort=True)[0],
        possible,
        _find_refusal(lists, holds),
    )


def find_refusal(
    captures: Captures, here: NDArray[np.bool_], total: Total | None
) -> Refusal | None:
    """Return why an area's total cannot be told; None where it can.

    Parameters
    ----------
    here : (clinics,) those of the area.
    total : what the lists would tell; None where it was not estimated.
    """
    if captures.refusal:
        return captures.refusal
    if not captures.holds[:, here].any(axis=1).all():
        return Refusal.NO_LIST
    sure = int(captures.holds[:, here].all(axis=0).sum())
    if here[captures.possible].sum() > MOST_POSSIBLE * sure:
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


def _find_possible(
    open_pairs: pd.DataFrame, row: dict[str, int], side: dict[str, int]
) -> NDArray[np.intp]:
    """Return a clinic of each pair of one listing of each list that waits for an operator.

    Parameters
    ----------
    row : of the clinic of each listing, -1 where it is out of scope.
    side : of each listing, the number of its list, -1 for none of the two.
    """
    pairs = zip(open_pairs["listing_a"], open_pairs["listing_b"], strict=True)
    found = [
        max(row.get(one, -1), row.get(other, -1))
        for one, other in pairs
        if {side.get(one, -1), side.get(other, -1)} == {0, 1}
    ]
    return np.array([clinic for clinic in found if clinic >= 0], dtype=np.intp)
