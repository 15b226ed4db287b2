"""What releases changed, for the server: what loads tables is imported then, and only once a release."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.publishing.changelog import ReleaseChanges

_LOCK = threading.Lock()
_known: dict[str, Sequence[ReleaseChanges]] = {}


def load() -> Sequence[ReleaseChanges]:
    """Return the changes of the kept releases, the newest first.

    Raises
    ------
    GeoError : the release in use cannot be read.
    """
    from geo import releases  # noqa: PLC0415  # 330 ms: pandas
    from geo.publishing import changelog  # noqa: PLC0415  # 330 ms: pandas

    with _LOCK:  # who comes meanwhile waits for the first, and has what it found
        used = releases.current_id()
        if used not in _known:
            found = changelog.list_changes()
            _known.clear()
            _known[used] = found
        return _known[used]
