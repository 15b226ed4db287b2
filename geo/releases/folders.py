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
