"""The heading of a table, and its rows as texts under it, links in their places."""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Final

from geo.errors import SourceError
from geo.exporting.formulas import restore
from geo.files.csv_rows import MOST_COLUMNS
from geo.sources.cleaning import clean_text
from geo.sources.table import delimited
from geo.sources.table.layout import Found, open_rows
from geo.sources.table.linked_cells import Links, find_links

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from geo.sources.table.cells import Row
    from geo.sources.table.mapping import Mapping

SAMPLE_ROWS: Final = 200
"""Rows that are looked at to tell what a table holds."""


def read_heading(path: Path, found: Found) -> tuple[list[str], Links]:
    """Return the names of the columns, and those that links make of others.

    Raises
    ------
    SourceError, CrsError : as `geo.sources.table.read`.
    """
    with closing(open_rows(path, found)) as rows:
        heading = _heading(path, rows)
        links = find_links(heading, islice(rows, SAMPLE_ROWS))
    return [*heading, *links.added], links


def fill_cells(row: Row, heading: Sequence[str], links: Links) -> list[str]:
    """Return the cells of a row, as many as the heading has, its links in their places."""
    width = len(heading) - len(links.added)
    return links.fill([restore(cell) for cell in _fit(row.cells, width)], row.links)


def _heading(path: Path, rows: Iterator[Row]) -> list[str]:
    """Return the names of the columns.

    One without a name is called by its place; one whose name stood before is called the second.

    Raises
    ------
    SourceError : there is no heading.
    """
    first = next(rows, None)
    if first is None or first.fault:
        raise SourceError(f"{path.name} has no heading; its first line must name the columns.")
    named = [clean_text(restore(cell)) for cell in first.cells]
    while named and not named[-1]:
        named.pop()
    if len(named) > MOST_COLUMNS:
        raise SourceError(
            f"{path.name} has {len(named):,} columns; leave those of a clinic, at most "
            f"{MOST_COLUMNS:,}, and export it again."
        )
    if not named:
        raise SourceError(f"{path.name} has no heading that can be read; name its columns.")
    heading: list[str] = []
    for at, name in enumerate(named, start=1):
        own = name or f"column {at}"
        heading.append(f"{own} (second, column {at})" if own in heading else own)
    return heading


def check_split(path: Path, heading: list[str], mapping: Mapping) -> None:
    """Refuse a delimited heading that was split at the wrong character.

    Raises
    ------
    SourceError : it was.
    """
    if len(heading) > 1 or set(mapping.columns.values()) <= set(heading):
        return
    for mark, name in delimited.DELIMITERS.items():
        if mark in heading[0]:
            raise SourceError(
                f"{path.name} has one column, {heading[0][:60]!r}; a {name} seems to stand between "
                "its cells: give that as the delimiter."
            )


def _fit(cells: Sequence[str], width: int) -> list[str]:
    """Return so many cells: empty ones behind, or the first of them."""
    return [*cells[:width], *[""] * (width - len(cells))]
