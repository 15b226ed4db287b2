"""A polite refusal where a server is full, instead of a collapse for everybody.

Each open page holds one websocket. Past a number of them a newcomer gets a small page that says so,
where to call in a crisis, and looks again by itself; those who are inside notice nothing.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from starlette.responses import HTMLResponse

from geo.errors import SchemaError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

VARIABLE: Final = "CLINIC_FINDER_SESSIONS"
MOST_SESSIONS: Final = 240
"""Open pages that one process takes where nothing else is said."""

RETRY_SECONDS: Final = 20
_STREAM: Final = "/_stcore/stream"
_TRY_AGAIN_LATER: Final = 1013  # RFC 6455's registry of close codes

_PAGE: Final = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Clinic Finder</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="{RETRY_SECONDS}">
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1.0625rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 12vh auto; padding: 0 20px }}
h1 {{ font-size: 1.5rem; line-height: 1.25 }} p[lang] {{ margin-top: 2rem }}
</style></head><body><main>
<h1>Many people are here right now</h1>
<p>This page looks again by itself in {RETRY_SECONDS} seconds. Nothing you typed is lost: you have
typed nothing yet.</p>
<p>Thinking about suicide? Call or text <a href="tel:988">988</a>, any time. In an emergency call
<a href="tel:911">911</a>.</p>
<p lang="es"><strong>Hay muchas personas aquí en este momento.</strong> Esta página lo intenta de
nuevo por sí sola en {RETRY_SECONDS} segundos. ¿Piensa en el suicidio? Llame al
<a href="tel:988">988</a> y marque 2, a cualquier hora. En una emergencia llame al
<a href="tel:911">911</a>.</p>
</main></body></html>
"""


def read_most_sessions() -> int:
    """Return how many open pages a process takes: `CLINIC_FINDER_SESSIONS`, else the default.

    Raises
    ------
    SchemaError : the variable is not a whole number above 0.
    """
    value = os.environ.get(VARIABLE, "")
    if not value:
        return MOST_SESSIONS
    if not value.isascii() or not value.isdigit() or int(value) == 0:
        raise SchemaError(f"{VARIABLE} is {value!r}; write a whole number above 0.")
    return int(value)


class SessionLimit:
    """ASGI middleware that counts open websockets and turns newcomers away past a number.

    Parameters
    ----------
    app : what it stands before.
    most : open pages that are taken.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        full = self._open >= self._most
        if scope["type"] == "websocket" and scope["path"].endswith(_STREAM):
            if full:
                await send({"type": "websocket.close", "code": _TRY_AGAIN_LATER})
                return
            self._open += 1
            try:
                await self._app(scope, receive, send)
            finally:
                self._open -= 1
        elif full and _is_page(scope):
            refusal = HTMLResponse(_PAGE, 503, {"retry-after": str(RETRY_SECONDS)})
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_page(scope: Scope) -> bool:
    """Tell whether a request asks for a page, and not for what an open page needs."""
    if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
        return False
    accepted = dict(scope["headers"]).get(b"accept", b"")
    last = scope["path"].rpartition("/")[2]
    return "/_stcore/" not in scope["path"] and "." not in last and b"json" not in accepted
