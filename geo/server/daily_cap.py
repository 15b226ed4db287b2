"""How often a client may do in a day what a form lets anyone do, without knowing who it is."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_DAY_SECONDS: Final = 86_400


class DailyCap:
    """Counts by the keys of clients, in memory alone, and forgets all each day.

    Parameters
    ----------
    most_of_a_client : times a day.
    most : times a day of all together.
    clock : seconds that never go back.
    """

    def __init__(
        self, most_of_a_client: int, most: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most_of_a_client = most_of_a_client
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: Counter[bytes] = Counter()
        self._until = clock() + _DAY_SECONDS

    def take(self, key: bytes) -> bool:
        """Tell whether a client may once more today, and count it if so.

        Parameters
        ----------
        key : of the client, as `geo.server.visitor_keys.VisitorKeys` makes it.
        """
        with self._lock:
            if self._clock() >= self._until:
                self._counts.clear()
                self._until = self._clock() + _DAY_SECONDS
            is_free = (
                self._counts[key] < self._most_of_a_client and self._counts.total() < self._most
            )
            self._counts[key] += is_free
            return is_free
