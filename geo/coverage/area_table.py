"""How the areas of a level are served, put together from the tables of a release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from geo.clinics.vocabulary import TREATMENTS
from geo.coverage import demand
from geo.coverage.counting import ANY
from geo.coverage.coverage_exports import join_totals
from geo.coverage.differences import read_verdicts
from geo.coverage.small_counties import leave_out_rates

if TYPE_CHECKING:
    from collections.abc import Callable

_VERDICTS: Final = ("supply", "distance", "drive")


def list_areas(
    level: str,
    treatment: str | None,
    read_table: Callable[[str], pd.DataFrame],
    totals: pd.DataFrame | None,
) -> pd.DataFrame:
    """Return a row an area, as `geo.load_coverage` tells.

    Parameters
    ----------
    level : `nation`, `region`, `division`, `state` or `county`.
    treatment : count only clinics known to offer it; None for all.
    read_table : returns a table of the release by its name, and raises where there is none.
    totals : the table of how many clinics there are by two lists; None where there is none.

    Raises
    ------
    ValueError : there is no such level or treatment.
    """
    if level not in demand.LEVELS:
        raise ValueError(f"There is no level {level!r}; there are {', '.join(demand.LEVELS)}.")
    if treatment is not None and treatment not in TREATMENTS:
        raise ValueError(f"A treatment is one of {', '.join(TREATMENTS)}, not {treatment!r}.")
    areas = read_table("coverage")
    asked = treatment or ANY
    rows = areas[areas["level"].eq(level) & areas["treatment"].eq(asked)].reset_index(drop=True)
    rows = leave_out_rates(rows)
    if asked != ANY:
        return rows
    return join_totals(_join_verdicts(rows, read_verdicts(read_table("verdicts"))), totals)


def _join_verdicts(rows: pd.DataFrame, verdicts: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the verdicts, each with its `_why`, where judged at all."""
    for kind in _VERDICTS:
        of_kind = verdicts[verdicts["kind"] == kind].set_index(["level", "geoid"])
        found = of_kind.reindex(pd.MultiIndex.from_frame(rows[["level", "geoid"]]))
        if found["verdict"].notna().any():
            rows = rows.assign(
                **{kind: found["verdict"].to_numpy(), f"{kind}_why": found["why"].to_numpy()}
            )
    return rows
