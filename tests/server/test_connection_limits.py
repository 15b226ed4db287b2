"""Connections that ask for nothing, or are too many of one client, against a small real server."""

import asyncio
import resource
import socket
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_network

import uvicorn
from starlette.responses import PlainTextResponse

from geo.server import connection_limits
from geo.server.connection_limits import ConnectionLimits
from geo.server.visitor_keys import VisitorKeys
from tests import fresh_loop

LONG_SECONDS = 60  # a busy machine
REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


@asynccontextmanager
async def serving(proxies=(), most=50, idle_seconds=0.3):
    async def answer(scope, receive, send):
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        body = b"x" * 40_000_000 if scope["path"] == "/large" else b"here"
        await PlainTextResponse(body)(scope, receive, send)

    app = ConnectionLimits(answer, most, VisitorKeys(proxies), idle_seconds)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_keep_alive=LONG_SECONDS))
    running = asyncio.create_task(server.serve([listening]))
    while not server.started:  # noqa: ASYNC110  uvicorn tells it by no event
        await asyncio.sleep(0.01)
    try:
        yield listening.getsockname(), server
    finally:
        server.should_exit = True
        server.force_exit = True
        await running


async def read_to_end(reader):
    """Return what comes until the server closes the connection, however it does."""
    with suppress(ConnectionResetError):
        async with asyncio.timeout(LONG_SECONDS):
            return await reader.read()
    return b""


def test_who_asks_for_nothing_is_sent_away():
    async def check():
        async with serving() as (address, _):
            for begun in (b"", b"GET / HTTP/1.1\r\nHost: a\r\nX-a: ", REQUEST):
                reader, writer = await asyncio.open_connection(*address)
                writer.write(begun)
                assert (b"here" in await read_to_end(reader)) == (begun == REQUEST)
                writer.close()

    fresh_loop.run(check())


def test_who_takes_nothing_of_an_answer_is_sent_away():
    async def check():
        async with serving() as (address, server):
            with socket.create_connection(address) as slow:
                slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
                slow.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
                async with asyncio.timeout(LONG_SECONDS):
                    while not server.server_state.connections:  # noqa: ASYNC110  as above
                        await asyncio.sleep(0.01)
                    while server.server_state.connections:  # noqa: ASYNC110  as above
                        await asyncio.sleep(0.05)

    fresh_loop.run(check())


def test_one_client_has_so_many_connections_and_a_proxy_more():
    async def count(proxies):
        async with serving(proxies, most=3, idle_seconds=LONG_SECONDS) as (address, _):
            held, served = [], 0
            for _ in range(5):
                reader, writer = await asyncio.open_connection(*address)
                held.append(writer)
                with suppress(ConnectionResetError):
                    writer.write(REQUEST)
                    async with asyncio.timeout(LONG_SECONDS):
                        served += bool(await reader.read(1))
            for writer in held:
                writer.close()
            return served

    async def check():
        assert await count(()) == 3
        assert await count((ip_network("127.0.0.0/8"),)) == 5

    fresh_loop.run(check())


def test_a_server_opens_more_files_than_the_shell_lets_it(monkeypatch):
    asked = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1_024, 4_096))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: asked.append(limits))
    connection_limits.raise_descriptor_limit()
    assert asked == [(4_096, 4_096)]
