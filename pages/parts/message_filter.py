"""Of the messages that Streamlit understands, only those that our pages send get through to it.

Among the others are some by which any visitor could empty the caches of everybody, change how the
server runs, read where its program came from, or let it write files. And one that is too large, or
has too many parts, is taken apart by nobody: two bytes of it become a hundred in memory.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from google.protobuf.message import DecodeError

from geo.errors import GeoError
from geo.server.frame_limits import LARGEST_MESSAGE_BYTES
from geo.server.streamlit_seam import MESSAGE_KINDS, OPERATION, OPERATION_KINDS
from pages.parts.streamlit_inside import BackMsg

if TYPE_CHECKING:
    from google.protobuf.descriptor import Descriptor
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_PARTS: Final = 10_000
"""Fields of a message and of all that stands in it; a page with a long table has some hundred."""

DEEPEST: Final = 16

_TOO_BIG: Final = 1009  # RFC 6455, 7.4.1
_NO_MESSAGE: Final = 1007

# https://protobuf.dev/programming-guides/encoding/#structure
_VARINT, _EIGHT_BYTES, _WITH_LENGTH, _FOUR_BYTES = 0, 1, 2, 5
_LONGEST_VARINT: Final = 10


_TOLD_ONCE: Final[set[str]] = set()
"""Kinds that were dropped, as often as Streamlit has names for them and no oftener."""

_LOG: Final = logging.getLogger(__name__)


class MessageFilter:
    """ASGI middleware that drops what no page of ours sends over its websocket.

    Raises
    ------
    GeoError : Streamlit no longer has a kind of message that pages send; they would be dead.
    """

    def __init__(self, app: ASGIApp) -> None:
        known = BackMsg.DESCRIPTOR.fields_by_name
        if gone := sorted({*MESSAGE_KINDS, OPERATION} - {*known}):
            raise GeoError(
                f"Streamlit no longer has the message {gone[0]}, which pages send; install the "
                "version that pyproject.toml pins."
            )
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; of a websocket, only what is wanted."""

        async def receive_wanted() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive":
                    return message
                content = message.get("bytes")
                if not content:  # a text, or nothing, for which Streamlit would write to the log
                    continue
                code = _TOO_BIG
                if is_bounded(content):
                    try:
                        if is_wanted(content):
                            return message
                        continue
                    except DecodeError:
                        code = _NO_MESSAGE
                await send({"type": "websocket.close", "code": code})
                return {"type": "websocket.disconnect", "code": code}

        wanted = receive_wanted if scope["type"] == "websocket" else receive
        await self._app(scope, wanted, send)


def is_bounded(content: bytes) -> bool:
    """Tell whether a message may be taken apart: by its size, its depth, and how many parts it has.

    What is no message has as many as stand in it up to where it is none.
    """
    if len(content) > LARGEST_MESSAGE_BYTES:
        return False
    left = MOST_PARTS
    found: list[tuple[memoryview, Descriptor, int]] = [(memoryview(content), BackMsg.DESCRIPTOR, 1)]
    while found:
        part, kind, depth = found.pop()
        if depth > DEEPEST:
            return False
        at = 0
        while at < len(part):
            left -= 1
            if left < 0:
                return False
            try:
                tag, at = _read_varint(part, at)
                wire = tag & 7
                if wire == _WITH_LENGTH:
                    length, at = _read_varint(part, at)
                    field = kind.fields_by_number.get(tag >> 3)
                    if field is not None and field.message_type is not None:
                        found.append((part[at : at + length], field.message_type, depth + 1))
                    at += length
                elif wire == _VARINT:
                    _, at = _read_varint(part, at)
                else:
                    at += {_EIGHT_BYTES: 8, _FOUR_BYTES: 4}[wire]
            except LookupError:  # cut off, or a group, which no message of Streamlit's has
                break
    return True


def is_wanted(content: bytes) -> bool:
    """Tell whether a page of ours sends such a message.

    Raises
    ------
    DecodeError : it is no message.
    """
    message = BackMsg()
    message.ParseFromString(content)
    kind = message.WhichOneof("type")
    wanted = kind in MESSAGE_KINDS
    if kind == OPERATION:
        asked = getattr(message, OPERATION)
        wanted = any(asked.HasField(name) for name in OPERATION_KINDS)
    if not wanted:
        _tell(kind or "")
    return wanted


def _tell(kind: str) -> None:
    """Say in the log, once for each kind, that a message was dropped; "" is none that is known."""
    if kind in _TOLD_ONCE:
        return
    _TOLD_ONCE.add(kind)
    _LOG.warning(
        "A message %s was dropped; where pages no longer answer, look at "
        "geo/server/streamlit_seam.py.",
        f"of the kind {kind}" if kind else "of no kind that this version of Streamlit knows",
    )


def _read_varint(content: memoryview, at: int) -> tuple[int, int]:
    """Return a number of variable length, and where what follows it begins.

    Raises
    ------
    LookupError : it is cut off, or longer than any.
    """
    value = 0
    for shift in range(_LONGEST_VARINT):
        byte = content[at + shift]
        value |= (byte & 0x7F) << (7 * shift)
        if not byte & 0x80:
            return value, at + shift + 1
    raise LookupError
