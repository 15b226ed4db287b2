"""A page a clinic, of plain HTML, for whoever was sent its address: no script, no session, no place taken."""

from __future__ import annotations

import os
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, QueryParams
from starlette.responses import HTMLResponse

from geo.errors import GeoError
from geo.i18n import language
from geo.server.unavailable import answer_unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

BELOW: Final = "/clinic/"
VARIABLE: Final = "CLINIC_FINDER_INDEX"
ON: Final = "on"
LANGUAGE: Final = "lang"
"""The parameter of an address that names the language."""

_METHODS: Final = frozenset({"GET", "HEAD"})
_TEN_MINUTES: Final = 600


@dataclass(frozen=True)
class ClinicPage:
    """What is answered about an id.

    Attributes
    ----------
    html : the page; "" where `moved_to` tells where to look.
    status : 200, 404 for an id that never was, 410 for a clinic that is in the list no more.
    moved_to : the id of the clinic that it is part of now, or "".
    """

    html: str
    status: HTTPStatus = HTTPStatus.OK
    moved_to: str = ""


def is_indexed() -> bool:
    """Tell whether the operator lets search engines keep these pages: `CLINIC_FINDER_INDEX=on`."""
    return os.environ.get(VARIABLE, "").strip() == ON


class ClinicPages:
    """ASGI middleware that answers `/clinic/{id}`.

    Parameters
    ----------
    app : what answers all other paths.
    build : returns the page of an id, in the language of the run; it may take a moment, and is
        called in a thread.
    """

    def __init__(self, app: ASGIApp, build: Callable[[str], ClinicPage]) -> None:
        self._app = app
        self._build = build

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer where the path is ours, with 503 where the list cannot be read."""
        clinic_id = scope.get("path", "").removeprefix(BELOW)
        if (
            scope["type"] != "http"
            or scope["method"] not in _METHODS
            or not scope["path"].startswith(BELOW)
            or not clinic_id
            or "/" in clinic_id
        ):
            await self._app(scope, receive, send)
            return
        asked = QueryParams(scope["query_string"]).get(LANGUAGE)
        code = language.negotiate(Headers(scope=scope).get("accept-language", ""), asked)
        try:
            page = await run_in_threadpool(self._build_in, code, clinic_id)
        except GeoError:
            await answer_unavailable(scope, receive, send)
            return
        headers = {
            "cache-control": f"public, max-age={_TEN_MINUTES}",
            "content-language": code,
            "vary": "accept-language",
        }
        if not is_indexed():
            headers["x-robots-tag"] = "noindex"
        if page.moved_to:
            query = f"?{LANGUAGE}={code}" if asked else ""
            headers["location"] = f"{quote(page.moved_to, safe='')}{query}"
            answer = HTMLResponse("", HTTPStatus.MOVED_PERMANENTLY, headers)
        else:
            answer = HTMLResponse(page.html, page.status, headers)
        await answer(scope, receive, send)

    def _build_in(self, code: str, clinic_id: str) -> ClinicPage:
        with language.using(code):
            return self._build(clinic_id)
