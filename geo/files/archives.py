"""Zip archives, opened within bounds: of their table of contents, of each member, and of all."""

from __future__ import annotations

import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from geo.files.too_much import TooMuchError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

MOST_MEMBERS: Final = 10_000

_LARGEST_CONTENTS_BYTES: Final = 4_000_000
"""Of the table of contents, which zipfile reads whole and makes an object of each entry of."""

_CHUNK: Final = 1 << 20

_PACKINGS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""What spreadsheets and backups are packed by; others may ask for gigabytes before the first byte."""


class _Contents:
    """A file that is read in no larger pieces than a table of contents may be."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        if size > _LARGEST_CONTENTS_BYTES:
            raise TooMuchError(f"holds more than {MOST_MEMBERS:,} files")
        return self._file.read(size if size >= 0 else _LARGEST_CONTENTS_BYTES)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  what else zipfile does with a file
        return getattr(self._file, name)


@contextmanager
def open_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip for reading, if its table of contents is within bounds.

    What a member unpacks to is bounded where it is read: `read` and `copy`. zipfile gives no more
    of a member than the size it states, so that sizes that are added up hold.

    Raises
    ------
    TooMuchError : it has more than `MOST_MEMBERS` members.
    zipfile.BadZipFile, NotImplementedError, ValueError : it is no zip, damaged or cut off; or a
        member is packed otherwise than by deflating it.
    OSError : it cannot be read.
    """
    with (
        path.open("rb") as file,
        zipfile.ZipFile(cast("IO[bytes]", _Contents(file))) as archive,
    ):
        if len(archive.infolist()) > MOST_MEMBERS:
            raise TooMuchError(f"holds more than {MOST_MEMBERS:,} files")
        if any(member.compress_type not in _PACKINGS for member in archive.infolist()):
            raise zipfile.BadZipFile("packed in a way that no workbook and no backup is")
        yield archive


def read(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """Return what a member holds.

    Parameters
    ----------
    archive, name : the member's name in it.
    most : bytes it may unpack to.

    Raises
    ------
    TooMuchError : it unpacks to more.
    KeyError : there is no such member; else as reading a zip raises.
    """
    with archive.open(name) as member:
        content = member.read(most + 1)
    if len(content) > most:
        raise TooMuchError(f"unpacks {name} to more than {most / 10**6:g} MB")
    return content


def copy(archive: zipfile.ZipFile, name: str, target: Path, size: int) -> None:
    """Unpack a member of a known size into a file.

    Parameters
    ----------
    archive, name : the member's name in it.
    target : the file to be written; what stood in it is lost.
    size : bytes that it has; not one more is written.

    Raises
    ------
    TooMuchError : it has more, or fewer.
    KeyError : there is no such member; else as reading a zip, or writing a file, raises.
    """
    left = size
    with archive.open(name) as member, target.open("wb") as file:
        while chunk := member.read(min(_CHUNK, left + 1)):
            left -= len(chunk)
            if left < 0:
                break
            file.write(chunk)
    if left:
        raise TooMuchError(
            f"unpacks {name} to another size than the {size:,} bytes it is said to have"
        )
