"""Streamlit's own addresses, shut but for those that pages of ours are known to need.

What a version adds below `_stcore` is shut until somebody has read what it gives away: as it is,
how many people are here and what their pages hold in memory, and a way to drive a page by program.
"""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.responses import PlainTextResponse

from geo.server.streamlit_seam import CORE, OPEN_ADDRESSES, STREAM, leads_to, split

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_POLICY_VIOLATION: Final = 1008  # RFC 6455, 7.4.1
_TOLD_ONCE: Final[set[str]] = set()
_MOST_TOLD: Final = 20  # anybody may ask for anything
_NAME: Final = re.compile(r"[a-z0-9_-]{1,40}")
_log: Final = logging.getLogger(__name__)


class ShutPaths:
    """ASGI middleware that finds nothing below `_stcore` but what is known, and says so in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or find nothing."""
        name = find_unknown(scope["path"]) if scope["type"] in {"http", "websocket"} else None
        if name is not None:
            _tell(
                name
            )  # of a websocket too: a page whose stream has moved would stay empty, unsaid
        if scope["type"] == "websocket" and not leads_to(scope["path"], STREAM):
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        elif scope["type"] == "http" and name is not None:
            await PlainTextResponse("Not Found", HTTPStatus.NOT_FOUND)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def find_unknown(path: str) -> str | None:
    """Return what stands behind `_stcore` in a path, None where all of it is known.

    Parameters
    ----------
    path : of a request, decoded.
    """
    parts = split(path)
    for at, part in enumerate(parts):
        name = parts[at + 1] if at + 1 < len(parts) else ""
        if part == CORE and f"{CORE}/{name}" not in OPEN_ADDRESSES:
            return name
    return None


def _tell(name: str) -> None:
    """Say in the log, once for each, what was asked for, if it is spelled as a name."""
    if name in _TOLD_ONCE or len(_TOLD_ONCE) >= _MOST_TOLD or not _NAME.fullmatch(name):
        return
    _TOLD_ONCE.add(name)
    _log.warning(
        "The address %s/%s is shut: geo/server/streamlit_seam.py does not list it.", CORE, name
    )
