"""Connections that ask for nothing, take nothing, or are too many of one client, are ended.

A place is counted where a websocket opens (`geo/server/admission.py`). A connection that never
comes so far costs a file descriptor all the same, uvicorn waits for its request for ever, and where
the descriptors are used up nobody is let in any more. So each has to ask for something in time, as a
server of every kind has it, and one client has no more of them than its pages need.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from geo.server.visitor_keys import VisitorKeys

IDLE_SECONDS: Final = 30.0
CONNECTIONS_OF_A_PAGE: Final = 7
"""A browser's six to one server, and the page's websocket."""

_DESCRIPTORS: Final = 8_192
"""That the server asks for; many systems give 1,024 unless asked."""


class ConnectionLimits:
    """ASGI middleware that watches the connections of uvicorn, as the server starts.

    uvicorn makes what serves a connection by its settings, which stand beside what starts the app;
    a server of another make has none, and looks after its connections itself.

    Parameters
    ----------
    app : what it stands before.
    most_of_a_client : connections that one client may have; a proxy that is believed, as many as
        come.
    keys : tell clients apart.
    idle_seconds : after which a connection is closed that has begun no request since, or has taken
        nothing of what it is sent.
    """

    def __init__(
        self,
        app: ASGIApp,
        most_of_a_client: int,
        keys: VisitorKeys,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._app = app
        self._most_of_a_client = most_of_a_client
        self._keys = keys
        self._idle_seconds = idle_seconds
        self._open: defaultdict[bytes, set[asyncio.Transport]] = defaultdict(set)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Watch the server's connections where the app starts; pass all on."""
        if scope["type"] == "lifespan":
            raise_descriptor_limit()
            settings: Any = getattr(getattr(receive, "__self__", None), "config", None)
            if hasattr(settings, "http_protocol_class"):
                settings.http_protocol_class = self._watch(settings.http_protocol_class)
        await self._app(scope, receive, send)

    def _watch(self, kind: type[asyncio.Protocol]) -> type[asyncio.Protocol]:
        """Return the same kind of protocol, whose connections are watched."""

        def connection_made(protocol: asyncio.Protocol, transport: asyncio.Transport) -> None:
            kind.connection_made(protocol, transport)
            self._enter(protocol, transport)

        return type(kind.__name__, (kind,), {"connection_made": connection_made})

    def _enter(self, protocol: Any, transport: asyncio.Transport) -> None:  # noqa: ANN401  uvicorn's
        peer = {"client": protocol.client, "headers": []}
        key = self._keys.of(peer)
        if not self._keys.is_of_proxy(peer):
            of_client = self._open[key]
            of_client -= {each for each in of_client if not _is_open(each)}
            if len(of_client) >= self._most_of_a_client:
                transport.abort()
                return
            of_client.add(transport)
        self._look_again(key, protocol, transport, None, 0)

    def _look_again(
        self,
        key: bytes,
        protocol: Any,  # noqa: ANN401  uvicorn's
        transport: asyncio.Transport,
        last: Any,  # noqa: ANN401  as above
        unsent: int,
    ) -> None:
        """Look after a while whether anything has happened since."""

        def look() -> None:
            if not _is_open(transport):
                self._open[key].discard(transport)
                if not self._open[key]:
                    del self._open[key]
                return
            left, cycle = transport.get_write_buffer_size(), protocol.cycle
            if transport.get_protocol() is protocol:  # and not a websocket's by now
                if left and left == unsent:
                    transport.abort()
                elif cycle is last and (cycle is None or cycle.response_complete):
                    transport.close()
            self._look_again(key, protocol, transport, cycle, left)

        asyncio.get_running_loop().call_later(self._idle_seconds, look)


def raise_descriptor_limit() -> None:
    """Let this process open as many files and connections as a busy server needs, if it may."""
    try:
        import resource  # noqa: PLC0415  only Unix has it
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _DESCRIPTORS if hard == resource.RLIM_INFINITY else min(_DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _is_open(transport: asyncio.Transport) -> bool:
    """Tell whether a connection still costs a descriptor, which one that is closing does."""
    held = transport.get_extra_info("socket")
    return held is not None and held.fileno() != -1
