"""How census areas are served, for each treatment; what was measured before is not measured again."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo.coverage import treatment_measures
from geo.coverage.counting import ANY, list_treatments, offers
from geo.coverage.coverage_draws import draw_distances
from geo.coverage.drive_draws import tabulate_drives
from geo.coverage.groups import tabulate_groups
from geo.coverage.measures import tabulate
from geo.coverage.verdicts import judge
from geo.publishing.kept_measures import hash_arrays, hash_basis
from geo.roads import load_roads

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from geo.coverage.demand import Demand
    from geo.coverage.position_draws import PositionDraws
    from geo.publishing.kept_measures import KeptMeasures

    Arrays = Mapping[str, NDArray[Any]]


def measure_treatments(
    counted: pd.DataFrame,
    demand: Demand,
    positions: PositionDraws,
    totals: pd.DataFrame,
    kept: KeptMeasures | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the tables of a release that its draws give.

    Parameters
    ----------
    counted : the clinics that are counted (`geo.coverage.counting.pick_clinics`).
    demand : the ZIP points and areas.
    positions : of those with a point, in their order.
    totals : of `geo.coverage.totals.tabulate_totals`.
    kept : what was measured before; the tables are the same to the bit with it or without.

    Returns
    -------
    `coverage`, `reach`, `reach_by_road`, `verdicts`, `groups`, as
    `geo.publishing.building.measure_areas` tells.

    Raises
    ------
    SourceError : a file of the roads is missing or damaged.
    """
    located = counted[counted["latitude"].notna()].reset_index(drop=True)
    recall = _make_recall(located, demand, positions, kept)

    @cache  # only what nobody measured yet needs these
    def find_drives() -> Any:  # noqa: ANN401  a table of drives
        return tabulate_drives(load_roads(), located, demand, positions)

    @cache
    def find_distances() -> NDArray[np.int32] | None:
        return draw_distances(demand, positions) if len(located) else None

    rows, curves, drive_curves = [], [], []
    for treatment in list_treatments(counted):

        def measure(treatment: str = treatment) -> Arrays:
            return treatment_measures.to_arrays(
                treatment_measures.measure_treatment(
                    located,
                    demand,
                    positions,
                    find_drives(),
                    treatment,
                    find_distances() if treatment == ANY else None,
                )
            )

        measured = treatment_measures.from_arrays(recall(treatment, treatment, measure))
        areas = tabulate(counted, demand, positions, {}, treatment)
        areas = areas.assign(**{str(name): column for name, column in measured.areas.items()})
        rows.append(areas.join(measured.areas_by_road))
        curves.append(measured.curve)
        drive_curves.append(measured.curve_by_road)
        if treatment == ANY:
            verdicts = judge(counted, totals, demand, measured.near, measured.near_by_road)

    def group() -> Arrays:
        table = tabulate_groups(demand, positions, distances=find_distances())
        return treatment_measures.table_to_arrays(table)

    groups = treatment_measures.table_from_arrays(recall("groups", ANY, group))
    return {
        "coverage": pd.concat(rows, ignore_index=True),
        "reach": pd.concat(curves, ignore_index=True),
        "reach_by_road": pd.concat(drive_curves, ignore_index=True),
        "verdicts": verdicts,
        "groups": groups,
    }


def _make_recall(
    located: pd.DataFrame, demand: Demand, positions: PositionDraws, kept: KeptMeasures | None
) -> Callable[[str, str, Callable[[], Arrays]], Arrays]:
    """Return what recalls a thing that follows from where the clinics of a treatment may stand."""
    if kept is None:
        return lambda _thing, _treatment, make: make()
    basis = hash_basis(demand)
    points = located[["latitude", "longitude"]].to_numpy(np.float64)

    def recall(thing: str, treatment: str, make: Callable[[], Arrays]) -> Arrays:
        offering = offers(located, treatment)
        if not offering.any():
            return make()
        drawn = positions.take(offering)
        places = (points[offering], drawn.latitude, drawn.longitude, drawn.zip)
        return kept.recall(hash_arrays(*places, names=(basis, thing)), make)

    return recall
