"""A login is ended by a form of our own pages alone, never by a link.

Streamlit ends one at whatever asks for `/auth/logout`: a link, a picture, another site's page. Here
that address takes a POST with a token, which a page that an operator was let into holds, and which
fits that browser's login and no other.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

import htpy as h
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from geo.errors import AccessError
from geo.paths import find_home
from geo.server import operators, upload_guard
from geo.server.streamlit_seam import LOGIN_COOKIE, LOGOUT, leads_to

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN: Final = "logout_token"  # noqa: S105  the field's name
_MOST_BYTES: Final = 4_096
_LONGEST_SECONDS: Final = 30.0  # for some hundred bytes, over the worst of lines
_SECRET: Final = secrets.token_bytes(32)


def make_token(session_id: str, mark: str, cookies: Mapping[str, str]) -> str:
    """Return what a page's form has to bring to end the login of the browser that it is shown in.

    Parameters
    ----------
    session_id : of the page, whose uploads end too.
    mark : of the login, as `operators.mark_of` makes it.
    cookies : of the browser.
    """
    return f"{session_id}.{mark}.{_sign(session_id, mark, cookies)}"


def _sign(session_id: str, mark: str, cookies: Mapping[str, str]) -> str:
    signed = "\n".join((session_id, mark, cookies.get(LOGIN_COOKIE, "")))
    return hmac.new(_SECRET, signed.encode(), hashlib.sha256).hexdigest()


class Logout:
    """ASGI middleware that lets nothing but such a form end a login."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or end a login, or say why not."""
        if scope["type"] != "http" or not leads_to(scope["path"], LOGOUT):
            await self._app(scope, receive, send)
            return
        answer = await self._answer(Request(scope, receive))
        answer.headers["cache-control"] = "no-store"
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        """End the login that the form names, if it may."""
        if request.method != "POST":
            return PlainTextResponse(
                'A link ends no login; press "Sign out" on an operators\' page.',
                HTTPStatus.METHOD_NOT_ALLOWED,
                {"allow": "POST"},
            )
        session_id, mark, signature = await _read_token(request)
        if not hmac.compare_digest(
            signature.encode(), _sign(session_id, mark, request.cookies).encode()
        ):
            return PlainTextResponse(
                'This form is of an earlier page; open it anew and press "Sign out".',
                HTTPStatus.FORBIDDEN,
            )
        upload_guard.shut_for(session_id)
        try:
            operators.write_mark(mark, find_home())
        except AccessError as error:
            return PlainTextResponse(str(error), HTTPStatus.INTERNAL_SERVER_ERROR)
        return await self._forget(request.scope)

    async def _forget(self, scope: Scope) -> Response:
        """Have Streamlit delete its cookies, and go where it sends the browser."""
        answered: list[Message] = []

        async def nothing() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def note(message: Message) -> None:
            answered.append(message)

        headers = [pair for pair in scope["headers"] if pair[0] != b"origin"]
        await self._app({**scope, "method": "GET", "headers": headers}, nothing, note)
        told = Headers(raw=answered[0]["headers"])
        # A form may lead to this server alone, by the policy of its page; a page may go on.
        onward = told.get("location", "/")
        page = HTMLResponse(
            str(
                h.html(lang="en")[
                    h.title["Signed out"],
                    h.meta(http_equiv="refresh", content=f"0; url={onward}"),
                    h.p["You are signed out. ", h.a(href=onward)["Go on"]],
                ]
            )
        )
        for cookie in told.getlist("set-cookie"):
            page.headers.append("set-cookie", cookie)
        return page


async def _read_token(request: Request) -> tuple[str, str, str]:
    """Return the parts of a form's token; empty ones where there is none."""
    body = b""
    try:
        async with asyncio.timeout(_LONGEST_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > _MOST_BYTES:
                    return "", "", ""
    except (ClientDisconnect, TimeoutError):
        return "", "", ""
    fields = parse_qs(body.decode("latin-1"))
    session_id, _, rest = fields.get(TOKEN, [""])[0].partition(".")
    mark, _, signature = rest.partition(".")
    return session_id, mark, signature
