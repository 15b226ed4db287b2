"""Excel workbooks (.xlsx): one sheet, within bounds, its links and merged cells with it."""

from __future__ import annotations

import warnings
from contextlib import closing, contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from geo.errors import SourceError
from geo.sources.table import sheet_marks, workbook_bounds
from geo.sources.table.cells import Row, to_text

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from geo.sources.table.sheet_marks import SheetMarks

_ROWS_AT_ONCE: Final = 500


def list_sheets(path: Path) -> list[str]:
    """Return the names of a workbook's sheets that hold something, those that are seen first.

    Parameters
    ----------
    path : an .xlsx or .xlsm file.

    Raises
    ------
    SourceError : as `read_rows`.
    """
    extents = workbook_bounds.measure(path)
    with _told(path), closing(_load(path)) as book:
        held = [one for one in book.worksheets if extents[one._worksheet_path].held]  # noqa: SLF001
        held.sort(key=lambda one: one.sheet_state != "visible")
        return [str(one.title) for one in held or book.worksheets]


def read_rows(path: Path, sheet: str = "") -> Generator[Row]:
    """Yield the rows of a sheet; empty rows are left out.

    A formula stays a text ("=A1&B1"): what a spreadsheet last computed is no statement of the
    source, and nothing is computed here. One that is a link gives its text and its address.

    Parameters
    ----------
    path : an .xlsx or .xlsm file.
    sheet : its name; the first sheet unless told.

    Raises
    ------
    SourceError : it is cut off, damaged, no workbook, unpacks to more than 500 MB, has no such
        sheet, or holds something far below or to the right of any table of clinics.
    """
    extents = workbook_bounds.measure(path)
    with _told(path), closing(_load(path)) as book:
        named = {str(one.title): one for one in book.worksheets}
        if sheet and sheet not in named:
            raise SourceError(f"{path.name} has no sheet {sheet!r}; it has {', '.join(named)}.")
        chosen = named[sheet] if sheet else book.worksheets[0]
        part = chosen._worksheet_path  # noqa: SLF001  what it is called in the zip
        extent = extents[part]
        workbook_bounds.check_extent(path.name, extent)
        marks = sheet_marks.read_marks(path, part)
        rows = chosen.iter_rows(
            values_only=True, max_row=extent.row or 1, max_col=extent.column or 1
        )
        yield from _read(rows, marks)


def _read(rows: Iterator[tuple[object, ...]], marks: SheetMarks) -> Iterator[Row]:
    line = 0
    shared: dict[tuple[int, int], str] = {
        (row, column): "" for (_, column), row in marks.merged.items()
    }
    while part := _next_rows(rows):
        for values in part:
            cells, links = [], {}
            for column, value in enumerate(values):
                text, target = sheet_marks.split_written(to_text(getattr(value, "text", value)))
                at = (line, column)
                if at in shared:
                    shared[at] = text
                if not text and at in marks.merged:
                    text = shared[marks.merged[at], column]
                cells.append(text)
                if target := marks.links.get(at, target):
                    links[column] = target
            line += 1
            while cells and not cells[-1].strip():
                cells.pop()
            if cells:
                yield Row(line, cells, links=links)


def _load(path: Path) -> Any:  # noqa: ANN401  (openpyxl has no types)
    # slow, and only needed here
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # noqa: PLC0415  # 160 ms: openpyxl

    with _quiet():
        return load_workbook(path, read_only=True)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Make a sentence of whatever openpyxl's parsers meet."""
    try:
        yield
    except SourceError:
        raise
    except Exception as error:
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
