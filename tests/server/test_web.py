"""Headers of the server, without a server; `tests/browser/test_server.py` asks a running one."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

from geo.server import web
from tests import fresh_loop

if TYPE_CHECKING:
    from pathlib import Path


def ask(host: str) -> Headers:
    """Return the headers of a reply of an app that sets a lax policy of its own."""
    sent: list[dict] = []

    async def send(message: dict) -> None:
        sent.append(message)

    async def receive() -> dict:
        return {"type": "http.request"}

    lax = PlainTextResponse("hello", headers={"Referrer-Policy": "unsafe-url"})
    scope = {"type": "http", "method": "GET", "headers": [(b"host", host.encode())]}
    fresh_loop.run(web.SecurityHeaders(lax)(scope, receive, send))
    return Headers(raw=sent[0]["headers"])


def test_headers_stand_once_and_win_over_the_app() -> None:
    headers = ask("clinics.example:8501")
    assert headers.getlist("referrer-policy") == ["no-referrer"]
    assert "ws://clinics.example:8501" in headers["content-security-policy"]


@pytest.mark.parametrize("host", ["evil.example; script-src *", "a b", "", "x" * 400])
def test_a_strange_host_is_not_copied_into_the_policy(host: str) -> None:
    assert "connect-src 'self'; " in ask(host)["content-security-policy"]


def test_what_the_server_writes_is_sent_at_once() -> None:
    # As Streamlit makes its own: the socket is not said to be TCP's.
    with socket.socket(socket.AF_INET) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        web.send_at_once()
        with (
            socket.create_connection(listening.getsockname()),
            listening.accept()[0] as connection,
        ):
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_what_is_no_socket_of_the_server_is_left_alone(tmp_path: Path) -> None:
    with (
        (tmp_path / "file").open("wb") as file,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
    ):
        web.send_at_once()
        file.write(b"still open")
        assert datagrams.fileno() > 0
