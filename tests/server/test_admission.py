"""Past its number of open pages the server turns newcomers away, politely; no client fills it."""

import asyncio

import pytest
from starlette.responses import PlainTextResponse

from geo.errors import SchemaError
from geo.server.admission import (
    CLIENT_VARIABLE,
    VARIABLE,
    SessionLimit,
    read_most_of_a_client,
    read_most_sessions,
)
from geo.server.visitor_keys import VisitorKeys, read_proxies
from tests import fresh_loop

STREAM = "/_stcore/stream"
REFUSED = [{"type": "websocket.close", "code": 1013}]
ELSEWHERE = ("198.51.100.7", 4711)


class App:
    """An app whose websockets draw a page, if they are told to, and stay open until let go."""

    def __init__(self, *, draws=True):
        self.release = asyncio.Event()
        self._draws = draws

    async def __call__(self, scope, receive, send):
        if scope["type"] != "websocket":
            await PlainTextResponse("page")(scope, receive, send)
            return
        if self._draws:
            await send({"type": "websocket.send", "bytes": b"page"})
        leaving = asyncio.ensure_future(self.release.wait())
        gone = asyncio.ensure_future(receive())
        await asyncio.wait({leaving, gone}, return_when=asyncio.FIRST_COMPLETED)
        leaving.cancel()
        gone.cancel()


def limit_of(app, most, of_a_client=10_000, idle_seconds=600.0):
    return SessionLimit(app, most, of_a_client, VisitorKeys(read_proxies()), idle_seconds)


async def ask(
    limit,
    path,
    kind="http",
    *,
    method="GET",
    accept=b"text/html",
    client=ELSEWHERE,
    headers=(),
    says=b"",
):
    sent = []

    async def send(message):
        if message["type"] != "websocket.send":
            sent.append(message)

    async def receive():
        if says:
            return {"type": "websocket.receive", "bytes": says}
        if kind == "websocket":
            await asyncio.Event().wait()
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": kind,
        "path": path,
        "method": method,
        "client": client,
        "headers": [(b"accept", accept), *headers],
    }
    await limit(scope, receive, send)
    return sent


async def open_some(limit, count, **request):
    opened = [asyncio.create_task(ask(limit, STREAM, "websocket", **request)) for _ in range(count)]
    await settle()
    return opened


async def settle():
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 503), ("/coverage", 503), ("/_stcore/health", 200), ("/assets/app.css", 200)],
)
def test_a_newcomer_is_refused_and_an_open_page_is_served(path, status):
    async def go():
        app = App()
        limit = limit_of(app, 2)
        inside = await open_some(limit, 2)
        before = await ask(limit, path)
        refused = await ask(limit, STREAM, "websocket")
        app.release.set()
        await asyncio.gather(*inside)
        return before, refused, await ask(limit, path)

    full, refused, after = fresh_loop.run(go())
    assert full[0]["status"] == status
    assert refused == REFUSED
    assert after[0]["status"] == 200
    if status == 503:
        assert dict(full[0]["headers"])[b"retry-after"] == b"20"
        body = full[1]["body"].decode()
        assert "tel:988" in body
        assert 'lang="es"' in body
        assert "http-equiv" in body


def test_a_websocket_that_breaks_frees_its_place():
    async def broken(*_):
        raise OSError

    async def go():
        limit = limit_of(broken, 1)
        for _ in range(3):
            with pytest.raises(OSError):  # noqa: PT011  the app's own
                await ask(limit, STREAM, "websocket")

    fresh_loop.run(go())


def test_one_client_holds_its_part_and_others_are_let_in():
    async def go():
        app = App()
        limit = limit_of(app, 240, 80)
        inside = await open_some(limit, 80)
        own = [await ask(limit, STREAM, "websocket"), await ask(limit, "/")]
        other = await ask(limit, "/", client=("203.0.113.9", 1))
        fifty = await open_some(limit, 50, client=("203.0.113.9", 1))
        held = [task.done() for task in fifty]
        app.release.set()
        await asyncio.gather(*inside, *fifty)
        return own, other, held, await ask(limit, "/")

    (socket, page), other, held, after = fresh_loop.run(go())
    assert socket == REFUSED
    assert page[0]["status"] == 503
    assert other[0]["status"] == 200
    assert held == [False] * 50
    assert after[0]["status"] == 200


def test_websockets_that_open_no_page_give_way():
    async def go():
        silent, drawing = App(draws=False), App()
        app = silent

        async def either(scope, receive, send):
            await app(scope, receive, send)

        limit = limit_of(either, 3, 2)
        idle = await open_some(limit, 3)
        closed = [task.done() for task in idle]
        page = await ask(limit, "/")
        app = drawing
        opened = await open_some(limit, 2)  # its own give way
        others = await open_some(limit, 1, client=("203.0.113.9", 1))
        full = await ask(limit, "/", client=("203.0.113.9", 1))
        silent.release.set()
        drawing.release.set()
        told = await asyncio.gather(*idle)
        assert await asyncio.gather(*opened, *others) == [[], [], []]
        return closed, page, told, full

    closed, page, told, full = fresh_loop.run(go())
    assert closed == [True, False, False]  # the oldest
    assert page[0]["status"] == 200
    assert told == [REFUSED] * 3
    assert full[0]["status"] == 503


def test_who_has_asked_for_a_page_and_waits_for_it_does_not_give_way():
    async def go():
        release = asyncio.Event()

        async def busy(scope, receive, send):
            if scope["type"] != "websocket":
                await PlainTextResponse("page")(scope, receive, send)
                return
            assert (await receive())["type"] == "websocket.receive"
            await release.wait()

        limit = limit_of(busy, 1)
        (waiting,) = await open_some(limit, 1, says=b"rerun")
        told = await ask(limit, STREAM, "websocket"), await ask(limit, "/")
        state = waiting.done()
        release.set()
        await waiting
        return told, state

    (socket, page), state = fresh_loop.run(go())
    assert socket == REFUSED
    assert page[0]["status"] == 503
    assert state is False


def test_when_the_house_is_full_the_oldest_idle_one_gives_way_whosever_it_is():
    async def go():
        app = App(draws=False)
        limit = limit_of(app, 2, 2)
        idle = await open_some(limit, 2)
        others = await open_some(limit, 1, client=("203.0.113.9", 1))
        state = [task.done() for task in [*idle, *others]]
        app.release.set()
        await asyncio.gather(*idle, *others)
        return state

    assert fresh_loop.run(go()) == [True, False, False]


def test_a_websocket_that_opens_no_page_is_closed_after_a_while_and_a_page_is_not():
    async def go():
        drawing, silent = App(), App(draws=False)
        (page,) = await open_some(limit_of(drawing, 9, idle_seconds=0.01), 1)
        # The third is the session before: a page that was open, and says nothing of itself.
        earlier = [(b"sec-websocket-protocol", b"streamlit, token, 6c2d3d0e")]
        (back,) = await open_some(limit_of(silent, 9, idle_seconds=0.01), 1, headers=earlier)
        fresh = [(b"sec-websocket-protocol", b"streamlit, token, ")]
        limit = limit_of(silent, 1, idle_seconds=0.01)
        told = await asyncio.wait_for(ask(limit, STREAM, "websocket", headers=fresh), 60)
        state = page.done(), back.done()
        drawing.release.set()
        silent.release.set()
        await asyncio.gather(page, back)
        return told, state, limit._open.total()

    told, state, left = fresh_loop.run(go())
    assert told == REFUSED
    assert state == (False, False)
    assert left == 0


@pytest.mark.parametrize(
    ("variable", "read", "least"),
    [(VARIABLE, read_most_sessions, 60), (CLIENT_VARIABLE, read_most_of_a_client, 50)],
)
def test_the_numbers_are_read_from_the_environment(monkeypatch, variable, read, least):
    monkeypatch.delenv(variable, raising=False)
    assert read() > least
    monkeypatch.setenv(variable, "7")
    assert read() == 7
    for wrong in ("0", "-1", "many", "1.5"):
        monkeypatch.setenv(variable, wrong)
        with pytest.raises(SchemaError, match="whole number"):
            read()
