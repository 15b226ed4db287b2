"""Files of our own, replaced whole: a reader sees the one before or this one."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def replace(path: Path, content: bytes | str) -> None:
    """Write a small file through to the disk, in the place of the one before, whose mode it keeps.

    Whatever is cut off when, one of the two stands there.

    Parameters
    ----------
    path : whose folder is made where it is not there.
    content : a text is written in UTF-8, as it is.

    Raises
    ------
    OSError : it cannot be written; the old one stands.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with partial.open("wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, partial)
        partial.replace(path)
    except OSError:
        with suppress(OSError):  # what was begun would fill a full disk the more
            partial.unlink()
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder through to the disk, so that a rename outlives a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
