"""What `coverage --over-releases` does: a measure over the kept releases, and what changes come of."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final

import typer
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from geo import releases
from geo.cli.shell import Format, answer
from geo.coverage.counting import ANY
from geo.coverage.demand import load_demand
from geo.exporting import clinic_exports
from geo.exporting.terminal import plain
from geo.publishing import over_releases

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

_NOTES: Final = (
    "As each release was published, with its band in brackets; the change is from the release before.",
    (
        "The list: clinics added, merged, split, left out or corrected; a clinic new to the list may "
        "have opened or only been found. The clinics: those that closed since, or opened again."
    ),
)


def print_series(level: str, measure: str, treatment: str | None, output: Format) -> None:
    """Write a measure of the areas of a level over releases.

    Raises
    ------
    BadParameter : no release has the measure.
    ReleaseError : the release in use cannot be read.
    """
    kept = over_releases.read_kept()
    known = over_releases.list_measures(kept)
    if measure not in known:
        raise typer.BadParameter(f"there is no measure {measure!r}, but {', '.join(known)}.")
    rows = over_releases.tabulate_measure(kept, load_demand(), level, measure, treatment or ANY)
    used = releases.current_id()
    if output is Format.JSON:
        answer(json.dumps(clinic_exports.records(rows), indent=2))
    elif output is Format.CSV:
        answer(over_releases.to_csv(rows, used))
    else:
        _print_table(rows, len(kept), used)


def _print_table(rows: pd.DataFrame, kept: int, release_id: str) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Area, release", overflow="fold")
    for heading in ("Value", "Change", "Clinics", "List", "Clinics\nthemselves"):
        table.add_column(heading, justify="right", no_wrap=True)
    shown = rows[rows["value"].notna()]
    for (_geoid, name, state), areas in shown.groupby(["geoid", "name", "state"], sort=False):
        called = f"{name}, {state}" if areas["level"].iloc[0] == "county" else name
        table.add_row(Text(plain(str(called)), style="bold"))
        for row in areas.to_dict("records"):
            codes = filter(None, row["definition"].split(";"))
            told = "".join(f"\n{over_releases.DEFINITIONS[code]}" for code in codes)
            table.add_row(Text.assemble(plain(row["release"]), (told, "dim")), *_write(row))
    notes = [*_NOTES, f"Kept releases: {kept}. Release {release_id}"]
    dim = [Text(plain(line), style="dim") for line in notes]
    Console(highlight=False).print(Group(table, Text(), *dim))


def _write(row: Mapping[Any, Any]) -> tuple[str, ...]:
    """Return the cells of a release: the value with its band, its change, and the counts."""
    pattern = "{:.1%}" if row["measure"].startswith("share_") else "{:,.4g}"
    value = pattern.format(row["value"])
    if not math.isnan(row["low"]):
        low, high = pattern.format(row["low"]), pattern.format(row["high"])
        value = f"{value}\n({low.removesuffix('%')}–{high})"
    change = row["change"]
    if math.isnan(change):
        told = ""
    elif row["measure"].startswith("share_"):
        told = f"{100 * change:+.1f} points"
    else:
        told = f"{change:+,.4g}"
    counts = (row[name] for name in ("clinics_change", "by_list", "by_clinics"))
    return value, told, *(_sign(count) for count in counts)


def _sign(count: object) -> str:
    """Return a count with its sign, and none where it is not told."""
    return f"{count:+d}" if isinstance(count, int) and count else "0" if count == 0 else ""
