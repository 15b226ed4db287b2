"""How areas are ranked on the Coverage page: by their difference to the rest of the country."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.coverage.coverage_table import NATION
from geo.coverage.differences import find_differences
from geo.coverage.small_counties import describe_few
from geo.coverage.verdicts import LEAST_DIFFERENCE
from geo.i18n.language import format_number, mark
from geo.i18n.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from geo.coverage.coverage_table import Coverage
    from pages.analysts.parts.measures import Measure

_VERDICTS: Final = {
    "low": mark("low"),
    "lower": mark("lower"),
    "not different": mark("not different"),
    "higher": mark("higher"),
    "high": mark("high"),
}
_MINUS: Final = "\N{MINUS SIGN}"
_DIGITS: Final = {"share": 1, "miles": 1, "rate": 2}


def rank(
    areas: pd.DataFrame, coverage: Coverage, measure: Measure, verdicts: pd.DataFrame
) -> pd.DataFrame:
    """Return areas of one level, worst served first, with `difference` and `verdict`.

    Parameters
    ----------
    areas : rows of the coverage.
    coverage : of a release and treatment.
    measure : by whose difference to the rest they are ranked, or by itself where that is not told.
    verdicts : of `geo.coverage.differences.read_verdicts`.
    """
    nation = coverage.area(NATION)
    found = find_differences(areas, nation, measure.key, verdicts)
    told = found is not None
    shown = areas.assign(difference=math.nan, verdict="") if found is None else areas.join(found)
    key = "difference" if told else measure.key
    ranked = shown.sort_values(
        [key, "adults"], ascending=[measure.least_is_worst, False], na_position="last"
    )
    if measure.kind != "rate":
        return ranked
    # Counties without a rate have less than a clinic: worst served, by how far the nearest is.
    few = ranked[[bool(describe_few(row)) for row in ranked.to_dict("records")]]
    far = few.sort_values(["clinics", "median_distance_miles"], ascending=[True, False])
    return pd.concat([far, ranked.drop(index=few.index)])


def write(row: Mapping[Any, Any] | pd.Series, measure: Measure) -> str:
    """Return a difference in words, with the verdict on it where there is one."""
    difference = float(row["difference"])
    if math.isnan(difference):
        return ""
    digits = _DIGITS[measure.kind]
    size = abs(difference) * (100 if measure.kind == "share" else 1)
    number = format_number(size, digits)
    sign = "" if not float(f"{size:.{digits}f}") else _MINUS if difference < 0 else "+"
    verdict = _VERDICTS.get(str(row["verdict"]))
    return f"{sign}{number} {_(verdict)}" if verdict else f"{sign}{number}"


def describe_ranking(ranked: pd.DataFrame, measure: Measure) -> list[str]:
    """Return what the ranking and its words mean; nothing where areas are ranked by the measure."""
    if ranked["difference"].isna().all():
        return []
    words = [
        _("Ranked by the difference to the rest of the country, in points.")
        if measure.kind == "share"
        else _("Ranked by the difference to the rest of the country.")
    ]
    if ranked["verdict"].ne("").any():
        words.append(
            _("Low and high: {least} points or more for sure.").format(
                least=format_number(LEAST_DIFFERENCE * 100)
            )
        )
    return words
