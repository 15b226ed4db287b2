"""How far lists of clinics overlap, and how many clinics there are by that.

Only lists compiled independently of each other can tell how much both miss; those that copy each
other would make any list look whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.clinics.listing_sources import describe_title, find_source_name
from geo.coverage import two_lists
from geo.coverage.counting import find_areas
from geo.sources import descriptors
from geo.sources.lists import MEASURED_BY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.coverage.demand import Demand
    from geo.sources.lists import SourceList

LEAST_SHARED: Final = 10
MOST_SPREAD: Final = 0.25
"""Completeness is measured where the two lists of `MEASURED_BY` share `LEAST_SHARED` clinics, and both
ends of the estimate's interval are within this share of it."""

LEVELS: Final = ("nation", "region", "division", "state")

_OVERLAP_TYPES: Final = {
    "level": "str",
    "geoid": "str",
    "name": "str",
    "first_list": "str",
    "second_list": "str",
    "independent": "bool",
    "first_clinics": "int64",
    "second_clinics": "int64",
    "clinics_in_both": "int64",
    "clinics_found": "int64",
    "clinics_estimated": "float64",
    "estimate_low": "float64",
    "estimate_high": "float64",
    "measured": "bool",
}


@dataclass(frozen=True)
class Estimate:
    """How many clinics there are, by two lists, and whether that is sure enough to be used.

    Parameters
    ----------
    lists : the two lists.
    found : clinics found by any source.
    clinics, low, high : the estimate and its interval of 95%. More may be known than estimated, but
        not more than `high`.
    """

    lists: tuple[str, str]
    found: int
    clinics: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        """Whether both ends are within `MOST_SPREAD` of the estimate."""
        least, most = (1 - MOST_SPREAD) * self.clinics, (1 + MOST_SPREAD) * self.clinics
        return least <= self.low and self.high <= most


@dataclass(frozen=True, eq=False)
class Membership:
    """Which clinic stands in which list; read-only.

    Parameters
    ----------
    lists : those of `geo.sources.descriptors.list_lists` that hold a clinic.
    holds : (lists, clinics).
    """

    lists: tuple[SourceList, ...]
    holds: NDArray[np.bool_]


def find_lists(listings: pd.DataFrame) -> list[SourceList | None]:
    """Return the list that each listing is of; None where its source is no list.

    A source that has a descriptor says so itself. Of any other (the curated listings, a table) the
    title counts, where it is told in `data/listing_sources.csv`, or is the very name of a list or of
    a source, in any case.

    Parameters
    ----------
    listings : with `listing_id` and `source`.

    Raises
    ------
    SourceError : the table of titles cannot be read.
    """
    lists = {one.name: one for one in descriptors.list_lists()}
    of_source = {one.name: one.source_list for one in descriptors.SOURCES}
    named = {one.title.casefold(): one.source_list for one in descriptors.SOURCES}
    named |= {name.casefold(): one for name, one in lists.items()}

    def find(listing_id: str, title: str) -> SourceList | None:
        stated = lists.get(describe_title(title).source_list)
        return of_source.get(find_source_name(listing_id)) or stated or named.get(title.casefold())

    return [find(*row) for row in zip(listings["listing_id"], listings["source"], strict=True)]


def find_membership(clinics: pd.DataFrame, listings: pd.DataFrame) -> Membership:
    """Return which of the clinics stands in which list.

    Parameters
    ----------
    clinics : a row a clinic, with `clinic_id`.
    listings : `clinic_id`, `listing_id` and `source`; those of other clinics are left out.

    Raises
    ------
    SourceError : as `find_lists`.
    """
    row = pd.Index(clinics["clinic_id"]).get_indexer(listings["clinic_id"])
    rows_of: dict[SourceList, set[int]] = {}
    for one, clinic in zip(find_lists(listings), row, strict=True):
        if one is not None and clinic >= 0:
            rows_of.setdefault(one, set()).add(clinic)
    lists = tuple(one for one in descriptors.list_lists() if one in rows_of)
    holds = np.zeros((len(lists), len(clinics)), dtype=np.bool_)
    for number, one in enumerate(lists):
        holds[number, sorted(rows_of[one])] = True
    return Membership(lists, holds)


def capture_recapture(first: int, second: int, both: int) -> tuple[float, float, float]:
    """Return how many there are in all, given how many two independent lists hold and share.

    Parameters
    ----------
    first, second : in each list.
    both : in both of them.

    Returns
    -------
    The estimate and its exact interval of 95%, by `geo.coverage.two_lists` at odds of 1.

    Examples
    --------
    >>> [round(number, 1) for number in capture_recapture(98, 51, 17)]
    [285.0, 213.0, 458.0]
    """
    overlap = two_lists.Overlap.of_lists(first, second, both)
    return (two_lists.estimate_total(overlap), *two_lists.find_exact_interval(overlap))


def estimate_clinics(membership: Membership, inside: NDArray[np.bool_]) -> Estimate | None:
    """Return how many clinics an area has, by the two lists of `MEASURED_BY`.

    The same two lists tell it everywhere: to take those that share most would favour a low estimate.

    Parameters
    ----------
    membership : of all clinics.
    inside : (clinics,) which of them are in the area.

    Returns
    -------
    The estimate at odds of 1 (`geo.coverage.two_lists`). None where the lists share fewer than
    `LEAST_SHARED` clinics, and where more clinics are known than there can be by them: such lists
    repeat each other.
    """
    names = [one.name for one in membership.lists]
    if not {*MEASURED_BY} <= {*names}:
        return None
    first, second = (membership.holds[names.index(name)] & inside for name in MEASURED_BY)
    both = int((first & second).sum())
    if both < LEAST_SHARED:
        return None
    total, low, high = capture_recapture(int(first.sum()), int(second.sum()), both)
    found = int(inside.sum())
    if high < found:
        return None
    return Estimate(MEASURED_BY, found, total, low, high)


def tabulate_overlaps(
    clinics: pd.DataFrame, listings: pd.DataFrame, demand: Demand
) -> pd.DataFrame:
    """Return, for each area and pair of lists in it, how far they overlap, and what follows.

    Parameters
    ----------
    clinics : those that are counted (`geo.coverage.counting.pick_clinics`), with or without a
        point.
    listings : of these clinics and others.
    demand : the areas.

    Returns
    -------
    `level`, `geoid`, `name`, `first_list`, `second_list`, `independent` (of each other),
    `first_clinics`, `second_clinics`, `clinics_in_both`, `clinics_found` (by any source),
    `clinics_estimated`, `estimate_low`, `estimate_high` (of `estimate_clinics`, for its two lists
    alone; else NaN), `measured` (the interval is within `MOST_SPREAD`).

    Raises
    ------
    SourceError : as `find_lists`.
    """
    membership = find_membership(clinics, listings)
    rows = []
    for level in LEVELS:
        area = find_areas(clinics, demand, level)
        names = demand.areas[level][["geoid", "name"]].itertuples(index=False)
        for number, (geoid, name) in enumerate(names):
            inside = area == number
            here = membership.holds & inside
            for a, b in combinations(np.flatnonzero(here.any(axis=1)), 2):
                pair = Membership((membership.lists[a], membership.lists[b]), here[[a, b]])
                facts = {"level": level, "geoid": geoid, "name": name}
                rows.append(facts | _describe_pair(pair, inside))
    return pd.DataFrame(rows, columns=[*_OVERLAP_TYPES]).astype(_OVERLAP_TYPES)


def _describe_pair(pair: Membership, inside: NDArray[np.bool_]) -> dict[str, object]:
    """Return the columns of one pair of lists in one area."""
    estimate = estimate_clinics(pair, inside)
    nothing = float("nan")
    return {
        "first_list": pair.lists[0].name,
        "second_list": pair.lists[1].name,
        "independent": all(one.independent for one in pair.lists)
        or tuple(one.name for one in pair.lists) == MEASURED_BY,
        "first_clinics": int(pair.holds[0].sum()),
        "second_clinics": int(pair.holds[1].sum()),
        "clinics_in_both": int(pair.holds.all(axis=0).sum()),
        "clinics_found": int(inside.sum()),
        "clinics_estimated": estimate.clinics if estimate else nothing,
        "estimate_low": estimate.low if estimate else nothing,
        "estimate_high": estimate.high if estimate else nothing,
        "measured": estimate is not None and estimate.is_sure,
    }
