"""A visitor without a browser: one websocket that speaks Streamlit's own messages."""

import asyncio
import random
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PATIENCE_SECONDS = 60
PLACES = ("60601", "Boston, MA", "Boise, ID", "77002", "Fargo, ND", "Portland, OR", "33101")


class RefusedError(Exception):
    """The server said politely that it is full."""


class BrokenError(Exception):
    """A run ended in an error, or not at all."""


@dataclass
class Visitor:
    """A session: open, search as often as wanted, close.

    Parameters
    ----------
    url : of the server.
    """

    url: str
    box: str = ""
    button: str = ""
    said: str = ""
    bytes_read: int = 0
    _socket: websockets.ClientConnection | None = field(default=None, repr=False)

    async def open(self) -> float:
        """Fetch the page, connect, wait for its first run and return the seconds that took."""
        start = time.perf_counter()
        await asyncio.to_thread(self._fetch)
        host = urlsplit(self.url).netloc
        self._socket = await websockets.connect(
            f"ws://{host}/_stcore/stream",
            subprotocols=["streamlit"],
            origin=self.url,
            max_size=None,
            open_timeout=PATIENCE_SECONDS,
        )
        message = BackMsg()
        message.rerun_script.query_string = ""
        await self._run(message)
        return time.perf_counter() - start

    async def search(self, text: str) -> float:
        """Type a place, press Enter, and return the seconds until the answer is whole."""
        start = time.perf_counter()
        message = BackMsg()
        typed = message.rerun_script.widget_states.widgets.add()
        typed.id, typed.string_value = self.box, text
        if self.button:
            pressed = message.rerun_script.widget_states.widgets.add()
            pressed.id, pressed.trigger_value = self.button, True
        await self._run(message)
        return time.perf_counter() - start

    async def close(self) -> None:
        """End the session."""
        if self._socket is not None:
            await self._socket.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def _fetch(self) -> None:
        try:
            with urlopen(Request(self.url), timeout=PATIENCE_SECONDS) as reply:  # noqa: S310
                reply.read()
        except OSError as error:
            if getattr(error, "code", None) == 503:
                raise RefusedError from error
            raise

    async def _run(self, message: BackMsg) -> None:
        """Send a message and read until the script has finished."""
        assert self._socket is not None
        await self._socket.send(message.SerializeToString())
        while True:
            content = await asyncio.wait_for(self._socket.recv(), PATIENCE_SECONDS)
            self.bytes_read += len(content)
            reply = ForwardMsg()
            reply.ParseFromString(content)
            kind = reply.WhichOneof("type")
            if kind == "delta" and reply.delta.WhichOneof("type") == "new_element":
                self._read(reply.delta.new_element)
            elif kind == "script_finished":
                if reply.script_finished not in {
                    ForwardMsg.FINISHED_SUCCESSFULLY,
                    ForwardMsg.FINISHED_EARLY_FOR_RERUN,
                }:
                    raise BrokenError(f"a run ended with {reply.script_finished}")
                if reply.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    return

    def _read(self, element) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise BrokenError(element.exception.message)
        if kind == "text_input" and not self.box:
            self.box = element.text_input.id
        elif kind == "button" and element.button.is_form_submitter:
            self.button = element.button.id
        elif kind == "bidi_component":
            self.said = str(element.bidi_component)
        elif kind in {"markdown", "html"}:
            self.said = str(getattr(element, kind).body)


async def think(seconds: float, chance: random.Random) -> None:
    """Wait as people do: so long on the average, never twice the same."""
    await asyncio.sleep(chance.expovariate(1 / seconds))
