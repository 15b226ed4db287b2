"""Which areas are underserved: verdicts kept apart, each with its reason in a sentence.

*Supply* asks whether an area has fewer clinics for its adults than the rest of the country. A list
that misses more in one area than in another would answer that wrongly, so it is judged only where
it is measured how complete the list is. *Distance* asks whether fewer adults have a listed clinic
within 30 miles, *drive* by the same rule whether fewer have one within 60 minutes by road.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geo.coverage.counting import find_areas
from geo.coverage.coverage_draws import find_spread
from geo.i18n.reasons import Reason, as_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.coverage.coverage_draws import CoverageDraws
    from geo.coverage.demand import Demand

LEVELS: Final = ("region", "division", "state")
LOW, HIGH, NOT_DIFFERENT, NOT_JUDGED = "low", "high", "not different", "cannot be judged"
LESS, MORE = "lower", "higher"
"""A difference in all draws of the band, of which part is less than `LEAST_DIFFERENCE`."""
NEAR_MILES: Final = 30
NEAR_MINUTES: Final = 60
LEAST_DIFFERENCE: Final = 0.05

_TEXTS: Final = ("level", "geoid", "name", "kind", "verdict")
_FIGURES: Final = (
    "clinics",
    "expected_clinics",
    "rate_ratio",
    "rate_ratio_low",
    "rate_ratio_high",
    "p_adjusted",
    "completeness",
    "completeness_low",
    "completeness_high",
    "share_within_30_miles",
    "share_within_60_minutes",
    "share_elsewhere",
    "difference",
    "difference_low",
    "difference_high",
)


@dataclass(frozen=True)
class Nearness:
    """Within what a clinic is near, for a verdict.

    Parameters
    ----------
    within : how far, in the unit of the draws that are judged.
    share : the figure that holds the share of adults so near.
    reason : what the codes of its reasons begin with.
    """

    within: int
    share: str
    reason: str


BY_MILES: Final = Nearness(NEAR_MILES, "share_within_30_miles", "share")
BY_MINUTES: Final = Nearness(NEAR_MINUTES, "share_within_60_minutes", "drive")


@dataclass(frozen=True)
class Verdict:
    """One verdict on one area.

    Parameters
    ----------
    verdict : `low`, `high`, `lower`, `higher`, `not different` or `cannot be judged`.
    reason : what it rests on.
    figures : those of `judge` that it rests on.
    """

    verdict: str
    reason: Reason
    figures: Mapping[str, float] = field(default_factory=dict)


def judge(
    clinics: pd.DataFrame,
    totals: pd.DataFrame,
    demand: Demand,
    reached: Mapping[str, CoverageDraws],
    driven: Mapping[str, CoverageDraws] | None = None,
) -> pd.DataFrame:
    """Return the verdicts on every region, division and state.

    Parameters
    ----------
    clinics : those that are counted (`geo.coverage.counting.pick_clinics`), with or without a
        point.
    totals : of `geo.coverage.totals.tabulate_totals`.
    demand : the areas.
    reached : of `geo.coverage.measures.measure`, for all treatments; empty where no clinic has a
        point.
    driven : the same in minutes by road (`geo.coverage.drive_measures.Driven.nearest`); None where
        drives were not measured, and there is no verdict by them.

    Returns
    -------
    A row an area and kind: `level`, `geoid`, `name`, `kind` (`supply`, `distance`, `drive`),
    `verdict`, `why`, then the figures, NaN where they are not part of it, and `why_code` and
    `why_figures`, of which `why` is the English (`geo.i18n.reasons.say_kept`):

    - `clinics` (with or without a point), `expected_clinics` (at the national rate);
    - `rate_ratio` (clinics per adult here to those in the rest, listed or not, by two lists) with
      `rate_ratio_low`, `rate_ratio_high` (95% of the resamples) and `p_adjusted` (Holm over the
      level);
    - `completeness`, `completeness_low`, `completeness_high`: clinics known to clinics estimated;
    - `share_within_30_miles` or `share_within_60_minutes`, `share_elsewhere`, `difference`: of
      adults, 0-1, median of the draws; `difference_low`, `difference_high`: 5th and 95th percentile.
    """
    rows, reasons = [], []
    for level in LEVELS:
        areas = demand.areas[level]
        by_kind = {
            "supply": judge_supply(clinics, totals, demand, level),
            "distance": judge_distance(demand, level, reached),
        }
        if driven is not None:
            by_kind["drive"] = judge_distance(demand, level, driven, BY_MINUTES)
        for row, (geoid, name) in enumerate(zip(areas["geoid"], areas["name"], strict=True)):
            for kind, judged in by_kind.items():
                texts = (level, geoid, name, kind, judged[row].verdict)
                rows.append(dict(zip(_TEXTS, texts, strict=True)) | {**judged[row].figures})
                reasons.append(judged[row].reason)
    kept = as_columns("why", reasons)
    table = pd.DataFrame(rows).assign(**kept)
    words, *derived = kept
    columns = [*_TEXTS, words, *_FIGURES, *derived]
    kinds = dict.fromkeys((*_TEXTS, *kept), "str") | dict.fromkeys(_FIGURES, "float64")
    return table.reindex(columns=columns).astype(kinds)


def name_difference(low: float, high: float) -> str:
    """Return the verdict on a share of adults that differs from the rest by `low` to `high`, 0-1.

    It is low or high where all of the band is 5 points or more, lower or higher where the band only
    leaves out nought, and not different where it holds it.

    Examples
    --------
    >>> name_difference(-0.089, -0.079), name_difference(-0.055, -0.047), name_difference(-0.01, 0.03)
    ('low', 'lower', 'not different')
    """
    if low <= 0 <= high:
        return NOT_DIFFERENT
    if high < 0:
        return LOW if high <= -LEAST_DIFFERENCE else LESS
    return HIGH if low >= LEAST_DIFFERENCE else MORE


def judge_supply(
    clinics: pd.DataFrame, totals: pd.DataFrame, demand: Demand, level: str
) -> list[Verdict]:
    """Return the verdict on the supply of each area of a level.

    It is low or high where two lists are full enough to say so, by all that
    `geo.coverage.supply_evidence` asks for; else it cannot be judged.

    Parameters
    ----------
    clinics, totals, demand : as in `judge`.
    level : `region`, `division` or `state`.
    """
    areas = demand.areas[level]
    inside = demand.is_in_nation(level)
    area, nation = (find_areas(clinics, demand, name) for name in (level, "nation"))
    counted = np.bincount(area[area >= 0], minlength=len(areas))
    rate = (nation >= 0).sum() / float(demand.areas["nation"]["adults"].iloc[0])
    told = totals[totals["level"].eq(level)].set_index("geoid").to_dict("index")
    verdicts = []
    for row, (geoid, adults) in enumerate(zip(areas["geoid"], areas["adults"], strict=True)):
        if np.isnan(adults) or not inside[row]:
            reason = "no_population" if np.isnan(adults) else "no_rest"
            verdicts.append(Verdict(NOT_JUDGED, Reason(reason)))
            continue
        counts = {"clinics": float(counted[row]), "expected_clinics": float(rate * adults)}
        verdicts.append(_say_supply(told[geoid], counts))
    return verdicts


def judge_distance(
    demand: Demand,
    level: str,
    reached: Mapping[str, CoverageDraws],
    nearness: Nearness = BY_MILES,
) -> list[Verdict]:
    """Return the verdict on the distances, or drives, of each area of a level.

    The share of adults with a listed clinic within 30 miles (or another nearness), here and in the rest of the country,
    is taken draw by draw, and `name_difference` judges between the 5th and the 95th percentile of the
    difference.

    Parameters
    ----------
    demand, reached : as in `judge`.
    level : `region`, `division` or `state`.
    nearness : in the unit of `reached`.
    """
    size = len(demand.areas[level])
    if not reached:
        return [Verdict(NOT_JUDGED, Reason("no_place"))] * size
    drawn_coverage, nation = reached[level], reached["nation"]
    inside = demand.is_in_nation(level)
    near = drawn_coverage.within_miles(nearness.within)
    adults = np.where(inside & (drawn_coverage.adults > 0), drawn_coverage.adults, np.nan)
    elsewhere = nation.adults - adults
    share = near / adults
    share_elsewhere = (nation.within_miles(nearness.within) - near) / elsewhere
    difference = find_spread(share - share_elsewhere)
    figures = {
        nearness.share: find_spread(share).median,
        "share_elsewhere": find_spread(share_elsewhere).median,
        "difference": difference.median,
        "difference_low": difference.low,
        "difference_high": difference.high,
    }
    return [
        Verdict(
            NOT_JUDGED, Reason("no_population" if drawn_coverage.adults[row] == 0 else "no_rest")
        )
        if np.isnan(difference.median[row])
        else _say_distance({name: float(values[row]) for name, values in figures.items()}, nearness)
        for row in range(size)
    ]


def _say_supply(total: Mapping[Any, Any], counts: Mapping[str, float]) -> Verdict:
    """Return the verdict on an area by what two lists tell of it and of the rest."""
    for where in ("", "_elsewhere"):
        if refusal := total[f"refused{where}"]:
            code = f"supply_refused{where}"
            return Verdict(NOT_JUDGED, Reason(code, {"refusal": refusal}), counts)
    known = float(total["clinics_known"])
    figures = {
        "rate_ratio": total["supply_ratio"],
        "rate_ratio_low": total["supply_ratio_low"],
        "rate_ratio_high": total["supply_ratio_high"],
        "p_adjusted": total["supply_p_adjusted"],
        "completeness": total["share_known"],
        "completeness_low": known / total["total_at_1_high"],
        "completeness_high": known / total["total_at_1_low"],
    }
    lacking = total["supply_lacking"]
    fewer = total["supply_ratio"] < 1
    reason = Reason(
        "supply_lacking" if lacking else "supply_fewer" if fewer else "supply_more",
        {
            "total": float(total["total_at_1"]),
            "low": float(total["total_at_1_low"]),
            "high": float(total["total_at_1_high"]),
            "ratio": float(total["supply_ratio"]),
            "first": float(total["first_ratio"]),
            "second": float(total["second_ratio"]),
            "gamma": float(total["gamma"]),
        }
        | ({"lacking": lacking} if lacking else {}),
    )
    verdict = NOT_JUDGED if lacking else LOW if fewer else HIGH
    return Verdict(verdict, reason, {**counts, **figures})


def _say_distance(figures: Mapping[str, float], nearness: Nearness) -> Verdict:
    """Return the verdict on an area by its difference to the rest."""
    low, high = figures["difference_low"], figures["difference_high"]
    middle = figures["difference"]
    verdict = name_difference(low, high)
    one_sided = verdict != NOT_DIFFERENT
    least, most = sorted((abs(low), abs(high))) if one_sided else (low, high)
    side = "fewer" if middle < 0 else "more"
    how = verdict if verdict in {LESS, MORE} else side if one_sided else f"perhaps_{side}"
    reason = Reason(
        f"{nearness.reason}_{how}",
        {
            "here": figures[nearness.share],
            "distance": nearness.within,
            "elsewhere": figures["share_elsewhere"],
            "points": abs(middle) * 100,
            "low": least * 100,
            "high": most * 100,
            "least": LEAST_DIFFERENCE * 100,
        },
    )
    return Verdict(verdict, reason, figures)
