"""The three files of an NPPES month that are read, beside each other or inside its zip."""

from __future__ import annotations

import re
import zipfile
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from geo.errors import SourceError
from geo.files import archives
from geo.files.too_much import TooMuchError

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterator

MAIN, OTHER_NAMES, LOCATIONS = "npidata_pfile_", "othername_pfile_", "pl_pfile_"
"""How the names of the main file, of the other names and of the secondary locations begin."""

_PERIOD: Final = re.compile(r"\d{8}-(\d{8})")
_MOST_UNPACKED: Final = 100
"""Times its size in the zip: NPPES's own unpack to tenfold, line breaks alone to a thousandfold."""

_HEADER_ONLY: Final = "_fileheader.csv"  # a heading without rows, beside each file in a zip


class Part(NamedTuple):
    """One file of a month."""

    name: str
    open: Callable[[], io.BufferedIOBase]


class Month(NamedTuple):
    """The files of a month; a side file may be missing.

    `date` is the last day that the main file's name tells, `YYYY-MM-DD`, or "".
    """

    main: Part
    other_names: Part | None
    locations: Part | None
    date: str


@contextmanager
def open_month(path: Path) -> Iterator[Month]:
    """Find the files of a month; nothing is unpacked to disk.

    Parameters
    ----------
    path : the main file, with the others beside it under NPPES's names, or the month's zip.

    Raises
    ------
    SourceError : the file cannot be read, the zip is damaged or cut off, or holds no main file or
        more than one.
    """
    try:
        with path.open("rb") as file:
            is_zip = file.read(4) == b"PK\x03\x04" or path.suffix.lower() == ".zip"
    except OSError as error:
        raise SourceError(f"The NPPES file {path} cannot be read: {error.strerror}.") from error
    if not is_zip:
        yield _find_beside(path)
        return
    with ExitStack() as held:
        try:
            archive = held.enter_context(archives.open_zip(path))
        except TooMuchError as error:
            raise SourceError(
                f"{path.name} {error}; give the zip that NPPES publishes each month."
            ) from error
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise SourceError(
                f"{path.name} is no whole zip, it is damaged or cut off ({error}); fetch it again."
            ) from error
        yield _find_inside(archive, path.name)


def _find_beside(path: Path) -> Month:
    def beside(kind: str) -> Part | None:
        if not path.name.startswith(MAIN):
            return None
        side = path.with_name(kind + path.name.removeprefix(MAIN))
        return Part(side.name, lambda: side.open("rb")) if side.is_file() else None

    main = Part(path.name, lambda: path.open("rb"))
    return Month(main, beside(OTHER_NAMES), beside(LOCATIONS), _read_date(path.name))


def _find_inside(archive: zipfile.ZipFile, name: str) -> Month:
    def inside(kind: str) -> Part | None:
        members = [
            member
            for member in archive.infolist()
            if (file := PurePosixPath(member.filename).name.lower()).startswith(kind)
            and file.endswith(".csv")
            and not file.endswith(_HEADER_ONLY)
        ]
        if len(members) > 1:
            names = ", ".join(member.filename for member in members)
            raise SourceError(f"{name} holds more than one file of a kind: {names}; keep one.")
        return _make_part(archive, members[0], name) if members else None

    main = inside(MAIN)
    if main is None:
        raise SourceError(
            f"{name} holds no file {MAIN}*.csv; give the zip that NPPES publishes each month."
        )
    return Month(main, inside(OTHER_NAMES), inside(LOCATIONS), _read_date(main.name))


def _make_part(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> Part:
    def open_member() -> io.BufferedIOBase:
        if member.file_size > _MOST_UNPACKED * member.compress_size:
            raise SourceError(
                f"{member.filename} in {name} unpacks to more than {_MOST_UNPACKED} times its size, "
                "which no file of NPPES does; fetch the zip again."
            )
        try:
            return cast("io.BufferedIOBase", archive.open(member))
        except (NotImplementedError, RuntimeError, zipfile.BadZipFile) as error:
            raise SourceError(
                f"{member.filename} in {name} cannot be unpacked ({error}); unpack the zip and "
                "give its .csv."
            ) from error

    return Part(PurePosixPath(member.filename).name, open_member)


def _read_date(name: str) -> str:
    match = _PERIOD.search(name)
    try:
        return date.fromisoformat(match[1]).isoformat() if match else ""
    except ValueError:
        return ""
