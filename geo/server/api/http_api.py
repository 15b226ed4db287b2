"""The door of the API: routes, limits, a few threads of its own, and answers that are kept."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from geo.errors import GeoError, PlaceError
from geo.server import changes
from geo.server.api import (
    api_page,
    asked,
    finding,
    list_answers,
    openapi_document,
    operations,
    problems,
)
from geo.server.api.api_settings import BELOW
from geo.server.api.problems import ApiError
from geo.server.api.rate_limit import RateLimit
from geo.server.api.request_reading import read_body, read_query
from geo.server.entity_tags import is_known

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from geo.releases import Release
    from geo.server.api.served import Loaders
    from geo.server.visitor_keys import VisitorKeys

    Tell = Callable[[Release], Any]

T = TypeVar("T")

_LOG: Final = logging.getLogger(__name__)
_THREADS: Final = 2
_MOST_WAITING: Final = 100
_MOST_KEPT: Final = 8
_MINUTE: Final = "public, max-age=60"


class HttpApi:
    """ASGI middleware that answers everything below `/api/`.

    Parameters
    ----------
    app : what answers all other paths.
    load : how it comes by the list.
    keys : tell clients apart.
    origins : the sites whose pages may ask.
    limit : how often a client may ask.
    """

    def __init__(
        self,
        app: ASGIApp,
        load: Loaders,
        keys: VisitorKeys,
        origins: Collection[str] = (),
        limit: RateLimit | None = None,
    ) -> None:
        self._app = app
        self._load = load
        self._keys = keys
        self._limit = limit or RateLimit()
        self._threads = ThreadPoolExecutor(_THREADS, "api")
        self._waiting = 0
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._lock = threading.Lock()
        self._changes = changes.Changes(_find_nothing, load.changes)
        self._inner = self._build(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer where the path is ours."""
        if scope["type"] == "http" and f"{scope['path']}/".startswith(BELOW):
            await self._inner(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _build(self, origins: Collection[str]) -> Starlette:
        base = operations.BASE
        answers = {
            "nearest": self._find_nearest,
            "places": self._find_places,
            "clinics": self._list_clinics,
            "clinic": self._tell_clinic,
            "coverage": self._tell_coverage,
            "release": self._tell_release,
            "changes": self._tell_changes,
        }
        routes = [
            Route(base + one.path, self._guard(answers[one.name]), methods=[one.method])
            for one in operations.OPERATIONS
        ]
        routes += [
            Route(operations.DOCUMENT, self._guard(self._tell_document), methods=["GET"]),
            Route(f"{base}/", self._guard(self._show_page), methods=["GET"]),
        ]
        allowed = Middleware(
            CORSMiddleware,
            allow_origins=sorted(origins),
            allow_methods=["GET", "POST"],
            allow_headers=["content-type", "if-none-match"],
            expose_headers=["etag", "retry-after"],
        )
        inner = Starlette(
            routes=routes,
            middleware=[allowed] if origins else [],
            exception_handlers={HTTPException: _explain_routing},
        )
        inner.router.redirect_slashes = False
        return inner

    def _guard(self, answer: Callable[[Request], Any]) -> Callable[[Request], Any]:
        """Return an answer that has its limit, and whose errors are problems in one sentence."""

        async def respond(request: Request) -> Response:
            try:
                self._count(request)
                found: Response = await answer(request)
            except ApiError as error:
                return problems.respond(error)
            except PlaceError as error:
                return problems.respond(finding.explain_place(error))
            except GeoError:  # said in the log and on the page by those who need it to work
                return problems.respond(problems.explain_unreadable())
            except Exception as error:  # noqa: BLE001  a caller gets a sentence, whatever happened
                _LOG.error("The API could not answer.", exc_info=error)
                return problems.respond(
                    ApiError(
                        HTTPStatus.INTERNAL_SERVER_ERROR,
                        "Something went wrong here, and the operator's log tells where; try again later.",
                    )
                )
            return found

        return respond

    def _count(self, request: Request) -> None:
        """Count a request of a client; refuse one past the limit."""
        wait = self._limit.take(self._keys.of(request.scope))
        if wait:
            raise ApiError(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"You have asked too often; ask again in {wait} seconds.",
                headers={"retry-after": str(wait)},
            )

    async def _run(self, work: Callable[[], T]) -> T:
        """Return what some work returns, done in a thread; refuse it where many wait."""
        if self._waiting >= _MOST_WAITING:
            raise ApiError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "Many programs ask at this moment; ask again in a few seconds.",
                headers={"retry-after": "5"},
            )
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1

    async def _find_nearest(self, request: Request) -> Response:
        body = await read_body(request, asked.NearestAsked)
        found = await self._run(lambda: _dump(finding.find_nearest(body, self._load.served())))
        return _answer_typed(found)

    async def _find_places(self, request: Request) -> Response:
        body = await read_body(request, asked.PlacesAsked)
        found = await self._run(lambda: _dump(finding.find_places(body, self._load.served())))
        return _answer_typed(found)

    async def _list_clinics(self, request: Request) -> Response:
        chosen = read_query(request, asked.ClinicsAsked)
        return await self._keep(
            request,
            chosen.model_dump_json(),
            lambda release: list_answers.list_clinics(chosen, release),
            is_geojson=chosen.format == "geojson",
        )

    async def _tell_clinic(self, request: Request) -> Response:
        read_query(request, asked.Nothing)
        clinic_id = request.path_params["id"]
        return await self._keep(
            request,
            "",
            lambda release: list_answers.tell_clinic(clinic_id, release),
            may_be_missing=True,
        )

    async def _tell_coverage(self, request: Request) -> Response:
        chosen = read_query(request, asked.CoverageAsked)
        return await self._keep(
            request,
            chosen.model_dump_json(),
            lambda release: list_answers.tell_coverage(chosen, release),
            is_geojson=chosen.format == "geojson",
        )

    async def _tell_release(self, request: Request) -> Response:
        read_query(request, asked.Nothing)
        return await self._keep(request, "", list_answers.tell_release)

    async def _tell_changes(self, request: Request) -> Response:
        read_query(request, asked.Nothing)
        return _Delegated(self._changes, {**request.scope, "path": changes.FEED})

    async def _tell_document(self, request: Request) -> Response:
        read_query(request, asked.Nothing)
        return Response(_dump(openapi_document.build()), media_type=operations.JSON)

    async def _show_page(self, request: Request) -> Response:
        read_query(request, asked.Nothing)
        return HTMLResponse(api_page.build())

    async def _keep(
        self,
        request: Request,
        chosen: str,
        tell: Tell,
        *,
        is_geojson: bool = False,
        may_be_missing: bool = False,
    ) -> Response:
        """Return an answer that is the same for all as long as the release is.

        One that may be missing is looked for also where the caller has what the release told.
        """
        release = await self._run(self._load.release)
        headers = {"etag": f'"{release.id}"', "cache-control": _MINUTE}
        stands = is_known(request.headers, headers["etag"])
        content = b""
        if may_be_missing or not stands:
            named = f"{request.url.path} {chosen}"
            content = await self._run(lambda: self._make((release.id, named), tell, release))
        if stands:
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        kind = operations.GEOJSON if is_geojson else operations.JSON
        return Response(content, headers=headers, media_type=kind)

    def _make(self, key: tuple[str, str], tell: Tell, release: Release) -> bytes:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        told = tell(release)
        content = told.encode() if isinstance(told, str) else _dump(told)
        with self._lock:
            self._kept[key] = content
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return content


class _Delegated(Response):
    """What another app answers in place of a response of our own."""

    def __init__(self, app: ASGIApp, scope: Scope) -> None:
        super().__init__()
        self._answering = app
        self._asked = scope

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the other app answer."""
        del scope
        await self._answering(self._asked, receive, send)


async def _find_nothing(scope: Scope, receive: Receive, send: Send) -> None:
    problem = problems.respond(ApiError(HTTPStatus.NOT_FOUND, "There is no such address here."))
    await problem(scope, receive, send)


def _explain_routing(_request: Request, error: Exception) -> Response:
    """Return that there is no such address, or that it is asked otherwise."""
    status = HTTPStatus(error.status_code) if isinstance(error, HTTPException) else None
    headers = dict(getattr(error, "headers", None) or {})
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = ", ".join(sorted(headers.get("Allow", "").split(", ")))
        headers["Allow"] = allowed
        detail = f"This address is asked by {allowed}."
        return problems.respond(ApiError(status, detail, headers=headers))
    detail = f"There is no such address here; {operations.BASE}/ describes those there are."
    return problems.respond(ApiError(status or HTTPStatus.NOT_FOUND, detail, headers=headers))


def _answer_typed(content: bytes) -> Response:
    return Response(content, headers={"cache-control": "no-store"}, media_type=operations.JSON)


def _dump(told: Any) -> bytes:  # noqa: ANN401  whatever JSON can hold
    return json.dumps(told, allow_nan=False, separators=(",", ":")).encode()
