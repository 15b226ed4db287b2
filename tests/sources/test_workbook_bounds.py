"""Workbooks of a few kilobytes that cost openpyxl minutes or gigabytes are refused while counted."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from geo.errors import SourceError
from geo.sources import table
from geo.sources.table import workbook_bounds
from tests.handmade import workbooks

STYLES, BOOK = "xl/styles.xml", "xl/workbook.xml"
HEAD = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>State</t></is></c></row>'
)
FIRST = '<row r="2"><c r="A2" t="inlineStr"><is><t>Calm</t></is></c></row>'


def sheet(rows: str, before: str = "", after: str = "") -> str:
    return f'<worksheet xmlns="{workbooks.MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def write(path: Path, **parts: str) -> Path:
    """Write a workbook whose parts of these names are others."""
    names = {"sheet": workbooks.SHEET, "styles": STYLES, "book": BOOK}
    return workbooks.write(path, {names[name]: [text.encode()] for name, text in parts.items()})


def cell(where: str, inner: str = "<v>1</v>") -> str:
    row = "".join(filter(str.isdigit, where))
    return f'<row r="{row}"><c r="{where}">{inner}</c></row>'


BOMBS = {
    "the last corner": {"sheet": sheet(HEAD + FIRST + cell("XFD1048576"))},
    "the last row": {"sheet": sheet(HEAD + FIRST + cell("A1048576"))},
    "the last column": {"sheet": sheet(HEAD + cell("XFD2"))},
    "a row beyond all": {"sheet": sheet(HEAD + '<row r="999999999999"><c><v>1</v></c></row>')},
    "a row of a power": {"sheet": sheet(HEAD + '<row r="1e12"><c><v>1</v></c></row>')},
    "rows of nothing": {"sheet": sheet(HEAD + "<row/>" * 2_000)},
    "cells of nothing": {"sheet": sheet(HEAD + "<row>" + "<c/>" * 17_000 + "</row>")},
    "a row of anything": {"sheet": sheet(HEAD + "<row>" + "<x/>" * 2_000 + "</row>")},
    "a row of a text": {"sheet": sheet(HEAD + "<row><c><v>" + "x" * 200_000 + "</v></c></row>")},
    "rows in a row": {"sheet": sheet(HEAD + '<row r="2">' + "<row/>" * 9 + "</row>")},
    "much before the rows": {"sheet": sheet(HEAD, before="<x/>" * 2_000)},
    "much behind them": {"sheet": sheet(HEAD, after="<x/>" * 2_000)},
    "styles": {
        "styles": f'<styleSheet xmlns="{workbooks.MAIN}"><cellXfs>{"<xf/>" * 2_000}</cellXfs></styleSheet>'
    },
    "entities": {"sheet": "<!DOCTYPE a [<!ENTITY b 'c'>]>" + sheet(HEAD)},
    "depth": {"sheet": sheet("<row>" + "<c>" * 200)},
    "no XML": {"sheet": sheet(HEAD)[:-9]},
}


@pytest.mark.parametrize("parts", BOMBS.values(), ids=BOMBS)
def test_a_workbook_is_refused_before_it_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: dict[str, str]
) -> None:
    if not any("XFD" in text or "A1048576" in text for text in parts.values()):
        monkeypatch.setattr(openpyxl, "load_workbook", lambda *_, **__: pytest.fail("built"))
        monkeypatch.setattr(workbook_bounds, "MOST_ROWS", 1_000)
        monkeypatch.setattr(workbook_bounds, "MOST_ELEMENTS_OF_A_ROW", 1_000)
        monkeypatch.setattr(workbook_bounds, "LONGEST_ROW_BYTES", 100_000)
        monkeypatch.setattr(workbook_bounds, "_MOST_OTHERS", 1_000)
    path = write(tmp_path / "a.xlsx", **parts)
    with pytest.raises(SourceError, match=r"^a\.xlsx .*(CSV|again)\.$"):
        table.guess(path)


def test_a_sheet_that_is_listed_many_times_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as archive:
        text = archive.read(BOOK).decode()
    start = text.index("<sheet ")
    one = text[start : text.index("/>", start) + 2]
    with pytest.raises(SourceError, match="lists more sheets than it has"):
        table.guess(write(tmp_path / "b.xlsx", book=text.replace(one, one * 50)))


def test_texts_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_bounds, "_MOST_TEXTS", 3)
    texts = f'<sst xmlns="{workbooks.MAIN}">{"<si><t>a</t></si>" * 2}</sst>'
    with pytest.raises(SourceError, match="more than 3 elements that are no cells"):
        table.guess(write(tmp_path / "a.xlsx", styles=texts))


def test_a_mark_that_holds_nothing_is_left_out(tmp_path: Path) -> None:
    rows = HEAD + FIRST + cell("XFC2000", "") + cell("XFD1048576", "")
    path = write(tmp_path / "a.xlsx", sheet=sheet(rows))
    assert table.sample(path).rows == [["Calm", ""]]


def test_a_table_keeps_its_lines_over_empty_rows_and_columns(tmp_path: Path) -> None:
    rows = HEAD + cell("C9", "<v>7</v>") + "<row><c/><c><v>8</v></c></row>"
    path = write(tmp_path / "a.xlsx", sheet=sheet(rows))
    with pytest.raises(SourceError, match="no heading"):
        table.guess(write(tmp_path / "b.xlsx", sheet=sheet("")))
    mapping = table.Mapping({"name": "Name", "state": "State"})
    (batch,) = table.read(path, mapping, title="T")
    assert batch.rejects["line"].tolist() == [9, 10]


@pytest.mark.long
@pytest.mark.parametrize("form", ["csv", "columns"])
def test_a_heading_of_many_columns_is_refused(tmp_path: Path, form: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",".join(f"c{at}" for at in range(1_001)) + "\nx\n")
    with pytest.raises(SourceError, match="has 1,001 columns"):
        table.guess(path) if form == "csv" else table.sample(path)


def test_a_table_of_too_many_rows_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Name,State\n" + "Calm,WA\n" * 3)
    mapping = table.guess(path)
    monkeypatch.setattr(table, "MOST_ROWS", 2)
    with pytest.raises(SourceError, match="more than 2 rows"):
        list(table.read(path, mapping, title="T"))
