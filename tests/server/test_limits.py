"""A running server under attack: packed and split messages, odd paths, and too little memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from geo.server.frame_limits import LARGEST_MESSAGE_BYTES
from geo.server.memory_room import ROOM_BYTES
from tests.browser.conftest import ROOT, Server, start_server, stop_server
from tests.raw_client import Client, say

pytestmark = pytest.mark.service

KILOBYTES_OF_A_MEGABYTE = 1_000
MOST_MORE_MEGABYTES = 150
"""By which a server may grow under messages that once cost 1,300 MB."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that whoever starts it has told to take packed messages."""
    options = ["--server.enableWebsocketCompression", "true"]
    started = start_server(tmp_path_factory.mktemp("limits"), options=options)
    with Client(started.url) as visitor:
        visitor.rerun()  # what a first visit loads is no cost of an attack
    yield started
    stop_server(started)


def status_of(server: Server, name: str) -> int:
    """Return a figure of the server's process in megabytes, as the system counts it."""
    for line in Path(f"/proc/{server.process.pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) // KILOBYTES_OF_A_MEGABYTE
    raise LookupError(name)


def forget_peak(server: Server) -> None:
    Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")


def is_well(server: Server) -> bool:
    with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=60) as reply:  # noqa: S310
        return bool(reply.status == 200)


def empty_widgets(count: int) -> bytes:
    """A message that is made of nothing but empty states of widgets, two bytes each."""
    one = BackMsg()
    one.rerun_script.widget_states.widgets.add()
    content = one.SerializeToString()[-2:] * count
    for field in ("widget_states", "rerun_script"):
        kind = ClientState if field == "widget_states" else BackMsg
        number = kind.DESCRIPTOR.fields_by_name[field].number
        content = encode(number << 3 | 2) + encode(len(content)) + content
    return content


def encode(number: int) -> bytes:
    """Return a number as protobuf writes it."""
    parts = []
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


BOMB = empty_widgets(15_500_000)


def test_the_bomb_is_a_message() -> None:
    message = BackMsg()
    message.ParseFromString(empty_widgets(300))
    assert len(message.rerun_script.widget_states.widgets) == 300


def attack(socket: ClientConnection, sent: Any) -> None:
    """Send a message, and read until the server hangs up."""
    socket.send(sent)
    while True:
        socket.recv(60)


@pytest.mark.parametrize("how", ["packed", "plain", "in pieces", "as large as may be", "text"])
def test_a_message_that_unpacks_to_gigabytes_costs_little(server: Server, how: str) -> None:
    sent: Any = BOMB
    if how == "in pieces":
        sent = [BOMB[at : at + 200_000] for at in range(0, len(BOMB), 200_000)]
    elif how == "text":
        sent = "a" * len(BOMB)
    elif how == "as large as may be":
        sent = empty_widgets(LARGEST_MESSAGE_BYTES // 2 - 10)
    forget_peak(server)
    before = status_of(server, "VmRSS")
    with (
        pytest.raises(ConnectionClosed) as closed,
        connect(
            f"ws://{urlsplit(server.url).netloc}/_stcore/stream",
            subprotocols=["streamlit"],
            origin=server.url,
            compression="deflate" if how == "packed" else None,
            max_size=None,
            open_timeout=60,
        ) as socket,
    ):
        attack(socket, sent)
    # A server that hangs up in the middle of what is sent may be heard of as a reset alone.
    assert closed.value.rcvd is None or closed.value.rcvd.code in {1009, 1002}
    assert status_of(server, "VmHWM") - before < MOST_MORE_MEGABYTES
    assert is_well(server)


def test_the_server_does_not_offer_to_unpack(server: Server) -> None:
    with connect(
        f"ws://{urlsplit(server.url).netloc}/_stcore/stream",
        subprotocols=["streamlit"],
        origin=server.url,
        open_timeout=60,
    ) as socket:
        assert "Sec-WebSocket-Extensions" not in socket.response.headers


def test_a_path_with_a_line_break_is_no_way_in(server: Server) -> None:
    for path in ("/_stcore/upload_file/a/b%0A", "/_stcore/upload_file/a/b%0Ac", "/%0A"):
        request = urllib.request.Request(server.url + path, b"x", method="PUT")  # noqa: S310
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=60)  # noqa: S310
        with closing(refused.value):
            assert refused.value.code in {403, 404}
    with pytest.raises(InvalidStatus):
        connect(
            f"ws://{urlsplit(server.url).netloc}/_stcore/stream%0A",
            subprotocols=["streamlit"],
            origin=server.url,
            open_timeout=60,
        ).__enter__()


def test_a_server_short_of_memory_says_so_and_serves_those_inside(server: Server) -> None:
    process = server.process.pid
    unlimited = resource.prlimit(process, resource.RLIMIT_AS)
    with Client(server.url) as inside:
        inside.rerun()
        limit = status_of(server, "VmSize") * 1_000_000 + ROOM_BYTES - 20_000_000
        resource.prlimit(process, resource.RLIMIT_AS, (limit, unlimited[1]))
        try:
            with pytest.raises(InvalidStatus):
                Client(server.url).__enter__()
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(server.url, timeout=60)  # noqa: S310
            with closing(refused.value):
                assert "Many people are here" in refused.value.read().decode()
            assert "Find a ketamine" in say(inside.rerun())
            assert is_well(server)
        finally:
            resource.prlimit(process, resource.RLIMIT_AS, unlimited)
    with Client(server.url) as newcomer:
        assert "Find a ketamine" in say(newcomer.rerun())


LIMITED = """
import resource, sys
from geo import cli
from geo.workspace import backup, exporting, opening
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
most = size + int(sys.argv[1]) * 1_000_000
resource.setrlimit(resource.RLIMIT_AS, (most, most))
cli.app(sys.argv[2:])
"""


def test_commands_short_of_memory_leave_whole_files_or_none(tmp_path: Path) -> None:
    home = tmp_path / "home"
    ended = []
    for megabytes in (1_500, 25):
        for command, name in (("backup", "a.zip"), ("export", "listings.csv")):
            folder = tmp_path / f"{megabytes}-{command}"
            folder.mkdir()
            given = folder / name if command == "backup" else folder
            ran = subprocess.run(
                [sys.executable, "-c", LIMITED, str(megabytes), command, str(given)],
                cwd=ROOT,
                env={**os.environ, "CLINIC_FINDER_HOME": str(home)},
                capture_output=True,
                text=True,
                check=False,
                timeout=600,
            )
            ended.append(ran.returncode)
            assert (folder / name).exists() == (ran.returncode == 0), ran.stderr
            assert {each.name for each in folder.iterdir()} <= {name, "accepted_positions.csv"}
    assert ended[:2] == [0, 0]
    assert [path for path in home.rglob(".*") if path.is_dir()] == []
