"""A replica that is full says so to nginx in a way that no dead one does.

To a proxy a 503 may be the last word of a server that fails, after which it sends that server's
visitors elsewhere. A full one refuses newcomers with the same status, while those who are inside
must stay with it. So our nginx (`geo/server/nginx.py`) asks with a header, and is told by a status
of its own; visitors never see that, since nginx asks again without the header for what they get.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER: Final = "X-Clinic-Finder-Front"
STATUS: Final = 529
"""No standard's; some services say "overloaded" by it, and no proxy takes it for a failure."""

_HEADER: Final = HEADER.lower().encode()
_POLITE: Final = b"retry-after"


class FullReplica:
    """ASGI middleware that turns a polite refusal into the status above, for our nginx alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; tell nginx where the answer is that there is no room."""
        if scope["type"] != "http" or _HEADER not in dict(scope["headers"]):
            await self._app(scope, receive, send)
            return

        async def send_told(message: Message) -> None:
            if (
                message["type"] == "http.response.start"
                and message["status"] == HTTPStatus.SERVICE_UNAVAILABLE
                and any(name.lower() == _POLITE for name, _ in message["headers"])
            ):
                message = {**message, "status": STATUS}
            await send(message)

        await self._app(scope, receive, send_told)
