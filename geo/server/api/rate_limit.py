"""How often a client may ask: counts by keys from which no address can be read, for a minute at most."""

from __future__ import annotations

import math
import time
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_A_MINUTE: Final = 600
_WINDOW_SECONDS: Final = 60.0


class RateLimit:
    """Counts what clients ask; for one thread.

    Parameters
    ----------
    most : requests of a client in a minute.
    clock : seconds that never go back.
    """

    def __init__(
        self, most: int = MOST_A_MINUTE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._clock = clock
        self._counts: Counter[bytes] = Counter()
        self._until = clock() + _WINDOW_SECONDS

    def take(self, key: bytes) -> int:
        """Count a request; return 0 where it is free, else after how many seconds the next one is.

        Parameters
        ----------
        key : of the client, as `geo.server.visitor_keys.VisitorKeys` makes it.
        """
        now = self._clock()
        if now >= self._until:
            self._counts.clear()
            self._until = now + _WINDOW_SECONDS
        if self._counts[key] >= self._most:
            return math.ceil(self._until - now)
        self._counts[key] += 1
        return 0
