"""Excel workbooks (.xlsx): the first sheet, within bounds."""

from __future__ import annotations

import warnings
import zipfile
from contextlib import closing, contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Final

from geo.errors import SourceError
from geo.sources.table.cells import Row, to_text

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

LARGEST_UNPACKED_BYTES: Final = 500_000_000
LARGEST_STRINGS_BYTES: Final = 100_000_000
"""openpyxl keeps the shared texts in memory; sheets are streamed."""

_MOST_COLUMNS: Final = 1_000
_ROWS_AT_ONCE: Final = 500
_STREAMED: Final = "xl/worksheets/"


def read_rows(path: Path) -> Generator[Row]:
    """Yield the rows of the first sheet, the heading first; empty rows are left out.

    A formula stays a text ("=A1&B1"): what a spreadsheet last computed is no statement of the
    source, and nothing is computed here.

    Parameters
    ----------
    path : an .xlsx or .xlsm file.

    Raises
    ------
    SourceError : it is cut off, damaged, no workbook, or unpacks to more than 500 MB.
    """
    _check_size(path)
    # slow, and only needed here
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # noqa: PLC0415

    line = 0
    try:
        with _quiet():
            book = load_workbook(path, read_only=True)
        with closing(book):
            rows = book.worksheets[0].iter_rows(values_only=True, max_col=_MOST_COLUMNS)
            while part := _next_rows(rows):
                for values in part:
                    line += 1
                    cells = [to_text(getattr(value, "text", value)) for value in values]
                    while cells and not cells[-1].strip():
                        cells.pop()
                    if cells:
                        yield Row(line, cells)
    except Exception as error:  # openpyxl raises whatever its parser meets
        raise SourceError(
            f"{path.name} is a damaged workbook ({type(error).__name__}); open it in a "
            "spreadsheet program and save it again, or save it as CSV."
        ) from error


def _next_rows(rows: Iterator[tuple[object, ...]]) -> list[tuple[object, ...]]:
    with _quiet():
        return list(islice(rows, _ROWS_AT_ONCE))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep back openpyxl's warnings of what it leaves out (validation, styles): none is data."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _check_size(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise SourceError(
            f"{path.name} is cut off or damaged ({error}); copy or export it again."
        ) from error
    if not any(member.filename == "xl/workbook.xml" for member in members):
        raise SourceError(f"{path.name} is a zip but no Excel workbook; unpack it first.")
    kept = sum(m.file_size for m in members if not m.filename.startswith(_STREAMED))
    if (
        sum(member.file_size for member in members) > LARGEST_UNPACKED_BYTES
        or kept > LARGEST_STRINGS_BYTES
    ):
        raise SourceError(
            f"{path.name} unpacks to more than {LARGEST_UNPACKED_BYTES // 10**6} MB, or to more "
            f"than {LARGEST_STRINGS_BYTES // 10**6} MB of texts; save it as CSV."
        )
