"""How a table lies in its file: encoding, delimiter, sheet, and the row that names its columns."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from geo.errors import SourceError
from geo.exporting.formulas import restore
from geo.sources.cleaning import clean_text
from geo.sources.table import delimited, geographic, spreadsheet
from geo.sources.table.known_exports import find_export
from geo.sources.table.mapping import count_known

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from geo.sources.table.cells import Row

_LOOKED_AT: Final = 40
_KNOWN_ENOUGH: Final = 2
_SURELY_KNOWN: Final = 4
_DIGITS_OF_A_VALUE: Final = 5
_LONGEST_HEADING: Final = 60
_REFUSED: Final = {
    b"\xd0\xcf\x11\xe0": "an old Excel file (.xls) or one with a password; save it as .xlsx or CSV",
    b"\x1f\x8b": "packed with gzip; unpack it first",
    b"%PDF": "a PDF; give the table it was made from",
}


@dataclass(frozen=True)
class Layout:
    """How a table lies in its file.

    Parameters
    ----------
    delimiter, encoding : of a delimited text; sniffed unless told.
    sheet : of a workbook; unless told the first that is seen and holds a table of clinics.
    heading_row : the line, or the row of a sheet, that names the columns, from 1; found unless
        told (0).
    """

    delimiter: str = ""
    encoding: str = ""
    sheet: str = ""
    heading_row: int = 0


@dataclass(frozen=True)
class Found:
    """A layout with all that was found out.

    Attributes
    ----------
    layout : as it is to be read.
    sheets : the names of a workbook's sheets; none of another file.
    above : what stands above the heading, as a title.
    """

    layout: Layout
    sheets: tuple[str, ...] = ()
    above: str = ""


def find_layout(path: Path, layout: Layout) -> Found:
    """Return how a table lies in its file, as far as it is not told.

    Raises
    ------
    SourceError, CrsError : the file cannot be read in its form, or has no such sheet or row.
    """
    sheets = tuple(spreadsheet.list_sheets(path)) if _begins(path).startswith(b"PK") else ()
    if layout.sheet and not sheets:
        raise SourceError(f"{path.name} is no workbook and has no sheets.")
    tried = [layout.sheet] if layout.sheet or not sheets else list(sheets)
    best: tuple[int, Found] | None = None
    for sheet in tried:
        chosen = replace(layout, sheet=sheet)
        try:
            with closing(_open(path, chosen)) as rows:
                first = list(islice(rows, max(_LOOKED_AT, layout.heading_row)))
        except SourceError:
            if best is not None:
                continue  # another sheet is no reason to refuse the one that can be read
            raise
        known, at = _find_heading(path, first, layout.heading_row)
        above = " ".join(clean_text(cell) for row in first[:at] for cell in row.cells)
        line = first[at].line if first else 0
        found = Found(replace(chosen, heading_row=line), sheets, above.strip())
        if best is None or known > best[0]:
            best = (known, found)
        if known >= _KNOWN_ENOUGH:
            break
    return best[1] if best else Found(layout, sheets)


def open_rows(path: Path, found: Found) -> Generator[Row]:
    """Yield the rows of a table, its heading first.

    Raises
    ------
    SourceError, CrsError : as `find_layout`.
    """
    with closing(_open(path, found.layout)) as rows:
        for row in rows:
            if row.line >= found.layout.heading_row:
                yield row


def _find_heading(path: Path, rows: Sequence[Row], told: int) -> tuple[int, int]:
    """Return how many fields the heading names, and which of the rows it is."""
    if told:
        for at, row in enumerate(rows):
            if row.line == told:
                return _count(row), at
        raise SourceError(
            f"{path.name} has nothing in row {told}; say with --heading-row which row names the "
            "columns."
        )
    counts = []
    for at, row in enumerate(rows):
        counts.append(_count(row))
        if counts[-1] >= (_KNOWN_ENOUGH if at == 0 else _SURELY_KNOWN):
            return counts[-1], at
    best = max(counts, default=0)
    return (best, counts.index(best)) if best > _KNOWN_ENOUGH else (counts[0] if counts else 0, 0)


def _count(row: Row) -> int:
    """Return how many fields a row's cells name, if it may be a heading at all."""
    names = [clean_text(restore(cell)) for cell in row.cells]
    if any(sum(map(str.isdigit, name)) >= _DIGITS_OF_A_VALUE for name in names):
        return 0
    if any(len(name) > _LONGEST_HEADING for name in names) and find_export(names) is None:
        names = [name for name in names if len(name) <= _LONGEST_HEADING]
    if find_export(names) is not None:
        return _SURELY_KNOWN
    return count_known([name for name in names if name])


def _open(path: Path, layout: Layout) -> Generator[Row]:
    start = _begins(path)
    for magic, advice in _REFUSED.items():
        if start.startswith(magic):
            raise SourceError(f"{path.name} is {advice}.")
    if start.startswith(b"PK"):
        return spreadsheet.read_rows(path, layout.sheet)
    if start.startswith(b"PAR1"):
        return geographic.read_parquet(path)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return geographic.read_geojson(path)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise SourceError(f"{path.name} is a web page or XML, no table; export it as CSV.")
    form = delimited.sniff(path, layout.delimiter, layout.encoding)
    return delimited.read_rows(path, form, layout.heading_row)


def _begins(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(1_000)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from error
