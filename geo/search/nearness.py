"""What lies within what a person asked for, by miles or by minutes, and what only may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from geo.places import Place
    from geo.search.place_drives import PlaceDrives

    Rows = NDArray[np.intp]
    Miles = NDArray[np.float64]
    Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Near:
    """A radius or a drive, and what is known of the clinics' distances.

    Parameters
    ----------
    limit : statute miles, or minutes where there are such.
    reach_miles : nothing farther can be inside.
    uncertainty : (clinics,) statute miles by which each may be nearer.
    low, minutes : (clinics,) of the drives, where they count.
    """

    limit: float
    reach_miles: float
    uncertainty: Miles
    low: Miles | None = None
    minutes: Miles | None = None

    @classmethod
    def by_miles(cls, clinics: pd.DataFrame, place: Place, within_miles: float) -> Near:
        """Return what is within a radius: by the points, or perhaps by what is not known of them."""
        uncertainty = place.radius_miles + np.nan_to_num(
            clinics["radius_miles"].to_numpy(np.float64)
        )
        return cls(within_miles, within_miles + uncertainty.max(initial=0.0), uncertainty)

    @classmethod
    def by_minutes(cls, drives: PlaceDrives, within_minutes: float) -> Near:
        """Return what is within a drive: by the estimate, or perhaps by the range."""
        low, minutes = (
            np.asarray(drives[name], dtype=np.float64) for name in ("drive_low", "drive_minutes")
        )
        return cls(within_minutes, np.inf, np.zeros(len(minutes)), low, minutes)

    def holds(self, rows: Rows, miles: Miles) -> Mask:
        """Tell which are within for certain."""
        inside: Mask = (miles if self.minutes is None else self.minutes[rows]) <= self.limit
        return inside

    def may_hold(self, rows: Rows, miles: Miles) -> Mask:
        """Tell which are within, or may be."""
        least = miles - self.uncertainty[rows] if self.low is None else self.low[rows]
        inside: Mask = self.holds(rows, miles) | (least <= self.limit)
        return inside

    def find_first(self, rows: Rows, miles: Miles, outside: Rows) -> Rows:
        """Return those of `outside`, positions in `rows`, that are nearest by what was asked."""
        by = miles if self.minutes is None else np.nan_to_num(self.minutes[rows], nan=np.inf)
        first: Rows = outside[by[outside] == by[outside].min()]
        return first
