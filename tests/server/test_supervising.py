"""`clinic-finder serve`: replaced without a gap, healed, ended whole; real nginx, a small app."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from geo.server.api.api_settings import BELOW, VARIABLE
from geo.server.nginx import COOKIE, HEALTH_PATH
from tests.browser.conftest import ROOT, find_port
from tests.server import small_site

PATIENCE_SECONDS = 120
STARTED, REPLACED = "Clinic Finder is at", "have been replaced"
MORE_VISITORS = 12
pytestmark = [
    pytest.mark.service,
    pytest.mark.skipif(sys.platform != "linux", reason="signals, and the processes in /proc"),
]


class Serving:
    """The command at work."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path, port: int) -> None:
        self.process = process
        self.url = f"http://127.0.0.1:{port}"
        self._log = log

    @property
    def said(self) -> str:
        return self._log.read_text()

    def wait_for(self, words: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while words not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)

    def ask(self, number: int) -> int:
        """Return the process that answers a visitor."""
        reply = httpx.get(self.url, headers={"Cookie": f"{COOKIE}=visitor{number}"})
        assert reply.status_code == 200, reply.text
        return int(reply.text)

    def ask_all(self) -> list[int]:
        return [self.ask(number) for number in range(MORE_VISITORS)]


@contextmanager
def serve(folder: Path, *options: str, path: str = os.environ["PATH"]) -> Iterator[Serving]:
    port, log = find_port(), folder / "said.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, small_site.__file__, "serve", "--listen", f"127.0.0.1:{port}",
             *options],
            env={**os.environ, "CLINIC_FINDER_HOME": str(folder / "home"), "PATH": path,
                 "TMPDIR": str(folder), "PYTHONPATH": str(ROOT)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    made = Serving(process, log, port)
    try:
        made.wait_for(STARTED)
        yield made
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


@pytest.mark.skipif(shutil.which("nginx") is None, reason="Debian's nginx-light is not installed")
def test_processes_are_replaced_without_a_gap_and_each_visitor_stays_with_one(tmp_path):
    with serve(tmp_path, "--workers", "2") as site:
        first = site.ask_all()
        assert len(set(first)) == 2
        assert site.ask_all() == first

        with connect(
            site.url.replace("http", "ws") + "/_stcore/stream",
            additional_headers={"Cookie": f"{COOKIE}=visitor0"},
        ) as socket:
            assert int(socket.recv(PATIENCE_SECONDS)) == first[0]
            site.process.send_signal(signal.SIGHUP)
            met = []
            while REPLACED not in site.said:  # nobody is turned away meanwhile
                met.append(site.ask(len(met) % MORE_VISITORS))
            with pytest.raises(ConnectionClosed):  # and the page connects again, to a new process
                socket.recv(PATIENCE_SECONDS)
        assert len(met) > 2
        second = site.ask_all()
        assert not {*first} & {*second}
        stayed = [first.index(each) for each in first]
        assert [second.index(each) for each in second] == stayed  # who was together is so still

        os.kill(second[0], signal.SIGKILL)
        assert site.ask(0) == next(each for each in second if each != second[0])
        site.wait_for("another takes its place")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len({*site.ask_all()}) < 2:
            assert time.monotonic() < deadline, site.said
        told = httpx.get(f"{site.url}{HEALTH_PATH}").json()
        assert (told["replicas"], told["sessions"], told["status"]) == (2, 2, "ok")
        behind = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https"}
        assert httpx.get(f"{site.url}{HEALTH_PATH}", headers=behind).status_code == 404
        for name in ("Host", "Forwarded", "Via", "X-Real-IP", "X-Forwarded-Host"):
            told = httpx.get(f"{site.url}{HEALTH_PATH}", headers={name: "elsewhere.example"})
            assert told.status_code == 404, name
        assert "; Secure" in httpx.get(site.url, headers=behind).headers["set-cookie"]
        assert "Secure" not in httpx.get(site.url).headers["set-cookie"]
        last = {*site.ask_all()}
        site.process.terminate()
        assert site.process.wait(PATIENCE_SECONDS) == 0
    assert not any(Path(f"/proc/{each}").exists() for each in last)
    assert not list(tmp_path.glob(".clinic-finder-serve-*"))


@pytest.mark.skipif(shutil.which("nginx") is None, reason="Debian's nginx-light is not installed")
def test_programs_have_a_process_of_their_own_and_another_while_that_is_replaced(
    tmp_path, monkeypatch
):
    monkeypatch.setenv(VARIABLE, "on")
    with serve(tmp_path, "--workers", "1") as site:
        assert "1 process behind nginx, and one for other programs" in site.said

        def ask_api() -> int:
            return int(httpx.get(f"{site.url}{BELOW}v1/release").raise_for_status().text)

        visitors, programs = {*site.ask_all()}, ask_api()
        assert len(visitors) == 1
        assert programs not in visitors
        os.kill(programs, signal.SIGKILL)
        assert ask_api() in visitors
        site.wait_for("another takes its place")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while ask_api() in visitors:
            assert time.monotonic() < deadline, site.said
        assert {*site.ask_all()} == visitors


@pytest.mark.skipif(shutil.which("nginx") is None, reason="Debian's nginx-light is not installed")
def test_a_killed_nginx_ends_the_site_and_leaves_its_port_free(tmp_path):
    with serve(tmp_path, "--workers", "1") as site:
        (number,) = tmp_path.glob(".clinic-finder-serve-*/nginx.pid")
        os.kill(int(number.read_text()), signal.SIGKILL)
        assert site.process.wait(PATIENCE_SECONDS) == 1
        assert "nginx has ended, and with it the site" in site.said
        with pytest.raises(httpx.ConnectError):  # its workers would answer, that nothing is behind
            httpx.get(site.url)


def test_without_nginx_one_process_serves_and_says_so(tmp_path):
    with serve(tmp_path, "--workers", "2", path="/nowhere") as site:
        assert "nginx is not installed, so that one process serves" in site.said
        before = site.ask(0)
        site.process.send_signal(signal.SIGHUP)
        site.wait_for(REPLACED)
        assert site.ask(0) != before
        assert httpx.get(f"{site.url}{HEALTH_PATH}").json()["sessions"] == 1
