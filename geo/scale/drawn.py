"""The same measures over draws of where clinics may stand: the files are read once for all of them.

Each draw is summed up by itself, exactly; the table then holds the median of the draws, with their
5th and 95th percentile. Over a million rows of demand there are fewer draws, which is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from geo.coverage.counting import count_by_area, count_by_county, find_rates
from geo.coverage.coverage_draws import find_spread
from geo.coverage.measures import WITHIN_MILES
from geo.coverage.position_draws import DRAWS
from geo.errors import SchemaError
from geo.scale.files import read_batches
from geo.scale.partial import EMPTY, merge, summarise
from geo.scale.reaching import Clinics, complete_counties
from geo.scale.tabulating import tabulate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd

    from geo.coverage.demand import Demand
    from geo.coverage.position_draws import PositionDraws
    from geo.scale.files import Layout, Unit
    from geo.scale.partial import Partial

MANY_ROWS: Final = 1_000_000
FEWER_DRAWS: Final = 20

_DRAWN: Final = (
    "mean_distance_miles",
    "median_distance_miles",
    *(f"share_within_{miles}_miles" for miles in WITHIN_MILES),
)


def count_draws(rows: int) -> int:
    """Return how many draws are measured over so many rows of demand."""
    return FEWER_DRAWS if rows > MANY_ROWS else DRAWS


def place_draws(positions: PositionDraws) -> list[Clinics]:
    """Return the clinics where they stand in each draw.

    Raises
    ------
    SchemaError : there is no clinic.
    """
    if not positions.latitude.size:
        raise SchemaError("No clinic has a point, so that no distance can be measured.")
    return [*map(Clinics, positions.latitude, positions.longitude)]


def measure_draws(
    units: Iterable[Unit],
    layout: Layout,
    drawn: Sequence[Clinics],
    progress: Callable[[Unit], None] | None = None,
) -> list[Partial]:
    """Return what all units add up to in each draw, in this process, one after the other.

    Parameters
    ----------
    units, layout : of `geo.scale.files.plan`.
    drawn : of `place_draws`.
    progress : called with each unit that is done.

    Raises
    ------
    SourceError, SchemaError : as `geo.scale.files.read_batches`.
    """
    totals = [EMPTY] * len(drawn)
    for unit in units:
        for batch in read_batches(unit, layout):
            county = complete_counties(batch)
            totals = [
                merge(
                    [
                        total,
                        summarise(
                            county,
                            batch.people,
                            clinics.measure_miles(batch.latitude, batch.longitude),
                        ),
                    ]
                )
                for total, clinics in zip(totals, drawn, strict=True)
            ]
        if progress:
            progress(unit)
    return totals


def tabulate_draws(
    partials: Sequence[Partial],
    layout: Layout,
    clinics: pd.DataFrame,
    level: str,
    *,
    positions: PositionDraws,
    demand: Demand,
) -> pd.DataFrame:
    """Return the areas of a level that have people in the files.

    Parameters
    ----------
    partials : of `measure_draws`.
    layout : of the files.
    clinics : those that are counted, each with a point, in the order of `positions`.
    level : one of `geo.coverage.demand.LEVELS`.
    positions : in the same draws.
    demand : the areas, by which clinics are counted as for coverage.

    Returns
    -------
    As `geo.scale.tabulating.tabulate`; distances and shares are the median of the draws, with `_low`
    and `_high`; clinics are counted by their own state, in counties as the mean of the draws, and
    counties with less than one have no rate.
    """
    tables = [tabulate(partial, layout, clinics, level) for partial in partials]
    counts = (
        count_by_county(clinics, positions, demand)
        if level == "county"
        else count_by_area(clinics, demand, level)
    )["clinics"]
    table = tables[0]
    row = demand.areas[level]["geoid"].tolist()
    count = counts[[row.index(geoid) for geoid in table["geoid"]]].astype(np.float64)
    rates = find_rates(count, table["people"])
    told = (level != "county") | (count >= 1)
    columns = {
        "clinics": count,
        "clinics_per_million_people": np.where(told, rates["clinics_per_million_adults"], np.nan),
        "rate_low": np.where(told, rates["rate_low"], np.nan),
        "rate_high": np.where(told, rates["rate_high"], np.nan),
    }
    for name in _DRAWN:
        spread = find_spread(np.array([each[name].to_numpy(np.float64) for each in tables]))
        columns |= {name: spread.median, f"{name}_low": spread.low, f"{name}_high": spread.high}
    return table.assign(**columns)
