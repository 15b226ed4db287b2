"""What `coverage --demand` does: measure files of people against the clinics in use."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Final

import typer
from rich.console import Console, Group
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from geo import releases
from geo.cli.shell import Format, answer, note
from geo.coverage import coverage_exports
from geo.coverage.clinic_count import count_clinics, describe_count
from geo.coverage.counting import ANY, offers, pick_clinics
from geo.coverage.coverage_table import NATION
from geo.coverage.demand import load_demand
from geo.exporting import clinic_exports
from geo.exporting.terminal import plain
from geo.scale import files, reaching, tabulating

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from geo.scale.files import Layout, Unit
    from geo.scale.partial import Partial
    from geo.scale.reaching import Clinics

_COLUMNS: Final = {
    "people": "{:,.0f}",
    "clinics": "{:.0f}",
    "mean_distance_miles": "{:.1f}",
    "median_distance_miles": "{:.2f}",
    "share_within_30_miles": "{:.1%}",
    "share_within_60_miles": "{:.1%}",
}
_NOTES: Final = (
    (
        "Straight lines from the points of the files to the nearest listed clinic in any state, each "
        "clinic at its published point; how sure those points are is not measured here."
    ),
    (
        "Listings found in public sources, not a census; clinics outside the United States are not "
        "known."
    ),
)


def print_demand(
    pattern: str, level: str, treatment: str | None, scheduler: str | None, output: Format
) -> None:
    """Write how the people of files are served, area by area.

    Raises
    ------
    SourceError : a file cannot be read, or no scheduler answers.
    SchemaError : a file lacks a column, or holds what cannot be counted.
    ReleaseError : the release cannot be read.
    """
    if output is Format.GEOJSON:
        raise typer.BadParameter("files of demand are written as table, json or csv.")
    release = releases.current()
    counted = pick_clinics(release.clinics)
    listed = counted[offers(counted, treatment or ANY)]
    units, layout = files.plan(pattern)
    partial = _measure(units, layout, reaching.place_clinics(listed), scheduler)
    rows = tabulating.tabulate(partial, layout, listed, level)
    points, people = tabulating.count_outside(partial, layout)
    if people:
        note(f"{people:,.0f} people at {points:,} points lie in no county, and so in no area.")
    if output is Format.JSON:
        answer(json.dumps(clinic_exports.records(rows.assign(release=release.id)), indent=2))
    elif output is Format.CSV:
        answer(clinic_exports.to_csv(coverage_exports.count_in_whole(rows), release.id))
    else:
        count = count_clinics(release.clinics, load_demand(), NATION, treatment or ANY)
        _print_table(rows, layout, release.id, describe_count(count))


def _measure(
    units: Sequence[Unit], layout: Layout, clinics: Clinics, scheduler: str | None
) -> Partial:
    """Measure the units here or on a cluster, with a bar on stderr where somebody looks."""
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("points"),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
        transient=True,
    ) as bar:
        task = bar.add_task("Measuring", total=sum(unit.rows for unit in units))

        def advance(unit: Unit) -> None:
            bar.advance(task, unit.rows)

        if scheduler is None:
            return reaching.measure(units, layout, clinics, advance)
        return _measure_on(scheduler, units, layout, clinics, advance)


def _measure_on(
    scheduler: str,
    units: Sequence[Unit],
    layout: Layout,
    clinics: Clinics,
    progress: Callable[[Unit], None],
) -> Partial:
    from geo.scale import cluster  # noqa: PLC0415  an optional extra

    with cluster.connect(scheduler) as client:
        return cluster.measure_on(client, units, layout, clinics, progress)


def _print_table(rows: pd.DataFrame, layout: Layout, release_id: str, counted: str) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Area", overflow="fold")
    for heading in ("People", "Clinics", "Mean\nmiles", "Median\nmiles", "Within\n30 mi",
                    "Within\n60 mi"):  # fmt: skip
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows.to_dict("records"):
        name = f"{row['name']}, {row['state']}" if row["level"] == "county" else row["name"]
        cells = [_write(row[column], pattern) for column, pattern in _COLUMNS.items()]
        table.add_row(Text(plain(name)), *cells)
    notes = [
        *_NOTES,
        counted,
        f"People: column {layout.people!r} of the files.",
        f"Release {release_id}",
    ]
    dim = [Text(plain(line), style="dim") for line in notes]
    Console(highlight=False).print(Group(table, Text(), *dim))


def _write(value: float, pattern: str) -> str:
    return "N/A" if math.isnan(value) else pattern.format(value)
