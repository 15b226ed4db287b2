"""Which areas are underserved: two verdicts, kept apart, each with its reason in a sentence.

*Supply* asks whether an area has fewer clinics for its adults than the rest of the country. A list
that misses more in one area than in another would answer that wrongly, so it is judged only where
it is measured how complete the list is. *Distance* asks whether fewer adults have a listed clinic
within 30 miles.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.coverage.counting import find_areas
from geo.coverage.coverage_draws import find_spread
from geo.coverage.overlaps import LEAST_SHARED, MOST_SPREAD, estimate_clinics, find_membership
from geo.coverage.rate_comparison import compare, count_areas
from geo.i18n.reasons import Reason, as_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.coverage.coverage_draws import CoverageDraws
    from geo.coverage.demand import Demand
    from geo.coverage.overlaps import Estimate
    from geo.coverage.rate_comparison import AreaCounts, Comparison

LEVELS: Final = ("region", "division", "state")
LOWER, HIGHER, NOT_DIFFERENT, NOT_JUDGED = "low", "high", "not different", "cannot be judged"
LEAST_EXPECTED: Final = 10
NEAR_MILES: Final = 30
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
    "share_elsewhere",
    "difference",
    "difference_low",
    "difference_high",
)


@dataclass(frozen=True)
class Verdict:
    """One verdict on one area.

    Parameters
    ----------
    verdict : `low`, `high`, `not different` or `cannot be judged`.
    reason : what it rests on.
    figures : those of `judge` that it rests on.
    """

    verdict: str
    reason: Reason
    figures: Mapping[str, float] = field(default_factory=dict)


def judge(
    clinics: pd.DataFrame,
    listings: pd.DataFrame,
    demand: Demand,
    reached: Mapping[str, CoverageDraws],
) -> pd.DataFrame:
    """Return both verdicts on every region, division and state.

    Parameters
    ----------
    clinics : those that are counted (`geo.coverage.counting.pick_clinics`), with or without a
        point.
    listings : of these clinics and others.
    demand : the areas.
    reached : of `geo.coverage.measures.measure`, for all treatments; empty where no clinic has a
        point.

    Returns
    -------
    A row an area and kind: `level`, `geoid`, `name`, `kind` (`supply` or `distance`), `verdict`,
    `why`, then the figures, NaN where they are not part of it, and `why_code` and `why_figures`, of
    which `why` is the English (`geo.i18n.reasons.say_kept`):

    - `clinics` (with or without a point), `expected_clinics` (at the national rate);
    - `rate_ratio` to the rest of the country, freed from how complete the list is in both;
      `rate_ratio_low`, `rate_ratio_high`: 95% of the resamples, and `p_adjusted` of the exact test,
      each at the less favourable end of completeness;
    - `completeness`, `completeness_low`, `completeness_high`: clinics found to clinics estimated;
    - `share_within_30_miles`, `share_elsewhere`, `difference`: of adults, 0-1, median of the draws;
      `difference_low`, `difference_high`: 5th and 95th percentile.
    """
    rows, reasons = [], []
    for level in LEVELS:
        areas = demand.areas[level]
        by_kind = {
            "supply": judge_supply(clinics, listings, demand, level),
            "distance": judge_distance(demand, level, reached),
        }
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


def judge_supply(
    clinics: pd.DataFrame, listings: pd.DataFrame, demand: Demand, level: str
) -> list[Verdict]:
    """Return the verdict on the supply of each area of a level.

    An area is judged if `LEAST_EXPECTED` clinics are expected there and completeness is measured
    (`geo.coverage.overlaps`) both there and in the rest of the country. It is low or high if both
    tests of `geo.coverage.rate_comparison` say so at both ends of completeness: the list as
    incomplete here and as complete in the rest as the estimates' intervals allow, and the other way
    round.

    Parameters
    ----------
    clinics, listings, demand : as in `judge`.
    level : `region`, `division` or `state`.
    """
    counts = count_areas(clinics, demand, level)
    here, elsewhere = _estimate_both(clinics, listings, demand, level)
    enough = counts.expected >= LEAST_EXPECTED
    measured = np.array(
        [_is_sure(a) and _is_sure(b) for a, b in zip(here, elsewhere, strict=True)], dtype=np.bool_
    )

    def compare_at(end: str, end_elsewhere: str) -> Comparison:
        ratio = np.full(len(measured), np.nan)
        for row in np.flatnonzero(measured):
            ratio[row] = _completeness(here[row], end) / _completeness(
                elsewhere[row], end_elsewhere
            )
        return compare(counts, enough & measured, ratio)

    middle, *ends = (
        compare_at("clinics", "clinics"),
        compare_at("high", "low"),
        compare_at("low", "high"),
    )
    return [
        _say_supply(row, counts, here[row], middle, ends)
        if enough[row] and measured[row]
        else _refuse_supply(row, counts, here[row], elsewhere[row])
        for row in range(len(enough))
    ]


def judge_distance(
    demand: Demand, level: str, reached: Mapping[str, CoverageDraws]
) -> list[Verdict]:
    """Return the verdict on the distances of each area of a level.

    The share of adults with a listed clinic within 30 miles, here and in the rest of the country,
    is taken draw by draw: low if the 95th percentile of the difference is -5 points or less, high if
    the 5th is 5 points or more.

    Parameters
    ----------
    demand, reached : as in `judge`.
    level : `region`, `division` or `state`.
    """
    size = len(demand.areas[level])
    if not reached:
        return [Verdict(NOT_JUDGED, Reason("no_place"))] * size
    drawn_coverage, nation = reached[level], reached["nation"]
    inside = demand.is_in_nation(level)
    near = drawn_coverage.within_miles(NEAR_MILES)
    adults = np.where(inside & (drawn_coverage.adults > 0), drawn_coverage.adults, np.nan)
    elsewhere = nation.adults - adults
    share = near / adults
    share_elsewhere = (nation.within_miles(NEAR_MILES) - near) / elsewhere
    difference = find_spread(share - share_elsewhere)
    figures = {
        "share_within_30_miles": find_spread(share).median,
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
        else _say_distance({name: float(values[row]) for name, values in figures.items()})
        for row in range(size)
    ]


def _estimate_both(
    clinics: pd.DataFrame, listings: pd.DataFrame, demand: Demand, level: str
) -> tuple[list[Estimate | None], list[Estimate | None]]:
    """Return how many clinics there are in each area of a level, and in the rest of the country."""
    membership = find_membership(clinics, listings)
    area, nation = (find_areas(clinics, demand, name) for name in (level, "nation"))
    rows = range(len(demand.areas[level]))
    return (
        [estimate_clinics(membership, area == row) for row in rows],
        [estimate_clinics(membership, (nation >= 0) & (area != row)) for row in rows],
    )


def _is_sure(estimate: Estimate | None) -> bool:
    return estimate is not None and estimate.is_sure


def _completeness(estimate: Estimate | None, end: str = "clinics") -> float:
    """Return the share of the estimated clinics, or of an end of their interval, that is found."""
    return float("nan") if estimate is None else estimate.found / float(getattr(estimate, end))


def _say_supply(
    row: int,
    counts: AreaCounts,
    estimate: Estimate | None,
    middle: Comparison,
    ends: list[Comparison],
) -> Verdict:
    """Return the verdict on an area that can be judged."""
    directions = {int(end.direction[row]) for end in ends}
    verdict = {-1: LOWER, 1: HIGHER}.get(directions.pop() if len(directions) == 1 else 0)
    ratio = float(middle.ratio[row])
    low, high = min(float(end.low[row]) for end in ends), max(float(end.high[row]) for end in ends)
    chance = max(float(end.p_adjusted[row]) for end in ends)
    reason = Reason(
        f"rate_{'' if verdict else 'not_'}{'below' if ratio < 1 else 'above'}",
        {
            "clinics": int(counts.clinics[row]),
            "expected": float(counts.expected[row]),
            "ratio": ratio,
            "low": low,
            "high": high,
            "chance": chance,
        },
    )
    figures = {
        "rate_ratio": ratio,
        "rate_ratio_low": low,
        "rate_ratio_high": high,
        "p_adjusted": chance,
    }
    return Verdict(
        verdict or NOT_DIFFERENT, reason, _supply_figures(row, counts, estimate) | figures
    )


def _refuse_supply(
    row: int, counts: AreaCounts, here: Estimate | None, elsewhere: Estimate | None
) -> Verdict:
    """Return why an area cannot be judged."""
    expected = counts.expected[row]
    if np.isnan(expected):
        return Verdict(
            NOT_JUDGED, Reason("no_population" if np.isnan(counts.adults[row]) else "no_rest")
        )
    where, wanting = ("here", here) if not _is_sure(here) else ("elsewhere", elsewhere)
    if expected < LEAST_EXPECTED:
        reason = Reason("too_few_expected", {"expected": float(expected), "least": LEAST_EXPECTED})
    elif wanting is None:
        reason = Reason(f"not_measured_{where}", {"least": LEAST_SHARED})
    else:
        figures = {"low": wanting.low, "high": wanting.high, "middle": wanting.clinics}
        reason = Reason(
            f"not_sure_{where}",
            {name: float(value) for name, value in figures.items()} | {"spread": MOST_SPREAD},
        )
    return Verdict(NOT_JUDGED, reason, _supply_figures(row, counts, here))


def _supply_figures(row: int, counts: AreaCounts, estimate: Estimate | None) -> dict[str, float]:
    return {
        "clinics": float(counts.clinics[row]),
        "expected_clinics": float(counts.expected[row]),
        "completeness": _completeness(estimate),
        "completeness_low": _completeness(estimate, "high"),
        "completeness_high": _completeness(estimate, "low"),
    }


def _say_distance(figures: Mapping[str, float]) -> Verdict:
    """Return the verdict on an area by its difference to the rest."""
    low, high = figures["difference_low"], figures["difference_high"]
    middle = figures["difference"]
    verdict = NOT_DIFFERENT
    if high <= -LEAST_DIFFERENCE:
        verdict = LOWER
    elif low >= LEAST_DIFFERENCE:
        verdict = HIGHER
    one_sided = low * high > 0
    least, most = sorted((abs(low), abs(high))) if one_sided else (low, high)
    degree = "" if verdict != NOT_DIFFERENT else "hardly_" if one_sided else "perhaps_"
    reason = Reason(
        f"share_{degree}{'fewer' if middle < 0 else 'more'}",
        {
            "here": figures["share_within_30_miles"],
            "distance": NEAR_MILES,
            "elsewhere": figures["share_elsewhere"],
            "points": abs(middle) * 100,
            "low": least * 100,
            "high": most * 100,
            "least": LEAST_DIFFERENCE * 100,
        },
    )
    return Verdict(verdict, reason, figures)
