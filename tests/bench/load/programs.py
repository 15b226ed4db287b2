"""Programs that ask the API beside visitors who search: what each waits, and what visitors do alone."""

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from geo.server.api.operations import BASE
from tests.bench.load import server
from tests.bench.load.driving import Waits, drive, percentile
from tests.bench.load.trials import THINK_SECONDS, Row
from tests.bench.load.visitor import PLACES
from tests.bench.tables import say_seconds

VISITORS = 30
A_SECOND = 50
CLIENTS = 200  # each within its limit of requests a minute
ARRIVE_SECONDS = 8.0
MOST_MEDIAN_SECONDS, MOST_SLOW_SECONDS, MOST_WORSE = 0.015, 0.040, 1.1


@dataclass
class Answers:
    """What programs met: seconds an answer, and what was no answer."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def run(home: Path, seconds: float) -> Iterator[Row]:
    """Ask `nearest` so often a second of `clinic-finder serve`, beside visitors of one process.

    Parameters
    ----------
    home : an empty folder.
    seconds : how long each load is held.
    """
    with server.serve(1, home) as url:
        asyncio.run(ask(url, 5))
        asyncio.run(drive(url, 4, seconds=5, think_seconds=0.1))
        alone = asyncio.run(visit(url, seconds))
        asked, beside = asyncio.run(visit_and_ask(url, seconds))
    middle, slow = (percentile(asked.seconds, share) for share in (50, 95))
    yield Row(
        f"nearest over the API, {A_SECOND} a second beside {VISITORS} visitors, by `serve`: median; "
        "95th percentile; errors",
        f"{say_seconds(middle)}; {say_seconds(slow)}; {len(asked.errors)} of {len(asked.seconds):,}",
        goal=f"<= {say_seconds(MOST_MEDIAN_SECONDS)}; {say_seconds(MOST_SLOW_SECONDS)}",
        met=middle <= MOST_MEDIAN_SECONDS and slow <= MOST_SLOW_SECONDS and not asked.errors,
    )
    before, after = (percentile(waits.searched, 95) for waits in (alone, beside))
    yield Row(
        "these visitors beside it, and alone: 95th percentile of a search",
        f"{say_seconds(after)}; {say_seconds(before)} alone ({after / before:.2f} times)",
        goal=f"<= {MOST_WORSE:.1f} times",
        met=after <= MOST_WORSE * before and beside.are_clean,
    )


async def visit(url: str, seconds: float) -> Waits:
    """Let visitors search."""
    return await drive(
        url, VISITORS, seconds=seconds, think_seconds=THINK_SECONDS, arrive_seconds=ARRIVE_SECONDS
    )


async def visit_and_ask(url: str, seconds: float) -> tuple[Answers, Waits]:
    """Let visitors search, and programs ask once all have come."""
    visits = asyncio.create_task(visit(url, seconds))
    await asyncio.sleep(ARRIVE_SECONDS)
    asked = await ask(url, seconds)
    return asked, await visits


async def ask(url: str, seconds: float) -> Answers:
    """Ask at even times, whether or not the answer before has come."""
    answers = Answers()

    async def ask_once(client: httpx.AsyncClient, number: int) -> None:
        start = time.perf_counter()
        reply = await client.post(
            f"{url}{BASE}/nearest",
            content=json.dumps({"query": PLACES[number % len(PLACES)]}),
            headers={
                "content-type": "application/json",
                "x-forwarded-for": f"203.0.113.{number % CLIENTS + 1}",
            },
        )
        answers.seconds.append(time.perf_counter() - start)
        if reply.status_code != httpx.codes.OK:
            answers.errors.append(reply.text)

    async with httpx.AsyncClient(timeout=60) as client, asyncio.TaskGroup() as group:
        start = time.perf_counter()
        for number in range(round(A_SECOND * seconds)):
            await asyncio.sleep(max(0.0, start + number / A_SECOND - time.perf_counter()))
            group.create_task(ask_once(client, number))
    return answers
