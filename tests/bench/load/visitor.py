"""A visitor without a browser: one websocket that speaks Streamlit's own messages."""

import asyncio
import re
import time
from types import TracebackType
from typing import Self

import httpx
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.bench.load import fetching

PATIENCE_SECONDS = 60
RETRY_SECONDS = 0.5  # as Streamlit's page does
FULL = 503
NOT_TAKEN = 403  # what a websocket gets that was closed before it was accepted
PLACES = ("60601", "Boston, MA", "Boise, ID", "77002", "Fargo, ND", "Portland, OR", "33101")
NAMED = re.compile(r'(?:src|href)="\.?/?(static/[^"]+)"')


class RefusedError(Exception):
    """The server said politely that it is full."""


class LostError(Exception):
    """The connection ended."""


class BrokenError(Exception):
    """A run ended in an error, or not at all, or said something else than what was asked."""


class Visitor:
    """A session: open, search as often as wanted, close.

    Parameters
    ----------
    url : of the server, without a slash at its end.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.typed = ""
        self.said = ""
        self._box = ""
        self._button = ""
        self._http = httpx.AsyncClient(
            base_url=url,
            timeout=PATIENCE_SECONDS,
            trust_env=False,
            verify=False,  # noqa: S501  plain http
        )
        self._socket: websockets.ClientConnection | None = None

    async def open(self, *, fetch_files: bool = False) -> float:
        """Fetch the page, wait for its first run, return the seconds that took.

        Parameters
        ----------
        fetch_files : also what the page names, as a browser does that has not been here before.
        """
        start = time.perf_counter()
        page = await self._get("/")
        if page.status_code == FULL:
            raise RefusedError(page.text)
        page.raise_for_status()
        files = dict.fromkeys(NAMED.findall(page.text) if fetch_files else ())
        await fetching.fetch(self.url, files, self._cookies)
        await self.connect()
        await self._run(BackMsg(rerun_script={"query_string": ""}))
        if not self._box:
            raise BrokenError("the page came without a box to type in")
        return time.perf_counter() - start

    async def connect(self) -> None:
        """Open the websocket, with the cookies that the page set."""
        cookies = self._cookies
        try:
            self._socket = await websockets.connect(
                f"{self.url.replace('http', 'ws', 1)}/_stcore/stream",
                subprotocols=["streamlit"],
                origin=self.url,
                additional_headers={"Cookie": cookies} if cookies else None,
                max_size=None,
                ping_interval=None,  # a browser sends none
                open_timeout=PATIENCE_SECONDS,
            )
        except websockets.InvalidStatus as error:
            if error.response.status_code == NOT_TAKEN:
                raise RefusedError from error
            raise

    async def search(self, text: str) -> float:
        """Type a place, press Enter, and return the seconds until the answer is whole."""
        start = time.perf_counter()
        self.typed = text
        await self._run(self._press())
        return time.perf_counter() - start

    async def rest(self, seconds: float) -> None:
        """Read the answer for some seconds; raise `LostError` at once if the connection ends."""
        assert self._socket is not None
        try:
            await asyncio.wait_for(self._socket.wait_closed(), seconds)
        except TimeoutError:
            return
        raise LostError

    async def reconnect(self) -> float:
        """Connect again as Streamlit's page does, return the seconds until that is so.

        What stands in the box is sent with it, and the answer to that is waited for.
        """
        start = time.perf_counter()
        while True:
            try:
                (await self._http.get("/_stcore/health")).raise_for_status()
                await self.connect()
                break
            except (httpx.HTTPError, OSError, websockets.WebSocketException):
                if time.perf_counter() - start > PATIENCE_SECONDS:
                    raise
                await asyncio.sleep(RETRY_SECONDS)
        took = time.perf_counter() - start
        message = BackMsg(rerun_script={"query_string": ""})
        message.rerun_script.widget_states.widgets.add(id=self._box, string_value=self.typed)
        await self._run(message)
        return took

    async def close(self) -> None:
        """End the session."""
        if self._socket is not None:
            await self._socket.close()
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def _cookies(self) -> str:
        """What the page set, as a browser sends it back."""
        return "; ".join(f"{name}={value}" for name, value in self._http.cookies.items())

    async def _get(self, path: str) -> httpx.Response:
        """Fetch a file, as browsers do a second time where the server ended the connection."""
        try:
            return await self._http.get(path, headers={"accept": "text/html,*/*"})
        except (httpx.ReadError, httpx.RemoteProtocolError):
            return await self._http.get(path, headers={"accept": "text/html,*/*"})

    def _press(self) -> BackMsg:
        """Return the message of what stands in the box and of the button being pressed."""
        message = BackMsg()
        widgets = message.rerun_script.widget_states.widgets
        widgets.add(id=self._box, string_value=self.typed)
        if self._button:
            widgets.add(id=self._button, trigger_value=True)
        return message

    async def _run(self, message: BackMsg) -> None:
        """Send a message, read until the script has finished, and see that it answers."""
        assert self._socket is not None
        self.said = ""
        try:
            await self._socket.send(message.SerializeToString())
            while not self._take(await asyncio.wait_for(self._socket.recv(), PATIENCE_SECONDS)):
                pass
        except websockets.ConnectionClosed as error:
            raise LostError from error
        if self.typed.partition(",")[0] not in self.said:
            raise BrokenError(f"the answer to {self.typed} is about something else")

    def _take(self, content: str | bytes) -> bool:
        """Read a message, and tell whether it is the last of a run."""
        assert isinstance(content, bytes)
        reply = ForwardMsg.FromString(content)
        kind = reply.WhichOneof("type")
        if kind == "delta" and reply.delta.WhichOneof("type") == "new_element":
            self._read(reply.delta.new_element)
        if kind != "script_finished":
            return False
        if reply.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return False
        if reply.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
            raise BrokenError(f"a run ended with {reply.script_finished}")
        return True

    def _read(self, element: Element) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise BrokenError(element.exception.message)
        if kind == "text_input":
            self._box = element.text_input.id
        elif kind == "button" and element.button.is_form_submitter:
            self._button = element.button.id
        elif kind == "bidi_component":
            self.said += element.bidi_component.json
        elif kind == "markdown":
            self.said += element.markdown.body
