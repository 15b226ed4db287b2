"""Excel workbooks (.xlsx): the first sheet, within bounds."""

from __future__ import annotations

import warnings
from contextlib import closing, contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Final

from geo.errors import SourceError
from geo.sources.table import workbook_bounds
from geo.sources.table.cells import Row, to_text

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

_ROWS_AT_ONCE: Final = 500


def read_rows(path: Path) -> Generator[Row]:
    """Yield the rows of the first sheet, the heading first; empty rows are left out.

    A formula stays a text ("=A1&B1"): what a spreadsheet last computed is no statement of the
    source, and nothing is computed here.

    Parameters
    ----------
    path : an .xlsx or .xlsm file.

    Raises
    ------
    SourceError : it is cut off, damaged, no workbook, unpacks to more than 500 MB, or holds
        something far below or to the right of any table of clinics.
    """
    extents = workbook_bounds.measure(path)
    # slow, and only needed here
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # noqa: PLC0415

    line = 0
    try:
        with _quiet():
            book = load_workbook(path, read_only=True)
        with closing(book):
            sheet = book.worksheets[0]
            extent = extents[sheet._worksheet_path]  # noqa: SLF001  what it is called in the zip
            workbook_bounds.check_extent(path.name, extent)
            rows = sheet.iter_rows(
                values_only=True, max_row=extent.row or 1, max_col=extent.column or 1
            )
            while part := _next_rows(rows):
                for values in part:
                    line += 1
                    cells = [to_text(getattr(value, "text", value)) for value in values]
                    while cells and not cells[-1].strip():
                        cells.pop()
                    if cells:
                        yield Row(line, cells)
    except SourceError:
        raise
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
