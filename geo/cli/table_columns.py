"""What `ingest table` shows before it takes anything in: columns, sample rows, what would come of it."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Final

from geo.cli.prompts import confirm
from geo.cli.shell import note
from geo.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from geo.sources.table import Layout, Mapping, Sample
    from geo.sources.table.preview import Preview

_SHOWN_REASONS: Final = 5
_OPERATING: Final = {
    "open": "open",
    "closed": "closed, or not open yet",
    "doubtful": "in doubt",
    "unsaid": "without a word of it",
}


def confirm_table(
    path: Path, file: Path | None, layout: Layout, *, only_naming: bool | None, yes: bool
) -> tuple[Mapping, Layout, bool]:
    """Return how a table is to be read, once that was shown and agreed to.

    Parameters
    ----------
    path : of the table.
    file : of a mapping; None to guess it.
    layout : as far as it is told.
    only_naming : whether only rows that name the treatment are such clinics; None to guess.
    yes : it was agreed to on the command line already.

    Raises
    ------
    SourceError, CrsError : as `geo.sources.table.read`.
    typer.Exit : it was not agreed to.
    """
    from geo.sources import table  # noqa: PLC0415  # 590 ms
    from geo.sources.table import preview  # noqa: PLC0415  # 330 ms: pandas

    sample = table.sample(path, layout)
    mapping = table.guess_mapping(sample.heading, sample.rows) if file is None else _read(file)
    _show_layout(sample)
    if file is None:
        for row in mapping.to_table().query("column != ''").to_dict("records"):
            note(f"  {row['field']} = {row['column']} ({row['sure']:.0%} sure): {row['samples']}")
    found = preview.look(path, mapping, sample.layout, only_naming=only_naming)
    _show_preview(found, is_guessed=only_naming is None)
    if file is None:
        confirm("Is that right, and shall it be taken in so?", yes=yes)
    return mapping, sample.layout, found.only_naming


def _show_layout(sample: Sample) -> None:
    """Say which sheet and which row are taken, where there is a choice."""
    if len(sample.sheets) > 1:
        others = ", ".join(name for name in sample.sheets if name != sample.layout.sheet)
        note(
            f"Of the workbook's sheets {sample.layout.sheet!r} is taken, not {others}; another is "
            "taken with --sheet NAME."
        )
    if sample.above:
        note(
            f"Row {sample.layout.heading_row} names the columns; above it stands "
            f"{sample.above[:200]!r}. Another is taken with --heading-row N."
        )


def _show_preview(found: Preview, *, is_guessed: bool) -> None:
    """Say what would come of the table: counts, the first listings, what is left out."""
    for row in found.samples:
        note("  -> " + "; ".join(f"{name}: {text}" for name, text in row.items() if text))
    if found.unread:
        note(f"  not read: {', '.join(found.unread)}")
    note(
        f"{found.records:,} records: {found.accepted:,} to be taken in, {found.not_relevant:,} not "
        f"relevant, {found.rejected:,} rejected; {found.naming:,} name the treatment, "
        f"{found.records - found.naming:,} do not."
    )
    for reason, count in list(found.reasons.items())[:_SHOWN_REASONS]:
        note(f"  rejected {count:,}: {reason}")
    said = {name: count for name, count in found.operating.items() if name != "unsaid"}
    if said:
        counts = (f"{count:,} {_OPERATING[name]}" for name, count in found.operating.items())
        note(f"Of those to be taken in: {', '.join(counts)}.")
    if found.mended:
        fields = ", ".join(f"{name} {count:,}" for name, count in found.mended.items())
        note(f"Not understood and left out, or in doubt: {fields}.")
    for sentence in found.notices:
        note(sentence)
    if found.warning:
        note(f"Look at this: {found.warning}")
    if is_guessed and found.naming < found.records:
        taken, other = ("those that name it", "all") if found.only_naming else ("all", "naming")
        note(f"Which records are such clinics was guessed: {taken}. Say --rows {other} otherwise.")


def _read(file: Path) -> Mapping:
    """Return the mapping that a TOML file of `field = "column"` tells."""
    from geo.sources.table import Mapping  # noqa: PLC0415  # 330 ms: pandas

    try:
        columns = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SourceError(f"The mapping {file} cannot be read ({error}).") from error
    if wrong := [name for name, column in columns.items() if not isinstance(column, str)]:
        raise SourceError(
            f'The mapping {file} names no column for {wrong[0]}; write {wrong[0]} = "..."'
        )
    return Mapping(columns)
