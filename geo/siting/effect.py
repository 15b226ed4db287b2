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
    draw_distances,
    find_spread,
    nearest_distances,
)
from geo.coverage.drive_draws import find_minutes, tabulate_drives
from geo.coverage.drive_measures import WITHIN_MINUTES, join_drive_shares
from geo.coverage.groups import sort_out_zips, tabulate_labels
from geo.coverage.measures import WITHIN_MILES, tabulate
from geo.coverage.position_draws import DRAWS, draw_positions
from geo.siting.site_drives import measure_nearest
from geo.siting.study_area import LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.coverage.demand import Demand
    from geo.coverage.position_draws import PositionDraws
    from geo.roads import Roads
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


def measure_baseline(supply: Supply, demand: Demand, draws: int = DRAWS) -> Baseline:
    """Return how areas are served by the clinics that exist; the part that takes seconds.

    Parameters
    ----------
    supply : the clinics.
    demand : the ZIP points and areas.
    draws : how many; those of a release are the default.

    Raises
    ------
    ValueError : no draw is asked for.
    """
    positions = draw_positions(supply.located, demand, draws)
    distances = draw_distances(demand, positions)
    table = _tabulate(supply.clinics, supply.treatment, demand, positions, distances)
    return Baseline(positions, distances, table)


def add_drives(
    baseline: Baseline, supply: Supply, demand: Demand, net: Roads, minutes: float = 0.0
) -> Baseline:
    """Return a baseline with how long adults drive in the same draws; takes seconds.

    Parameters
    ----------
    baseline : of the supply and the demand.
    net : the highways.
    minutes : beyond those of the coverage's shares, how far to look, up to 300.
    """
    limit = max(*WITHIN_MINUTES, minutes)
    table = tabulate_drives(net, supply.located, demand, baseline.positions, limit + 1)
    everyone = np.ones(len(supply.located), dtype=np.bool_)
    (nearest,) = find_minutes(table, everyone, (1,))
    rows = join_drive_shares(baseline.table, demand, nearest, LEVELS)
    return replace(baseline, minutes=nearest, table=rows)


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
        points = (sites[axis].to_numpy(np.float64) for axis in ("latitude", "longitude"))
        distances = np.minimum(distances, nearest_distances(demand.xyz, *points).astype(np.int32))
        clinics = pd.concat([supply.clinics, _as_clinics(sites, supply)], ignore_index=True)
        after = _tabulate(clinics, supply.treatment, demand, baseline.positions, distances)
        if drives is not None and minutes is not None:
            limit = max(*WITHIN_MINUTES, drives.minutes)
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
    `adults` (of the area), `adults_before`, `adults_after` (within the distance of a clinic, these
    at their recorded points), `adults_gained`; a row for each group that has adults in the area.
    """
    demand = context.demand
    before, after = context.find_served(), context.find_served(sites)
    adults = np.where(context.area.inside, demand.adults, 0)
    counted = {
        "adults": adults,
        "adults_before": adults * before,
        "adults_after": adults * after,
        "adults_gained": adults * (after & ~before),
    }
    tables = []
    for dimension, group, names in sort_out_zips(demand):
        counts = {
            column: np.bincount(group, people, len(names)).astype(np.int64)
            for column, people in counted.items()
        }
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
