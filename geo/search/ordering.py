"""The order in which clinics stand: by distance and how sure it is, or by city and name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Rows = NDArray[np.intp]
    Miles = NDArray[np.float64]
    Mask = NDArray[np.bool_]


def order_by_distance(
    clinics: pd.DataFrame, rows: Rows, miles: Miles, first: Mask
) -> tuple[Rows, Miles]:
    """Return rows nearest first; ties go to less uncertainty, the newer source, the name.

    Parameters
    ----------
    clinics : clinic columns.
    rows, miles : positions in `clinics`, and how far each is.
    first : (clinics,) those that stand before all others.

    Returns
    -------
    The same rows and miles, in order.
    """
    columns = ("radius_miles", "source_date", "name", "clinic_id")
    keys = zip(
        ~first[rows], miles, *(_keys(clinics, column, rows) for column in columns), strict=True
    )
    order = _order(list(keys))
    return rows[order], miles[order]


def order_by_city(clinics: pd.DataFrame, mask: Mask) -> Rows:
    """Return the rows of a mask by city and name."""
    rows = np.flatnonzero(mask)
    if not len(rows):
        return rows
    keys = zip(
        *(_keys(clinics, column, rows) for column in ("city", "name", "clinic_id")), strict=True
    )
    return rows[_order(list(keys))]


def order_by_name(clinics: pd.DataFrame) -> Rows:
    """Return all rows by name: what decides where all else is equal."""
    rows = np.arange(len(clinics))
    keys = zip(*(_keys(clinics, column, rows) for column in ("name", "clinic_id")), strict=True)
    return _order(list(keys))


def number_days(dates: list[str]) -> list[int]:
    """Return numbers that order dates; `2026` is 2026-01-01, "" is older than any."""
    return [_day_number(text) for text in dates]


def _order(keys: list[tuple[object, ...]]) -> Rows:
    """Return the positions of keys in ascending order."""
    return np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.intp)


def _keys(clinics: pd.DataFrame, column: str, rows: Rows) -> list[object]:
    """Return what a column adds to an order: text without its case, dates newest first."""
    values = clinics[column].to_numpy()[rows].tolist()
    if column == "source_date":
        return [-day for day in number_days(values)]
    return [value.casefold() if isinstance(value, str) else value for value in values]


def _day_number(text: str) -> int:
    year, month, day = (*map(int, text.split("-")), 1, 1)[:3] if text else (0, 0, 0)
    return (year * 12 + month) * 31 + day
