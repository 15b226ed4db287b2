"""What the server adds to Streamlit: our own assets, and headers that keep a visit private."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import stat
from typing import TYPE_CHECKING, Final

from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse

from geo.exporting import temporary_folders
from geo.paths import RELEASES_VARIABLE
from geo.server import heap, pocket_files
from geo.server.admission import SessionLimit, read_most_of_a_client, read_most_sessions
from geo.server.api.api_settings import read_origins
from geo.server.connection_limits import CONNECTIONS_OF_A_PAGE, ConnectionLimits
from geo.server.door import OperatorsDoor
from geo.server.frame_limits import FrameLimits
from geo.server.full_replica import FullReplica
from geo.server.logout import Logout
from geo.server.memory_room import MemoryRoom
from geo.server.plain_paths import PlainPaths
from geo.server.same_origin import SameOrigin
from geo.server.shut_paths import ShutPaths
from geo.server.static_cache import KeptFiles
from geo.server.streamlit_seam import ICON_FONT, ICON_FONT_WHEN_DRAWN, STATIC
from geo.server.upload_guard import UploadGuard
from geo.server.visitor_keys import VisitorKeys, read_proxies

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import AsyncIterator
    from pathlib import Path

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ONE_DAY_SECONDS: Final = 86_400
_ONE_YEAR_SECONDS: Final = 365 * _ONE_DAY_SECONDS
_DESCRIPTORS: Final = "/dev/fd"
_HOST: Final = re.compile(rb"[A-Za-z0-9.\-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")

_FIXED_HEADERS: Final[tuple[tuple[bytes, bytes], ...]] = (
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"permissions-policy", b"geolocation=(self), camera=(), microphone=(), payment=(), usb=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    # Or a browser looks up the hosts of a list's links before any is followed.
    (b"x-dns-prefetch-control", b"off"),
)
# What tells a browser to ask somebody before anything is followed; nothing of ours sends it.
_UNWANTED_HEADERS: Final = frozenset({b"link", b"speculation-rules"})


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
        names = {name for name, _ in ours} | _UNWANTED_HEADERS
        is_started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal is_started
            if message["type"] == "http.response.start":
                is_started = True
                kept = [pair for pair in message["headers"] if pair[0].lower() not in names]
                message["headers"] = [*kept, *ours]
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception:
            # Starlette answers for a failure outside of all middleware, where nothing is added.
            if not is_started:
                failure = PlainTextResponse("Internal Server Error", 500)
                await failure(scope, receive, send_with_headers)
            raise


def middleware(
    *,
    assets: Path,
    front_end: Path,
    server_address: str,
    open_pages: Counter[bytes] | None = None,
) -> list[Middleware]:
    """Return the middleware of the whole app.

    Parameters
    ----------
    assets : the folder of our own files, whose addresses carry a version.
    front_end : the folder of Streamlit's, whose names change with their content.
    server_address : the address that the server listens on, "" where it listens on all.
    open_pages : where the open pages are counted, by client.

    Raises
    ------
    SchemaError : a limit of sessions is set to no whole number above 0, or the proxies to what are
        no addresses, or the sites that may ask the API to what are no origins.
    """
    keys, most_of_a_client = VisitorKeys(read_proxies()), read_most_of_a_client()
    return [
        Middleware(FrameLimits),
        Middleware(
            ConnectionLimits, most_of_a_client=CONNECTIONS_OF_A_PAGE * most_of_a_client, keys=keys
        ),
        Middleware(SecurityHeaders),
        Middleware(PlainPaths),
        # A browser hides where a form comes from, as our pages ask it to; the form's token tells.
        Middleware(Logout),
        Middleware(
            SameOrigin, let_in=read_origins()
        ),  # ahead of the files, which would tell that this site is here
        Middleware(
            KeptFiles,
            prefix=STATIC,
            folder=front_end,
            cache_control=f"public, max-age={_ONE_YEAR_SECONDS}, immutable",
            restyled=(ICON_FONT, ICON_FONT_WHEN_DRAWN),
        ),
        Middleware(
            KeptFiles,
            prefix="/assets/",
            folder=assets,
            cache_control=f"public, max-age={_ONE_DAY_SECONDS}",
            own_scripts=True,
        ),
        Middleware(
            KeptFiles,
            prefix=pocket_files.BELOW,
            folder=pocket_files.find_folder(),
            cache_control="no-cache",  # its own worker keeps what it needs
            start=pocket_files.START,
            marker=pocket_files.MARKER,
        ),
        Middleware(ShutPaths),
        Middleware(OperatorsDoor, server_address=server_address),
        Middleware(UploadGuard),
        Middleware(FullReplica),
        Middleware(MemoryRoom),
        Middleware(
            SessionLimit,
            most=read_most_sessions(),
            most_of_a_client=most_of_a_client,
            keys=keys,
            open_pages=open_pages,
        ),
    ]


@contextlib.asynccontextmanager
async def lifespan(_app: ASGIApp) -> AsyncIterator[None]:
    """Let the app live; before anyone comes, clear what dead processes left, and get ready."""
    temporary_folders.clear()
    heap.keep_few_heaps()
    send_at_once()
    read_elsewhere()
    yield


def read_elsewhere() -> None:
    """Begin to read the releases that are made elsewhere, which the first visitor needs at once."""
    if os.environ.get(RELEASES_VARIABLE):
        from geo import releases  # noqa: PLC0415  # 330 ms; pandas, which visitors of other servers bring

        releases.follow()


def send_at_once() -> None:
    """Have what the server writes sent as it is written.

    asyncio asks for that itself where a socket is said to be TCP's. Streamlit's is not said to be,
    so that of two messages the second waits until the browser has confirmed the first, which it
    puts off for 40 ms. A connection takes the setting over from the socket that it came in by.
    """
    if not os.path.isdir(_DESCRIPTORS):  # noqa: PTH112  no such folder on Windows
        return
    for name in os.listdir(_DESCRIPTORS):  # noqa: PTH208
        # The folder's own descriptor is in the list and closed by now.
        with contextlib.suppress(OSError):
            if not stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                continue
            with socket.socket(fileno=os.dup(int(name))) as found:
                if found.family in {socket.AF_INET, socket.AF_INET6} and found.getsockopt(
                    socket.SOL_SOCKET, socket.SO_ACCEPTCONN
                ):
                    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
