"""Whether this server serves the list that it ought to, for whoever watches over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from geo.releases.standing import Standing

PATH: Final = "/health"

_METHODS: Final = frozenset({"GET", "HEAD"})
_UNAVAILABLE: Final = 503


class Health:
    """ASGI middleware that answers `PATH` with `{"status", "release", "since"}`.

    What is wrong in words stands in the log: it names paths, and anybody may ask here.

    Parameters
    ----------
    app : what answers all other paths.
    ask : returns how the server stands; it may take a moment, and is called in a thread.
    """

    def __init__(self, app: ASGIApp, ask: Callable[[], Standing]) -> None:
        self._app = app
        self._ask = ask

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer where the path is ours, with 503 where there is no list to serve."""
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] not in _METHODS:
            await self._app(scope, receive, send)
            return
        standing = await run_in_threadpool(self._ask)
        told = {
            "status": standing.state,
            "release": standing.release or None,
            "since": standing.since,
        }
        answer = JSONResponse(
            told,
            200 if standing.release else _UNAVAILABLE,
            headers={"cache-control": "no-store"},
        )
        await answer(scope, receive, send)
