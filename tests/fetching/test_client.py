"""The one HTTP client against services that mean harm, each over a real socket."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from geo.errors import FetchError, FetchFault, SourceError
from geo.fetching import targets
from geo.fetching.client import MOST_REDIRECTS, Client, Limits
from geo.geocoding.transport import HttpxAdapter
from geo.sources.replies import get_bytes
from tests.servers.replying import serve

MEGABYTE = 1_000_000
LIMITS = Limits(30, MEGABYTE)


@contextmanager
def speak(
    say: Callable[[socket.socket, threading.Event], None], heard: list[bytes] | None = None
) -> Iterator[str]:
    """Serve one raw connection after another with what `say` does; give the address."""
    over = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while not over.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                try:
                    came = connection.recv(65_536)
                    if heard is not None:
                        heard.append(came)
                    say(connection, over)
                except OSError:
                    pass

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        over.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def drip(text: bytes) -> Callable[[socket.socket, threading.Event], None]:
    """Send a text, then one byte after another as long as anyone listens."""

    def say(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(text)
        while not over.wait(0.02):
            connection.sendall(b"a")

    return say


@pytest.mark.parametrize(
    "start",
    [b"HTTP/1.1 200 OK\r\nX: ", b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"],
    ids=["header", "status line", "body"],
)
def test_a_reply_a_byte_at_a_time_ends_with_the_whole_time(start: bytes) -> None:
    with speak(drip(start)) as url:
        began = time.monotonic()
        with pytest.raises(FetchError) as late:
            Client().fetch(url, limits=Limits(1, MEGABYTE), trusted=True)
        assert time.monotonic() - began < 15
    # A status line without an end is a fault of its own where it is long enough to be none.
    assert late.value.fault in {FetchFault.LATE, FetchFault.BROKEN}
    assert start == b"" or late.value.fault is FetchFault.LATE


def test_a_geocoder_that_drips_headers_is_late() -> None:
    with speak(drip(b"HTTP/1.1 200 OK\r\nX: ")) as url:
        began = time.monotonic()
        with pytest.raises(Exception, match="did not answer in time"):
            HttpxAdapter().get_json(url, timeout=1, headers={})
        assert time.monotonic() - began < 15


def test_a_name_that_is_looked_up_for_ever_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(targets.socket, "getaddrinfo", lambda *_, **__: [over.wait(60)][1:])
    try:
        with pytest.raises(FetchError, match="could not be looked up in time"):
            Client().fetch("http://slow.example/", limits=Limits(0.2, MEGABYTE))
    finally:
        over.set()


def packed(times: int, size: int = 300 * MEGABYTE) -> bytes:
    content = gzip.compress(b"0" * size, 1)
    for _ in range(times - 1):
        content = gzip.compress(content)
    return content


@pytest.mark.parametrize("times", [1, 2])
def test_a_reply_that_unpacks_to_gigabytes_is_refused_in_bounds(times: int) -> None:
    headers = {"Content-Encoding": ", ".join(["gzip"] * times)}
    with serve(lambda _: (200, headers, BOMBS[times])) as server:
        tracemalloc.start()
        try:
            with pytest.raises(FetchError, match=r"larger than 1 MB|otherwise than once"):
                Client().fetch(server.url, limits=LIMITS, trusted=True)
            with pytest.raises(SourceError, match=r"larger than 50 MB|otherwise than once"):
                get_bytes(server.url, lambda _: None, trusted=True)
            with pytest.raises(Exception, match=r"larger than 64 MB|cannot be unpacked"):
                HttpxAdapter().get_json(server.url, timeout=60, headers={})
            assert tracemalloc.get_traced_memory()[1] < 250 * MEGABYTE
        finally:
            tracemalloc.stop()


BOMBS = {1: packed(1), 2: packed(2)}


@pytest.mark.parametrize("packing", ["gzip, gzip", "br", "deflate", "gzip, identity", "zstd"])
def test_only_one_gzip_is_unpacked(packing: str) -> None:
    with (
        serve([(200, {"Content-Encoding": packing}, gzip.compress(b"x"))]) as server,
        pytest.raises(FetchError, match="otherwise than once with gzip"),
    ):
        Client().fetch(server.url, limits=LIMITS, trusted=True)


def test_one_gzip_is_unpacked_and_half_of_one_is_none() -> None:
    whole = gzip.compress(b"hello" * 1000)
    headers = {"Content-Encoding": "gzip"}
    replies = [
        (200, headers, whole), (200, headers, whole[:-9]), (200, headers, whole * 2),
        (200, headers, b"no gzip"), (304, headers, b""),
    ]  # fmt: skip
    with serve(replies) as server:
        fetch = lambda: Client().fetch(server.url, limits=LIMITS, trusted=True)  # noqa: E731
        assert fetch().text() == "hello" * 1000
        for _ in range(3):
            with pytest.raises(FetchError, match=r"packed wrongly|cannot be unpacked") as broken:
                fetch()
            assert broken.value.fault is FetchFault.BROKEN
        assert fetch().content == b""


def test_a_reply_is_as_large_as_it_may_be_and_no_larger() -> None:
    with serve([(200, {}, b"x" * MEGABYTE), (200, {}, b"x" * (MEGABYTE + 1))]) as server:
        assert len(Client().fetch(server.url, limits=LIMITS, trusted=True).content) == MEGABYTE
        with pytest.raises(FetchError, match="larger than 1 MB") as large:
            Client().fetch(server.url, limits=LIMITS, trusted=True)
    assert large.value.fault is FetchFault.TOO_LARGE


def test_a_text_is_read_in_encodings_of_linear_time_alone() -> None:
    kinds = ["text/plain; charset=punycode", "text/plain; charset=utf-7", "text/plain"]
    replies = [(200, {"Content-Type": kind}, "é".encode()) for kind in kinds]
    replies.append((200, {"Content-Type": "text/plain; charset=ISO-8859-1"}, b"\xe9"))
    with serve(replies) as server:
        for _ in range(2):
            with pytest.raises(FetchError, match="no text in the encoding"):
                Client().fetch(server.url, limits=LIMITS, trusted=True).text()
        for _ in range(2):
            assert Client().fetch(server.url, limits=LIMITS, trusted=True).text() == "é"


def test_a_redirect_is_followed_to_named_hosts_alone() -> None:
    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        to = {"/": "/next", "/away": "http://169.254.169.254/latest/", "/round": "/round"}.get(path)
        return (302, {"Location": to}, b"") if to else (200, {}, b"there")

    own = {"127.0.0.1"}
    with serve(answer) as server:
        fetch = lambda path, hosts: Client().fetch(  # noqa: E731
            server.url + path, limits=LIMITS, trusted=True, redirects_to=hosts
        )
        assert fetch("", ()).status == 302
        assert fetch("", own).content == b"there"
        assert fetch("away", own).status == 302
        with pytest.raises(FetchError, match="private network"):
            fetch("away", {"169.254.169.254"})
        before = len(server.paths)
        with pytest.raises(FetchError, match="more than 5 times"):
            fetch("round", own)
        assert len(server.paths) - before == MOST_REDIRECTS + 1


def test_a_redirect_to_another_port_of_this_machine_is_not_trusted() -> None:
    with serve([(200, {}, b"inner")]) as inner:
        with (
            serve([(302, {"Location": inner.url}, b"")]) as outer,
            pytest.raises(FetchError) as refused,
        ):
            Client().fetch(outer.url, limits=LIMITS, trusted=True, redirects_to={"127.0.0.1"})
        assert refused.value.fault is FetchFault.FORBIDDEN
        assert inner.paths == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://0.0.0.0/",
        "http://10.1.2.3/", "http://192.168.0.1/", "http://169.254.169.254/", "http://100.64.0.1/",
        "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
        "http://[fe80::1]/", "http://[fd00::1]/", "http://[fec0::1]/", "http://[::7f00:1]/",
        "http://[::ffff:0:7f00:1]/", "http://[64:ff9b:1::7f00:1]/", "http://[5f00::1]/", "http://224.0.0.1/", "http://2130706433/",
        "http://0x7f.1/", "http://localhost./",
        "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "//example.org/", "",
        "http://example.org:22/", "http://user:password@example.org/", "http://a:b/",
        "http://" + "a" * 300 + "/",
    ],
)  # fmt: skip
def test_addresses_out_of_a_page_stay_on_the_public_network(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("connected"))
    with pytest.raises(FetchError) as refused:
        Client().fetch(url, limits=LIMITS)
    assert refused.value.fault in {FetchFault.FORBIDDEN, FetchFault.UNREACHABLE}
    assert str(refused.value).endswith(".")


def test_a_name_is_looked_up_once_and_its_number_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A resolver that answers otherwise the second time gets nobody inside."""
    numbers = iter(["93.184.216.34", "127.0.0.1"])
    asked: list[str] = []

    def look_up(_host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(numbers), port))]

    def connect(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        asked.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(targets.socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(FetchError, match="cannot be reached"):
        Client().fetch("http://rebinding.example/", limits=LIMITS)
    assert asked == ["93.184.216.34"]


@pytest.mark.parametrize("number", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_numbers_are_told(number: str) -> None:
    assert targets.is_public(number)
    targets.check(httpx.URL("https://example.org:443/"), trusted=False)


def test_a_form_is_posted_and_a_proxy_is_asked_in_its_place() -> None:
    heard: list[bytes] = []

    def say(connection: socket.socket, _over: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with speak(say, heard) as url:
        files = {"f": ("a.csv", b"1,2", "text/csv")}
        reply = Client().fetch(url, limits=LIMITS, form={"b": "c"}, files=files, trusted=True)
        assert reply.content == b"ok"
        # The name is the proxy's to look up.
        proxied = Client(proxies={"http": url})
        assert proxied.fetch("http://nosuch.invalid/", limits=LIMITS).content == b"ok"
        assert [line.split(b"\r\n")[0] for line in heard] == [
            b"POST / HTTP/1.1", b"GET http://nosuch.invalid/ HTTP/1.1"
        ]  # fmt: skip
        assert b"multipart/form-data" in heard[0]
        with pytest.raises(FetchError, match="private network"):
            proxied.fetch("http://10.0.0.1/", limits=LIMITS)
    with pytest.raises(FetchError, match="the proxy that is set"):
        Client(proxies={"http": "odd://x"}).fetch("http://nosuch.invalid/", limits=LIMITS)
