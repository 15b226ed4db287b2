"""Files handed in through a page: kept in the operator's folder for as long as a job needs them."""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geo.errors import SourceError
from geo.paths import find_home

if TYPE_CHECKING:
    from typing import BinaryIO

LARGEST_BYTES: Final = 200_000_000
"""Of a file through the browser; a larger one is named by its path on the server."""

_CHUNK_BYTES: Final = 1 << 20
_OLD_SECONDS: Final = 24 * 3600.0
_NAME_LENGTH: Final = 80


def keep(file: BinaryIO, name: str) -> Path:
    """Copy a file, a piece at a time, into a folder of its own among the operator's; return it.

    Those that nobody removed for a day are removed first.

    Parameters
    ----------
    file : at its beginning.
    name : what its owner calls it; only letters, digits and `.-_` of it are kept.

    Raises
    ------
    SourceError : it is larger than `LARGEST_BYTES`, or the disk fails.
    """
    root = find_home() / "uploads"
    try:
        root.mkdir(parents=True, exist_ok=True)
        _remove_old(root)
        folder = Path(tempfile.mkdtemp(dir=root))
        path = folder / _make_safe(name)
        written = 0
        with path.open("wb") as copy:
            while chunk := file.read(_CHUNK_BYTES):
                written += len(chunk)
                if written > LARGEST_BYTES:
                    break
                copy.write(chunk)
    except OSError as error:
        raise SourceError(f"The file cannot be kept in {root}: {error.strerror}.") from error
    if written > LARGEST_BYTES:
        remove(path)
        raise SourceError(
            f"{name} is larger than {LARGEST_BYTES // 10**6} MB; copy it to the server, and name "
            "it by its path there."
        )
    return path


def remove(path: Path) -> None:
    """Remove a file that `keep` made, with its folder; any other file stays."""
    if path.parent.parent == find_home() / "uploads":
        shutil.rmtree(path.parent, ignore_errors=True)


def _remove_old(root: Path) -> None:
    limit = time.time() - _OLD_SECONDS
    for folder in root.iterdir():
        if folder.stat().st_mtime < limit:
            shutil.rmtree(folder, ignore_errors=True)


def _make_safe(name: str) -> str:
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(name).name)[-_NAME_LENGTH:].lstrip(".-")
    return stem or "file"
