"""What the server does with what is typed, without a browser: it tells nobody and logs nothing."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from geo.server import logs
from tests.browser.conftest import ROOT, Server, start_server, stop_server
from tests.raw_client import Client, elements, find, say
from tests.watching import (
    PATIENCE_SECONDS,
    count_holders,
    read_connections,
    read_ways_out,
    watch,
    watch_memory,
)

pytestmark = pytest.mark.service

CANARY = "4711 Canarybird Lane"
ADDRESS = f"{CANARY}, Arlington Heights, IL 60004"
FAULTY = """
import streamlit as st
def fail():
    raise ValueError(f"callback: {st.session_state.called}")
st.text_input("In a callback", key="called", on_change=fail)
typed = st.text_input("In a run")
if typed:
    try:
        raise KeyError(typed)
    except KeyError as error:
        raise RuntimeError(f"page: {typed}") from error
"""


@dataclass
class Watched:
    """A server whose ways out are written down."""

    server: Server
    ways_out: Path

    def assert_reached_out_to_nobody(self) -> None:
        assert read_ways_out(self.ways_out) == []
        assert read_connections(self.server.process.pid) == set()


def start_watched(folder: Path, app_folder: Path = ROOT) -> Watched:
    log = folder / "ways-out"
    return Watched(start_server(folder, app_folder, environment=watch(log)), log)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    made = start_watched(tmp_path_factory.mktemp("watched"))
    yield made
    stop_server(made.server)


def test_the_watch_sees_who_reaches_out(tmp_path: Path) -> None:
    code = (
        "import contextlib, socket, subprocess, urllib.request\n"
        "for reach in (lambda: socket.getaddrinfo('clinics.invalid', 80),\n"
        "              lambda: socket.create_connection(('192.0.2.1', 9), 0.01),\n"
        "              lambda: urllib.request.urlopen('http://clinics.invalid', timeout=0.1),\n"
        "              lambda: socket.socket(type=socket.SOCK_DGRAM).connect(('192.0.2.7', 9)),\n"
        "              lambda: subprocess.run(['true'])):\n"
        "    with contextlib.suppress(OSError):\n        reach()\n"
        "socket.getaddrinfo('127.0.0.1', 80)\n"
    )
    log = tmp_path / "ways-out"
    subprocess.run([sys.executable, "-c", code], env=watch(log), check=True)
    seen = "\n".join(map(str, read_ways_out(log)))
    for way in ("clinics.invalid", "192.0.2.1", "192.0.2.7", "urllib.Request", "['true']"):
        assert way in seen
    assert "127.0.0.1" not in seen


def test_the_server_reaches_out_to_nobody_at_start_or_in_a_search(watched: Watched) -> None:
    watched.assert_reached_out_to_nobody()
    with Client(watched.server.url) as visitor:
        shown = visitor.rerun()
        box = next(each.text_input for each in elements(shown) if each.HasField("text_input"))
        button = next(
            each.button
            for each in elements(shown)
            if each.HasField("button") and each.button.is_form_submitter
        )
        found = visitor.rerun(widgets={box.id: ADDRESS, button.id: ...})
        assert "60004" in say(found)
        for page in ("before-you-go", "coverage", "where-next", "operators", "nowhere"):
            visitor.rerun(page)
    # What another site's page asks is refused before Streamlit looks up whose it is.
    with pytest.raises(urllib.error.HTTPError, match="403") as refused:
        urllib.request.urlopen(  # noqa: S310
            urllib.request.Request(  # noqa: S310
                f"{watched.server.url}/_stcore/host-config",
                headers={"Origin": "http://evil.example"},
            ),
            timeout=10,
        )
    refused.value.close()
    watched.assert_reached_out_to_nobody()
    assert "Canarybird" not in watched.server.log.read_text()


def test_usage_statistics_are_off_as_the_running_server_tells(watched: Watched) -> None:
    with Client(watched.server.url) as visitor:
        (config,) = [
            message.new_session.config
            for message in visitor.rerun()
            if message.WhichOneof("type") == "new_session"
        ]
    assert config.gather_usage_stats is False


def test_nothing_living_holds_what_was_typed_once_a_visit_is_over(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    options = ["--server.disconnectedSessionTTL", "1"]
    server = start_server(tmp_path, options=options, environment=watch_memory(asked))
    try:
        with Client(server.url) as visitor:
            shown = visitor.rerun()
            box = next(each.text_input for each in elements(shown) if each.HasField("text_input"))
            visitor.rerun(widgets={box.id: ADDRESS})
            assert count_holders(server.process.pid, asked, "Canarybird") > 0
        deadline = time.monotonic() + PATIENCE_SECONDS
        while held := count_holders(server.process.pid, asked, "Canarybird"):
            assert time.monotonic() < deadline, f"{held} objects hold it still"
            time.sleep(1)
    finally:
        stop_server(server)


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """A copy of the app whose page fails over what is typed, in a callback and in its run."""
    for name in (".streamlit", "app.py", "pages"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    for name in ("geo", "data"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "pages" / "patients" / "find.py").write_text(FAULTY)
    return tmp_path


def test_a_page_that_fails_over_what_is_typed_says_it_to_no_log_and_no_page(faulty: Path) -> None:
    made = start_watched(faulty, faulty)
    try:
        for box in ("In a callback", "In a run"):
            with Client(made.server.url) as visitor:
                drawn = find(visitor.rerun(), "text_input", box)
                shown = visitor.rerun(widgets={drawn.id: ADDRESS})
            (told,) = [each.exception for each in elements(shown) if each.HasField("exception")]
            assert "Canarybird" not in say(shown)
            assert list(told.stack_trace) == []
        made.assert_reached_out_to_nobody()
    finally:
        stop_server(made.server)
    log = made.server.log.read_text()
    assert "Canarybird" not in log
    for there in ("ValueError", "KeyError", "RuntimeError", "find.py", "which led to"):
        assert there in log


def test_the_log_names_an_error_and_where_it_arose_without_its_words(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "_logRecordFactory", logging.LogRecord)
    logs.leave_out_words()
    logs.leave_out_words()
    try:
        try:
            int(CANARY)
        except ValueError as error:
            raise LookupError(CANARY) from error
    except LookupError:
        logging.getLogger(__name__).exception("It failed")
    assert CANARY not in caplog.text
    assert "builtins.ValueError" in caplog.text
    assert "builtins.LookupError" in caplog.text
    assert f"in {test_the_log_names_an_error_and_where_it_arose_without_its_words.__name__}" in (
        caplog.text
    )


def test_what_a_request_says_of_itself_is_plain_in_the_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "_logRecordFactory", logging.LogRecord)
    logs.leave_out_words()
    log = logging.getLogger(__name__)
    log.warning(
        "Origin %s, %d times, %s", "\x9b2J\x1b]0;title\x07a\u202eb", 3, OSError("\x1b[31mc")
    )
    log.warning("Session %(id)s", {"id": "\x1b[1md"})
    log.warning("\x1b[1mwhole")
    assert [record.getMessage() for record in caplog.records] == [
        "Origin ab, 3 times, c",
        "Session d",
        "whole",
    ]
