"""Addresses that Streamlit answers and nobody here needs, shut."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

# How many people are here, what their pages hold in memory, how long they stay.
_METRICS: Final = "_stcore/metrics"


class ShutPaths:
    """ASGI middleware that finds nothing at the addresses above."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or find nothing."""
        if scope["type"] == "http" and leads_to(scope["path"], _METRICS):
            await PlainTextResponse("Not Found", HTTPStatus.NOT_FOUND)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def leads_to(path: str, end: str) -> bool:
    """Tell whether a path leads to an address of Streamlit's, below whatever the site stands.

    Parameters
    ----------
    path : of a request, decoded.
    end : the parts of the address, without a slash before or after.

    Returns
    -------
    True also for what a router takes for the same: with a slash or a line's end behind it.
    """
    parts = [part.strip() for part in path.split("/") if part.strip()]
    wanted = end.split("/")
    return parts[-len(wanted) :] == wanted
