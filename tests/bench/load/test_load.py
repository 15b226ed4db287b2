"""Many at once: none meets an error, past the limit they are turned away, who left is forgotten."""

import asyncio
import re
from pathlib import Path

import httpx
import pytest

from geo.server.admission import RETRY_SECONDS
from tests import fresh_loop
from tests.bench.load import short_memory
from tests.bench.load.driving import Waits, arrive, drive
from tests.bench.load.server import OURS, Server, start
from tests.bench.load.trials import soak
from tests.bench.load.visitor import RefusedError, Visitor

pytestmark = pytest.mark.service

VISITORS = 12
AT_ONCE = 4
SECONDS_TO_WARM_UP, SECONDS = 8, 10
MOST_GROWTH = 1.05


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with so many places as there are visitors, which forgets soon who left."""
    home = tmp_path_factory.mktemp("load")
    with start(OURS, home, most_sessions=VISITORS, module=short_memory.__name__) as started:
        yield started


def test_none_of_many_meets_an_error_and_a_newcomer_is_turned_away(server: Server) -> None:
    async def crowd() -> tuple[Waits, Waits, httpx.Response, bool]:
        load = drive(server.url, VISITORS, seconds=8, think_seconds=1.5, arrive_seconds=1)
        inside = asyncio.create_task(load)
        await asyncio.sleep(5)
        newcomers = await arrive(server.url, 3, 0)
        async with httpx.AsyncClient(trust_env=False) as client:
            page = await client.get(f"{server.url}/coverage", headers={"accept": "text/html"})
        async with Visitor(server.url) as visitor:
            try:
                await visitor.connect()
            except RefusedError:
                is_refused = True
            else:
                is_refused = False
        return await inside, newcomers, page, is_refused

    inside, newcomers, page, is_refused = fresh_loop.run(crowd())
    assert inside.are_clean, inside
    assert len(inside.opened) == VISITORS
    assert inside.searched
    assert newcomers.refused == 3, newcomers
    assert is_refused
    assert page.status_code == 503
    assert page.headers["retry-after"] == str(RETRY_SECONDS)
    assert "tel:988" in page.text
    assert not re.search(r"(?:src|href)=\"(?!tel:)", page.text)

    welcome = fresh_loop.run(arrive(server.url, 3, 0))
    assert welcome.are_clean, welcome


@pytest.mark.nightly
def test_who_left_is_forgotten(server: Server) -> None:
    def come_and_go(seconds: float) -> None:
        opened = 0
        while opened <= 2 * AT_ONCE:  # a slow machine takes several times as long
            waits = fresh_loop.run(
                drive(server.url, AT_ONCE, seconds=seconds, think_seconds=0.05, searches_a_visit=1)
            )
            assert waits.are_clean, waits
            opened += len(waits.opened)

    come_and_go(SECONDS_TO_WARM_UP)
    before = server.read_memory_bytes()
    come_and_go(SECONDS)
    assert fresh_loop.run(count_beside_one(server)) in range(1, short_memory.KEPT_SESSIONS + 2)
    assert server.read_memory_bytes() < MOST_GROWTH * before


async def count_beside_one(server: Server) -> int:
    async with Visitor(server.url) as visitor:
        await visitor.open()
        return server.count_sessions()


@pytest.mark.nightly
@pytest.mark.timeout(5400)
def test_an_hour_of_visitors_leaves_the_memory_as_it_was(tmp_path: Path) -> None:
    row = soak(tmp_path, 60)
    assert row.met, row
