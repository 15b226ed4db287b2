"""A first plan by road: a few of the sites, which straight lines favour, judged by their drives alone.

Straight lines weigh all sites of a country in a tenth of a second, and favour nearly those that drives
do. So they choose which sites are looked at first; what these reach, and who among them has a clinic
within the drive already, is then worked out as for all sites, around these alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.siting.coverage_gains import build_coverage_gains
from geo.siting.exchange import grow
from geo.siting.question import pose
from geo.siting.site_drives import check_minutes, look_around
from geo.siting.siting_context import SitingContext
from geo.siting.solving import answer_first

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.coverage.demand import Demand
    from geo.siting.question import Question
    from geo.siting.site_drives import ZipRoads
    from geo.siting.solving import Answer
    from geo.siting.study_area import Area
    from geo.siting.supply import Supply

FEW: Final = 1_000
"""Up to so many sites are all looked at: their drives take well under a second."""

_MILES_A_MINUTE: Final = 0.75  # of a straight line; with 0.65 or 0.85 first plans are no better
_FEWEST_MILES: Final = 5.0
_MORE: Final = 5  # places to look around, beside one for each site that is asked for
_LOOKS: Final = 300  # at sites in all, about, of which each place has its share
_FEWEST_AROUND: Final = 8
_MOST_AROUND: Final = 20


@dataclass(frozen=True, slots=True, eq=False)
class FirstPlan:
    """A plan over the sites that were looked at first.

    Parameters
    ----------
    answer : its sites are rows of all candidates; their value is that over all places, and the gap 1
        where sites were left for later.
    question : about those that were looked at alone.
    looked_at : how many of the candidates.
    """

    answer: Answer
    question: Question
    looked_at: int


def plan_first(
    demand: Demand,
    area: Area,
    supply: Supply,
    zips: ZipRoads,
    candidates: pd.DataFrame,
    *,
    minutes: float,
    add: int,
    locked: pd.DataFrame,
) -> FirstPlan:
    """Return a plan by road for most adults newly within so many minutes; a second for the nation.

    Parameters
    ----------
    demand, area, supply : as of `SitingContext`.
    zips : of `geo.siting.site_drives.join_zips`.
    candidates : as of `geo.siting.candidate_sites`, at least one.
    minutes : how near is near, above 0 and up to 300.
    add : how many sites, >= 1.
    locked : sites that are given already; may be empty.

    Raises
    ------
    QuestionError : no candidate is given.
    SchemaError : there is no such number of minutes.
    """
    check_minutes(minutes)
    miles = minutes * _MILES_A_MINUTE
    rows = pick_favoured(SitingContext(demand, area, supply, miles), candidates, add, locked)
    while not len(rows) and miles > _FEWEST_MILES:  # so near, all have a clinic but for their roads
        miles /= 2
        rows = pick_favoured(SitingContext(demand, area, supply, miles), candidates, add, locked)
    if not len(rows):
        rows = np.arange(min(_FEWEST_AROUND, len(candidates)))
    some = candidates.iloc[rows]
    near = look_around(zips, supply, demand, pd.concat([some, locked]), minutes)
    context = SitingContext(demand, area, supply, near)
    question = pose(context, some, add=add, locked=locked)
    answer = answer_first(question)
    sites = tuple(rows[[*answer.sites]].tolist())
    gap = answer.gap if len(rows) == len(candidates) else 1.0
    return FirstPlan(replace(answer, sites=sites, gap=gap), question, len(rows))


def pick_favoured(
    context: SitingContext, candidates: pd.DataFrame, add: int, locked: pd.DataFrame
) -> NDArray[np.intp]:
    """Return rows of the candidates, ascending: a plan of more sites, and what could stand for each.

    Parameters
    ----------
    context : of straight lines.
    candidates, add, locked : as of `plan_first`.

    Raises
    ------
    QuestionError : no candidate is given.
    """
    if len(candidates) <= FEW:
        return np.arange(len(candidates))
    gains = build_coverage_gains(pose(context, candidates, add=add, locked=locked))
    grown = grow(gains, add + _MORE)
    around_each = min(max(_LOOKS // len(grown), _FEWEST_AROUND), _MOST_AROUND) if grown else 0
    picked: set[int] = set()
    for site in grown:
        worth = gains.gains(gains.saved([other for other in grown if other != site]))
        picked.update(np.argsort(-worth, kind="stable")[:around_each].tolist())
    rows: NDArray[np.intp] = gains.site[sorted(picked)]
    return rows
