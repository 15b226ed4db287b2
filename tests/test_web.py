"""Headers of the server, without a server; `tests/browser/test_server.py` asks a running one."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

from geo import web
from tests import fresh_loop


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
