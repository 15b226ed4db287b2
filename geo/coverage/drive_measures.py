"""How many minutes adults of census areas drive to the nearest clinics, and how sure that is.

The same as `geo.coverage.measures` by road: minutes without traffic (`geo.roads`) to the clinics of
each draw. Who reaches no clinic within 300 minutes, or by no road, is within no number of minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.coverage.counting import ANY, offers
from geo.coverage.coverage_draws import PER_MILE, add_up_coverage_draws, find_spread
from geo.coverage.demand import LEVELS
from geo.coverage.drive_draws import LIMIT_MINUTES, UNREACHED, find_minutes
from geo.coverage.measures import CURVE_LEVELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from geo.coverage.coverage_draws import CoverageDraws, Spread
    from geo.coverage.demand import Demand
    from geo.coverage.drive_draws import DriveTable

WITHIN_MINUTES: Final = (30, 60, 90)
CURVE_MINUTES: Final = tuple(range(0, 181, 5))
RANKS: Final = {"nearest": 1, "third": 3}

_ENDS: Final = ("", "_low", "_high")


@dataclass(frozen=True, slots=True, eq=False)
class Driven:
    """How long adults of each level's areas drive, in each draw; minutes in the place of miles.

    Parameters
    ----------
    nearest, third : level -> its draws, to the nearest and to the third nearest clinic; empty where
        no clinic counts. Of the third only medians are kept.
    """

    nearest: Mapping[str, CoverageDraws]
    third: Mapping[str, CoverageDraws]


def measure_drives(
    table: DriveTable, clinics: pd.DataFrame, demand: Demand, treatment: str = ANY
) -> Driven:
    """Return how long the adults of every area of each level drive to a clinic, in each draw.

    Parameters
    ----------
    table : of `geo.coverage.drive_draws.tabulate_drives`.
    clinics : those that it was made of.
    demand : the ZIP points and areas.
    treatment : `ANY`, or a code of `geo.clinics.vocabulary.TREATMENTS`.
    """
    offering = offers(clinics, treatment)
    if not offering.any():
        return Driven({}, {})
    minutes = find_minutes(table, offering, tuple(RANKS.values()))
    finer = tuple(sorted({*CURVE_MINUTES, *WITHIN_MINUTES, LIMIT_MINUTES}))
    weights = {level: demand.areal_weights(level) for level in LEVELS}
    steps = {
        part: finer if level in CURVE_LEVELS else (*WITHIN_MINUTES, LIMIT_MINUTES)
        for level, part in weights.items()
    }
    nearest = add_up_coverage_draws(minutes[0], steps)
    third = add_up_coverage_draws(minutes[1], dict.fromkeys(steps, (LIMIT_MINUTES,)))
    return Driven(dict(zip(LEVELS, nearest, strict=True)), dict(zip(LEVELS, third, strict=True)))


def tabulate_drive_measures(demand: Demand, driven: Driven) -> pd.DataFrame:
    """Return the measures of every area, in the order of `geo.coverage.measures.tabulate`.

    Returns
    -------
    A row an area: `share_within_30_minutes` (0-1) and so on for 60 and 90,
    `median_minutes_to_nearest`, `median_minutes_to_third` (clinic, without traffic), each with
    `_low` and `_high`; `adults_within_30_minutes` and so on; `adults_not_reached` (no clinic within
    300 minutes by road). NaN where there are no adults or no clinic; a median, and an end of its
    band, also where half of the adults reach none.
    """
    tables = [
        pd.DataFrame(
            describe_drives(
                driven.nearest.get(level),
                driven.third.get(level),
                demand.areas[level]["adults"].to_numpy(np.float64),
            )
        )
        for level in LEVELS
    ]
    return pd.concat(tables, ignore_index=True)


def describe_drives(
    nearest: CoverageDraws | None, third: CoverageDraws | None, adults: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    """Return the columns of `tabulate_drive_measures` for some areas.

    Parameters
    ----------
    nearest, third : of the areas; None where there is no clinic.
    adults : (areas,) NaN or 0 where there are none.
    """
    people = np.where(adults > 0, adults, np.nan)
    within = {
        minutes: _count_within(nearest, minutes, people)
        for minutes in (*WITHIN_MINUTES, LIMIT_MINUTES)
    }
    columns = describe_shares(nearest, adults)
    for name, drawn in zip(RANKS, (nearest, third), strict=True):
        median = np.full((1, len(people)), np.nan)
        if drawn is not None:
            median = drawn.median.astype(np.float64)
        for end, values in zip(_ENDS, _put_middle_first(find_spread(median)), strict=True):
            known = (values < UNREACHED) & (people > 0)
            columns[f"median_minutes_to_{name}{end}"] = np.where(known, values / PER_MILE, np.nan)
    for minutes in WITHIN_MINUTES:
        columns[f"adults_within_{minutes}_minutes"] = find_spread(within[minutes]).median
    columns["adults_not_reached"] = people - find_spread(within[LIMIT_MINUTES]).median
    return columns


def describe_shares(
    nearest: CoverageDraws | None, adults: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    """Return `share_within_30_minutes` (0-1) and so on of some areas, with `_low` and `_high`.

    Parameters
    ----------
    nearest : of the areas, within `WITHIN_MINUTES`; None where there is no clinic.
    adults : (areas,) NaN or 0 where there are none.
    """
    people = np.where(adults > 0, adults, np.nan)
    return {
        f"share_within_{minutes}_minutes{end}": values
        for minutes in WITHIN_MINUTES
        for end, values in zip(
            _ENDS,
            _put_middle_first(find_spread(_count_within(nearest, minutes, people) / people)),
            strict=True,
        )
    }


def join_drive_shares(
    table: pd.DataFrame, demand: Demand, minutes: NDArray[np.int32], levels: Sequence[str]
) -> pd.DataFrame:
    """Return rows of `geo.coverage.measures.tabulate` with the shares of `describe_shares`.

    Parameters
    ----------
    table : of these levels.
    demand : the ZIP points and areas.
    minutes : (draws, n) to the nearest clinic, as of `geo.coverage.drive_draws.find_minutes`.
    levels : some of `geo.coverage.demand.LEVELS`.
    """
    weights = {demand.areal_weights(level): WITHIN_MINUTES for level in levels}
    shares = [
        pd.DataFrame(describe_shares(drawn, demand.areas[level]["adults"].to_numpy(np.float64)))
        for level, drawn in zip(levels, add_up_coverage_draws(minutes, weights), strict=True)
    ]
    joined = pd.concat(shares, ignore_index=True)
    return table.assign(**{str(name): joined[name].to_numpy() for name in joined})


def _count_within(
    drawn: CoverageDraws | None, minutes: int, people: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the (draws, areas) adults within so many minutes; NaN where there are none."""
    if drawn is None:
        return np.full((1, len(people)), np.nan)
    return drawn.within_miles(minutes) * (people / people)


def _put_middle_first(spread: Spread) -> tuple[NDArray[np.float64], ...]:
    return spread.median, spread.low, spread.high


def tabulate_drive_curve(demand: Demand, driven: Driven, treatment: str = ANY) -> pd.DataFrame:
    """Return the share of adults who have a clinic within each number of minutes.

    Returns
    -------
    `level` (not counties), `geoid`, `treatment`, `minutes` (0 to 180 by 5), `share` (0-1; the median
    of the draws), `share_low`, `share_high`; of areas with adults only.
    """
    names = ("level", "geoid", "treatment")
    tables = [pd.DataFrame(columns=[*names, "minutes", "share", "share_low", "share_high"])]
    for level in CURVE_LEVELS if driven.nearest else ():
        drawn = driven.nearest[level]
        populated = np.flatnonzero(drawn.adults > 0)
        steps = [drawn.miles.index(minutes) for minutes in CURVE_MINUTES]
        spread = find_spread(drawn.within[:, steps][:, :, populated] / drawn.adults[populated])
        geoids = demand.areas[level]["geoid"].iloc[populated].repeat(len(CURVE_MINUTES))
        tables.append(
            pd.DataFrame(
                {
                    "level": level,
                    "geoid": geoids.to_numpy(),
                    "treatment": treatment,
                    "minutes": np.tile(np.array(CURVE_MINUTES, dtype=np.int64), len(populated)),
                    "share": spread.median.T.ravel(),
                    "share_low": spread.low.T.ravel(),
                    "share_high": spread.high.T.ravel(),
                }
            )
        )
    curve = pd.concat(tables[1:] or tables, ignore_index=True)
    return curve.astype(dict.fromkeys(names, "str"))
