"""Past its number of open pages the server turns newcomers away, politely."""

import asyncio

import pytest
from starlette.responses import PlainTextResponse

from geo.errors import SchemaError
from geo.server.admission import VARIABLE, SessionLimit, read_most_sessions
from tests import fresh_loop

STREAM = "/_stcore/stream"


class App:
    """An app whose websockets stay open until they are let go."""

    def __init__(self):
        self.release = asyncio.Event()

    async def __call__(self, scope, receive, send):
        if scope["type"] == "websocket":
            await self.release.wait()
        else:
            await PlainTextResponse("page")(scope, receive, send)


async def ask(limit, path, kind="http", method="GET", accept=b"text/html"):
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": kind, "path": path, "method": method, "headers": [(b"accept", accept)]}
    await limit(scope, receive, send)
    return sent


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 503), ("/coverage", 503), ("/_stcore/health", 200), ("/assets/app.css", 200)],
)
def test_a_newcomer_is_refused_and_an_open_page_is_served(path, status):
    async def go():
        app = App()
        limit = SessionLimit(app, 2)
        inside = [asyncio.create_task(ask(limit, STREAM, "websocket")) for _ in range(2)]
        await asyncio.sleep(0)
        before = await ask(limit, path)
        refused = await ask(limit, STREAM, "websocket")
        app.release.set()
        await asyncio.gather(*inside)
        return before, refused, await ask(limit, path)

    full, refused, after = fresh_loop.run(go())
    assert full[0]["status"] == status
    assert refused == [{"type": "websocket.close", "code": 1013}]
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
        limit = SessionLimit(broken, 1)
        for _ in range(3):
            with pytest.raises(OSError):  # noqa: PT011  the app's own
                await ask(limit, STREAM, "websocket")

    fresh_loop.run(go())


def test_the_number_is_read_from_the_environment(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    assert read_most_sessions() > 60
    monkeypatch.setenv(VARIABLE, "7")
    assert read_most_sessions() == 7
    for wrong in ("0", "-1", "many", "1.5"):
        monkeypatch.setenv(VARIABLE, wrong)
        with pytest.raises(SchemaError, match="whole number"):
            read_most_sessions()
