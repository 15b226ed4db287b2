"""The rows of a file of rates as text: parted by commas, semicolons or tabs, and packed or not."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Final, cast

import pandas as pd

from geo.errors import SchemaError, SourceError
from geo.files.archives import open_zip

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from geo.sources.table.delimited import Form

_ROWS_AT_ONCE: Final = 100_000
_SAMPLE_BYTES: Final = 1_000_000
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_NO_TABLES: Final = {b"\xd0\xcf\x11\xe0": "an Excel workbook", b"PAR1": "a Parquet file"}
_WORKBOOK: Final = "[Content_Types].xml"
_ENDINGS: Final = (".csv", ".tsv", ".txt")


@dataclass(frozen=True, slots=True)
class RateFile:
    """A file whose form is known.

    Parameters
    ----------
    path : where it lies.
    form : its delimiter and encoding.
    headings : the cells of its first line that is not empty.
    """

    path: Path
    form: Form
    headings: tuple[str, ...]


def look_at(path: Path) -> RateFile:
    """Return how a file is written, from its first megabyte.

    Parameters
    ----------
    path : of delimited text, as it is, packed by gzip, or alone in a zip.

    Raises
    ------
    SchemaError : it cannot be read, is something else, or has a row of more cells than headings.
    """
    from geo.sources.table.delimited import DELIMITERS, sniff_sample  # noqa: PLC0415  # 200 ms

    with _open(path) as file:
        sample = file.read(_SAMPLE_BYTES)
    try:
        form = sniff_sample(sample, path.name)
    except SourceError as error:
        raise SchemaError(str(error)) from error
    text = sample.decode(form.encoding, errors="replace")
    heading = text.lstrip().partition("\n")[0]
    if form.delimiter not in heading:  # a comma may be the numbers' own
        form = form._replace(delimiter=max(DELIMITERS, key=heading.count))
    headings: list[str] = []
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=form.delimiter)
        for row in rows:
            headings = headings or [cell.strip() for cell in row]
            if any(cell.strip() for cell in row[len(headings) :]):
                raise SchemaError(
                    f"Line {rows.line_num} of {path.name} has {len(row)} cells and its heading "
                    f"{len(headings)}; put a number with a comma in quotes, or part columns by "
                    "semicolons."
                )
    except csv.Error as error:
        raise SchemaError(f"{path.name} cannot be read as CSV ({error}).") from error
    return RateFile(path, form, tuple(headings))


def read_columns(file: RateFile, headings: Sequence[str]) -> Iterator[pd.DataFrame]:
    """Give the columns of these headings as text, some rows at a time: a file may have a million.

    Raises
    ------
    SchemaError : the file cannot be read to its end.
    """
    numbers = [file.headings.index(heading) for heading in headings]
    with _open(file.path) as stream:
        try:
            yield from (
                part[numbers].set_axis([*headings], axis=1)
                for part in pd.read_csv(
                    stream,
                    sep=file.form.delimiter,
                    encoding=file.form.encoding,
                    header=0,
                    names=range(len(file.headings)),
                    usecols=numbers,
                    dtype=str,
                    keep_default_na=False,
                    chunksize=_ROWS_AT_ONCE,
                )
            )
        except (OSError, ValueError, EOFError) as error:
            raise SchemaError(f"{file.path.name} cannot be read as CSV ({error}).") from error


@contextmanager
def _open(path: Path) -> Iterator[BinaryIO]:
    """Open the text of a file, unpacked where it is packed."""
    try:
        with path.open("rb") as file:
            begin = file.read(4)
        if begin.startswith(_GZIP):
            with gzip.open(path) as unpacked:
                yield cast("BinaryIO", unpacked)
        elif begin == _ZIP:
            with open_zip(path) as archive, archive.open(_pick_table(archive, path)) as member:
                yield cast("BinaryIO", member)
        elif begin in _NO_TABLES:
            raise SchemaError(_refuse(path, _NO_TABLES[begin]))
        else:
            with path.open("rb") as file:
                yield file
    except (OSError, EOFError, zipfile.BadZipFile, NotImplementedError) as error:
        told = getattr(error, "strerror", None) or error
        raise SchemaError(f"{path.name} cannot be read as CSV ({told}).") from error


def _pick_table(archive: zipfile.ZipFile, path: Path) -> str:
    names = archive.namelist()
    if _WORKBOOK in names:
        raise SchemaError(_refuse(path, "an Excel workbook"))
    tables = [
        name
        for name in names
        if PurePosixPath(name).suffix.lower() in _ENDINGS and not name.startswith("__MACOSX/")
    ]
    tables = [name for name in tables if name.lower().endswith(_ENDINGS[0])] or tables
    if len(tables) != 1:
        raise SchemaError(f"{path.name} holds {len(tables)} CSV files; give one.")
    return tables[0]


def _refuse(path: Path, kind: str) -> str:
    return f"{path.name} is {kind}; save it as CSV."
