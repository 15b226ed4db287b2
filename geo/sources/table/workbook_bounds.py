"""An Excel workbook, counted before openpyxl builds anything: parts, cells, and where they stand.

openpyxl fills up what lies between the cells of a sheet, and keeps each row and each style it meets:
one cell in the last corner, or a million empty elements in a few packed kilobytes, cost it minutes
or gigabytes. So each part is first read through by a parser that keeps nothing.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.parsers import expat

from geo.errors import SourceError
from geo.files import archives, xml_bounds
from geo.files.csv_rows import MOST_COLUMNS
from geo.files.too_much import TooMuchError

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_UNPACKED_BYTES: Final = 500_000_000
LARGEST_STRINGS_BYTES: Final = 100_000_000
"""openpyxl keeps the shared texts in memory; sheets are streamed."""

MOST_ROWS: Final = 1_048_576
"""Of Excel itself."""

MOST_CELLS: Final = 20_000_000
MOST_CELLS_OF_A_ROW: Final = 16_384
"""Of Excel itself; those behind `MOST_COLUMNS` hold nothing."""

MOST_ELEMENTS_OF_A_ROW: Final = 200_000
LONGEST_ROW_BYTES: Final = 8_000_000
MOST_EMPTY_ROWS: Final = 100_000
"""Between rows that hold something; more of them are a mark that was left far below a table."""

_MOST_ELEMENTS: Final = 4 * MOST_CELLS  # the cell, its value or text, and what that stands in
_MOST_TEXTS: Final = 5_000_000
_MOST_OTHERS: Final = 250_000
_SHEETS: Final = "xl/worksheets/"
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_WORKSHEET, _TEXTS, _ROW, _CELL, _LISTED = (
    f"{_MAIN} {name}" for name in ("worksheet", "sst", "row", "c", "sheet")
)
_VALUES: Final = frozenset(f"{_MAIN} {name}" for name in ("v", "is", "f"))
_ROW_DEPTH: Final = 2
_REFERENCE: Final = re.compile(r"([A-Za-z]{1,3})[0-9]{1,7}")
_ROW_NUMBER: Final = re.compile(r"[0-9]{1,7}", re.ASCII)
_ALPHABET: Final = 26


class Extent(NamedTuple):
    """How far a sheet reaches.

    Attributes
    ----------
    row, column : the last in which a cell holds something; 0 where none does.
    held : how many rows hold something.
    """

    row: int
    column: int
    held: int


def measure(path: Path) -> dict[str, Extent]:
    """Return how far the sheets of a workbook reach, by their names in the archive.

    Parameters
    ----------
    path : an .xlsx or .xlsm file.

    Raises
    ------
    SourceError : it is cut off, damaged or no workbook; unpacks to more than 500 MB; or has more
        cells, styles or texts than a table of clinics.
    """
    try:
        with archives.open_zip(path) as archive:
            members = archive.infolist()
            _check_sizes(path.name, members)
            parts = {member.filename: _count(archive, member) for member in members}
    except TooMuchError as error:
        raise SourceError(
            f"{path.name} {error}, which is no table of clinics; copy the table alone into a new "
            "workbook, or save it as CSV."
        ) from error
    except expat.ExpatError as error:
        raise SourceError(
            f"{path.name} is a damaged workbook ({error}); open it in a spreadsheet program and "
            "save it again, or save it as CSV."
        ) from error
    except (
        OSError,
        EOFError,
        RuntimeError,
        ValueError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise SourceError(
            f"{path.name} is cut off or damaged ({error}); copy or export it again."
        ) from error
    sheets = {name: part.extent() for name, part in parts.items() if part.root == _WORKSHEET}
    if max((part.listed for part in parts.values()), default=0) > len(sheets):
        raise SourceError(
            f"{path.name} lists more sheets than it has; open it in a spreadsheet program and save "
            "it again, or save it as CSV."
        )
    return sheets


def check_extent(name: str, extent: Extent) -> None:
    """Raise if a sheet reaches further than any table.

    Parameters
    ----------
    name : of the file, for the message.
    extent : of the sheet that is read.

    Raises
    ------
    SourceError : it holds something behind `MOST_COLUMNS`, or below `MOST_EMPTY_ROWS` empty rows.
    """
    if extent.column > MOST_COLUMNS or extent.row - extent.held > MOST_EMPTY_ROWS:
        raise SourceError(
            f"{name} reaches to row {extent.row:,} and column {extent.column:,}, with something in "
            f"{extent.held:,} rows; remove what stands far from the table (at most "
            f"{MOST_COLUMNS:,} columns), or save the table as CSV."
        )


def _check_sizes(name: str, members: list[zipfile.ZipInfo]) -> None:
    if not any(member.filename == "xl/workbook.xml" for member in members):
        raise SourceError(f"{name} is a zip but no Excel workbook; unpack it first.")
    kept = sum(m.file_size for m in members if not m.filename.startswith(_SHEETS))
    if (
        sum(member.file_size for member in members) > LARGEST_UNPACKED_BYTES
        or kept > LARGEST_STRINGS_BYTES
    ):
        raise SourceError(
            f"{name} unpacks to more than {LARGEST_UNPACKED_BYTES // 10**6} MB, or to more "
            f"than {LARGEST_STRINGS_BYTES // 10**6} MB of texts; save it as CSV."
        )


def _count(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> _Part:
    """Count what a part holds; in one that is no XML, what stands before it is none."""
    part = _Part()
    with archive.open(member) as stream:
        try:
            part.counter.read(stream, member.file_size)
        except expat.ExpatError:
            if member.filename.endswith((".xml", ".rels")):
                raise
    part.end()
    return part


class _Part:
    """What is counted of one file in the archive; what it is, its root tells, as openpyxl has it."""

    def __init__(self) -> None:
        self.counter = xml_bounds.Counter(_MOST_ELEMENTS, self._start)
        self.root = ""
        self.listed = 0
        self._others = 0
        self._in_row = False
        self._rows = self._row = self._began = 0
        self._cells = self._cells_of_row = self._elements_of_row = self._column = 0
        self._last_row = self._last_column = self._held = 0

    def end(self) -> None:
        """Count what the last element was, all of the part being read."""
        self._end_row()

    def extent(self) -> Extent:
        """Return how far a sheet reaches, all of it being counted."""
        return Extent(self._last_row, self._last_column, self._held)

    def _start(self, name: str, attributes: dict[str, str], depth: int) -> None:
        if depth == 0:
            self.root = name
        if self.root == _WORKSHEET:
            if depth <= _ROW_DEPTH:
                self._end_row()
            if name == _ROW:
                self._begin_row(attributes.get("r", ""), depth)
                return
            if self._in_row:
                self._count_in_row(name, attributes)
                return
        elif name == _LISTED:
            self.listed += 1
        self._others += 1
        most = _MOST_TEXTS if self.root == _TEXTS else _MOST_OTHERS
        if self._others > most:
            raise TooMuchError(f"has more than {most:,} elements that are no cells")

    def _begin_row(self, number: str, depth: int) -> None:
        if depth != _ROW_DEPTH or (number and not _ROW_NUMBER.fullmatch(number)):
            raise TooMuchError(f"has a row {number[:20]!r} where none can be")
        self._in_row = True
        self._rows += 1
        self._row = int(number) if number else self._row + 1
        self._began = self.counter.at
        self._column = self._cells_of_row = self._elements_of_row = 0
        if self._rows > MOST_ROWS:
            raise TooMuchError(f"has more than {MOST_ROWS:,} rows")

    def _end_row(self) -> None:
        if self._in_row and self.counter.at - self._began > LONGEST_ROW_BYTES:
            raise TooMuchError(f"has a row of more than {LONGEST_ROW_BYTES / 10**6:g} MB")
        self._in_row = False

    def _count_in_row(self, name: str, attributes: dict[str, str]) -> None:
        self._elements_of_row += 1
        if self._elements_of_row > MOST_ELEMENTS_OF_A_ROW:
            raise TooMuchError(f"has a row of more than {MOST_ELEMENTS_OF_A_ROW:,} elements")
        if name == _CELL:
            found = _REFERENCE.fullmatch(attributes.get("r", ""))
            self._column = _read_column(found[1]) if found else self._column + 1
            self._cells += 1
            self._cells_of_row += 1
            if self._cells > MOST_CELLS or self._cells_of_row > MOST_CELLS_OF_A_ROW:
                raise TooMuchError(
                    f"has more than {MOST_CELLS:,} cells, or {MOST_CELLS_OF_A_ROW:,} in a row"
                )
        elif name in _VALUES:
            self._last_column = max(self._last_column, self._column)
            if self._row > self._last_row:
                self._last_row = self._row
                self._held += 1


def _read_column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * _ALPHABET + ord(letter) - ord("A") + 1
    return number
