"""Before and after: how areas are served now and with the sites, on the same draws of positions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.coverage.counting import ANY
from geo.coverage.coverage_draws import (
    PER_MILE,
    add_up_coverage_draws,
    find_spread,
)
from geo.coverage.drive_measures import WITHIN_MINUTES, join_drive_shares
from geo.coverage.groups import sort_out_zips, tabulate_labels
from geo.coverage.measures import WITHIN_MILES, tabulate
from geo.siting.site_drives import measure_nearest
from geo.siting.study_area import LEVELS
from geo.siting.supply import add_sites

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.coverage.demand import Demand
    from geo.coverage.position_draws import PositionDraws
    from geo.siting.siting_context import SitingContext
    from geo.siting.supply import Supply


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """How areas are served now, draw by draw; read-only.

    Parameters
    ----------
    positions : of the clinics with a point, in each draw.
    distances : (draws, n) from each ZIP point to the nearest clinic, thousandths of a mile.
    table : the rows of `geo.coverage.measures.tabulate` for the levels of `geo.siting.study_area`.
    minutes : (draws, n) the same by road, thousandths of a minute, as far as `add_drives` looks;
        then the rows have the shares within minutes too. None where only straight lines count.
    """

    positions: PositionDraws
    distances: NDArray[np.int32]
    table: pd.DataFrame
    minutes: NDArray[np.int32] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """What sites change.

    Parameters
    ----------
    before, after : rows of `geo.coverage.measures.tabulate` for the nation, regions, divisions and
        states; where drives count, with the shares within minutes.
    share_before, share_after : of the adults of the area within the distance asked about, 0-1: the
        median of the draws, their 5th and their 95th percentile.
    """

    before: pd.DataFrame
    after: pd.DataFrame
    share_before: tuple[float, float, float]
    share_after: tuple[float, float, float]


def measure_baseline(supply: Supply, demand: Demand) -> Baseline:
    """Return how areas are served by the clinics that exist.

    Parameters
    ----------
    supply : the clinics.
    demand : the ZIP points and areas.
    """
    positions, distances = supply.positions, supply.distances
    table = _tabulate(supply.clinics, supply.treatment, demand, positions, distances)
    return Baseline(positions, distances, table)


def add_drives(baseline: Baseline, demand: Demand, minutes: NDArray[np.int32]) -> Baseline:
    """Return a baseline with how long adults drive in the same draws.

    Parameters
    ----------
    baseline : of a supply and the demand.
    minutes : of `geo.siting.site_drives.draw_minutes` for the same, as far as `find_farthest` says.
    """
    rows = join_drive_shares(baseline.table, demand, minutes, LEVELS)
    return replace(baseline, minutes=minutes, table=rows)


def find_farthest(minutes: float = 0.0) -> float:
    """Return how far a baseline looks by road: to its shares, and to the minutes asked about."""
    return float(max(*WITHIN_MINUTES, minutes))


def measure_effect(sites: pd.DataFrame, context: SitingContext, baseline: Baseline) -> Effect:
    """Return how areas are served now and if a clinic stood at each site.

    Parameters
    ----------
    sites : as of `geo.siting.candidate_sites`, any number; each stands where it says, in every
        draw.
    context : the area and distance of the shares, and the clinics that exist.
    baseline : of these; of `add_drives` where drives count.

    Raises
    ------
    ValueError : drives count, and the baseline knows of none.
    """
    demand, supply, drives = context.demand, context.supply, context.drives
    after, distances = baseline.table, baseline.distances
    if drives is not None and baseline.minutes is None:
        raise ValueError("Drives are compared with drives: `add_drives` measures them.")
    minutes = None if drives is None else baseline.minutes
    if not sites.empty:
        distances = add_sites(demand, distances, sites)
        clinics = pd.concat([supply.clinics, _as_clinics(sites, supply)], ignore_index=True)
        after = _tabulate(clinics, supply.treatment, demand, baseline.positions, distances)
        if drives is not None and minutes is not None:
            limit = find_farthest(drives.minutes)
            minutes = np.minimum(minutes, measure_nearest(drives.zips, sites, limit))
            after = join_drive_shares(after, demand, minutes, LEVELS)
    was, now = (
        (baseline.distances, distances)
        if baseline.minutes is None or minutes is None
        else (baseline.minutes, minutes)
    )
    return Effect(
        before=baseline.table,
        after=after,
        share_before=_share_within(was, context),
        share_after=_share_within(now, context),
    )


def tabulate_gains(sites: pd.DataFrame, context: SitingContext) -> pd.DataFrame:
    """Return who gains: adults of the area newly within the distance, by the kind of their ZIP.

    Parameters
    ----------
    sites, context : as in `measure_effect`.

    Returns
    -------
    `dimension`, `group`, `label`, `label_code`, `label_figures` (see `geo.coverage.groups`),
    `adults` (of the area), `adults_before`, `adults_after` (within the distance of a clinic, the mean
    of the draws in whole adults), `adults_gained`, which is what they differ by; a row for each group
    that has adults in the area.

    Raises
    ------
    ValueError : the drives of the context are not whole.
    """
    demand = context.demand
    if context.drives is not None and not context.drives.is_whole:
        raise ValueError("Who has a clinic now is not known of all ZIP points.")
    adults = np.where(context.area.inside, demand.adults, 0)
    counted = {
        "adults": adults.astype(np.float64),
        "adults_before": adults * context.count_served() / context.draws,
        "adults_after": adults * context.count_served(sites) / context.draws,
    }
    tables = []
    for dimension, group, names in sort_out_zips(demand):
        counts = {
            column: np.rint(np.bincount(group, people, len(names))).astype(np.int64)
            for column, people in counted.items()
        }
        counts["adults_gained"] = counts["adults_after"] - counts["adults_before"]
        table = tabulate_labels(names).assign(**counts)
        table.insert(0, "dimension", pd.Series(dimension, index=table.index, dtype="str"))
        tables.append(table[table["adults"] > 0])
    return pd.concat(tables, ignore_index=True)


def _tabulate(
    clinics: pd.DataFrame,
    treatment: str,
    demand: Demand,
    positions: PositionDraws,
    distances: NDArray[np.int32],
) -> pd.DataFrame:
    """Return the rows of coverage that distances to some clinics make."""
    all_weights = {demand.areal_weights(level): WITHIN_MILES for level in LEVELS}
    reached = dict(zip(LEVELS, add_up_coverage_draws(distances, all_weights), strict=True))
    return tabulate(clinics, demand, positions, reached, treatment, levels=LEVELS)


def _as_clinics(sites: pd.DataFrame, supply: Supply) -> pd.DataFrame:
    """Return sites as rows of the clinic table, offering what is asked for."""
    treatments = "" if supply.treatment == ANY else supply.treatment
    named = sites.rename(columns={"site": "clinic_id"})
    facts = named.assign(treatments=treatments, status="open", radius_miles=0.0, listings=0)
    texts: list[str] = [*supply.clinics.select_dtypes("str")]
    unknown = [column for column in texts if column not in facts]
    rows = facts.assign(**dict.fromkeys(unknown, "")).reindex(columns=supply.clinics.columns)
    return rows.astype(supply.clinics.dtypes.to_dict())


def _share_within(
    distances: NDArray[np.int32], context: SitingContext
) -> tuple[float, float, float]:
    """Return the share of the area's adults near enough: median, low and high of the draws."""
    inside = context.area.inside
    adults = context.demand.adults[inside]
    near = (distances[:, inside] <= context.within * PER_MILE) @ adults
    spread = find_spread(near / adults.sum())
    return float(spread.median), float(spread.low), float(spread.high)
