"""What `coverage --rates` does: write how adults with a condition are served, and what they are by."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from geo import releases
from geo.api.export_verb import export
from geo.api.need_verb import measure_need
from geo.cli.shell import Format, answer
from geo.coverage.need import METHOD
from geo.exporting.terminal import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_HEADINGS = ("With\ncondition", "Rate", "Of them\nwithin 30 mi", "Share", "Of all\nadults")


def print_need(rates: Path, level: str, treatment: str | None, output: Format) -> None:
    """Write how many adults with the condition have a clinic within reach, area by area.

    Raises
    ------
    ReleaseError : the release cannot be read.
    SchemaError : the rates cannot be read, or are not what they should be.
    SupplyError : no listed clinic with a known place offers the treatment.
    """
    release = releases.current()
    rows = measure_need(rates, level, treatment=treatment, release=release)
    if output is not Format.TABLE:
        answer(export(rows, output.value, release=release))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Area", overflow="fold")
    for heading in _HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows.to_dict("records"):
        name = f"{row['name']}, {row['state']}" if level == "county" else row["name"]
        table.add_row(Text(plain(name)), *_write_cells(row))
    said = (METHOD, str(rows["rates"].iloc[0]), f"Release {release.id}")
    lines = [Text(plain(line), style="dim") for line in said]
    Console(highlight=False).print(Group(table, Text(), *lines))


def _write_cells(row: Mapping[Any, Any]) -> Iterator[str]:
    """Give the cells of an area but its name; a figure's band stands below it."""
    yield _write(row["with_condition"], "{:,.0f}")
    yield _write(row["rate"], "{:.1%}")
    number, share = "with_condition_within_30_miles", "share_with_condition_within_30_miles"
    yield _write_band(row, number, "{:,.0f}", "–\n")
    yield _write_band(row, share, "{:.1%}", "–")
    yield _write(row["share_of_all_adults_within_30_miles"], "{:.1%}")


def _write_band(row: Mapping[Any, Any], name: str, pattern: str, to: str) -> str:
    middle, low, high = (_write(row[f"{name}{end}"], pattern) for end in ("", "_low", "_high"))
    return middle if math.isnan(row[name]) else f"{middle}\n({low.removesuffix('%')}{to}{high})"


def _write(value: float, pattern: str) -> str:
    return "N/A" if math.isnan(value) else pattern.format(value)
