"""How long the people of files drive to the nearest clinic: minutes of ZIPs, by whom lives there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.coverage.coverage_draws import add_up_coverage_draws
from geo.coverage.demand import ArealWeights
from geo.coverage.drive_draws import LIMIT_MINUTES
from geo.coverage.drive_measures import WITHIN_MINUTES, describe_drives
from geo.scale.tabulating import find_areas
from geo.scale.zip_people import NO_ZIP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.scale.zip_people import ZipPeople


def join_drives(
    table: pd.DataFrame, people: ZipPeople, minutes: NDArray[np.int32], level: str
) -> pd.DataFrame:
    """Return a table of areas with how long their people drive.

    Who lives nearest to a ZIP point drives as long as from there.

    Parameters
    ----------
    table : of `geo.scale.tabulating.tabulate`, of the level.
    people : of all units.
    minutes : (draws, n) from each ZIP point to the nearest clinic, as of
        `geo.coverage.drive_draws.find_minutes`.
    level : one of `geo.coverage.demand.LEVELS`.

    Returns
    -------
    The table with `share_within_30_minutes` (0-1, of the people with a point) and so on for 60 and
    90, and `median_minutes_to_nearest`, without traffic, each with `_low` and `_high`. A median, or
    an end of its band, is NaN where half of the people reach no clinic within 300 minutes.
    """
    area = pd.Index(table["geoid"]).get_indexer(find_areas(people.county, level))
    kept = np.flatnonzero((area >= 0) & (people.zip != NO_ZIP) & (people.people > 0))
    weights = ArealWeights(len(table), area[kept], people.zip[kept], people.people[kept])
    steps = {weights: (*WITHIN_MINUTES, LIMIT_MINUTES)}
    (drawn,) = add_up_coverage_draws(minutes, steps)
    columns = describe_drives(drawn, drawn, weights.total().astype(np.float64))
    told = ("share_within_", "median_minutes_to_nearest")
    return table.assign(
        **{name: values for name, values in columns.items() if name.startswith(told)}
    )
