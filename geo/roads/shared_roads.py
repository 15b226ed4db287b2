"""The highways that all of a process share: some 130 MB, loaded by whoever needs them first."""

from __future__ import annotations

import logging
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from geo.errors import SourceError
from geo.paths import DATA
from geo.roads.network import FILES, load_roads

if TYPE_CHECKING:
    from pathlib import Path

    from geo.roads.network import Roads

_LOG: Final = logging.getLogger(__name__)
_LOCK: Final = threading.Lock()
_load = lru_cache(maxsize=1)(load_roads)

Stamp = tuple[tuple[int, int, int], ...]
_refused: dict[Path, tuple[Stamp, str]] = {}
"""Data folder -> how its files were when they could not be loaded, and why not."""


def share_roads(data: Path = DATA) -> Roads:
    """Return the highways, loaded once; who asks meanwhile waits for those.

    Files that cannot be loaded are tried once, and logged once, until one of them changes: each
    search would take half a second to find out the same.

    Parameters
    ----------
    data : the data folder.

    Raises
    ------
    SourceError : a file of the roads is missing or damaged.
    """
    with _LOCK:
        if data in _refused:
            before, why = _refused[data]
            if before == _stamp(data):
                raise SourceError(why)
        stamp = _stamp(data)  # before they are read: what changes meanwhile is tried again
        try:
            roads = _load(data)
        except SourceError as error:
            _refused[data] = stamp, str(error)
            _LOG.error("No drives can be told. %s", error)
            raise
        _refused.pop(data, None)
        return roads


def _stamp(data: Path) -> Stamp:
    """Return by what a change of the files is told."""
    return tuple(_stamp_file(data / "reference" / name) for name in FILES)


def _stamp_file(path: Path) -> tuple[int, int, int]:
    try:
        held = path.stat()
    except OSError:
        return 0, 0, 0
    return held.st_ino, held.st_mtime_ns, held.st_size
