"""Of the messages that Streamlit understands, only those that our pages send get through to it.

Among the others are some by which any visitor could empty the caches of everybody, change how the
server runs, read where its program came from, or let it write files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_WANTED: Final = frozenset({"rerun_script", "stop_script", "app_heartbeat", "file_urls_request"})
_WANTED_OPERATION: Final = "deferred_file"  # a download that is made when it is asked for


class MessageFilter:
    """ASGI middleware that drops what no page of ours sends over its websocket."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; of a websocket, only what is wanted."""

        async def receive_wanted() -> Message:
            while True:
                message = await receive()
                content = message.get("bytes")
                if message["type"] != "websocket.receive" or not content or is_wanted(content):
                    return message

        wanted = receive_wanted if scope["type"] == "websocket" else receive
        await self._app(scope, wanted, send)


def is_wanted(content: bytes) -> bool:
    """Tell whether a page of ours sends such a message; what is none is left to Streamlit."""
    message = BackMsg()
    try:
        message.ParseFromString(content)
    except DecodeError:
        return True
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        asked = message.backend_operation_request
        return bool(asked.HasField(_WANTED_OPERATION))
    return kind in _WANTED
