"""Only pages of this server may talk to it: what another site's page asks is refused.

A browser names the page that asks in the header Origin. Streamlit takes websockets from any page of
this machine, whatever its port, and looks up the machine's own address at an outside service to
tell whether it takes others; here only the server's own pages are let through, and nobody is asked.
A proxy has to hand on the Host that visitors use. Programs that are no browsers send no Origin;
they bring no login either.

Images, scripts and frames are asked for without an Origin; newer browsers then say in
Sec-Fetch-Site who asks. To another site's page, whatever it asks for, nothing is here: it must not
be able to tell that someone runs this. A link that a person follows from there leads here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse

from geo.server.api.api_settings import BELOW

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Receive, Scope, Send

_POLICY_VIOLATION: Final = 1008  # RFC 6455, 7.4.1
_KINDS: Final = frozenset({"http", "websocket"})
_ELSEWHERE: Final = frozenset({b"cross-site", b"same-site"})
_PORTS: Final = {"http": 80, "https": 443}


class SameOrigin:
    """ASGI middleware that refuses requests and websockets of other sites' pages.

    Parameters
    ----------
    app : what it stands before.
    let_in : the origins that the operator lets ask the API, and nothing else.
    """

    def __init__(self, app: ASGIApp, let_in: frozenset[str] = frozenset()) -> None:
        self._app = app
        self._let_in = let_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and self._is_let_in(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "http" and is_embedded_elsewhere(scope["headers"]):
            await PlainTextResponse("Not Found", 404)(scope, receive, send)
        elif scope["type"] not in _KINDS or is_own(scope["headers"]):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        else:
            refusal = PlainTextResponse("Pages of other sites may not ask this server.", 403)
            await refusal(scope, receive, send)

    def _is_let_in(self, scope: Scope) -> bool:
        """Tell whether a page of a site that the operator named asks the API."""
        named = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
        return (
            scope["path"].startswith(BELOW) and len(named) == 1 and named[0].lower() in self._let_in
        )


def is_own(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Tell whether no page asks, or one of this server.

    Parameters
    ----------
    headers : of a request, names in lower case.
    """
    pairs = list(headers)
    origins = [value.decode("latin-1").lower() for name, value in pairs if name == b"origin"]
    hosts = {value.decode("latin-1").lower() for name, value in pairs if name == b"host"}
    return not origins or (
        len(origins) == len(hosts) == 1 and not hosts.isdisjoint(_hosts(origins[0]))
    )


def is_embedded_elsewhere(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Tell whether another site's page asks for a part of itself, rather than leads here.

    Parameters
    ----------
    headers : of a request, names in lower case; a browser that does not say who asks is believed.
    """
    told = dict(headers)
    return told.get(b"sec-fetch-site") in _ELSEWHERE and (
        told.get(b"sec-fetch-mode") != b"navigate" or told.get(b"sec-fetch-dest") != b"document"
    )


def _hosts(origin: str) -> set[str]:
    """Return how an origin may be written as a Host; nothing for one that names none (`null`)."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return set()
    if parts.scheme not in _PORTS or not parts.netloc:
        return set()
    standard = f":{_PORTS[parts.scheme]}"
    bare = parts.netloc.removesuffix(standard)
    return {bare, parts.netloc, f"{bare}{standard}"} if bare == parts.hostname else {parts.netloc}
