"""How much one message over a websocket may be, set in the server that takes it.

Streamlit gives uvicorn one number for what comes in and what goes out, though a page sends megabytes
and a visitor kilobytes, and lets whoever starts it turn packing on, by which 30 KB become 32 MB.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

LARGEST_MESSAGE_BYTES: Final = 1_000_000
"""Of a message that comes in, as it is and unpacked: as much as all states of a page may be."""


UVICORN_SETTINGS: Final = ("ws_max_size", "ws_per_message_deflate")
"""What bounds a message, on the object `config` beside the function that starts the app."""

_LOG: Final = logging.getLogger(__name__)


class FrameLimits:
    """ASGI middleware that bounds what comes in over websockets, as the server starts.

    uvicorn hands its settings to each new connection, and reads them off the object that also
    starts the app; a server of another make has none, and `MessageFilter` alone then counts.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Bound the server where the app starts; pass all on."""
        if scope["type"] == "lifespan":
            settings: Any = getattr(getattr(receive, "__self__", None), "config", None)
            if all(hasattr(settings, name) for name in UVICORN_SETTINGS):
                settings.ws_max_size = min(settings.ws_max_size, LARGEST_MESSAGE_BYTES)
                settings.ws_per_message_deflate = False
            else:
                _LOG.warning(
                    "The server does not say how large a message may be; what is larger than "
                    "%s bytes ends the connection only once it has come.",
                    LARGEST_MESSAGE_BYTES,
                )
        await self._app(scope, receive, send)
