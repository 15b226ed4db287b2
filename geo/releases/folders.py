"""Where releases lie: the shipped one, the operator's, and the pointer to the one in use."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from geo.paths import DATA, RELEASES_VARIABLE, find_home

SHIPPED: Final = DATA / "release"
MANIFEST: Final = "manifest.json"
POINTER: Final = "current"
SHIPPED_WORD: Final = "shipped"
"""What the pointer holds where the shipped release, whichever the program brings, is in use."""

_ID: Final = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{8}")


def root() -> Path:
    """Return the folder that holds the releases, a folder each; it may not be there.

    `CLINIC_FINDER_RELEASES` where that is a path, as of a folder that replicas share; else
    `<home>/releases`.
    """
    return Path(origin()) if origin() and not followed() else find_home() / "releases"


def origin() -> str:
    """Return the path or address that `CLINIC_FINDER_RELEASES` names; "" where it names none."""
    return os.environ.get(RELEASES_VARIABLE, "")


def followed() -> str:
    """Return the address whose releases this process follows; "" where it has its own.

    `CLINIC_FINDER_RELEASES` where that is an address such as `s3://bucket/releases`.
    """
    return origin() if "://" in origin() else ""


def copies() -> Path:
    """Return the folder of what this home keeps of releases that lie elsewhere; may not be there."""
    return find_home() / "served"


def pointer() -> Path:
    """Return the file that holds the id of the release in use; there is none until one is set."""
    return root() / POINTER


def is_id(text: str) -> bool:
    """Tell whether a text has the form of a release id, `<as_of>-<8 hex digits>`."""
    return _ID.fullmatch(text) is not None


def replace_file(path: Path, text: str) -> None:
    """Write a small file so that a reader sees the old or the new one, whatever is cut off when.

    Raises
    ------
    OSError : it cannot be written; the old one stands.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with partial.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder through to the disk, so that a rename outlives a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
