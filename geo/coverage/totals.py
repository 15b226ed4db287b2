"""How many clinics an area has, at least, of how many we know, and what that says of its supply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.coverage import supply_evidence
from geo.coverage.counting import SURE, find_areas
from geo.coverage.listed_twice import Refusal, find_refusal
from geo.coverage.overlaps import LEVELS
from geo.coverage.two_lists import LEAST_SHARED, ODDS, Total, draw_whole, estimate_sum

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo.coverage.demand import Demand
    from geo.coverage.listed_twice import Captures

_TEXTS: Final = ("level", "geoid", "name")
_COUNTS: Final = (
    "first_clinics",
    "second_clinics",
    "clinics_in_both",
    "links_open",
    "clinics_known",
)
_FIGURES: Final = (
    *(f"total_at_{odds:.0f}{end}" for odds in ODDS for end in ("", "_low", "_high")),
    "share_known",
    "total_elsewhere",
    "total_elsewhere_low",
    "total_elsewhere_high",
    "first_ratio",
    "second_ratio",
    "supply_ratio",
    "supply_ratio_low",
    "supply_ratio_high",
    "supply_p_adjusted",
    "gamma",
    "share_searched",
)
_CODES: Final = ("refused", "refused_elsewhere", "supply_lacking")


def tabulate_totals(
    captures: Captures, demand: Demand, searched: Mapping[str, NDArray[np.float64]]
) -> pd.DataFrame:
    """Return how many clinics two lists tell of, for the nation, its regions, divisions and states.

    Parameters
    ----------
    captures : of `geo.coverage.listed_twice.find_captures`.
    demand : the areas.
    searched : level -> the share of each area's adults near a place that was searched
        (`geo.coverage.places_searched.find_share_searched`).

    Returns
    -------
    A row an area: `level`, `geoid`, `name`; `first_clinics`, `second_clinics`, `clinics_in_both`
    (surely), `links_open` (pairs of both lists that wait for an operator), `clinics_known` (in
    scope, by any source); `total_at_1` and its interval of 95% `total_at_1_low`, `total_at_1_high`
    (infinite where the lists share none), the same at odds of 2 and 4 of being listed twice;
    `share_known` (0-1, at odds of 1); `total_elsewhere` with `_low` and `_high`, of the rest of the
    country; `first_ratio`, `second_ratio` (clinics per adult here to those in the rest, by each
    list alone), `supply_ratio` with `_low` and `_high` (by both), `supply_p_adjusted` (Holm over
    the level), `gamma`, `share_searched` (0-1); `refused`, `refused_elsewhere` (a word of
    `geo.coverage.listed_twice.Refusal` where the lists cannot tell; the figures are NaN then) and
    `supply_lacking` (words of `geo.coverage.supply_evidence.Lacking`, joined by `;`: what a verdict
    on supply lacks).
    """
    rows = []
    for level in LEVELS:
        in_nation = demand.is_in_nation(level)
        area = find_areas(captures.clinics, demand, level)
        of_level = [
            _describe(captures, demand, level, row, area == row)
            for row in np.flatnonzero(in_nation).tolist()
        ]
        for facts, row in zip(of_level, np.flatnonzero(in_nation).tolist(), strict=True):
            facts["share_searched"] = float(searched[level][row])
        _judge_level(of_level)
        rows += of_level
    types = (
        dict.fromkeys(_TEXTS, "str")
        | dict.fromkeys(_COUNTS, "int64")
        | dict.fromkeys(_FIGURES, "float64")
        | dict.fromkeys(_CODES, "str")
    )
    return pd.DataFrame(rows, columns=[*types]).astype(types)


def _describe(
    captures: Captures, demand: Demand, level: str, row: int, here: NDArray[np.bool_]
) -> dict[str, object]:
    """Return what is known of one area, without what the others of its level have to do with."""
    area = demand.areas[level].iloc[row]
    adults = float(area["adults"])
    elsewhere = float(demand.areas["nation"]["adults"].iloc[0]) - adults
    first, second = (int(held[here].sum()) for held in captures.holds)
    shared = int(captures.holds[:, here].all(axis=0).sum())
    facts: dict[str, object] = dict.fromkeys(_FIGURES, float("nan")) | {
        "level": level,
        "geoid": area["geoid"],
        "name": area["name"],
        "first_clinics": first,
        "second_clinics": second,
        "clinics_in_both": shared,
        "links_open": int(here[captures.possible].sum()),
        "clinics_known": int(here.sum()),
        "refused": "",
        "refused_elsewhere": "",
        "supply_lacking": "",
    }
    whole, is_here = captures.stratify(here)
    if level != "nation":
        with np.errstate(divide="ignore", invalid="ignore"):
            facts |= {
                name: float(
                    (np.float64(held[here].sum()) / adults) / (held[~here].sum() / elsewhere)
                )
                for name, held in zip(("first_ratio", "second_ratio"), captures.holds, strict=True)
            }
    refusal = find_refusal(captures, here, None)
    if refusal is None and level == "state" and shared < LEAST_SHARED:
        refusal = Refusal.FEW
    if refusal is None:
        totals = [estimate_sum(whole.of_strata(is_here), odds) for odds in ODDS]
        refusal = find_refusal(captures, here, totals[0])
    if refusal:
        return facts | {"refused": refusal.name.lower()}
    for odds, total in zip(ODDS, totals, strict=True):
        facts |= _write_total(f"total_at_{odds:.0f}", total)
    facts["share_known"] = int(here.sum()) / totals[0].clinics
    if level == "nation":
        return facts
    refusal = find_refusal(captures, ~here, None)
    if refusal is None:
        rest = estimate_sum(whole.of_strata(~is_here))
        refusal = find_refusal(captures, ~here, rest)
    if refusal:
        return facts | {"refused_elsewhere": refusal.name.lower()}
    draws = draw_whole(whole, np.stack([is_here, ~is_here]))
    ratios = supply_evidence.find_ratios(draws, (adults, elsewhere))
    low, high = np.quantile(ratios, [(1 - SURE) / 2, (1 + SURE) / 2])
    return (
        facts
        | _write_total("total_elsewhere", rest)
        | {
            "supply_ratio": (totals[0].clinics / adults) / (rest.clinics / elsewhere),
            "supply_ratio_low": float(low),
            "supply_ratio_high": float(high),
            "supply_p_adjusted": supply_evidence.find_chance(ratios),
            "gamma": supply_evidence.find_gamma(draws, (adults, elsewhere)),
        }
    )


def _judge_level(of_level: list[dict[str, object]]) -> None:
    """Adjust the chances of the areas of a level, and fill in what a verdict on each lacks."""
    compared = [facts for facts in of_level if not np.isnan(_number(facts, "supply_ratio"))]
    chances = supply_evidence.adjust_chances(
        [_number(facts, "supply_p_adjusted") for facts in compared]
    )
    for facts, chance in zip(compared, chances, strict=True):
        facts["supply_p_adjusted"] = chance
        evidence = supply_evidence.Evidence(
            here=_read_total(facts, "total_at_1"),
            elsewhere=_read_total(facts, "total_elsewhere"),
            searched=_number(facts, "share_searched"),
            single_ratios=(_number(facts, "first_ratio"), _number(facts, "second_ratio")),
            chance=chance,
            gamma=_number(facts, "gamma"),
        )
        lacking = supply_evidence.list_lacking(evidence)
        facts["supply_lacking"] = ";".join(one.name.lower() for one in lacking)


def _write_total(name: str, total: Total) -> dict[str, object]:
    return {name: total.clinics, f"{name}_low": total.low, f"{name}_high": total.high}


def _read_total(facts: Mapping[str, object], name: str) -> Total:
    return Total(*(_number(facts, f"{name}{end}") for end in ("", "_low", "_high")))


def _number(facts: Mapping[str, object], name: str) -> float:
    return float(str(facts[name]))
