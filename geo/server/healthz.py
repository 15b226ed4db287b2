"""How this process does, for whoever watches over it from its own machine: nothing of visitors."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse

from geo.server import locality
from geo.server.nginx import HEALTH_PATH

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from geo.releases.standing import Standing

_DATE_LENGTH: Final = len("2026-11-28")
_METHODS: Final = frozenset({"GET", "HEAD"})
_NOT_FOUND, _UNAVAILABLE = 404, 503


class Healthz:
    """ASGI middleware that answers `HEALTH_PATH` with `{"status", "release", "age_days", "sessions"}`.

    Who asks from elsewhere, or through a proxy, finds nothing there: how many are here is nobody's
    business but the operator's.

    Parameters
    ----------
    app : what answers all other paths.
    ask : returns how the server stands; it may take a moment, and is called in a thread.
    open_pages : how many pages are open, by client, as `geo.server.admission` counts them.
    """

    def __init__(
        self, app: ASGIApp, ask: Callable[[], Standing], open_pages: Counter[bytes]
    ) -> None:
        self._app = app
        self._ask = ask
        self._open_pages = open_pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer where the path is ours, with 503 where there is no list to serve."""
        if (
            scope["type"] != "http"
            or scope["path"] != HEALTH_PATH
            or scope["method"] not in _METHODS
        ):
            await self._app(scope, receive, send)
            return
        if not _is_asked_here(scope):
            await PlainTextResponse("Not Found", _NOT_FOUND)(scope, receive, send)
            return
        standing = await run_in_threadpool(self._ask)
        told = {
            "status": standing.state,
            "release": standing.release or None,
            "age_days": find_age_days(standing.release),
            "sessions": self._open_pages.total(),
        }
        answer = JSONResponse(
            told,
            200 if standing.release else _UNAVAILABLE,
            headers={"cache-control": "no-store"},
        )
        await answer(scope, receive, send)


def find_age_days(release: str) -> int | None:
    """Return how many days ago a release was true, by the date that its id begins with.

    Parameters
    ----------
    release : its id, "" where there is none.
    """
    if not release:
        return None
    return (datetime.now(UTC).date() - date.fromisoformat(release[:_DATE_LENGTH])).days


def _is_asked_here(scope: Scope) -> bool:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    client = (scope.get("client") or ("",))[0]
    # The address that the server listens on says nothing here: behind it stands who asks.
    return locality.is_local(locality.Request("127.0.0.1", headers, client)) and bool(client)
