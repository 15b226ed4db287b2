"""Addresses and messages that mean harm, without a server; `test_limits.py` asks a running one."""

from __future__ import annotations

import tracemalloc
from types import SimpleNamespace

import pytest
from starlette.responses import PlainTextResponse
from streamlit.proto.BackMsg_pb2 import BackMsg

from geo.server import shut_paths, upload_guard
from geo.server.frame_limits import LARGEST_MESSAGE_BYTES, FrameLimits
from geo.server.plain_paths import PlainPaths
from geo.server.shut_paths import ShutPaths
from geo.server.upload_guard import UploadGuard
from pages.parts import message_filter
from pages.parts.message_filter import MOST_PARTS, MessageFilter, is_bounded
from tests import fresh_loop


def send(app, path, kind="http", method="PUT"):
    """Return what an app that answers to anything sends through a middleware."""
    sent = []

    async def keep(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    fresh_loop.run(
        app({"type": kind, "path": path, "method": method, "headers": []}, receive, keep)
    )
    return sent


@pytest.mark.parametrize(
    ("setting", "kind"), [("", b"text/plain; charset=utf-8"), ("on", b"application/problem+json")]
)
def test_an_api_that_is_off_is_not_told_from_no_address(monkeypatch, setting, kind):
    monkeypatch.setenv("CLINIC_FINDER_API", setting)
    started = send(PlainPaths(PlainTextResponse("page")), "/api/\n")[0]
    assert (started["status"], dict(started["headers"])[b"content-type"]) == (404, kind)


@pytest.fixture
def guarded(monkeypatch):
    monkeypatch.setattr(upload_guard, "_open_until", {})
    upload_guard.open_for("known", 600)
    return UploadGuard(PlainTextResponse("taken"))


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/upload_file/strange/f", "/_stcore/upload_file/strange/f\n",
        "/_stcore/upload_file/strange/f\nx", "/_stcore/upload_file/str\nange/f",
        "/_stcore/upload_file/\n/known", "/base/_stcore/upload_file/strange/f\n",
        "/_stcore/upload_file", "/_stcore/upload_file/", "/_stcore/upload_file//known",
        "/_stcore/upload_file/known\n/f", "/_stcore/upload_file/\r/f\u2028",
        "/_stcore/upload_file/known/_stcore/upload_file/strange/f",
        "/_stcore/upload_file/strange/_stcore/upload_file/known/f",
    ],
)  # fmt: skip
def test_no_path_of_a_stranger_is_let_through(guarded, path):
    assert send(guarded, path)[0]["status"] == 403


@pytest.mark.parametrize(
    "path",
    ["/_stcore/upload_file/known/f", "/base/_stcore/upload_file/known/f", "/", "/_stcore/health"],
)
def test_what_may_pass_passes(guarded, path):
    assert send(guarded, path)[0]["status"] == 200
    assert send(guarded, "/_stcore/upload_file/strange/f", method="OPTIONS")[0]["status"] == 200


@pytest.mark.parametrize("mark", ["\n", "\r", "\0", "\x7f", "\x85", "\u2028", "\u202e", "\ufeff"])
def test_an_address_with_a_hidden_character_is_none(mark):
    app = PlainPaths(PlainTextResponse("let in"))
    for path in (f"/_stcore/stream{mark}", f"/{mark}", f"/assets/a.js{mark}"):
        assert send(app, path)[0]["status"] == 404
        assert send(app, path, "websocket") == [{"type": "websocket.close", "code": 1008}]
    assert send(app, "/co\u00e9 verage")[0]["status"] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics", "/_stcore/metrics/", "//_stcore//metrics", "/_stcore/metrics\n",
        "/base/_stcore/agent/mcp", "/_stcore/made-up-tomorrow", "/_stcore", "/_stcore/Stream",
        "/_stcore/health/_stcore/metrics", "/_stcore/file_urls", "/_stcore/stream2",
    ],
)  # fmt: skip
@pytest.mark.parametrize("kinds", [("http", "websocket"), ("websocket", "http")])
def test_what_is_not_known_of_streamlits_addresses_is_shut_and_told_once(
    path, kinds, monkeypatch, caplog
):
    monkeypatch.setattr(shut_paths, "_TOLD_ONCE", set())
    app = ShutPaths(PlainTextResponse("let in"))
    refusal = {"http": ("status", 404), "websocket": ("code", 1008)}
    names = shut_paths.find_unknown(path)
    is_name = names.isascii() and names.islower()
    for kind in kinds:
        key, value = refusal[kind]
        assert send(app, path, kind)[0][key] == value
        assert [record.message.count("is shut") for record in caplog.records] == [1] * is_name


@pytest.mark.parametrize(
    "path",
    ["/", "/coverage", "/_stcore/health", "/base/_stcore/stream", "/_stcore/upload_file/a/b",
     "/_stcore/host-config", "/media/a.csv", "/component/a/index.html", "/oauth2callback"],
)  # fmt: skip
def test_what_pages_need_of_streamlits_addresses_is_open(path):
    assert send(ShutPaths(PlainTextResponse("let in")), path)[0]["status"] == 200


def widgets(count):
    message = BackMsg()
    for _ in range(count):
        message.rerun_script.widget_states.widgets.add()
    return message.SerializeToString()


def nested(depth):
    """A message of one kind in another, deeper than any is."""
    content = b""
    for _ in range(depth):
        content = b"\x0a" + bytes([len(content)]) + content if len(content) < 128 else content
    return content


@pytest.mark.parametrize(
    "content",
    [
        widgets(400_000), bytes(LARGEST_MESSAGE_BYTES + 1), b"\x08\x01" * 400_000,
        widgets(MOST_PARTS),
    ],
    ids=["widgets", "large", "fields", "one too many"],
)  # fmt: skip
def test_a_message_of_many_parts_is_not_taken_apart(content, monkeypatch):
    monkeypatch.setattr(message_filter, "is_wanted", lambda _: pytest.fail("parsed"))
    told = []
    messages = iter([{"type": "websocket.receive", "bytes": content}])

    async def app(_scope, receive, _send):
        told.append(await receive())

    async def receive():
        return next(messages)

    async def keep(message):
        told.append(message)

    tracemalloc.start()
    try:
        fresh_loop.run(MessageFilter(app)({"type": "websocket"}, receive, keep))
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
    assert told == [
        {"type": "websocket.close", "code": 1009},
        {"type": "websocket.disconnect", "code": 1009},
    ]


def test_a_text_is_passed_over_and_not_written_to_the_log():
    told = []
    beat = BackMsg(app_heartbeat=True).SerializeToString()
    messages = iter(
        {"type": "websocket.receive", **content}
        for content in (
            {"text": "a"},
            {"text": "a", "bytes": None},
            {"bytes": b""},
            {"bytes": beat},
        )
    )

    async def app(_scope, receive, _send):
        told.append((await receive())["bytes"])

    async def receive():
        return next(messages)

    fresh_loop.run(MessageFilter(app)({"type": "websocket"}, receive, None))
    assert told == [beat]


@pytest.mark.parametrize("content", [b"\xff\xff\xff\xff", b"\x0b"])
def test_what_is_no_message_reaches_nobody_and_ends_the_connection(content):
    told = []

    async def app(_scope, receive, _send):
        told.append(await receive())

    async def receive():
        return {"type": "websocket.receive", "bytes": content}

    async def keep(message):
        told.append(message)

    fresh_loop.run(MessageFilter(app)({"type": "websocket"}, receive, keep))
    assert [each["type"] for each in told] == ["websocket.close", "websocket.disconnect"]
    assert {each["code"] for each in told} == {1007}


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"\xf2\x3f\x01a", "no kind"),  # field 1022, of which nothing is known
        (BackMsg(load_git_info=True).SerializeToString(), "the kind load_git_info"),
        (BackMsg(backend_operation_request={}).SerializeToString(), "backend_operation_request"),
    ],
)
def test_a_message_of_a_kind_that_is_not_listed_is_dropped_and_told_once(
    content, named, monkeypatch, caplog
):
    monkeypatch.setattr(message_filter, "_TOLD_ONCE", set())
    for _ in range(2):
        assert not message_filter.is_wanted(content)
    assert [(record.levelname, named in record.message) for record in caplog.records] == [
        ("WARNING", True)
    ]


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xff\xff\xff", b"\x0b", b"\x0a\xff\xff\xff\xff\x0f", b"\xff" * 30, nested(60)],
)
def test_what_is_no_message_is_bounded_too(content):
    assert is_bounded(content)


def test_the_message_of_a_long_page_passes():
    message = BackMsg()
    for at in range(1_000):
        state = message.rerun_script.widget_states.widgets.add()
        state.id = f"a widget of some name {at}"
        state.string_value = "what is typed in it"
    state.string_array_value.data.extend(["a"] * 1_000)
    assert is_bounded(message.SerializeToString())


def test_a_server_that_cannot_be_bounded_is_told_of(caplog):
    class Starting:
        config = SimpleNamespace(largest_message=32_000_000)

        async def receive(self):
            return {"type": "lifespan.startup"}

    async def app(_scope, _receive, _send):
        pass

    fresh_loop.run(FrameLimits(app)({"type": "lifespan"}, Starting().receive, None))
    assert ["how large a message may be" in each.message for each in caplog.records] == [True]


def test_the_server_that_starts_the_app_is_bounded():
    class Starting:
        config = SimpleNamespace(ws_max_size=32_000_000, ws_per_message_deflate=True)

        async def receive(self):
            return {"type": "lifespan.startup"}

    async def app(scope, receive, _send):
        assert scope["type"] == "lifespan"
        assert (await receive())["type"] == "lifespan.startup"

    starting = Starting()
    fresh_loop.run(FrameLimits(app)({"type": "lifespan"}, starting.receive, None))
    assert starting.config.ws_max_size == LARGEST_MESSAGE_BYTES
    assert not starting.config.ws_per_message_deflate
