"""What `coverage` does: take the areas of the release in use and write how they are served."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from geo import releases
from geo.api.area_verbs import load_coverage
from geo.api.export_verb import export
from geo.cli.shell import Format, answer, note
from geo.coverage import coverage_exports
from geo.coverage.clinic_count import count_clinics, describe_count
from geo.coverage.counting import ANY
from geo.coverage.coverage_table import NATION
from geo.coverage.demand import load_demand, read_vintages
from geo.coverage.small_counties import describe_few
from geo.coverage.verdicts import NOT_JUDGED
from geo.exporting.terminal import plain
from geo.reference.road_tables import ATTRIBUTION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from geo.releases import Release

_RANGES: Final = (
    ("clinics_per_million_adults", "rate_low", "rate_high", "{:.2f}"),
    *(
        (name, f"{name}_low", f"{name}_high", pattern)
        for name, pattern in (
            ("mean_distance_miles", "{:.1f}"),
            ("share_within_30_miles", "{:.0%}"),
            ("share_within_60_miles", "{:.0%}"),
            ("share_within_60_minutes", "{:.0%}"),
        )
    ),
)
_VERDICTS: Final = ("supply", "distance", "drive")
_MOST_REASONED: Final = 9
_HEADINGS: Final = (
    "Clinics",
    "Per million\nadults",
    "Mean\nmiles",
    "Within\n30 mi",
    "Within\n60 mi",
    "Within\n60 min",
)
_WIDE: Final = 140
_NO_DATA: Final = "N/A"
_NOTES: Final = (
    "Listings found in public sources, not a census: a rate knows nothing of clinics not listed.",
    "Clinics outside the United States are not known; near the borders one may be closer.",
)
_OF_COUNTIES: Final = (
    "People of counties are estimated from their ZIPs; ~ marks a count that clinics known to their "
    "city only have a part in: the mean of the draws. With less than one clinic there is no rate."
)


def print_coverage(level: str, treatment: str | None, output: Format) -> None:
    """Write the areas of a level, with both verdicts where they were given.

    Raises
    ------
    ReleaseError : the release cannot be read, or was made without coverage.
    SourceError : shapes are asked for and cannot be read.
    """
    release = releases.current()
    rows = load_coverage(level, treatment=treatment, release=release)
    if rows.empty:
        note(f"No listed clinic with a known place is known to offer {treatment or ANY}.")
    elif output is Format.TABLE:
        _print_table(rows, release)
    if output is not Format.TABLE:
        answer(export(rows, output.value, release=release))


def _print_table(rows: pd.DataFrame, release: Release) -> None:
    """Write the areas, then why the verdicts are so, and what to bear in mind."""
    console = Console(highlight=False)
    is_wide = console.width >= _WIDE
    judged = [kind for kind in _VERDICTS if kind in rows and rows[kind].ne(NOT_JUDGED).any()]
    space = " " if is_wide else "\n"
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Area", overflow="fold")
    for heading in ("Adults", *_HEADINGS) if is_wide else _HEADINGS:
        table.add_column(heading.replace("\n", space), justify="right", no_wrap=True)
    for row in rows.to_dict("records"):
        adults, *cells = _write_cells(row, space)
        name = f"{row['name']}, {row['state']}" if row["level"] == "county" else row["name"]
        said = "".join(f"\n{kind}: {row[kind]}" for kind in judged) + _write_total(row)
        table.add_row(
            Text.assemble(plain(name), (said, "dim")), *([adults] if is_wide else []), *cells
        )
    reasons = [Text(plain(line)) for line in _write_reasons(rows)]
    notes = [*_NOTES, *([_OF_COUNTIES] if rows["level"].eq("county").any() else [])]
    people, shares = read_vintages()
    notes.append(
        f"Minutes by road, without traffic: {ATTRIBUTION}."
        if coverage_exports.has_minutes(rows)
        else "This release was made before minutes by road were measured."
    )
    treatment = str(rows["treatment"].iloc[0])
    notes.append(describe_count(count_clinics(release.clinics, load_demand(), NATION, treatment)))
    notes += [f"People: {people}; ZIPs' shares in counties: {shares}.", f"Release {release.id}"]
    dim = [Text(plain(line), style="dim") for line in notes]
    console.print(Group(table, Text(), *reasons, *dim))


def _write_cells(row: Mapping[Any, Any], space: str) -> Iterator[str]:
    """Give the cells of an area but its name; a figure's range comes after it and a space."""
    yield _write(row["adults"], "{:,.0f}")
    yield _write(row["clinics"], "~{:.1f}" if row["clinics_estimated"] else "{:.0f}")
    for name, low, high, pattern in _RANGES:
        figure, *ends = (_write(row[column], pattern) for column in (name, low, high))
        span = f"({ends[0].removesuffix('%')}–{ends[1]})"
        if low == "rate_low" and (few := describe_few(row)):
            yield f"{few}{space}{_write(row['adults'], '{:,.0f}')} adults"
            continue
        yield figure if figure == _NO_DATA else f"{figure}{space}{span}"


def _write_total(row: Mapping[Any, Any]) -> str:
    """Give how many clinics there are by two lists; nothing where they do not tell."""
    total = row.get("total_at_1", math.nan)
    if math.isnan(total):
        return ""
    low, high = row["total_at_1_low"], row["total_at_1_high"]
    end = f"{high:,.0f}" if math.isfinite(high) else "no upper end"
    return (
        f"\nat least {total:,.0f} clinics ({low:,.0f} to {end}), {row['clinics_known']:.0f} known"
    )


def _write(value: float, pattern: str) -> str:
    return _NO_DATA if math.isnan(value) else pattern.format(value)


def _write_reasons(rows: pd.DataFrame) -> Iterator[str]:
    """Give why the verdicts are so, where there are not too many; areas of one reason in one line."""
    kinds = [kind for kind in _VERDICTS if kind in rows]
    for kind in kinds:
        if len(rows) > _MOST_REASONED:
            if rows[kind].eq(NOT_JUDGED).all():
                yield f"The {kind} of none of these can be judged; --format json says why."
            continue
        for (verdict, reason), alike in rows.groupby([kind, f"{kind}_why"], sort=False):
            yield f"{', '.join(alike['name'])} ({kind} {verdict}): {reason}"
    if kinds:
        yield ""
