"""Small workbooks of which some parts are not what openpyxl would write."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from openpyxl import Workbook

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def write(path: Path, parts: Mapping[str, Iterable[bytes]]) -> Path:
    """Write a workbook of one clinic whose parts of these names hold these pieces instead."""
    book = Workbook()
    book.active.append(["Name", "State"])
    book.active.append(["Calm", "WA"])
    whole = path.with_name("whole.xlsx")
    book.save(whole)
    with (
        zipfile.ZipFile(whole) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        for name in dict.fromkeys((*source.namelist(), *parts)):
            with archive.open(name, "w") as member:
                for piece in parts.get(name) or [source.read(name)]:
                    member.write(piece)
    return path
