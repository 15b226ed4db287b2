"""What a sheet of a workbook says beside its cells: where they link to, and which are merged.

openpyxl tells it only where it builds the whole sheet, a cell for each that is merged among them.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from geo.files import archives, xml_bounds

if TYPE_CHECKING:
    from pathlib import Path

MOST_LINKS: Final = 200_000
MOST_MERGED_ROWS: Final = 1_000
"""A text that is merged over more rows than these is no clinic's."""

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REFERS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"
_LINK, _MERGED = f"{_MAIN} hyperlink", f"{_MAIN} mergeCell"
_RELATIONSHIP: Final = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"
_MOST_ELEMENTS: Final = 100_000_000
_MOST_BYTES: Final = 500_000_000
_CELL: Final = re.compile(r"(?P<column>[A-Z]{1,3})(?P<row>[0-9]{1,7})", re.ASCII)
_ALPHABET: Final = 26
_WRITTEN_LINK: Final = re.compile(
    r'=HYPERLINK\("(?P<target>[^"]*)"(?:\s*,\s*"(?P<text>[^"]*)")?\s*\)', re.IGNORECASE
)
_MAPS: Final = ("google.com/maps", "goo.gl/maps", "maps.app.goo.gl", "maps.google", "bing.com/maps")
_KINDS: Final = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)


@dataclass(frozen=True)
class SheetMarks:
    """What a sheet says beside its cells; rows and columns count from 0.

    Attributes
    ----------
    links : row and column -> address, without those of maps.
    merged : row and column -> the row whose text stands there too.
    """

    links: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: dict[tuple[int, int], int] = field(default_factory=dict)


def read_marks(path: Path, part: str) -> SheetMarks:
    """Return the links and the merged cells of a sheet.

    Parameters
    ----------
    path : a workbook that `workbook_bounds.measure` has counted.
    part : the sheet's name in the archive.

    Raises
    ------
    OSError, zipfile.BadZipFile, xml.parsers.expat.ExpatError : it is damaged.
    TooMuchError : it has more elements than a table.
    """
    found = SheetMarks()
    referred: dict[str, str] = {}
    links: list[tuple[tuple[int, int], str]] = []

    def gather(name: str, attributes: dict[str, str], _depth: int) -> None:
        if name == _LINK and _REFERS in attributes and len(links) < MOST_LINKS:
            at = _read_cell(attributes.get("ref", ""))
            links.extend([(at, attributes[_REFERS])] if at else [])
        elif name == _MERGED:
            _merge(attributes.get("ref", ""), found.merged)

    def refer(name: str, attributes: dict[str, str], _depth: int) -> None:
        if name == _RELATIONSHIP and len(referred) < MOST_LINKS:
            referred[attributes.get("Id", "")] = attributes.get("Target", "")

    folder, name = posixpath.split(part.lstrip("/"))
    relations = f"{folder}/_rels/{name}.rels"
    with archives.open_zip(path) as archive:
        with archive.open(part.lstrip("/")) as stream:
            xml_bounds.Counter(_MOST_ELEMENTS, gather).read(stream, _MOST_BYTES)
        if links and relations in archive.namelist():
            with archive.open(relations) as stream:
                xml_bounds.Counter(_MOST_ELEMENTS, refer).read(stream, _MOST_BYTES)
    for at, reference in links:
        if target := clean_target(referred.get(reference, "")):
            found.links[at] = target
    return found


def split_written(text: str) -> tuple[str, str]:
    """Return text and address of a cell that is a formula of a link; a text alone as it is.

    Examples
    --------
    >>> split_written('=HYPERLINK("https://bay.example.com","site")')
    ('site', 'https://bay.example.com')
    """
    found = _WRITTEN_LINK.fullmatch(text.strip())
    if not found:
        return text, ""
    return found["text"] or found["target"], clean_target(found["target"])


def clean_target(target: str) -> str:
    """Return where a link leads to, if that tells anything of a clinic; no place on a map does."""
    if not _KINDS.match(target) or any(words in target.lower() for words in _MAPS):
        return ""
    return re.sub(r"^(mailto|tel):", "", target, flags=re.IGNORECASE).partition("?subject")[0]


def _merge(reference: str, merged: dict[tuple[int, int], int]) -> None:
    first, _, last = reference.partition(":")
    start, end = _read_cell(first), _read_cell(last)
    if not start or not end or start[1] != end[1]:
        return  # a title across columns is not told to each of them
    if end[0] - start[0] < MOST_MERGED_ROWS and len(merged) < MOST_LINKS:
        merged.update({(row, start[1]): start[0] for row in range(start[0] + 1, end[0] + 1)})


def _read_cell(reference: str) -> tuple[int, int] | None:
    found = _CELL.match(reference)
    if not found:
        return None
    column = 0
    for letter in found["column"]:
        column = column * _ALPHABET + ord(letter) - ord("A") + 1
    return int(found["row"]) - 1, column - 1
