"""A polite refusal where a server is full, instead of a collapse for everybody.

Each open page holds one websocket. Past a number of them a newcomer gets a small page that says so,
where to call in a crisis, and looks again by itself; those who are inside notice nothing. One
client holds a part of the places at most, and a websocket that opens no page none for long.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from typing import TYPE_CHECKING, Final

from markupsafe import Markup
from starlette.responses import HTMLResponse

from geo.errors import SchemaError
from geo.server.streamlit_seam import CORE, EARLIER_SESSION, STREAM, leads_to

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from geo.server.visitor_keys import VisitorKeys

VARIABLE: Final = "CLINIC_FINDER_SESSIONS"
MOST_SESSIONS: Final = 240
"""Open pages that one process takes where nothing else is said."""

CLIENT_VARIABLE: Final = "CLINIC_FINDER_CLIENT_SESSIONS"
MOST_OF_A_CLIENT: Final = 80
"""Of these, a client's where nothing else is said: fifty people behind one address, and some twice."""

IDLE_SECONDS: Final = 60.0
RETRY_SECONDS: Final = 20
_TRY_AGAIN_LATER: Final = 1013  # RFC 6455's registry of close codes
_PROTOCOLS: Final = b"sec-websocket-protocol"

_PAGE: Final = Markup("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Clinic Finder</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="{seconds}">
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1.0625rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 12vh auto; padding: 0 20px }}
h1 {{ font-size: 1.5rem; line-height: 1.25 }} p[lang] {{ margin-top: 2rem }}
</style></head><body><main>
<h1>Many people are here right now</h1>
<p>This page looks again by itself in {seconds} seconds. Nothing you typed is lost: you have
typed nothing yet.</p>
<p>Thinking about suicide? Call or text <a href="tel:988">988</a>, any time. In an emergency call
<a href="tel:911">911</a>.</p>
<p lang="es"><strong>Hay muchas personas aquí en este momento.</strong> Esta página lo intenta de
nuevo por sí sola en {seconds} segundos. ¿Piensa en el suicidio? Llame al
<a href="tel:988">988</a> y marque 2, a cualquier hora. En una emergencia llame al
<a href="tel:911">911</a>.</p>
</main></body></html>
""").format(seconds=RETRY_SECONDS)


def read_most_sessions() -> int:
    """Return how many open pages a process takes: `CLINIC_FINDER_SESSIONS`, else the default.

    Raises
    ------
    SchemaError : the variable is not a whole number above 0.
    """
    return _read_count(VARIABLE, MOST_SESSIONS)


def read_most_of_a_client() -> int:
    """Return how many of them a client may hold: `CLINIC_FINDER_CLIENT_SESSIONS`, else the default.

    Raises
    ------
    SchemaError : the variable is not a whole number above 0.
    """
    return _read_count(CLIENT_VARIABLE, MOST_OF_A_CLIENT)


class SessionLimit:
    """ASGI middleware that counts open websockets and turns newcomers away past a number.

    A websocket is idle until the server has drawn something on it, unless it goes on with an
    earlier visit, and none is idle for longer than `idle_seconds`. The oldest of those that have not
    said a word either gives way to a newcomer who would find no place; who has asked for a page and
    waits for a busy server does not.

    Parameters
    ----------
    app : what it stands before.
    most : open pages that are taken.
    most_of_a_client : of them, those of one client.
    keys : tell clients apart.
    idle_seconds : after which a websocket that has opened no page is closed.
    open_pages : where it counts them, by client, for who is to know how many there are.
    """

    def __init__(
        self,
        app: ASGIApp,
        most: int,
        most_of_a_client: int,
        keys: VisitorKeys,
        idle_seconds: float = IDLE_SECONDS,
        *,
        open_pages: Counter[bytes] | None = None,
    ) -> None:
        self._app = app
        self._most = most
        self._most_of_a_client = most_of_a_client
        self._keys = keys
        self._idle_seconds = idle_seconds
        self._open: Counter[bytes] = Counter() if open_pages is None else open_pages
        self._idle: dict[_Place, None] = {}  # the oldest first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "websocket" and leads_to(scope["path"], STREAM):
            await self._take_in(scope, receive, send)
        elif _is_page(scope) and not self._has_room(self._keys.of(scope)):
            refusal = HTMLResponse(_PAGE, 503, {"retry-after": str(RETRY_SECONDS)})
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _take_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give a websocket a place for as long as it is open, or refuse it."""
        key = self._keys.of(scope)
        if not self._make_room(key):
            await send({"type": "websocket.close", "code": _TRY_AGAIN_LATER})
            return
        place = _Place(key, receive, send)
        self._open[key] += 1
        timer = None
        if not _goes_on(scope):
            self._idle[place] = None
            timer = asyncio.get_running_loop().call_later(self._idle_seconds, self._close, place)

        async def send_watching(message: Message) -> None:
            if message["type"] == "websocket.send":
                self._idle.pop(place, None)
            await send(message)

        try:
            await self._app(scope, place.receive, send_watching)
        finally:
            if timer is not None:
                timer.cancel()
            self._idle.pop(place, None)
            self._leave(place)

    def _has_room(self, key: bytes) -> bool:
        return self._is_below(key) or self._find_idle(key) is not None

    def _make_room(self, key: bytes) -> bool:
        """Tell whether there is a place for a client, after having taken an idle one for it."""
        if self._is_below(key):
            return True
        idle = self._find_idle(key)
        if idle is not None:
            self._close(idle)
        return idle is not None

    def _is_below(self, key: bytes) -> bool:
        return self._open.total() < self._most and self._open[key] < self._most_of_a_client

    def _find_idle(self, key: bytes) -> _Place | None:
        """Return the oldest silent place whose end makes room for a client."""
        of_its_own = self._open[key] >= self._most_of_a_client
        silent = (idle for idle in self._idle if not idle.has_spoken)
        return next((idle for idle in silent if idle.key == key or not of_its_own), None)

    def _close(self, place: _Place) -> None:
        """Close a websocket that is idle still; its place is free at once."""
        if place in self._idle:
            del self._idle[place]
            self._leave(place)
            place.close.set()

    def _leave(self, place: _Place) -> None:
        if place.is_counted:
            place.is_counted = False
            self._open[place.key] -= 1
            if not self._open[place.key]:
                del self._open[place.key]


class _Place:
    """That of one websocket, which may have to be given up."""

    def __init__(self, key: bytes, receive: Receive, send: Send) -> None:
        self.key = key
        self.close = asyncio.Event()
        self.is_counted = True
        self.has_spoken = False
        self._receive = receive
        self._send = send

    async def receive(self) -> Message:
        """Return the next message, or that the other side has gone, once it is to be closed."""
        coming = asyncio.ensure_future(self._receive())
        closing = asyncio.ensure_future(self.close.wait())
        try:
            await asyncio.wait({coming, closing}, return_when=asyncio.FIRST_COMPLETED)
            if coming.done():
                message = coming.result()
                self.has_spoken |= message["type"] == "websocket.receive"
                return message
            await self._send({"type": "websocket.close", "code": _TRY_AGAIN_LATER})
            return {"type": "websocket.disconnect", "code": _TRY_AGAIN_LATER}
        finally:
            closing.cancel()
            coming.cancel()


def _read_count(variable: str, default: int) -> int:
    value = os.environ.get(variable, "")
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or int(value) == 0:
        raise SchemaError(f"{variable} is {value!r}; write a whole number above 0.")
    return int(value)


def _goes_on(scope: Scope) -> bool:
    """Tell whether a page that is open already connects again, as a phone does after a call.

    What it shows stands in the browser, and it says nothing until somebody touches it.
    """
    named = dict(scope["headers"]).get(_PROTOCOLS, b"").split(b",")
    return len(named) > EARLIER_SESSION and bool(named[EARLIER_SESSION].strip())


def _is_page(scope: Scope) -> bool:
    """Tell whether a request asks for a page, and not for what an open page needs."""
    if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
        return False
    accepted = dict(scope["headers"]).get(b"accept", b"")
    last = scope["path"].rpartition("/")[2]
    return f"/{CORE}/" not in scope["path"] and "." not in last and b"json" not in accepted
