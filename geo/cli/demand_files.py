"""What `coverage --demand` does: measure files of people against the clinics in use."""

from __future__ import annotations

import json
import math
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import numpy as np
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
from geo.coverage.drive_draws import find_minutes, tabulate_drives
from geo.coverage.position_draws import DRAWS, draw_positions
from geo.exporting import clinic_exports
from geo.exporting.terminal import plain
from geo.reference.road_tables import ATTRIBUTION
from geo.roads.shared_roads import share_roads
from geo.scale import drawn, files, tabulating
from geo.scale.zip_drives import join_drives
from geo.scale.zip_people import count_people

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pandas as pd

    from geo.scale.files import Layout, Unit
    from geo.scale.partial import Partial
    from geo.scale.reaching import Clinics
    from geo.scale.zip_people import ZipPeople

_COLUMNS: Final = {
    "people": "{:,.0f}",
    "clinics": "{:.3g}",
    "mean_distance_miles": "{:.1f}",
    "median_distance_miles": "{:.1f}",
    "share_within_30_miles": "{:.0%}",
    "share_within_60_miles": "{:.0%}",
}
_COLUMNS_BY_ROAD: Final = {
    "people": "{:,.0f}",
    "clinics": "{:.3g}",
    "mean_distance_miles": "{:.1f}",
    "median_minutes_to_nearest": "{:.0f}",
    "share_within_30_minutes": "{:.0%}",
    "share_within_60_minutes": "{:.0%}",
}
_HEADINGS: Final = {
    "people": "People",
    "clinics": "Clinics",
    "mean_distance_miles": "Mean\nmiles",
    "median_distance_miles": "Median\nmiles",
    "share_within_30_miles": "Within\n30 mi",
    "share_within_60_miles": "Within\n60 mi",
    "median_minutes_to_nearest": "Median\nminutes",
    "share_within_30_minutes": "Within\n30 min",
    "share_within_60_minutes": "Within\n60 min",
}
_HOW_BY_ROAD: Final = (
    "Minutes by road, without traffic, are those of the ZIP point nearest to each point of the files: "
    f"{ATTRIBUTION}."
)
_NOTES: Final = (
    (
        "Listings found in public sources, not a census; clinics outside the United States are not "
        "known."
    ),
)


def print_demand(
    pattern: str,
    level: str,
    treatment: str | None,
    scheduler: str | None,
    output: Format,
    *,
    by_road: bool,
) -> None:
    """Write how the people of files are served, area by area, and how long they drive if asked.

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
    located = listed[listed["latitude"].notna()].reset_index(drop=True)
    units, layout = files.plan(pattern)
    count = drawn.count_draws(sum(unit.rows for unit in units))
    areas = load_demand()
    positions = draw_positions(located, areas, count)
    partials = _measure(units, layout, drawn.place_draws(positions), scheduler)
    rows = drawn.tabulate_draws(partials, layout, located, level, positions=positions, demand=areas)
    if by_road:
        drives = tabulate_drives(share_roads(), located, areas, positions)
        (minutes,) = find_minutes(drives, np.ones(len(located), dtype=np.bool_), (1,))
        rows = join_drives(rows, _count_people(units, layout, scheduler), minutes, level)
    points, people = tabulating.count_outside(partials[0], layout)
    if count < DRAWS:
        note(f"Over {drawn.MANY_ROWS:,} rows of demand: {count} draws instead of {DRAWS}.")
    if people:
        note(f"{people:,.0f} people at {points:,} points lie in no county, and so in no area.")
    if output is Format.JSON:
        answer(json.dumps(clinic_exports.records(rows.assign(release=release.id)), indent=2))
    elif output is Format.CSV:
        answer(clinic_exports.to_csv(coverage_exports.count_in_whole(rows), release.id))
    else:
        counted_here = count_clinics(release.clinics, areas, NATION, treatment or ANY)
        how = (
            "Straight lines from the points of the files to the nearest listed clinic in any state: "
            f"the median of {count} draws of where clinics may stand, in brackets the 5th and 95th "
            "percentile."
        )
        lines = [how, describe_count(counted_here)]
        if by_road:
            lines.insert(1, _HOW_BY_ROAD)
        _print_table(rows, layout, release.id, lines, by_road=by_road)


def _measure(
    units: Sequence[Unit], layout: Layout, clinics: Sequence[Clinics], scheduler: str | None
) -> list[Partial]:
    """Measure the units in each draw, here or on a cluster."""
    if scheduler is None:
        with _show_progress("Measuring", units) as advance:
            return drawn.measure_draws(units, layout, clinics, advance)
    from geo.scale import cluster  # noqa: PLC0415  an optional extra

    with (
        cluster.connect(scheduler) as client,
        _show_progress("Measuring", units, passes=len(clinics)) as advance,
    ):
        return [cluster.measure_on(client, units, layout, each, advance) for each in clinics]


def _count_people(units: Sequence[Unit], layout: Layout, scheduler: str | None) -> ZipPeople:
    """Add up the people nearest to each ZIP point, here or on a cluster."""
    if scheduler is None:
        with _show_progress("Adding up by ZIP", units) as advance:
            return count_people(units, layout, advance)
    from geo.scale import cluster  # noqa: PLC0415  an optional extra

    with (
        cluster.connect(scheduler) as client,
        _show_progress("Adding up by ZIP", units) as advance,
    ):
        return cluster.count_people_on(client, units, layout, advance)


@contextmanager
def _show_progress(
    what: str, units: Sequence[Unit], passes: int = 1
) -> Iterator[Callable[[Unit], None]]:
    """Show a bar on stderr where somebody looks; give what a unit that is done is told to."""
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
        task = bar.add_task(what, total=passes * sum(unit.rows for unit in units))
        yield lambda unit: bar.advance(task, unit.rows)


def _print_table(
    rows: pd.DataFrame, layout: Layout, release_id: str, lines: Sequence[str], *, by_road: bool
) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Area", overflow="fold")
    columns = _COLUMNS_BY_ROAD if by_road else _COLUMNS
    for heading in columns:
        table.add_column(_HEADINGS[heading], justify="right", no_wrap=True)
    for row in rows.to_dict("records"):
        name = f"{row['name']}, {row['state']}" if row["level"] == "county" else row["name"]
        cells = [_write(row, column, pattern) for column, pattern in columns.items()]
        table.add_row(Text(plain(name)), *cells)
    notes = [
        *lines,
        *_NOTES,
        f"People: column {layout.people!r} of the files.",
        f"Release {release_id}",
    ]
    dim = [Text(plain(line), style="dim") for line in notes]
    Console(highlight=False).print(Group(table, Text(), *dim))


def _write(row: Mapping[Any, Any], column: str, pattern: str) -> str:
    """Return a figure with its band below it, where it has one."""
    value = row[column]
    if math.isnan(value):
        return "N/A"
    if f"{column}_low" not in row:
        return pattern.format(value)
    low, high = (pattern.format(row[f"{column}{end}"]) for end in ("_low", "_high"))
    return f"{pattern.format(value)}\n({low.removesuffix('%')}–{high})"
