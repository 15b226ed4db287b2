"""What was last served from this home, so that "not found" is never read as "none was ever set"."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Final

from geo.files import whole_files
from geo.releases import folders

if TYPE_CHECKING:
    from pathlib import Path

_LOG: Final = logging.getLogger(__name__)


def recall() -> str | None:
    """Return the id of the release that was last served as the one in use, or the word `shipped`.

    Returns
    -------
    None where none but the one that came with the program ever was, or where that is not known.
    """
    try:
        told = json.loads(_find_file().read_bytes())["release"]
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return None
    known = isinstance(told, str) and (told == folders.SHIPPED_WORD or folders.is_id(told))
    return told if known else None


def remember(release: str) -> None:
    """Keep that this release is served; a home that cannot be written is told of in the log.

    Parameters
    ----------
    release : an id, or the word `shipped` where the pointer says so.
    """
    if recall() == release:
        return
    try:
        whole_files.replace(_find_file(), json.dumps({"release": release}) + "\n")
    except OSError as error:
        _LOG.warning("The file %s cannot be written (%s).", _find_file(), error)


def _find_file() -> Path:
    return folders.copies() / "last.json"
