"""Files are taken from operators alone, and not before the page has let them in.

Streamlit takes an upload from every open page, whether or not there is a field for one on it, and
keeps it in memory. No patient's page has such a field; so a session is let through here only after
its page has admitted an operator (`open_for`), and only for as long as that login holds.
"""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from starlette.responses import PlainTextResponse

from geo.server.streamlit_seam import UPLOAD

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_UPLOAD: Final = tuple(UPLOAD.split("/"))
_ASKING_FIRST: Final = "OPTIONS"

_open_until: Final[dict[str, float]] = {}


def open_for(session_id: str, seconds: float) -> None:
    """Let the uploads of a session through for so long from now."""
    now = time.monotonic()
    for session in [name for name, until in list(_open_until.items()) if until < now]:
        _open_until.pop(session, None)
    _open_until[session_id] = now + seconds


def shut_for(session_id: str) -> None:
    """Let no upload of a session through any more."""
    _open_until.pop(session_id, None)


def is_open(session_id: str) -> bool:
    """Tell whether uploads of a session are let through."""
    return _open_until.get(session_id, 0.0) > time.monotonic()


class UploadGuard:
    """ASGI middleware that refuses uploads of everybody but operators, before a byte is read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if (
            scope["type"] == "http"
            and scope["method"] != _ASKING_FIRST
            and not all(is_open(session) for session in _sessions_of(scope["path"]))
        ):
            refusal = PlainTextResponse(
                "Files are taken from operators alone; open the page anew and sign in.", 403
            )
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _sessions_of(path: str) -> list[str]:
    """Return whom a path uploads for, at every place of it that may be read so; "" for nobody."""
    parts = [*path.split("/"), ""]
    return [parts[at + 2] for at, pair in enumerate(pairwise(parts)) if pair == _UPLOAD]
