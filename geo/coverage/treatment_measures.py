"""All that a release takes from the draws of one treatment: a megabyte, where the draws are hundreds.

It follows from where the clinics that offer the treatment may stand, from the demand and from the
roads, and from nothing else that is known of clinics; so it can be kept and used again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geo.coverage import drive_measures, measures
from geo.coverage.coverage_draws import CoverageDraws
from geo.coverage.verdicts import BY_MILES, BY_MINUTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo.coverage.demand import Demand
    from geo.coverage.drive_draws import DriveTable
    from geo.coverage.position_draws import PositionDraws

_TABLES: Final = ("areas", "areas_by_road", "curve", "curve_by_road")
_NEAR: Final = {"near": BY_MILES.within, "near_by_road": BY_MINUTES.within}
_DRAWN: Final = ("adults", "within", "person_miles", "median")


@dataclass(frozen=True, slots=True, eq=False)
class TreatmentMeasures:
    """What the draws of one treatment say; read-only.

    Parameters
    ----------
    areas, curve : of `geo.coverage.measures.tabulate_reach` and `tabulate_curve`.
    areas_by_road, curve_by_road : of `geo.coverage.drive_measures.tabulate_drive_measures` and
        `tabulate_drive_curve`.
    near, near_by_road : level, but counties -> its draws within the miles, and the minutes, that
        verdicts go by; empty where no clinic offers it.
    """

    areas: pd.DataFrame
    areas_by_road: pd.DataFrame
    curve: pd.DataFrame
    curve_by_road: pd.DataFrame
    near: Mapping[str, CoverageDraws]
    near_by_road: Mapping[str, CoverageDraws]


def measure_treatment(  # noqa: PLR0917  what it follows from
    clinics: pd.DataFrame,
    demand: Demand,
    positions: PositionDraws,
    drives: DriveTable,
    treatment: str,
    distances: NDArray[np.int32] | None = None,
) -> TreatmentMeasures:
    """Return what the draws say of a treatment.

    Parameters
    ----------
    clinics : those with a point, in the order of `positions`.
    demand : the ZIP points and areas.
    positions : of the clinics.
    drives : of `geo.coverage.drive_draws.tabulate_drives`, to these clinics.
    treatment : `ANY`, or a code of `geo.clinics.vocabulary.TREATMENTS`.
    distances : as in `geo.coverage.measures.measure`.
    """
    reached = measures.measure(clinics, demand, positions, treatment, distances=distances)
    driven = drive_measures.measure_drives(drives, clinics, demand, treatment)
    return TreatmentMeasures(
        areas=measures.tabulate_reach(demand, reached),
        areas_by_road=drive_measures.tabulate_drive_measures(demand, driven),
        curve=measures.tabulate_curve(demand, reached, treatment),
        curve_by_road=drive_measures.tabulate_drive_curve(demand, driven, treatment),
        near=_keep_near(reached, BY_MILES.within),
        near_by_road=_keep_near(driven.nearest, BY_MINUTES.within),
    )


def to_arrays(measured: TreatmentMeasures) -> dict[str, NDArray[Any]]:
    """Return the same as arrays by name, for a file."""
    arrays = {
        f"{name}/{column}": array
        for name in _TABLES
        for column, array in table_to_arrays(getattr(measured, name)).items()
    }
    for name in _NEAR:
        for level, drawn in getattr(measured, name).items():
            arrays |= {f"{name}/{level}/{part}": getattr(drawn, part) for part in _DRAWN}
    return arrays


def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> TreatmentMeasures:
    """Return what `to_arrays` was given, to the bit.

    Raises
    ------
    LookupError : something is missing.
    """
    parts = {name: _pick(arrays, name) for name in (*_TABLES, *_NEAR)}
    near = {
        name: {
            level: CoverageDraws(
                miles=(within,), **{part: parts[name][f"{level}/{part}"] for part in _DRAWN}
            )
            for level in dict.fromkeys(key.partition("/")[0] for key in parts[name])
        }
        for name, within in _NEAR.items()
    }
    tables = {name: table_from_arrays(parts[name]) for name in _TABLES}
    return TreatmentMeasures(
        areas=tables["areas"],
        areas_by_road=tables["areas_by_road"],
        curve=tables["curve"],
        curve_by_road=tables["curve_by_road"],
        near=near["near"],
        near_by_road=near["near_by_road"],
    )


def table_to_arrays(table: pd.DataFrame) -> dict[str, NDArray[Any]]:
    """Return the columns of a table of numbers and texts as arrays, the texts as numpy's own."""
    return {
        str(name): column.to_numpy(np.str_ if column.dtype == "str" else None)
        for name, column in table.items()
    }


def table_from_arrays(arrays: Mapping[str, NDArray[Any]]) -> pd.DataFrame:
    """Return the table that `table_to_arrays` was given."""
    texts = {name: "str" for name, array in arrays.items() if array.dtype.kind == "U"}
    return pd.DataFrame(dict(arrays)).astype(texts)


def _keep_near(reached: Mapping[str, CoverageDraws], within: int) -> dict[str, CoverageDraws]:
    """Return the draws of all levels but counties, at one distance."""
    return {
        level: replace(
            drawn,
            miles=(within,),
            within=drawn.within_miles(within)[:, np.newaxis],
        )
        for level, drawn in reached.items()
        if level in measures.CURVE_LEVELS
    }


def _pick(arrays: Mapping[str, NDArray[Any]], name: str) -> dict[str, NDArray[Any]]:
    return {
        key.removeprefix(f"{name}/"): array
        for key, array in arrays.items()
        if key.startswith(f"{name}/")
    }
