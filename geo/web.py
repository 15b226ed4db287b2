"""What the server adds to Streamlit: our own assets, and headers that keep a visit private."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from geo.crowding import SessionLimit, read_most_sessions
from geo.same_origin import SameOrigin
from geo.upload_door import UploadDoor

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ONE_DAY_SECONDS: Final = 86_400
_WORTH_COMPRESSING_BYTES: Final = 2_000
_HOST: Final = re.compile(rb"[A-Za-z0-9.\-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")

_FIXED_HEADERS: Final[tuple[tuple[bytes, bytes], ...]] = (
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"permissions-policy", b"geolocation=(self), camera=(), microphone=(), payment=(), usb=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


def content_security_policy(host: bytes) -> bytes:
    """Return the policy that lets a page load from, and talk to, this server alone.

    Parameters
    ----------
    host : the request's Host header. Older browsers do not read `'self'` as covering
        websockets, so the host is named; one that is not a plain host is left out.

    Returns
    -------
    The value of the Content-Security-Policy header. Streamlit starts components from
    blob URLs and evaluates the map's script, hence `blob:` and `'unsafe-eval'`; neither
    reaches another origin.
    """
    sockets = b" ws://%b wss://%b" % (host, host) if _HOST.fullmatch(host) else b""
    return b"; ".join(
        (
            b"default-src 'self'",
            b"script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
            b"style-src 'self' 'unsafe-inline'",
            b"img-src 'self' data: blob:",
            b"font-src 'self' data:",
            b"connect-src 'self'" + sockets,
            b"worker-src 'self' blob:",
            b"frame-src 'self'",
            b"frame-ancestors 'self'",
            b"object-src 'none'",
            b"base-uri 'self'",
            b"form-action 'self'",
        )
    )


class SecurityHeaders:
    """ASGI middleware that puts the headers above on every HTTP response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; add the headers where the response starts."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        policy = content_security_policy(dict(scope["headers"]).get(b"host", b""))
        ours = ((b"content-security-policy", policy), *_FIXED_HEADERS)
        names = {name for name, _ in ours}

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message["headers"] if pair[0].lower() not in names]
                message["headers"] = [*kept, *ours]
            await send(message)

        await self._app(scope, receive, send_with_headers)


class _Assets(StaticFiles):
    """Static files a browser may keep for a day; their addresses carry a version."""

    def file_response(
        self,
        full_path: str | PathLike[str],
        stat_result: object,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)  # type: ignore[arg-type]
        response.headers["cache-control"] = f"public, max-age={_ONE_DAY_SECONDS}"
        return response


def routes(data_folder: Path) -> list[Mount]:
    """Return the routes of `/assets`, served compressed from `data_folder`/assets."""
    files = _Assets(directory=data_folder / "assets")
    return [Mount("/assets", app=GZipMiddleware(files, minimum_size=_WORTH_COMPRESSING_BYTES))]


def middleware() -> list[Middleware]:
    """Return the middleware of the whole app."""
    return [
        Middleware(SecurityHeaders),
        Middleware(SameOrigin),
        Middleware(UploadDoor),
        Middleware(SessionLimit, most=read_most_sessions()),
    ]
