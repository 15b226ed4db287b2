"""Adults with a condition in the place of all adults: each ZIP's adults times a rate.

Rates come by ZIP code tabulation area (ZCTA) or by county. A ZCTA is drawn around most addresses of
the ZIP of its number and is not the same: adults of a ZIP take the rate of the ZCTA of that number.
Where there is none they take the mean of their county, weighted by adults, or of their state; states
without any rate are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.coverage.coverage_draws import PER_MILE, add_up_coverage_draws, find_spread
from geo.coverage.demand import LEVELS
from geo.coverage.measures import WITHIN_MILES
from geo.coverage.need_rates import ZCTA

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from geo.coverage.coverage_draws import Spread
    from geo.coverage.demand import Demand
    from geo.coverage.need_rates import Rates

OWN: Final = "own"
OF_COUNTY: Final = "county"
OF_STATE: Final = "state"

METHOD: Final = (
    "Each adult counts by the rate where they live. Straight lines to the nearest listed clinic in any "
    "state: the median of 200 draws of where clinics may stand, in bands the 5th and 95th percentile. "
    "Listings found in public sources, not a census."
)
"""How figures of adults with a condition are made, in words to stand beside them."""

_COMPARED: Final = 30


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """Adults with a condition, and the adults whom a rate was found for; read-only.

    Parameters
    ----------
    rates : that they are by.
    demand : the ZIP points and areas, with adults with the condition in the place of adults. Areas
        of which no rate is known have NaN.
    counted : the same with the adults that have a rate.
    own : level -> (areas,) of these, the adults whose rate is their own ZIP's or county's.
    adults : `OWN`, `OF_COUNTY`, `OF_STATE` -> how many adults have such a rate.
    zips : the same -> in how many ZIPs; a ZIP in several counties may count twice.
    left_out : the states without any rate.
    """

    rates: Rates
    demand: Demand
    counted: Demand
    own: dict[str, NDArray[np.float64]]
    adults: dict[str, int]
    zips: dict[str, int]
    left_out: tuple[str, ...]


def weigh_adults(demand: Demand, rates: Rates) -> Need:
    """Return the adults with a condition at each ZIP point and in each area, in whole adults.

    Counties add up to states exactly, and a sum over any counties in a row is at most one adult
    off what it would be without rounding.

    Parameters
    ----------
    demand : the ZIP points and areas, with their adults.
    rates : of `geo.coverage.need_rates.read_rates`.
    """
    adults = demand.share_adults.astype(np.float64)
    state = demand.area["state"][demand.share_zip]
    codes = (
        demand.zip[demand.share_zip]
        if rates.level == ZCTA
        else demand.areas["county"]["geoid"].to_numpy()[demand.share_county]
    )
    rate = rates.share.reindex(codes).to_numpy(np.float64)
    origin = np.where(np.isnan(rate), "", OWN).astype("<U6")
    for name, group in ((OF_COUNTY, demand.share_county), (OF_STATE, state)):
        lacking = np.isnan(rate)
        rate = np.where(lacking, _average(rate, adults, group, origin == OWN), rate)
        origin[lacking & ~np.isnan(rate)] = name
    has_rate = ~np.isnan(rate)
    # Running sums are rounded, not parts: many parts of a few adults would all lose their halves.
    whole = np.diff(np.rint(np.cumsum(adults * np.where(has_rate, rate, 0.0))), prepend=0.0)
    populated = {
        name: (origin == name) & (demand.share_adults > 0) for name in (OWN, OF_COUNTY, OF_STATE)
    }
    states = demand.areas["state"]["state"].to_numpy()
    is_rated = np.isin(np.arange(len(states)), state[has_rate])
    own = np.where(populated[OWN], demand.share_adults, 0)
    return Need(
        rates=rates,
        demand=_put_adults(demand, whole.astype(np.int64), has_rate),
        counted=_put_adults(demand, np.where(has_rate, demand.share_adults, 0), has_rate),
        own={level: _add_up(demand, level, own) for level in LEVELS},
        adults={name: int(adults[some].sum()) for name, some in populated.items()},
        zips={name: len(np.unique(demand.share_zip[some])) for name, some in populated.items()},
        left_out=tuple(sorted(states[np.isin(np.arange(len(states)), state) & ~is_rated])),
    )


def tabulate_need(need: Need, distances: NDArray[np.int32], level: str) -> pd.DataFrame:
    """Return how many adults with the condition have a clinic within reach.

    Parameters
    ----------
    need : of `weigh_adults`.
    distances : (draws, n) to the nearest clinic, of `geo.coverage.coverage_draws.draw_distances`.
    level : one of `geo.coverage.demand.LEVELS`.

    Returns
    -------
    A row an area, by GEOID: `level`, `geoid`, `name`, `state`, `adults` (that a rate is known for),
    `share_with_own_rate` (of these, 0-1), `rate` (0-1), `with_condition` (adults);
    `with_condition_within_15_miles` and `share_with_condition_within_15_miles` (0-1), and so on for
    30, 60 and 100; `mean_distance_miles_with_condition`; each the median of the draws, with `_low`
    and `_high`, their 5th and 95th percentile; `share_of_all_adults_within_30_miles`. NaN where no
    rate is known.
    """
    areas = need.demand.areas[level]
    weights, of_all = (each.areal_weights(level) for each in (need.demand, need.counted))
    drawn, drawn_of_all = add_up_coverage_draws(
        distances, {weights: WITHIN_MILES, of_all: (_COMPARED,)}
    )
    adults = need.counted.areas[level]["adults"].to_numpy(np.float64)
    people = areas["adults"].to_numpy(np.float64)
    some, some_adults = (np.where(number > 0, number, np.nan) for number in (people, adults))
    columns = {
        "adults": adults,
        "share_with_own_rate": need.own[level] / some_adults,
        "rate": people / some_adults,
        "with_condition": people,
    }
    for miles in WITHIN_MILES:
        within = np.where(np.isnan(some), np.nan, drawn.within_miles(miles))
        columns |= _spread(f"with_condition_within_{miles}_miles", find_spread(within))
        name = f"share_with_condition_within_{miles}_miles"
        columns |= _spread(name, find_spread(within / some))
    mean = find_spread(drawn.person_miles / (some * PER_MILE))
    columns |= _spread("mean_distance_miles_with_condition", mean)
    of_all_within = drawn_of_all.within_miles(_COMPARED) / some_adults
    columns[f"share_of_all_adults_within_{_COMPARED}_miles"] = find_spread(of_all_within).median
    table = areas[["geoid", "name", "state"]].assign(**columns)
    table.insert(0, "level", level)
    return table


def describe_need(need: Need) -> list[str]:
    """Return what the adults with a condition are by, in sentences to stand beside any figure."""
    rates, adults, zips = need.rates, need.adults, need.zips
    of, area = ("ZCTA", "ZIP") if rates.level == ZCTA else ("county", "county")
    form = "percent" if rates.is_percent else "shares"
    lines = [
        (
            f"Adults are weighted by {rates.source}, column {rates.column}: {len(rates.share):,} rates "
            f"by {of}, read as {form}."
        )
    ]
    if rates.is_places:
        lines.append(
            "These are CDC PLACES' estimates, by a model, of adults who were ever told that they have "
            "depression (crude prevalence): neither how severe it is nor who looks for this treatment."
        )
    if rates.level == ZCTA:
        lines.append("A ZIP takes the rate of the ZCTA of its number, which is not quite its area.")
    lines.append(f"{adults[OWN]:,} adults have the rate of their own {area}.")
    lines += [
        f"{adults[name]:,} adults of {zips[name]:,} ZIPs without a rate take the mean of their {name}, "
        "weighted by adults."
        for name in (OF_COUNTY, OF_STATE)
        if adults[name]
    ]
    if need.left_out:
        lines.append(f"Without any rate, and so left out: {', '.join(need.left_out)}.")
        if "CT" in need.left_out and rates.level != ZCTA:
            lines.append(
                "Connecticut is known by its planning regions (09110 to 09190), which took the place "
                "of its counties in 2022."
            )
    if rates.unknown or rates.empty:
        lines.append(
            f"Rows not used: {rates.unknown:,} name no populated {area} that is known, {rates.empty:,} "
            "have no rate."
        )
    lines.append("Bands are of where clinics may stand; how sure the rates are is not in them.")
    return lines


def _average(
    rate: NDArray[np.float64],
    adults: NDArray[np.float64],
    group: NDArray[np.intp],
    is_own: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Return, for each part, the mean of the rates of its group's own, weighted by adults."""
    size = int(group.max(initial=0)) + 1
    people = np.bincount(group[is_own], weights=adults[is_own], minlength=size)
    summed = np.bincount(group[is_own], weights=(adults * rate)[is_own], minlength=size)
    mean = np.divide(summed, people, out=np.full(size, np.nan), where=people > 0)
    return np.asarray(mean[group], dtype=np.float64)


def _put_adults(demand: Demand, parts: NDArray[np.int64], known: NDArray[np.bool_]) -> Demand:
    """Return the demand with other adults, part by part; NaN for areas where none are known."""
    areas = {}
    for level, table in demand.areas.items():
        has_any = _add_up(demand, level, known.astype(np.int64)) > 0
        areas[level] = table.assign(adults=np.where(has_any, _add_up(demand, level, parts), np.nan))
    of_zip = np.bincount(demand.share_zip, weights=parts, minlength=len(demand.zip))
    return replace(demand, adults=of_zip.astype(np.int64), share_adults=parts, areas=areas)


def _add_up(demand: Demand, level: str, parts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the sum of parts in each area of a level."""
    area = demand.share_county if level == "county" else demand.area[level][demand.share_zip]
    inside = area >= 0
    summed = np.bincount(area[inside], parts[inside], minlength=len(demand.areas[level]))
    return summed.astype(np.float64)


def _spread(name: str, spread: Spread) -> dict[str, NDArray[np.float64]]:
    return {name: spread.median, f"{name}_low": spread.low, f"{name}_high": spread.high}
