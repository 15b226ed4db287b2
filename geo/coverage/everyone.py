"""Shares of all people beside shares of adults: a verdict may turn on who is counted.

Coverage counts adults of 18 and over, whom the treatments are for. Where families with children live
elsewhere than other adults, the share of all people within reach of a clinic is another one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.coverage.coverage_draws import add_up_coverage_draws
from geo.coverage.verdicts import BY_MILES, LEVELS, judge_distance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from geo.coverage.demand import Demand

ADULTS: Final = "adults"
PEOPLE: Final = "people"

_FIGURES: Final = (BY_MILES.share, "difference", "difference_low", "difference_high")


def count_everyone(demand: Demand) -> Demand:
    """Return the demand with all people in the place of adults, for measures that count these."""
    return replace(
        demand,
        adults=demand.population,
        share_adults=demand.share_population,
        areas={
            level: table.assign(adults=table["population"]) for level, table in demand.areas.items()
        },
    )


def compare_with_everyone(demand: Demand, distances: NDArray[np.int32], level: str) -> pd.DataFrame:
    """Return the share of adults and of all people with a clinic within 30 miles, and both verdicts.

    Parameters
    ----------
    demand : the ZIP points and areas.
    distances : (draws, n) to the nearest clinic, of `geo.coverage.coverage_draws.draw_distances`.
    level : `region`, `division` or `state`.

    Returns
    -------
    Two rows an area, by GEOID: `level`, `geoid`, `name`, `counted` (`adults` or `people`), `number`
    (of them), `share_within_30_miles`, `difference` (to the rest of the country; medians of the
    draws), `difference_low`, `difference_high` (their 5th and 95th percentile), `verdict`. Figures
    are NaN where an area cannot be judged.

    Raises
    ------
    ValueError : there is no such level.
    """
    if level not in LEVELS:
        raise ValueError(f"There is no verdict by {level!r}, but by {', '.join(LEVELS)}.")
    tables = []
    for counted, of in ((ADULTS, demand), (PEOPLE, count_everyone(demand))):
        weights = {of.areal_weights(each): (BY_MILES.within,) for each in (level, "nation")}
        drawn = add_up_coverage_draws(distances, weights)
        judged = judge_distance(of, level, dict(zip((level, "nation"), drawn, strict=True)))
        areas = of.areas[level]
        figures = pd.DataFrame([each.figures for each in judged]).reindex(columns=[*_FIGURES])
        table = areas[["geoid", "name"]].assign(
            counted=counted, number=areas["adults"], verdict=[each.verdict for each in judged]
        )
        table.insert(0, "level", level)
        tables.append(table.join(figures))
    both = pd.concat(tables, ignore_index=True)
    return both.sort_values(["geoid", "counted"], ignore_index=True)
