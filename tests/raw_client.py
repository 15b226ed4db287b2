"""A client without a browser, which says over Streamlit's websocket whatever it is told to."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import (
    create_signed_value,
    generate_xsrf_token_string,
)
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

PATIENCE_SECONDS = 60


def sign_login(url: str, secret: str, *, age_seconds: float = 60.0, **claims: object) -> str:
    """Return the cookie of a login, as a server with this secret makes it."""
    payload = {
        "origin": url,
        "is_logged_in": True,
        "iss": "https://login.example.org",
        "sub": "op",
        "email": "op@example.org",
        "email_verified": True,
        "iat": int(time.time() - age_seconds),
        **claims,
    }
    value = create_signed_value(secret, "_streamlit_user", json.dumps(payload)).decode()
    return f"_streamlit_user={value}"


@dataclass
class Client:
    """One session.

    Parameters
    ----------
    url : of the server.
    cookie : that it brings, "" for none.
    origin : what it gives itself out for; None sends no such header.
    """

    url: str
    cookie: str = ""
    origin: str | None = ""
    received: list[ForwardMsg] = field(default_factory=list)
    session_id: str = ""
    _socket: ClientConnection | None = field(default=None, repr=False)
    _held: ExitStack = field(default_factory=ExitStack, repr=False)

    def __enter__(self) -> Self:
        token = generate_xsrf_token_string()
        cookies = "; ".join(filter(None, (self.cookie, f"_streamlit_xsrf={token}")))
        self._socket = self._held.enter_context(
            connect(
                f"ws://{urlsplit(self.url).netloc}/_stcore/stream",
                subprotocols=["streamlit", token],
                origin=self.url if self.origin == "" else self.origin,
                additional_headers={"Cookie": cookies},
                max_size=None,
                open_timeout=PATIENCE_SECONDS,
            )
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def rerun(
        self,
        page: str = "",
        *,
        page_hash: str = "",
        query: str = "",
        widgets: Mapping[str, Any] | None = None,
    ) -> list[ForwardMsg]:
        """Ask for a run of a page with these states of widgets, and return all that comes back.

        A state is a text, a bool, a list of numbers; `...` presses a button.
        """
        message = BackMsg()
        asked = message.rerun_script
        asked.page_name, asked.page_script_hash, asked.query_string = page, page_hash, query
        for name, value in (widgets or {}).items():
            state = asked.widget_states.widgets.add()
            state.id = name
            if value is ...:
                state.trigger_value = True
            elif isinstance(value, bool):
                state.bool_value = value
            elif isinstance(value, str):
                state.string_value = value
            else:
                state.CopyFrom(value)
        return self.send(message)

    def send(self, message: BackMsg | bytes, *, answered: bool = True) -> list[ForwardMsg]:
        """Send a message and, if it is one that is answered, read until a run has ended."""
        assert self._socket is not None
        self._socket.send(message if isinstance(message, bytes) else message.SerializeToString())
        return self.read() if answered else []

    def read(self, seconds: float = PATIENCE_SECONDS) -> list[ForwardMsg]:
        """Read until a run has ended for good, the server hangs up, or the time is over."""
        assert self._socket is not None
        new: list[ForwardMsg] = []
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                content = self._socket.recv(left)
            except (TimeoutError, ConnectionClosed):
                break
            reply = ForwardMsg()
            reply.ParseFromString(content)
            new.append(reply)
            if reply.WhichOneof("type") == "new_session":
                self.session_id = reply.new_session.initialize.session_id
            if reply.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY and (
                reply.WhichOneof("type") == "script_finished"
            ):
                break
        self.received += new
        return new


def elements(messages: list[ForwardMsg]) -> list[Any]:
    """Return the elements that messages draw."""
    return [
        message.delta.new_element
        for message in messages
        if message.WhichOneof("type") == "delta"
        and message.delta.WhichOneof("type") == "new_element"
    ]


def find(messages: list[ForwardMsg], kind: str, label: str) -> Any:
    """Return the last element of a kind with a label."""
    return [
        getattr(element, kind)
        for element in elements(messages)
        if element.WhichOneof("type") == kind and getattr(element, kind).label == label
    ][-1]


def say(messages: list[ForwardMsg]) -> str:
    """Return everything that messages hold, as text."""
    return "\n".join(str(message) for message in messages)
