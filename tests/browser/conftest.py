"""A real server and a real browser; every request a page makes is written down."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.browser import chromium
from tests.browser.states import PLACE_BOX

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
PATIENCE_MS = 20_000


expect.set_options(timeout=PATIENCE_MS)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Put all browser tests in the second tier but the core journey, which is marked `core`."""
    if item.get_closest_marker("core") is None:
        item.add_marker(pytest.mark.service)


@dataclass
class Server:
    """A running app."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path
    home: Path

    def find_entrance(self) -> str:
        """Return the address that lets one browser in to the operators, "" where there is none."""
        for kept in self.home.glob("operators_door_*"):
            told = urlsplit(kept.read_text().strip())
            return f"{self.url}{told.path}?{told.query}"
        return ""

    def let_in(self, context: BrowserContext) -> None:
        """Let a browser in to the operators' pages, where the server has the local mode on."""
        entrance = self.find_entrance()
        if entrance:
            assert context.request.get(entrance).ok

    def take_cookie(self) -> str:
        """Return the cookie of an operator who was let in."""
        reply = httpx.get(self.find_entrance())
        assert reply.status_code == HTTPStatus.SEE_OTHER, reply.text
        return reply.headers["set-cookie"].partition(";")[0]


def find_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def start_server(
    folder: Path,
    app_folder: Path = ROOT,
    *,
    port: int = 0,
    options: Sequence[str] = (),
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Server:
    """Start `streamlit run app.py` on a loopback port and wait until it answers.

    Its log and its state go to `folder`.
    """
    port = port or find_port()
    log = folder / "server.log"
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    command += ["--server.port", str(port), "--server.headless", "true", *options]
    variables = {**os.environ, "CLINIC_FINDER_HOME": str(folder / "home"), **environment}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=app_folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=variables,
        )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()  # noqa: S310
        except OSError:
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
        else:
            return Server(url, process, log, Path(variables["CLINIC_FINDER_HOME"]))
    process.terminate()
    pytest.fail(f"The app did not start in {START_SECONDS} s:\n{log.read_text()}")


def stop_server(server: Server) -> None:
    """End the server that `start_server` started."""
    server.process.terminate()
    server.process.wait(20)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app on the shipped data."""
    started = start_server(tmp_path_factory.mktemp("server"))
    yield started
    stop_server(started)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium a worker; its absence fails the test rather than skipping it."""
    with sync_playwright() as playwright:
        try:
            launched = chromium.launch(playwright)
        except PlaywrightError:
            if chromium.find():
                raise
            raise pytest.fail.Exception(chromium.ABSENT, pytrace=False) from None
        yield launched
        launched.close()


@dataclass
class Traffic:
    """The addresses a context asked for, split by who would have answered."""

    own: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext, url: str) -> None:
        """Write down every request and websocket of a context from now on."""
        ours = urlsplit(url).netloc

        def note(address: str) -> None:
            parts = urlsplit(address)
            local = parts.scheme in {"data", "blob", "about"} or parts.netloc == ours
            (self.own if local else self.foreign).append(address)

        context.on("request", lambda request: note(request.url))
        context.on("page", lambda page: page.on("websocket", lambda socket: note(socket.url)))


@dataclass
class Visit:
    """One visitor's browser page and its traffic."""

    page: Page
    traffic: Traffic
    url: str
    errors: list[str] = field(default_factory=list)

    def open(self, query: str = "") -> None:
        """Open the app and wait for its search box."""
        self.page.goto(self.url + query)
        self.page.locator(PLACE_BOX).wait_for()

    def search(self, text: str) -> None:
        """Type a place and press Enter."""
        box = self.page.locator(PLACE_BOX)
        box.fill(text)
        box.press("Enter")

    def heading(self, text: str) -> None:
        """Wait for a results heading that holds this text."""
        self.page.get_by_role("heading", level=2).filter(has_text=text).first.wait_for()


def visit_with(browser: Browser, server: Server, **options: object) -> Iterator[Visit]:
    """Open a fresh context, watch it, and in the end assert that nobody else was asked."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    server.let_in(context)
    traffic = Traffic()
    traffic.watch(context, server.url)
    page = context.new_page()
    page.set_default_timeout(30_000)
    visit = Visit(page, traffic, server.url)
    page.on("pageerror", lambda error: visit.errors.append(str(error)))
    yield visit
    context.close()
    assert traffic.own, "no request was seen, so nothing was watched"
    assert traffic.foreign == []
    assert visit.errors == []


@pytest.fixture
def wide(browser: Browser, server: Server) -> Iterator[Visit]:
    """A visitor at a desk."""
    yield from visit_with(browser, server, viewport={"width": 1280, "height": 900})


@pytest.fixture
def phone(browser: Browser, server: Server) -> Iterator[Visit]:
    """A visitor on a phone."""
    yield from visit_with(
        browser,
        server,
        viewport={"width": 390, "height": 844},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
    )
