"""Connections that are over when the time in all is: headers, a byte at a time, included.

HTTP libraries limit the wait for each read. Here each read, write and handshake gets what is left
of the whole, so that a service cannot draw a reply out by sending a little now and then.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import httpcore

from geo.fetching import targets

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable

_SENT_AT_ONCE: Final = 65_536


class DeadlineBackend(httpcore.NetworkBackend):
    """Makes the connections of one request.

    Parameters
    ----------
    deadline : by `time.monotonic`; for all of it together.
    trusted : whether the host may stand on this machine or a private network.
    only_here : whether it may stand on this machine alone.
    """

    def __init__(self, deadline: float, *, trusted: bool, only_here: bool = False) -> None:
        self._deadline = deadline
        self._trusted = trusted
        self._only_here = only_here
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002  what is left of the whole counts
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first number of a host that answers.

        Raises
        ------
        FetchError : as `geo.fetching.targets.resolve`.
        httpcore.ConnectTimeout, httpcore.ConnectError : none answers, or not in time.
        """
        numbers = targets.resolve(
            host,
            port,
            trusted=self._trusted,
            deadline=self._deadline,
            only_here=self._only_here,
        )
        for at, number in enumerate(numbers):
            try:
                stream = self._sockets.connect_tcp(
                    number,
                    port,
                    _left(self._deadline, httpcore.ConnectTimeout),
                    local_address,
                    socket_options,
                )
            except httpcore.ConnectError:
                if at == len(numbers) - 1:
                    raise
            else:
                return _DeadlineStream(stream, self._deadline)
        raise httpcore.ConnectError


class _DeadlineStream(httpcore.NetworkStream):
    """A connection whose every step gets what is left of the whole time."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, _left(self._deadline, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        for start in range(0, len(buffer), _SENT_AT_ONCE):
            left = _left(self._deadline, httpcore.WriteTimeout)
            self._stream.write(buffer[start : start + _SENT_AT_ONCE], left)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        left = _left(self._deadline, httpcore.ConnectTimeout)
        return _DeadlineStream(
            self._stream.start_tls(ssl_context, server_hostname, left), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  httpcore's signature
        return self._stream.get_extra_info(info)


def _left(deadline: float, late: type[httpcore.TimeoutException]) -> float:
    """Return how many seconds are left, above 0.

    Raises
    ------
    httpcore.TimeoutException : none is; of the kind that is asked for.
    """
    left = deadline - time.monotonic()
    if left <= 0:
        raise late
    return left
