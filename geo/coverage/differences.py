"""How an area differs from the rest of the country: the nation without it, so that areas compare.

An area is ranked by the same difference that it is judged by. A share, a mean or a rate of the rest
follows from those of the area and of the nation, since each is a sum over adults; of a median it
does not, nor of a count, and areas are ranked by these themselves.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from geo.coverage.counting import ANY
from geo.coverage.verdicts import BY_MILES, BY_MINUTES, LESS, MORE, NOT_DIFFERENT, name_difference
from geo.i18n.language import ENGLISH, using
from geo.i18n.reasons import say_kept

_KINDS: Final = {BY_MILES.share: "distance", BY_MINUTES.share: "drive"}
_CODES: Final = {
    f"{kind.reason}_hardly_{before}": f"{kind.reason}_{now}"
    for kind in (BY_MILES, BY_MINUTES)
    for before, now in (("fewer", LESS), ("more", MORE))
}
_ADD_UP: Final = ("share_within_", "mean_distance_miles", "clinics_per_million_adults")


def read_verdicts(kept: pd.DataFrame) -> pd.DataFrame:
    """Return the verdicts of a release as they are given today.

    Releases made before `lower` and `higher` had words of their own call them not different.

    Parameters
    ----------
    kept : of `judge`.
    """
    low, high = kept["difference_low"], kept["difference_high"]
    told = kept["verdict"].eq(NOT_DIFFERENT) & (low * high).gt(0)
    if not told.any():
        return kept
    kept = kept.copy()
    kept.loc[told, "verdict"] = [*map(name_difference, low[told], high[told])]
    if "why_code" in kept:  # the first releases have words alone, which stay
        kept["why_code"] = kept["why_code"].replace(_CODES)
        with using(ENGLISH):
            rows = kept[told].to_dict("records")
            kept.loc[told, "why"] = [say_kept(row, "why").words for row in rows]
    return kept


def find_differences(
    rows: pd.DataFrame, nation: pd.Series, key: str, verdicts: pd.DataFrame
) -> pd.DataFrame | None:
    """Return by how much a figure of each area differs from that of the rest of the country.

    Parameters
    ----------
    rows : areas of one level and treatment, of the table of coverage of a release.
    nation : its row of the nation, of the same treatment.
    key : the column of the figure.
    verdicts : of `read_verdicts`: where all of these areas were judged by this figure, that
        difference is given, the median of the draws; else that of the medians.

    Returns
    -------
    `difference` (in the unit of the figure) and `verdict` ("" where it was not judged), by the
    index of the rows; NaN of areas that are not of the nation or have no figure. None where the
    figure of the rest cannot be told from those of the area and the nation.
    """
    if not key.startswith(_ADD_UP):
        return None
    adults = rows["adults"].where(rows["region"].ne(""))
    rest = nation["adults"] - adults
    difference = nation["adults"] * (rows[key] - nation[key]) / rest
    found = pd.DataFrame({"difference": difference.astype(np.float64), "verdict": ""})
    judged = verdicts[verdicts["kind"].eq(_KINDS.get(key, "")) & (nation["treatment"] == ANY)]
    judged = judged.set_index(["level", "geoid"])
    kept: pd.DataFrame = judged.reindex(
        pd.MultiIndex.from_frame(rows[["level", "geoid"]])
    ).set_index(rows.index)
    if len(rows) and kept["verdict"].notna().all():
        return pd.DataFrame(kept[["difference", "verdict"]])
    return found
