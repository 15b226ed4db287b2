"""Places that no clinic is near: the few nearest, however far, and when that is far."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.search.bands import is_by_drive

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from geo.search.searching import SearchResult

FAR_MILES: Final = 60
FAR_MINUTES: Final = 90
"""Beyond these the nearest clinic is far away."""

FEW: Final = 5


def add_nearest(result: SearchResult, find_nearest: Callable[[int], SearchResult]) -> SearchResult:
    """Return a result with the nearest few clinics, where none is within what was asked.

    Parameters
    ----------
    find_nearest : returns the same search for as many of the nearest, however far.
    """
    if len(result.clinics) or result.nearest_outside is None:
        return result
    return replace(result, nearest_few=find_nearest(FEW).clinics)


def is_far(result: SearchResult) -> bool:
    """Tell whether the nearest clinic found is farther than `FAR_MILES`, or `FAR_MINUTES` by drive.

    Of a state, around a clinic that was asked for, and where no clinic is found, it is not.
    """
    found = result.clinics if len(result.clinics) else result.nearest_few
    if found.empty or result.place.clinic_id or result.place.latitude is None:
        return False
    if is_by_drive(result):
        return not _least(found, "drive_minutes") <= FAR_MINUTES
    return _least(found, "distance_miles") > FAR_MILES


def _least(found: pd.DataFrame, column: str) -> float:
    """Return the least value that is known, else NaN."""
    values = found[column].to_numpy(np.float64)
    known = values[~np.isnan(values)]
    return float(known.min()) if len(known) else np.nan
