"""Who is far: the measures of distance for adults by what kind of ZIP they live in.

A group is of ZIPs, not of persons: "adults living in ZIPs where the median household income is in
the lowest quarter" are not the adults of low income. Quarters hold a quarter of the adults each (as
nearly as whole ZIPs allow). The classes of density are ours, not the official rural codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo.coverage.coverage_draws import add_up_coverage_draws, measure_coverage_draws
from geo.coverage.demand import ArealWeights
from geo.coverage.measures import WITHIN_MILES, describe_reach
from geo.i18n.reasons import Reason, as_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.coverage.demand import Demand
    from geo.coverage.position_draws import PositionDraws

LEVELS: Final = ("nation", "region")
DENSITIES: Final = (10, 100, 1000, 5000)
"""People a square mile of land at which the next class of density begins."""

_QUARTERS: Final = ("lowest", "second", "third", "highest")
_UNKNOWN: Final = "unknown"
_TEXTS: Final = ("level", "geoid", "name", "dimension", "group", "label")
_DERIVED: Final = ("label_code", "label_figures")


@dataclass(frozen=True)
class _Dimension:
    """A way to tell ZIPs apart by a column of the demand, in quarters."""

    name: str
    column: str


_DIMENSIONS: Final = (
    _Dimension("income", "median_household_income"),
    _Dimension("age", "share_65_plus"),
    _Dimension("vehicles", "share_no_vehicle"),
)


def tabulate_groups(
    demand: Demand, positions: PositionDraws, *, distances: NDArray[np.int32] | None = None
) -> pd.DataFrame:
    """Return how far adults have it to the nearest clinic, by the kind of ZIP they live in.

    Parameters
    ----------
    demand : the ZIP points of the 50 states and DC; others are left out.
    positions : of the clinics; without one, all distances are NaN.
    distances : (draws, n) of `geo.coverage.coverage_draws.draw_distances` to them, where they are
        known.

    Returns
    -------
    `level` (`nation` or `region`), `geoid`, `name`, `dimension` (`income`, `age`, `vehicles`,
    `density`), `group` (`lowest` to `highest`, `unknown`; from 0 up for density), `label` ("adults
    living in ZIPs where ..."), `adults`, and the columns of `geo.coverage.measures.describe_reach`;
    then `label_code` and `label_figures`, of which `label` is the English. A row for each group
    that has adults, in order. Quarters are the nation's in every region.
    """
    sorted_out = sort_out_zips(demand)
    all_weights, tables = {}, []
    for level in LEVELS:
        areas = demand.areas[level]
        for name, group_of_zip, groups in sorted_out:
            point = np.flatnonzero(demand.area[level] >= 0)
            cell = demand.area[level][point] * len(groups) + group_of_zip[point]
            size = len(areas) * len(groups)
            all_weights[ArealWeights(size, cell, point, demand.adults[point])] = WITHIN_MILES
            table = areas[["geoid", "name"]].loc[areas.index.repeat(len(groups))]
            labels = pd.concat([tabulate_labels(groups)] * len(areas), ignore_index=True)
            table = table.reset_index(drop=True).join(labels)
            tables.append(table.assign(level=level, dimension=name))
    reached = None
    if distances is not None:
        reached = add_up_coverage_draws(distances, all_weights)
    elif positions.latitude.size:
        reached = measure_coverage_draws(demand, positions, all_weights)
    for number, weights in enumerate(all_weights):
        adults = weights.total().astype(np.float64)
        columns = describe_reach(reached[number] if reached else None, adults)
        tables[number] = tables[number].assign(adults=adults, **columns)[adults > 0]
    texts = dict.fromkeys((*_TEXTS, *_DERIVED), "str")
    table = pd.concat(tables, ignore_index=True).astype(texts)
    figures = table.columns.difference([*_TEXTS, *_DERIVED], sort=False)
    return table[[*_TEXTS, *figures, *_DERIVED]]


def sort_out_zips(demand: Demand) -> list[tuple[str, NDArray[np.intp], list[tuple[str, Reason]]]]:
    """Return, for each dimension of `tabulate_groups`, its name, the groups of the ZIPs, and these.

    Returns
    -------
    `dimension`; (n,) each ZIP's group, as a row of the last; each group's `group` and what it is.
    """
    inside = demand.area["nation"] >= 0
    quartered = [_sort_out(demand, dimension, inside) for dimension in _DIMENSIONS]
    return [*quartered, _sort_out_by_density(demand)]


def tabulate_labels(groups: list[tuple[str, Reason]]) -> pd.DataFrame:
    """Return the groups of a dimension as rows of `group`, `label`, `label_code`, `label_figures`."""
    names, labels = zip(*groups, strict=True)
    return pd.DataFrame({"group": names, **as_columns("label", labels)}, dtype="str")


def weighted_quartiles(
    values: NDArray[np.float64], adults: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the three values up to which a quarter, half and three quarters of the adults live.

    Parameters
    ----------
    values : (n,) of each ZIP; NaN where unknown.
    adults : (n,) of each ZIP.
    """
    known = np.flatnonzero(~np.isnan(values) & (adults > 0))
    order = known[np.argsort(values[known], kind="stable")]
    reached = np.cumsum(adults[order])
    ends = -(-reached[-1:] * np.arange(1, 4) // 4)
    return values[order][np.searchsorted(reached, ends)]


def _sort_out(
    demand: Demand, dimension: _Dimension, inside: NDArray[np.bool_]
) -> tuple[str, NDArray[np.intp], list[tuple[str, Reason]]]:
    """Return a dimension's name, the group of each ZIP, and the groups with their labels."""
    values = demand.zips[dimension.column].to_numpy(np.float64)
    limits = weighted_quartiles(values[inside], demand.adults[inside])
    group = np.where(np.isnan(values), len(_QUARTERS), np.searchsorted(limits, values))
    groups = [
        (quarter, Reason(f"{dimension.name}_{quarter}", bounds))
        for quarter, bounds in zip(_QUARTERS, _find_bounds(limits.tolist()), strict=True)
    ]
    return dimension.name, group, [*groups, (_UNKNOWN, Reason(f"{dimension.name}_{_UNKNOWN}"))]


def _sort_out_by_density(
    demand: Demand,
) -> tuple[str, NDArray[np.intp], list[tuple[str, Reason]]]:
    """Return the same for the classes of density."""
    density = demand.zips["density"].to_numpy(np.float64)
    group = np.searchsorted(np.array(DENSITIES), density, side="right")
    classes = ("sparsest", *("between" for _ in DENSITIES[1:]), "densest")
    groups = [
        (str(number), Reason(f"density_{name}", bounds))
        for number, (name, bounds) in enumerate(zip(classes, _find_bounds(DENSITIES), strict=True))
    ]
    return "density", group, groups


def _find_bounds(limits: Sequence[float]) -> list[dict[str, float]]:
    """Return the `low` and `high` that each group lies between; the outer ones have one of them."""
    lows = [{}, *({"low": limit} for limit in limits)]
    highs = [*({"high": limit} for limit in limits), {}]
    return [low | high for low, high in zip(lows, highs, strict=True)]
