"""What `coverage --all-people` does: shares of adults beside shares of all people."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from geo import releases
from geo.cli.shell import Format, answer
from geo.coverage.counting import ANY
from geo.coverage.demand import load_demand
from geo.coverage.everyone import compare_with_everyone
from geo.exporting import clinic_exports
from geo.exporting.terminal import plain
from geo.siting.supply import find_supply

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

_NOTE = (
    "Within 30 miles of a listed clinic: the median of 200 draws of where clinics may stand; points "
    "are to the rest of the country, in brackets the 5th and 95th percentile."
)


def print_everyone(level: str, treatment: str | None, output: Format) -> None:
    """Write both shares of the areas of a level, and both verdicts.

    Raises
    ------
    ReleaseError : the release cannot be read.
    SupplyError : no listed clinic with a known place offers the treatment.
    """
    release, demand = releases.current(), load_demand()
    supply = find_supply(release.clinics, demand, treatment or ANY)
    rows = compare_with_everyone(demand, supply.distances, level)
    if output is Format.JSON:
        answer(json.dumps(clinic_exports.records(rows.assign(release=release.id)), indent=2))
    elif output is Format.CSV:
        answer(clinic_exports.to_csv(rows, release.id))
    else:
        _print_table(rows, release.id)


def _print_table(rows: pd.DataFrame, release_id: str) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Area", overflow="fold")
    for heading in ("Counted", "Number", "Share", "Points", "Verdict"):
        table.add_column(heading, justify="right", no_wrap=heading != "Verdict")
    for row in rows.to_dict("records"):
        table.add_row(Text(plain(row["name"])), row["counted"], *_write_cells(row))
    lines = [Text(plain(line), style="dim") for line in (_NOTE, f"Release {release_id}")]
    Console(highlight=False).print(Group(table, Text(), *lines))


def _write_cells(row: Mapping[Any, Any]) -> tuple[str, str, str, str]:
    """Return the cells of who was counted; N/A where an area cannot be judged."""
    number = "N/A" if math.isnan(row["number"]) else f"{row['number']:,.0f}"
    if math.isnan(row["difference"]):
        return number, "N/A", "N/A", row["verdict"]
    low, middle, high = (f"{100 * row[f'difference{end}']:+.1f}" for end in ("_low", "", "_high"))
    share = f"{row['share_within_30_miles']:.1%}"
    return number, share, f"{middle} ({low} to {high})", row["verdict"]
