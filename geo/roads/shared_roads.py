"""The highways that all of a process share: some 130 MB, loaded by whoever needs them first."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from geo.paths import DATA
from geo.roads.network import load_roads

if TYPE_CHECKING:
    from pathlib import Path

    from geo.roads.network import Roads

_LOCK: Final = threading.Lock()
_load = lru_cache(maxsize=1)(load_roads)


def share_roads(data: Path = DATA) -> Roads:
    """Return the highways, loaded once; who asks meanwhile waits for those.

    Parameters
    ----------
    data : the data folder.

    Raises
    ------
    SourceError : a file of the roads is missing or damaged; the next call tries again.
    """
    with _LOCK:
        return _load(data)
