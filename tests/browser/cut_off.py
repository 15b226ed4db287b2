"""A visit where no network is: what a real browser asks its resolver, and what it keeps.

Run as a program in a network and a mount namespace of its own (`run`). The names that the browser
wants to know come to a resolver of ours, which knows none of them and writes them down.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Page, sync_playwright

from tests.browser import chromium, marionette
from tests.browser.conftest import ROOT, find_port, start_server, stop_server

CONTROL = "control.example"
"""The host of a link on a page without our headers."""
TYPED = "zqxvkwjq"
"""A word that is typed where the browser is asked to keep nothing, and nowhere else."""
TYPED_ELSEWHERE = "wvjxqkzh"
"""A word that is typed into an ordinary form."""
REFUSED = (
    "This test needs a network namespace of its own, which is not permitted here:"
    " run it as root, or where `unshare --net --mount` works."
)
_PATIENCE_SECONDS = 400
_STEP_SECONDS = 120
_NAME_ERROR = 0x8183  # an answer: there is no such name
_UP_AND_RUNNING = 0x41
_READ_FLAGS, _WRITE_FLAGS = 0x8913, 0x8914
_PAGE = f"""<!doctype html><title>Elsewhere</title>
<link rel="dns-prefetch" href="//{CONTROL}"><p><a href="http://{CONTROL}/">a link</a></p>
<form action="/sent" method="post"><input name="town" id="town"></form>"""
_SEARCH = f"4711 {TYPED} Lane, Arlington Heights, IL 60004"
_BOX = ".st-key-typed input"
_EVERY = """const every = (root) => [...root.querySelectorAll('*')].flatMap(
  (e) => (e.shadowRoot ? [e, ...every(e.shadowRoot)] : [e]));"""
_IS_DRAWN = "return Boolean(document.querySelector('.st-key-typed input'));"
_IS_ANSWERED = (
    _EVERY
    + "return every(document).some((e) => e.matches('h2') && e.textContent.includes('60004'));"
)
_HOSTS = (
    _EVERY
    + "return every(document).filter((e) => e.matches('.card a[href^=http]')).map((e) => e.hostname);"
)
_LEAVE = (
    _EVERY
    + "every(document.querySelector('.st-key-leave')).find((e) => e.matches('button')).click();"
)
_NEUTRAL = "www.weather.gov"


def run(browser: str, folder: Path) -> dict[str, list[str]]:
    """Return the hosts of the `links` of a list, and the names `asked` of the resolver.

    The profile that the browser leaves is in `folder`/profile.

    Parameters
    ----------
    browser : "firefox" or "chromium".

    Raises
    ------
    AssertionError : there may be no namespace here, or the visit failed.
    """
    apart = ["unshare", "--net", "--mount"]
    permitted = subprocess.run([*apart, "true"], capture_output=True, check=False)
    assert permitted.returncode == 0, REFUSED
    command = [*apart, sys.executable, "-m", "tests.browser.cut_off", browser, str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=_PATIENCE_SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads((folder / "found.json").read_text())
    return found


class Driven(Protocol):
    """What a visit needs of a browser."""

    def open(self, address: str) -> None:
        """Open an address, in a tab of its own."""

    def evaluate(self, script: str) -> Any:
        """Return what a script's `return` returns on the page."""

    def type(self, selector: str, words: str) -> None:
        """Type words into the field that a selector names, and press Enter."""


@dataclass
class Chromium:
    """A running Chromium."""

    page: Page

    def open(self, address: str) -> None:
        """Open an address, in a tab of its own."""
        self.page = self.page.context.new_page()
        self.page.goto(address)

    def evaluate(self, script: str) -> Any:
        """Return what a script's `return` returns on the page."""
        return self.page.evaluate(f"() => {{ {script} }}")

    def type(self, selector: str, words: str) -> None:
        """Type words into the field that a selector names, and press Enter."""
        field = self.page.locator(selector)
        field.press_sequentially(words)
        field.press("Enter")


@contextlib.contextmanager
def _start_chromium(profile: Path) -> Iterator[Driven]:
    """Start Chromium as visitors have it, which looks up names ahead where it may."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=chromium.find(),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
            ignore_default_args=["--disable-background-networking"],
        )
        yield Chromium(context.pages[0])
        context.close()


_BROWSERS: dict[str, Callable[[Path], AbstractContextManager[Driven]]] = {
    "chromium": _start_chromium,
    "firefox": lambda profile: marionette.start(profile, find_port()),
}


def main(browser: str, folder: Path) -> None:
    """Visit with a browser, and write what `run` returns to `folder`/found.json."""
    _bring_loopback_up()
    (folder / "resolv.conf").write_text("nameserver 127.0.0.1\noptions attempts:1 timeout:1\n")
    bind = ["mount", "--bind", str(folder / "resolv.conf"), "/etc/resolv.conf"]
    subprocess.run(bind, check=True)
    profile = folder / "profile"
    profile.mkdir()
    server = start_server(folder)
    try:
        with (
            _resolver() as asked,
            _page_elsewhere() as elsewhere,
            _BROWSERS[browser](profile) as driven,
        ):
            links = _visit(driven, server.url, elsewhere, asked)
    finally:
        stop_server(server)
    (folder / "found.json").write_text(json.dumps({"links": links, "asked": asked}))


def _visit(driven: Driven, url: str, elsewhere: str, asked: list[str]) -> list[str]:
    """Search, read a page elsewhere, search and leave, search again; return the hosts of the list."""
    _search(driven, url)
    links = driven.evaluate(_HOSTS)
    # Elsewhere names are looked up ahead; once they were, those of our list would have been.
    driven.open(elsewhere)
    _wait_until(lambda: CONTROL in asked)
    _wait_until(lambda: driven.evaluate("return Boolean(document.querySelector('#town'));"))
    driven.type("#town", TYPED_ELSEWHERE)
    _wait_until(lambda: driven.evaluate("return location.pathname;") == "/sent")
    _search(driven, url)
    driven.evaluate(_LEAVE)
    _wait_until(lambda: _NEUTRAL in asked)
    _search(driven, url)  # and now the window is shut
    return sorted(set(links))


def _search(driven: Driven, url: str) -> None:
    driven.open(url)
    _wait_until(lambda: driven.evaluate(_IS_DRAWN))
    driven.type(_BOX, _SEARCH)
    _wait_until(lambda: driven.evaluate(_IS_ANSWERED))


def _wait_until(is_so: Callable[[], Any]) -> None:
    deadline = time.monotonic() + _STEP_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "What the visit waits for did not come."
        time.sleep(0.1)


@contextlib.contextmanager
def _page_elsewhere() -> Iterator[str]:
    """Serve an ordinary page with a link and a form; give its address."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = _PAGE.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@contextlib.contextmanager
def _resolver() -> Iterator[list[str]]:
    """Answer as a resolver that knows no name; give the names that it is asked for."""
    asked: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 53))

        def answer() -> None:
            while True:
                try:
                    question, asker = listening.recvfrom(4096)
                except OSError:
                    return
                labels, at = [], 12
                while length := question[at]:
                    labels.append(question[at + 1 : at + 1 + length].decode("latin-1").lower())
                    at += 1 + length
                asked.append(".".join(labels))
                counts = struct.pack("!HHHHH", _NAME_ERROR, 1, 0, 0, 0)
                listening.sendto(question[:2] + counts + question[12 : at + 5], asker)

        threading.Thread(target=answer, daemon=True).start()
        yield asked


def _bring_loopback_up() -> None:
    """Do what `ip link set lo up` does, where there is no such command."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", 0)
        (flags,) = struct.unpack_from("h", fcntl.ioctl(any_socket, _READ_FLAGS, request), 16)
        request = struct.pack("16sh14x", b"lo", flags | _UP_AND_RUNNING)
        fcntl.ioctl(any_socket, _WRITE_FLAGS, request)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
