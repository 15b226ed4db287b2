"""No address of this server has a control character; one that does is refused before anyone reads it.

A path is decoded before it is matched, and a pattern that ends in `$`, as those of the framework
do, also matches before a line break at the end: `/_stcore/stream%0A` would be the way in to a place
that whatever guards it by its name does not know.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.responses import PlainTextResponse

from geo.server.api import problems
from geo.server.api.api_settings import BELOW, is_on
from geo.server.api.problems import ApiError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_POLICY_VIOLATION: Final = 1008  # RFC 6455, 7.4.1
_NO_ADDRESS: Final = "There is no such address here."
_KINDS: Final = frozenset({"http", "websocket"})


class PlainPaths:
    """ASGI middleware that refuses requests and websockets whose path is not printable."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in _KINDS or scope["path"].isprintable():
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        elif scope["path"].startswith(BELOW) and is_on():
            refusal = problems.respond(ApiError(HTTPStatus.NOT_FOUND, _NO_ADDRESS))
            await refusal(scope, receive, send)
        else:
            await PlainTextResponse(_NO_ADDRESS, HTTPStatus.NOT_FOUND)(scope, receive, send)
