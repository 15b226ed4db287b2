"""Counties with less than one clinic: no rate is told of them, but their adults and the distance.

Whether a county of ten thousand adults has one clinic or none is chance, and a rate of "0 to 336 per
million" says nothing. So the rate of a county in which the draws expect less than one clinic is no
number, and it reads "none listed", or "perhaps one" where a clinic known to its city may stand there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.i18n.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    import numpy as np
    import pandas as pd

RATES: Final = ("clinics_per_million_adults", "rate_low", "rate_high")


def leave_out_rates(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of the coverage table without the rates of counties that have less than a clinic.

    Parameters
    ----------
    rows : of any level: `level`, `clinics`, `adults`, and the columns of `RATES`.
    """
    small = rows["level"].eq("county") & rows["clinics"].lt(1)
    if not small.any():
        return rows
    return rows.assign(**{name: rows[name].mask(small) for name in RATES})


def describe_few(row: Mapping[Any, Any] | pd.Series) -> str:
    """Return what is said of a county in the place of its rate; "" where it has one, or nobody.

    Parameters
    ----------
    row : of the coverage table.
    """
    adults: np.float64 = row["adults"]
    if row["level"] != "county" or row["clinics"] >= 1 or not adults > 0:
        return ""
    return _("perhaps one") if row["clinics"] > 0 else _("none listed")
