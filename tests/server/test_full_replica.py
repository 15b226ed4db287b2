"""A replica that is full keeps whom it has: real nginx, and the middleware of the app itself."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.sync.client import connect

from geo.server import admission, full_replica, web
from geo.server.nginx import COOKIE, write_nginx
from tests.browser.conftest import find_port

NGINX = shutil.which("nginx") or ""
PATIENCE_SECONDS = 60
PAGE = {"Accept": "text/html"}


@contextmanager
def serve(name: str, assets: Path) -> Iterator[int]:
    """Serve, with the middleware of the app, a page that says its name and a websocket."""

    async def say(_request: Request) -> PlainTextResponse:
        return PlainTextResponse(name)

    async def stay(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text(name)
        await socket.receive()

    app = Starlette(
        routes=[Route("/", say), WebSocketRoute("/_stcore/stream", stay)],
        middleware=web.middleware(assets=assets, front_end=assets, server_address="127.0.0.1"),
    )
    port = find_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, lifespan="off", log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join()


@dataclass
class Site:
    url: str
    replicas: dict[str, int]

    def find_key(self, name: str) -> str:
        """Return a routing cookie that leads to a replica."""
        for number in range(1_000):
            cookie = f"{COOKIE}=visitor{number}"
            if httpx.get(self.url, headers={**PAGE, "Cookie": cookie}).text == name:
                return cookie
        pytest.fail(f"no cookie leads to {name}")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Nginx before two replicas, each with room for one."""
    monkeypatch.setenv(admission.VARIABLE, "1")
    assets = tmp_path / "assets"
    assets.mkdir()
    port = find_port()
    with ExitStack() as stack:
        replicas = {name: stack.enter_context(serve(name, assets)) for name in ("one", "two")}
        config = tmp_path / "nginx.conf"
        addresses = [f"127.0.0.1:{each}" for each in replicas.values()]
        config.write_text(write_nginx(addresses, f"127.0.0.1:{port}", str(tmp_path)))
        nginx = subprocess.Popen(
            [NGINX, "-c", str(config), "-g", "daemon off;"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        stack.callback(nginx.wait, PATIENCE_SECONDS)
        stack.callback(nginx.terminate)
        made = Site(f"http://127.0.0.1:{port}", replicas)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                httpx.get(made.url)
                break
            except httpx.TransportError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield made


@pytest.mark.service
@pytest.mark.skipif(not NGINX, reason="Debian's nginx-light is not installed")
def test_a_full_replica_refuses_newcomers_and_keeps_whom_it_has(site: Site) -> None:
    inside = site.find_key("one")
    away = site.find_key("two")
    with connect(
        site.url.replace("http", "ws") + "/_stcore/stream", additional_headers={"Cookie": inside}
    ) as socket:
        assert socket.recv(PATIENCE_SECONDS) == "one"
        for _ in range(3):  # as often as it takes nginx to give up a replica that fails
            refused = httpx.get(site.url, headers={**PAGE, "Cookie": inside})
            assert refused.status_code == 503
            assert "Many people are here right now" in refused.text
            assert refused.headers["retry-after"]
            # What an open page asks for comes from its own replica still, and so do others' pages.
            asked = httpx.get(site.url, headers={"Accept": "application/json", "Cookie": inside})
            assert (asked.status_code, asked.text) == (200, "one")
            assert httpx.get(site.url, headers={**PAGE, "Cookie": away}).text == "two"
        met = [httpx.get(site.url, headers=PAGE) for _ in range(40)]
        assert {reply.status_code for reply in met} == {200, 503}
        for reply in met:  # a newcomer stays where there was room, and is free to look elsewhere
            assert ("set-cookie" in reply.headers) == (reply.status_code == 200)
        direct = httpx.get(f"http://127.0.0.1:{site.replicas['one']}", headers=PAGE)
        assert direct.status_code == 503
        told = httpx.get(
            f"http://127.0.0.1:{site.replicas['one']}",
            headers={**PAGE, full_replica.HEADER: "nginx"},
        )
        assert told.status_code == full_replica.STATUS
