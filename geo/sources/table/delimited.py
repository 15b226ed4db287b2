"""Delimited text (CSV and its kin): encoding and delimiter sniffed, read a line at a time."""

from __future__ import annotations

import codecs
import csv
import os
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from geo.errors import SourceError
from geo.sources.table.cells import Row

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path
    from typing import TextIO

DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
MOST_LINES: Final = 5_000_000
"""More than rows: a text in a cell may have several, and empty ones take their time too."""

LONGEST_LINE: Final = 1_000_000
"""In characters; a longer one is no row of a table."""

_SAMPLE_BYTES: Final = 1_000_000
_SAMPLE_LINES: Final = 30
_TOLD: Final = re.compile(r"sep=([^\"\r\n])")  # as Excel writes it for itself
_MOSTLY: Final = 4
_BYTE_ORDER_MARKS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class Form(NamedTuple):
    """How a text is written."""

    delimiter: str
    encoding: str


def sniff(path: Path, delimiter: str = "", encoding: str = "") -> Form:
    """Return how a file seems to be written, from its first megabyte.

    Parameters
    ----------
    path : the file.
    delimiter, encoding : what is known already.

    Returns
    -------
    The delimiter that the file tells, else the one that splits the heading, or most of the first
    lines, into most cells outside of quotes; UTF-16 by
    its mark or look, else UTF-8 where the sample is that, else Windows-1252.

    Raises
    ------
    SourceError : the file cannot be read or is empty, or what is known cannot be so.
    """
    try:
        with path.open("rb") as file:
            sample = file.read(_SAMPLE_BYTES)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from error
    return sniff_sample(sample, path.name, delimiter, encoding)


def sniff_sample(sample: bytes, name: str, delimiter: str = "", encoding: str = "") -> Form:
    """Return how a file seems to be written, as `sniff`, from the first bytes of its text.

    Parameters
    ----------
    sample : the bytes.
    name : what the file is called.
    delimiter, encoding : what is known already.

    Raises
    ------
    SourceError : there is nothing, or what is known cannot be so.
    """
    if not sample.strip():
        raise SourceError(f"{name} is empty; give a file with a heading and rows.")
    if delimiter and (len(delimiter) != 1 or delimiter in '"\r\n'):
        raise SourceError(f"{delimiter!r} cannot be a delimiter; give one character, such as ';'.")
    encoding = encoding or _sniff_encoding(sample)
    try:
        text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(sample)
    except LookupError as error:
        raise SourceError(f"There is no encoding {encoding!r}; use utf-8 or cp1252.") from error
    lines = [line for line in text.splitlines()[:_SAMPLE_LINES] if line.strip()]
    if not delimiter and lines and (told := _TOLD.fullmatch(lines[0])):
        delimiter = told[1]
    if not delimiter:
        counts = {mark: _count_of_lines(lines, mark) for mark in DELIMITERS}
        delimiter = max(counts, key=lambda mark: counts[mark])
    return Form(delimiter, encoding)


def read_rows(path: Path, form: Form, heading_line: int = 0) -> Generator[Row]:
    """Yield the rows of a delimited text, the heading first, in bounded memory.

    Parameters
    ----------
    path : the file.
    form : as `sniff` returns it, or as someone has decided.
    heading_line : at which the heading begins; the first that is not empty unless told (0).

    Yields
    ------
    Rows; empty lines are left out. One with fewer cells than the heading has a fault; so has one
    whose quotes are broken, with its text as only cell.

    Raises
    ------
    SourceError : the file cannot be read or decoded, a line is too long, a quote is never closed;
        or the file changes meanwhile.
    """
    seen: list[str] = []
    width = 0
    try:
        with path.open(encoding=form.encoding, newline="") as file:
            before = _state_of(file)
            reader = csv.reader(
                _lines(file, path.name, seen), delimiter=form.delimiter, strict=True
            )
            while True:
                begins = reader.line_num + 1
                seen.clear()
                try:
                    cells = next(reader, None)
                except csv.Error as error:
                    yield Row(
                        begins, ["".join(seen).strip("\r\n")], _quote_fault(error, path, begins)
                    )
                    continue
                if cells is None:
                    break
                if not any(cell.strip() for cell in cells) or _is_told(begins, cells, form):
                    continue
                if begins >= heading_line:
                    width = width or len(cells)
                short = f"it has {len(cells)} cells, not {width}" if len(cells) < width else ""
                yield Row(begins, cells, short)
            if _state_of(file) != before:  # cut short by a copy still under way, it ends like any
                raise SourceError(
                    f"{path.name} changed while it was read; wait, and read it again."
                )
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeError as error:
        raise SourceError(
            f"{path.name} is not {form.encoding} throughout (line {reader.line_num + 1} or a little "
            "later); save it as UTF-8, or name its encoding, such as cp1252."
        ) from error


def _lines(file: TextIO, name: str, seen: list[str]) -> Iterator[str]:
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if number > MOST_LINES:
            raise SourceError(
                f"{name} has more than {MOST_LINES:,} lines, which is no table of clinics; remove "
                "the empty ones, or take in the rows that are of clinics."
            )
        if len(line) > LONGEST_LINE:
            raise SourceError(
                f"Line {number} of {name} is longer than {LONGEST_LINE:,} characters; it is no "
                "table with a row a line: check its line ends, or how it was exported."
            )
        seen.append(line)
        yield line


def _state_of(file: TextIO) -> tuple[int, int]:
    """Return size and time of the last change of an open file."""
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns


def _quote_fault(error: csv.Error, path: Path, line: int) -> str:
    text = str(error)
    if "field larger" in text or "unexpected end" in text:
        raise SourceError(
            f"A quote that line {line} of {path.name} opens is not closed; close it, or double it "
            "if it belongs to the text."
        ) from error
    return f"its quotes are broken ({text})"


def _sniff_encoding(sample: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if sample.startswith(mark):
            return encoding
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if even + odd > len(sample) // _MOSTLY and not (even and odd):  # every other byte of Latin text
        return "utf-16-le" if odd else "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)  # a cut character at its end is none
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _count_of_lines(lines: list[str], mark: str) -> int:
    """Return how often a mark parts a line: the first, or as most do where that is a title."""
    counts = [_count_outside_quotes(line, mark) for line in lines]
    return max(counts[0], sorted(counts)[len(counts) // 2]) if counts else 0


def _is_told(line: int, cells: list[str], form: Form) -> bool:
    """Tell whether a row is the one in which Excel tells itself the delimiter."""
    return line == 1 and form.delimiter.join(cells).strip() == f"sep={form.delimiter}"


def _count_outside_quotes(line: str, mark: str) -> int:
    return sum(part.count(mark) for part in line.split('"')[::2])
