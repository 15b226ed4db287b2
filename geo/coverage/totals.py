"""How many clinics there are in the nation and each region, at least, and of how many we know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.coverage.listed_twice import find_refusal
from geo.coverage.two_lists import ODDS, estimate_sum

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.coverage.demand import Demand
    from geo.coverage.listed_twice import Captures

_TYPES: Final = {
    "level": "str",
    "geoid": "str",
    "name": "str",
    "odds": "float64",
    "first_clinics": "int64",
    "second_clinics": "int64",
    "clinics_in_both": "int64",
    "links_open": "int64",
    "clinics_known": "int64",
    "clinics_estimated": "float64",
    "estimate_low": "float64",
    "estimate_high": "float64",
    "share_known": "float64",
    "first_ratio": "float64",
    "second_ratio": "float64",
    "refused": "str",
}


def tabulate_totals(captures: Captures, demand: Demand) -> pd.DataFrame:
    """Return how many clinics two lists tell of, for the nation and each region.

    Parameters
    ----------
    captures : of `geo.coverage.listed_twice.find_captures`.
    demand : the areas.

    Returns
    -------
    A row an area and odds ratio of being listed twice (`geo.coverage.two_lists.ODDS`): `level`, `geoid`,
    `name`, `odds`, `first_clinics`, `second_clinics`, `clinics_in_both` (surely), `links_open`
    (pairs of both lists that wait for an operator), `clinics_known` (in scope, by any source),
    `clinics_estimated`, `estimate_low`, `estimate_high` (95%), `share_known` (0-1), `first_ratio` and
    `second_ratio` (clinics per adult here to those in the rest, by each list alone), `refused` (a
    word of `geo.coverage.listed_twice.Refusal` where the lists cannot tell; the estimate is NaN then).
    """
    regions = np.flatnonzero(demand.is_in_nation("region"))
    size = len(demand.areas["region"])
    rows = [_describe(captures, demand, "nation", 0, np.isin(np.arange(size), regions))]
    rows += [
        _describe(captures, demand, "region", row, np.arange(size) == row)
        for row in regions.tolist()
    ]
    table = pd.DataFrame([row for area in rows for row in area], columns=[*_TYPES])
    return table.astype(_TYPES)


def _describe(
    captures: Captures, demand: Demand, level: str, row: int, inside: NDArray[np.bool_]
) -> list[dict[str, object]]:
    here = inside[captures.region]
    first, second = (int(held[here].sum()) for held in captures.holds)
    known = int(here.sum())
    area = demand.areas[level].iloc[row]
    facts = {
        "level": level,
        "geoid": area["geoid"],
        "name": area["name"],
        "first_clinics": first,
        "second_clinics": second,
        "clinics_in_both": int(captures.holds[:, here].all(axis=0).sum()),
        "links_open": int(captures.possible[inside].sum()),
        "clinics_known": known,
        **_find_single_ratios(captures, demand, inside),
    }
    whole = captures.whole.of_strata(inside[captures.region_of])
    refusal = find_refusal(captures, inside, None)
    if refusal is None:
        refusal = find_refusal(captures, inside, estimate_sum(whole))
    if refusal:
        nothing = float("nan")
        figures = dict.fromkeys(
            ("clinics_estimated", "estimate_low", "estimate_high", "share_known"), nothing
        )
        return [facts | figures | {"odds": odds, "refused": refusal.name.lower()} for odds in ODDS]
    totals = [estimate_sum(whole, odds) for odds in ODDS]
    return [
        facts
        | {
            "odds": total.odds,
            "clinics_estimated": total.clinics,
            "estimate_low": total.low,
            "estimate_high": total.high,
            "share_known": known / total.clinics,
            "refused": "",
        }
        for total in totals
    ]


def _find_single_ratios(
    captures: Captures, demand: Demand, inside: NDArray[np.bool_]
) -> dict[str, float]:
    """Return clinics per adult here to those in the rest, by each list alone; NaN of the nation."""
    adults = demand.areas["region"]["adults"].to_numpy(np.float64)
    rest = demand.is_in_nation("region") & ~inside
    here, elsewhere = inside[captures.region], rest[captures.region]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = [
            (held[here].sum() / adults[inside].sum()) / (held[elsewhere].sum() / adults[rest].sum())
            for held in captures.holds
        ]
    return dict(zip(("first_ratio", "second_ratio"), map(float, ratios), strict=True))
