"""CSV that is read whole: lines, cells and columns have their bounds."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from geo.files.too_much import TooMuchError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TextIO

MOST_COLUMNS: Final = 1_000
MOST_CELLS: Final = 5_000_000
LONGEST_LINE: Final = 1_000_000
"""In characters."""


def read(
    path: Path, *, delimiter: str = ",", encoding: str = "utf-8-sig"
) -> Iterator[tuple[int, list[str]]]:
    """Yield each row of a CSV, the heading among them, with the line it ends at, from 1.

    Raises
    ------
    TooMuchError : a line is longer than `LONGEST_LINE`, a row has more than `MOST_COLUMNS` cells,
        or all have more than `MOST_CELLS`.
    OSError : it cannot be read.
    UnicodeError, csv.Error : it is not in that encoding, or no CSV.
    """
    cells = 0
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(_lines(file), delimiter=delimiter, strict=True)
        for row in reader:
            # An empty row costs as much as one of a few cells.
            cells += max(len(row), 1)
            if len(row) > MOST_COLUMNS or cells > MOST_CELLS:
                raise TooMuchError(
                    f"has more than {MOST_COLUMNS:,} columns, or more than {MOST_CELLS:,} cells"
                )
            yield reader.line_num, row


def check(path: Path) -> None:
    """Raise if a CSV that is about to be read whole holds more than it may.

    Raises
    ------
    TooMuchError, OSError, UnicodeDecodeError, csv.Error : as `read`.
    """
    for _ in read(path):
        pass


def _lines(file: TextIO) -> Iterator[str]:
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise TooMuchError(f"has a line of more than {LONGEST_LINE:,} characters")
        yield line
