"""How census areas are served by the clinics that are listed, and how sure that is.

Demand is adults at populated ZIP points; supply is the open and unconfirmed clinics of a release,
each counted once, whatever its size. Listings are what was found, not a census of clinics, and
clinics outside the United States are not known. Where the point of a clinic is uncertain, each
distance measure is the median of seeded draws (`geo.coverage.position_draws`), with their 5th and
95th percentile as `..._low` and `..._high`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.coverage.counting import ANY, count_by_area, count_by_county, find_rates, offers
from geo.coverage.coverage_draws import (
    PER_MILE,
    add_up_coverage_draws,
    find_spread,
    measure_coverage_draws,
)
from geo.coverage.demand import LEVELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from geo.coverage.coverage_draws import CoverageDraws
    from geo.coverage.demand import Demand
    from geo.coverage.position_draws import PositionDraws

WITHIN_MILES: Final = (15, 30, 60, 100)
CURVE_MILES: Final = tuple(range(0, 151, 5))
CURVE_LEVELS: Final = ("nation", "region", "division", "state")
BESIDE_ANOTHER_COUNTRY: Final = frozenset(
    {"AK", "AZ", "CA", "ID", "ME", "MI", "MN", "MT", "ND", "NH", "NM", "NY", "OH", "PA", "TX", "VT"}
) | {"WA"}
"""States with a border, on land or in a lake, to Canada or Mexico, whose clinics are not known."""

_AREA_COLUMNS: Final = ("geoid", "name", "level", "state", "division", "region", "treatment")


def measure(
    clinics: pd.DataFrame,
    demand: Demand,
    positions: PositionDraws,
    treatment: str = ANY,
    *,
    distances: NDArray[np.int32] | None = None,
) -> dict[str, CoverageDraws]:
    """Return how far the adults of every area of each level are from a clinic, in each draw.

    Parameters
    ----------
    clinics : those with a point, in the order of `positions`.
    demand : the ZIP points and areas.
    positions : of the clinics.
    treatment : `ANY`, or a code of `geo.clinics.vocabulary.TREATMENTS`.
    distances : (draws, n) of `geo.coverage.coverage_draws.draw_distances` to the clinics that offer
        it, where they are known.

    Returns
    -------
    Level -> its draws at `CURVE_MILES` (which hold `WITHIN_MILES`, but for 100); at `WITHIN_MILES`
    alone for counties. Empty where no clinic offers the treatment.
    """
    offering = offers(clinics, treatment)
    if not offering.any():
        return {}
    finer = tuple(sorted({*CURVE_MILES, *WITHIN_MILES}))
    all_weights = {
        demand.areal_weights(level): finer if level in CURVE_LEVELS else WITHIN_MILES
        for level in LEVELS
    }
    reached = (
        measure_coverage_draws(demand, positions.take(offering), all_weights)
        if distances is None
        else add_up_coverage_draws(distances, all_weights)
    )
    return dict(zip(LEVELS, reached, strict=True))


def tabulate(
    clinics: pd.DataFrame,
    demand: Demand,
    positions: PositionDraws,
    reached: Mapping[str, CoverageDraws],
    treatment: str = ANY,
    *,
    levels: Sequence[str] = LEVELS,
) -> pd.DataFrame:
    """Return the measures of every area for one treatment.

    Parameters
    ----------
    clinics : those that are counted (`geo.coverage.counting.pick_clinics`), with or without a
        point.
    demand : the ZIP points and areas.
    positions : of the clinics with a point, in their order; only counties look at them.
    reached : of `measure`.
    treatment : `ANY`, or a code of `geo.clinics.vocabulary.TREATMENTS`.
    levels : some of `geo.coverage.demand.LEVELS`.

    Returns
    -------
    A row an area, by level and GEOID; numbers are NaN where there is no data:

    - `geoid`, `name`, `level`, `state`, `division`, `region`, `treatment`;
    - `population`, `adults` (18 and over; of counties an estimate by the ZIPs' shares);
    - `clinics`, `clinics_open`, `clinics_unconfirmed`, `clinics_estimated`, `clinics_unlocated`:
      see `geo.coverage.counting.count_by_area` and `count_by_county`;
    - `clinics_per_million_adults`, `rate_low`, `rate_high`: see `geo.coverage.counting.find_rates`;
    - the distances of `describe_reach`;
    - `beside_another_country`: the area, or the county's state, borders Canada or Mexico.
    """
    offering = offers(clinics, treatment)
    located = clinics["latitude"].notna().to_numpy()
    tables = []
    for level in levels:
        areas = demand.areas[level]
        counts = (
            count_by_county(clinics[offering & located], positions.take(offering[located]), demand)
            if level == "county"
            else count_by_area(clinics[offering], demand, level)
        )
        adults = areas["adults"].to_numpy(np.float64)
        columns = {
            **counts,
            **find_rates(counts["clinics"], adults),
            **describe_reach(reached.get(level), adults),
            "beside_another_country": _is_beside_another_country(demand, level),
        }
        tables.append(areas.assign(level=level, treatment=treatment, **columns))
    table = pd.concat(tables, ignore_index=True).astype({"level": "str", "treatment": "str"})
    return table[[*_AREA_COLUMNS, *table.columns.difference([*_AREA_COLUMNS], sort=False)]]


def tabulate_reach(demand: Demand, reached: Mapping[str, CoverageDraws]) -> pd.DataFrame:
    """Return the distances of every area alone, in the order of `tabulate`.

    Parameters
    ----------
    demand : the areas.
    reached : of `measure`.

    Returns
    -------
    A row an area, with the columns of `describe_reach`.
    """
    tables = [
        pd.DataFrame(
            describe_reach(reached.get(level), demand.areas[level]["adults"].to_numpy(np.float64))
        )
        for level in LEVELS
    ]
    return pd.concat(tables, ignore_index=True)


def describe_reach(
    drawn_coverage: CoverageDraws | None, adults: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    """Return how far adults have it to the nearest clinic anywhere, with the spread of the draws.

    Parameters
    ----------
    drawn_coverage : of the areas, at `WITHIN_MILES` at least; None where there is no clinic.
    adults : (areas,) NaN or 0 where there are none.

    Returns
    -------
    `mean_distance_miles`, `median_distance_miles` (statute miles, geodesic), `share_within_15_miles`
    and so on for 30, 60 and 100 (0-1), each with `_low` and `_high`; `adults_within_15_miles` and
    so on, `adults_beyond_60_miles`. All are NaN where there are no adults or no clinic.
    """
    people = np.where(adults > 0, adults, np.nan)
    if drawn_coverage is None:
        nothing = np.full((1, len(people)), np.nan)
        mean, median, within = nothing, nothing, dict.fromkeys(WITHIN_MILES, nothing)
    else:
        known = people / people
        mean, median = (
            drawn_coverage.person_miles / (people * PER_MILE),
            drawn_coverage.median * known / PER_MILE,
        )
        within = {miles: drawn_coverage.within_miles(miles) * known for miles in WITHIN_MILES}
    measures = {
        "mean_distance_miles": mean,
        "median_distance_miles": median,
        **{f"share_within_{miles}_miles": within[miles] / people for miles in WITHIN_MILES},
    }
    columns: dict[str, NDArray[np.float64]] = {}
    for name, values in measures.items():
        spread = find_spread(values)
        columns |= {name: spread.median, f"{name}_low": spread.low, f"{name}_high": spread.high}
    for miles in WITHIN_MILES:
        columns[f"adults_within_{miles}_miles"] = find_spread(within[miles]).median
    columns["adults_beyond_60_miles"] = people - columns["adults_within_60_miles"]
    return columns


def tabulate_curve(
    demand: Demand, reached: Mapping[str, CoverageDraws], treatment: str = ANY
) -> pd.DataFrame:
    """Return the share of adults who have a clinic within each distance, for a chart of it.

    Parameters
    ----------
    demand : the ZIP points and areas.
    reached : of `measure`.
    treatment : what it was measured for.

    Returns
    -------
    `level` (not counties), `geoid`, `treatment`, `miles` (0 to 150 by 5), `share` (0-1; the median
    of the draws), `share_low`, `share_high`; of areas with adults only.
    """
    names = ("level", "geoid", "treatment")
    tables = [pd.DataFrame(columns=[*names, "miles", "share", "share_low", "share_high"])]
    for level in CURVE_LEVELS if reached else ():
        drawn_coverage = reached[level]
        populated = np.flatnonzero(drawn_coverage.adults > 0)
        steps = [drawn_coverage.miles.index(miles) for miles in CURVE_MILES]
        within = drawn_coverage.within[:, steps][:, :, populated]
        spread = find_spread(within / drawn_coverage.adults[populated])
        geoids = demand.areas[level]["geoid"].iloc[populated].repeat(len(CURVE_MILES))
        miles = np.tile(np.array(CURVE_MILES, dtype=np.int64), len(populated))
        table = pd.DataFrame(
            {"level": level, "geoid": geoids.to_numpy(), "treatment": treatment, "miles": miles}
        )
        shares = {"share": spread.median, "share_low": spread.low, "share_high": spread.high}
        tables.append(table.assign(**{name: share.T.ravel() for name, share in shares.items()}))
    curve = pd.concat(tables[1:] or tables, ignore_index=True)
    return curve.astype(dict.fromkeys(names, "str"))


def _is_beside_another_country(demand: Demand, level: str) -> NDArray[np.bool_]:
    """Return which areas, or whose states, border Canada or Mexico."""
    if level == "county":
        states = demand.areas["county"]["state"]
        return states.isin(BESIDE_ANOTHER_COUNTRY).to_numpy(np.bool_)
    beside = demand.areas["state"]["state"].isin(BESIDE_ANOTHER_COUNTRY).to_numpy(np.bool_)
    return np.isin(np.arange(len(demand.areas[level])), demand.of_state[level][beside])
