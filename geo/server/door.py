"""The operators' door of the local mode: an address with a token, and the cookie it is turned into.

Where a request comes from proves nothing (`geo/server/locality.py`). What proves something is to
have read what the server shows to whoever started it: an address that holds a token. A browser that
opens it gets a cookie, signed with a secret that lives and ends with this run of the server; the
token is used up by that, and the next one is shown.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from geo.errors import AccessError
from geo.server import locality

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

PATH: Final = "/operators/enter"
TOKEN: Final = "token"  # noqa: S105  the name of it in the address
COOKIE: Final = "clinic_finder_operator_"
"""How the cookie's name begins; the port follows, for a browser sends it to all ports alike."""

_USED_UP: Final = (
    "This address has been used, or is of an earlier start. The server shows the next one where it "
    "showed this one."
)


class Door:
    """The door of one run of a server: shut until `open`."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._token = ""
        self._lock = threading.Lock()
        self._show: Callable[[str], None] = _show_nobody

    def open(self, show: Callable[[str], None]) -> None:
        """Let in whoever brings a token.

        Parameters
        ----------
        show : is given each token in turn, to be shown to whoever started the server alone.
        """
        self._show = show
        self._renew()

    def shut(self) -> None:
        """Take no token any more; cookies that were given out end as well."""
        self._token, self._show, self._secret = "", _show_nobody, secrets.token_bytes(32)

    def exchange(self, token: str) -> str:
        """Return a cookie's value for a token, which is used up by it.

        Raises
        ------
        AccessError : it is not the token that was shown last.
        """
        with self._lock:
            right = bool(self._token) and hmac.compare_digest(token.encode(), self._token.encode())
            if right:
                self._token = ""
        if not right:
            raise AccessError(_USED_UP)
        self._renew()
        name = secrets.token_urlsafe(16)
        return f"{name}.{self._sign(name)}"

    def knows(self, cookies: Mapping[str, str]) -> bool:
        """Tell whether one of a browser's cookies was given out by this run of the server."""
        return any(
            self._is_signed(value) for name, value in cookies.items() if name.startswith(COOKIE)
        )

    def _renew(self) -> None:
        token = secrets.token_urlsafe(32)
        self._token = token
        self._show(token)

    def _is_signed(self, value: str) -> bool:
        name, _, signature = value.partition(".")
        return hmac.compare_digest(signature.encode(), self._sign(name).encode())

    def _sign(self, name: str) -> str:
        return hmac.new(self._secret, name.encode(), hashlib.sha256).hexdigest()


def _show_nobody(_token: str) -> None:
    """Show a token to nobody: the door is shut."""


DOOR: Final = Door()
"""The door of this process, which its pages and its middleware share."""


class OperatorsDoor:
    """ASGI middleware that answers the address with the token.

    Parameters
    ----------
    app : what it stands before.
    server_address : the address that the server listens on, "" where it listens on all.
    """

    def __init__(self, app: ASGIApp, *, server_address: str) -> None:
        self._app = app
        self._server_address = server_address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a browser in, or say why not; pass all else on."""
        if scope["type"] != "http" or not scope["path"].endswith(PATH):
            await self._app(scope, receive, send)
            return
        answer = self._answer(Request(scope))
        answer.headers["cache-control"] = "no-store"
        await answer(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        """Return the way to the pages with a cookie, or a refusal."""
        if request.method != "GET":
            return PlainTextResponse("Method Not Allowed", HTTPStatus.METHOD_NOT_ALLOWED)
        asked = locality.Request(
            self._server_address,
            dict(request.headers),
            request.client.host if request.client else "",
        )
        if not locality.is_local(asked):
            return PlainTextResponse(locality.REFUSAL, HTTPStatus.FORBIDDEN)
        path = URL(scope=request.scope).path.removesuffix(PATH.removeprefix("/operators"))
        pages = f"/{path.lstrip('/')}"  # two slashes would lead to another host
        admitted = RedirectResponse(pages, HTTPStatus.SEE_OTHER)
        if DOOR.knows(request.cookies):
            return admitted  # its own address once more, from the history
        try:
            value = DOOR.exchange(request.query_params.get(TOKEN, ""))
        except AccessError as error:
            return PlainTextResponse(str(error), HTTPStatus.FORBIDDEN)
        admitted.set_cookie(
            f"{COOKIE}{(request.scope.get('server') or ('', 0))[1]}",
            value,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return admitted
