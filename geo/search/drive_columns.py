"""What is known of a drive to a clinic, beside the columns of the clinic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

PARTS: Final = ("minutes", "low", "high", "miles", "method", "reason")
"""As `geo.roads.drive_pairs` has them."""

COLUMNS: Final = tuple(f"drive_{part}" for part in PARTS)

TOLD_MINUTES: Final = 300.0
"""A longer drive is told as more than five hours, without miles."""


def rank_drives(clinics: pd.DataFrame) -> NDArray[np.float64]:
    """Return by what clinics are ordered where the quickest come first.

    How much longer than `TOLD_MINUTES` a drive is counts for nothing: people are not told, and it is
    not known of drives that were worked out ahead.

    Parameters
    ----------
    clinics : with `COLUMNS`.

    Returns
    -------
    Minutes of each; inf for more than `TOLD_MINUTES`, NaN where no drive is known.
    """
    minutes = clinics["drive_minutes"].to_numpy(np.float64)
    leads = (clinics["drive_method"].ne("") & clinics["drive_reason"].eq("")).to_numpy()
    return np.where(minutes <= TOLD_MINUTES, minutes, np.where(leads, np.inf, np.nan))
