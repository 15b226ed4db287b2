"""The tables of a search's result, taken from the release's at once: each step costs pandas as much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from geo.search.drive_columns import COLUMNS, NUMBERS, TEXTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.search.place_drives import PlaceDrives

    Rows = NDArray[np.intp]
    Miles = NDArray[np.float64]
    Mask = NDArray[np.bool_]

_NUMBERS: Final = pd.Index(NUMBERS)
_TEXTS: Final = pd.Index(TEXTS)


class FoundRows(NamedTuple):
    """Positions in the clinic table of what a search found, each group in order.

    Parameters
    ----------
    listed, miles, may_be : the list, how far each is, and whether it only may be within.
    not_known, not_known_miles : those of which a wanted fact is not known, and how far each is.
    unlocated, at_home : those that no distance can rank.
    """

    listed: Rows
    miles: Miles
    may_be: Mask
    not_known: Rows
    not_known_miles: Miles
    unlocated: Rows
    at_home: Rows


class FoundTables(NamedTuple):
    """The same as tables: the columns of the clinic table, and of drives where there are any.

    Parameters
    ----------
    clinics : `rank` from 1 before these columns, `distance_miles` and `may_be_within` after them.
    not_known : `distance_miles` after them.
    unlocated, at_home : indexed as the clinic table is.
    """

    clinics: pd.DataFrame
    not_known: pd.DataFrame
    unlocated: pd.DataFrame
    at_home: pd.DataFrame


def build(clinics: pd.DataFrame, drives: PlaceDrives | None, found: FoundRows) -> FoundTables:
    """Return what was found as tables.

    Parameters
    ----------
    clinics : the clinic table of a release.
    drives : as of `geo.search.searching.search`.
    """
    rows = np.concatenate((found.listed, found.not_known, found.unlocated, found.at_home))
    first = len(found.listed)
    second = first + len(found.not_known)
    third = second + len(found.unlocated)
    index = pd.RangeIndex(len(rows))
    taken = clinics.iloc[rows]
    labels, taken.index = taken.index, index
    miles, may_be = np.full(len(rows), np.nan), np.zeros(len(rows), dtype=np.bool_)
    miles[:first], miles[first:second] = found.miles, found.not_known_miles
    may_be[:first] = found.may_be
    parts = [pd.DataFrame({"rank": np.arange(1, len(rows) + 1)}, index), taken]
    if drives is not None:
        told = drives.take(rows)
        numbers = np.column_stack([told[name] for name in NUMBERS])
        texts = np.column_stack([told[name] for name in TEXTS])
        parts += [
            pd.DataFrame(numbers, index, _NUMBERS),
            pd.DataFrame(texts, index, _TEXTS, dtype=clinics["clinic_id"].dtype),
        ]
    parts.append(pd.DataFrame({"distance_miles": miles, "may_be_within": may_be}, index))
    whole = pd.concat(parts, axis=1)
    not_known = whole.iloc[first:second, 1:-1]
    not_known.index = pd.RangeIndex(second - first)
    unlocated, at_home = whole.iloc[second:third, 1:-2], whole.iloc[third:, 1:-2]
    unlocated.index, at_home.index = labels[second:third], labels[third:]
    return FoundTables(whole.iloc[:first], not_known, unlocated, at_home)


def build_one(
    clinics: pd.DataFrame, drives: PlaceDrives | None, row: int, miles: float
) -> pd.Series:
    """Return one clinic with its drive, where there are drives, and `distance_miles`."""
    clinic = clinics.iloc[row]
    values, names = [*clinic, miles], [*clinic.index, "distance_miles"]
    if drives is not None:
        told = drives.take(np.array([row]))
        values[-1:-1] = [told[name][0] for name in COLUMNS]
        names[-1:-1] = COLUMNS
    return pd.Series(values, names, object, name=clinic.name)
