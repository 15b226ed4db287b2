"""The rows of CMS's file of payments that are for some services, streamed out of millions of others."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
import zlib
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from geo.errors import SourceError
from geo.files import archives
from geo.files.too_much import TooMuchError

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping
    from pathlib import Path

COLUMNS: Final[Mapping[str, str]] = {
    "npi": "Rndrng_NPI",
    "entity": "Rndrng_Prvdr_Ent_Cd",
    "name": "Rndrng_Prvdr_Last_Org_Name",
    "street": "Rndrng_Prvdr_St1",
    "unit": "Rndrng_Prvdr_St2",
    "city": "Rndrng_Prvdr_City",
    "state": "Rndrng_Prvdr_State_Abrvtn",
    "zip": "Rndrng_Prvdr_Zip5",
    "code": "HCPCS_Cd",
    "services": "Tot_Srvcs",
}
"""What is read of a row, and what CMS calls it; upper and lower case do not count."""

NEEDED: Final = ("npi", "entity", "name", "street", "city", "state", "code")
"""A file without one of these columns is another."""

LONGEST_LINE: Final = 100_000
"""In characters; a real one has some 300."""

WHAT: Final = "CMS's Medicare Physician & Other Practitioners, by Provider and Service"

_DELIMITERS: Final = (",", ";", "\t", "|")
_MOST_UNPACKED: Final = 100
"""Times its packed size; CMS's own files unpack to tenfold."""

_LEAST_BYTES: Final = 10_000


class Stretch(NamedTuple):
    """What a stretch of a file holds: how many rows of other services, then one that matters.

    Parameters
    ----------
    others : rows that are for no service asked for.
    line : in which the row stands; 0 where there is none.
    cells : of the row by `COLUMNS`; of one that cannot be read none.
    fault : why it cannot be read, or "".
    """

    others: int
    line: int = 0
    cells: Mapping[str, str] = {}
    fault: str = ""


def fold(name: str) -> str:
    """Return what of a column's name counts.

    Examples
    --------
    >>> fold(" HCPCS_CD"), fold("hcpcs cd")
    ('hcpcscd', 'hcpcscd')
    """
    return "".join(letter for letter in name.lower() if letter.isalnum())


_BY_NAME: Final[Mapping[str, str]] = {fold(name): key for key, name in COLUMNS.items()}


def pick_cells(row: Mapping[str, str]) -> dict[str, str]:
    """Return what is read of a row whose columns have names; what it lacks is ""."""
    found = dict.fromkeys(COLUMNS, "")
    return found | {
        _BY_NAME[fold(name)]: text for name, text in row.items() if fold(name) in _BY_NAME
    }


def scan(path: Path, wanted: re.Pattern[str], most_others: int) -> Iterator[Stretch]:
    """Yield the rows that are for some services, in bounded memory; the others are counted.

    A row stands on one line, as CMS writes them, so that a broken one spoils no other.

    Parameters
    ----------
    path : CSV with a heading, also inside a zip or packed with gzip; delimited by comma, semicolon, tab
        or bar; UTF-8, with or without its mark, or UTF-16 with it.
    wanted : what the codes of the services look like.
    most_others : after so many other rows a stretch without a row is handed over.

    Raises
    ------
    SourceError : it cannot be read, is damaged, or is no such file; the rows until then are to be
        thrown away.
    """
    with _open(path) as (stream, most):
        lines = _list_lines(stream, most, path.name)
        number, heading = next(((at, line) for at, line in lines if line.strip()), (0, ""))
        if not number:
            raise SourceError(f"{path.name} is empty; {_say_what()}.")
        delimiter, places, width = _read_heading(heading, path.name)
        blank = dict.fromkeys(COLUMNS, "")
        others = 0
        for number, line in lines:
            is_whole = line.endswith("\n")
            if wanted.search(line) is None and is_whole:
                others += bool(line.strip())
                if others >= most_others:
                    yield Stretch(others)
                    others = 0
                continue
            if not line.strip():
                continue
            cells, fault = _parse(line, delimiter, width)
            found = blank | {key: cells[at] for key, at in places.items()} if cells else {}
            if found and wanted.fullmatch(found["code"].strip()) is None:
                others += 1
                continue
            yield Stretch(others, number, found, fault)
            others = 0
        yield Stretch(others)


@contextmanager
def _open(path: Path) -> Iterator[tuple[io.BufferedReader, int]]:
    """Open a file, whatever it is packed by; give its bytes, and how many there may be."""
    with ExitStack() as held:
        try:
            file = held.enter_context(path.open("rb"))
            size = max(path.stat().st_size, _LEAST_BYTES)
            mark = file.peek(4)[:4]
            if mark[:2] == b"\x1f\x8b":
                packed = held.enter_context(gzip.GzipFile(fileobj=file))
                stream = cast("io.BufferedReader", packed)
                most = _MOST_UNPACKED * size
            elif mark == b"PK\x03\x04":
                archive = held.enter_context(archives.open_zip(path))
                stream, most = _open_member(archive, path.name), _MOST_UNPACKED * size
            else:
                stream, most = file, size
        except TooMuchError as error:
            raise SourceError(f"{path.name} {error}; unpack it, and give its .csv.") from error
        except OSError as error:
            raise SourceError(f"The file {path} cannot be read: {error.strerror}.") from error
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise SourceError(
                f"{path.name} is no whole zip, it is damaged or cut off ({error}); fetch it again."
            ) from error
        yield stream, most


def _open_member(archive: zipfile.ZipFile, name: str) -> io.BufferedReader:
    members = [
        member
        for member in archive.infolist()
        if PurePosixPath(member.filename).suffix.lower() == ".csv"
        and not member.filename.startswith("__MACOSX")
    ]
    if len(members) != 1:
        raise SourceError(
            f"{name} holds {len(members)} .csv files, and one is read; unpack it, and give that one."
        )
    try:
        return cast("io.BufferedReader", archive.open(members[0]))
    except RuntimeError as error:  # it is locked
        raise SourceError(
            f"{members[0].filename} in {name} cannot be unpacked ({error}); give its .csv."
        ) from error


def _list_lines(stream: io.BufferedReader, most: int, name: str) -> Iterator[tuple[int, str]]:
    """Yield each line with its number, from 1."""
    number = characters = 0
    try:
        mark = stream.peek(2)[:2]
        encoding = "utf-16" if mark in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
        # A letter that is no UTF-8 spoils its own row, and only if that matters.
        errors = "strict" if encoding == "utf-16" else "surrogateescape"
        with io.TextIOWrapper(stream, encoding=encoding, errors=errors) as text:
            while line := text.readline(LONGEST_LINE + 1):
                number += 1
                characters += len(line)
                if len(line) > LONGEST_LINE or characters > most:
                    raise SourceError(
                        f"{name} holds far more than any file of CMS, in line {number:,} or until "
                        f"it; {_say_what()}."
                    )
                yield number, line
    except (OSError, EOFError, UnicodeError, zlib.error, zipfile.BadZipFile) as error:
        raise SourceError(
            f"{name} cannot be read behind line {number:,}, it is damaged or cut off ({error}); fetch "
            "it again."
        ) from error


def _read_heading(line: str, name: str) -> tuple[str, Mapping[str, int], int]:
    """Return the delimiter, where each column stands, and how many there are.

    Raises
    ------
    SourceError : it is the heading of something else.
    """
    found: list[tuple[str, list[str]]] = [
        (delimiter, [fold(cell) for cell in _parse(line, delimiter, None)[0]])
        for delimiter in _DELIMITERS
    ]
    delimiter, names = max(found, key=lambda one: sum(name in _BY_NAME for name in one[1]))
    counted = Counter(names)
    lacking = [COLUMNS[key] for key in NEEDED if not counted[fold(COLUMNS[key])]]
    if lacking:
        raise SourceError(f"{name} has no column {', '.join(lacking)}; {_say_what()}.")
    twice = [column for column in COLUMNS.values() if counted[fold(column)] > 1]
    if twice:
        raise SourceError(f"{name} has the column {twice[0]} twice; {_say_what()}.")
    places = {_BY_NAME[name]: at for at, name in enumerate(names) if name in _BY_NAME}
    return delimiter, places, len(names)


def _parse(line: str, delimiter: str, width: int | None) -> tuple[list[str], str]:
    """Return the cells of a line, or none and why it cannot be read."""
    try:
        line.encode("utf-8")
        cells = next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter, strict=True), [])
    except UnicodeEncodeError:
        return [], "it is not in UTF-8"
    except csv.Error as error:
        return [], f"it is no CSV: {error}; it may be cut off, or a quotation mark missing"
    if width is not None and len(cells) != width:
        return [], (
            f"it has {len(cells)} cells, not {width}; it may be cut off, or a quotation mark missing"
        )
    return cells, ""


def _say_what() -> str:
    return f"give {WHAT}"
