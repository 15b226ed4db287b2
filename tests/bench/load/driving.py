"""Drive so many visitors for so long, and say how long they waited."""

import asyncio
import random
import time
from collections.abc import Awaitable
from dataclasses import dataclass, field

import httpx
import numpy as np
import websockets

from tests.bench.load.visitor import PLACES, BrokenError, LostError, RefusedError, Visitor

FAULTS = (
    BrokenError,
    LostError,
    OSError,
    TimeoutError,
    httpx.HTTPError,
    websockets.WebSocketException,
)


@dataclass
class Waits:
    """What visitors met.

    Parameters
    ----------
    opened, searched, reconnected : seconds, one a first visit, a search, a lost connection.
    uncounted : searches before all had arrived.
    refused : how many were told that the server is full.
    errors : what went wrong, a text each.
    """

    opened: list[float] = field(default_factory=list)
    searched: list[float] = field(default_factory=list)
    reconnected: list[float] = field(default_factory=list)
    uncounted: int = 0
    refused: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def runs(self) -> int:
        """How often the page ran, while those who were to come arrived and after."""
        return len(self.opened) + len(self.searched) + self.uncounted

    @property
    def are_clean(self) -> bool:
        """Whether nobody met an error, was refused or lost the connection."""
        return not (self.errors or self.refused or self.reconnected)


async def drive(
    url: str,
    visitors: int,
    *,
    seconds: float,
    think_seconds: float,
    arrive_seconds: float = 0.0,
    searches_a_visit: int | None = None,
) -> Waits:
    """Let visitors arrive over some seconds and search until the time is over.

    Parameters
    ----------
    seconds : how long after the last arrival; only searches from then on are counted.
    think_seconds : on the average between an answer and the next search.
    searches_a_visit : after which a visitor leaves and another comes; None for as many as fit.
    """
    waits = Waits()
    start = time.monotonic()
    all_are_there = start + arrive_seconds
    stop = all_are_there + seconds

    async def visit(number: int) -> None:
        chance = random.Random(number)  # noqa: S311  of a load, not of a secret
        await asyncio.sleep(arrive_seconds * number / visitors)
        while True:
            async with Visitor(url) as visitor:
                waits.opened.append(await visitor.open())
                await search_on(visitor, chance)
            if time.monotonic() >= stop:
                return

    async def search_on(visitor: Visitor, chance: random.Random) -> None:
        done = 0
        while time.monotonic() < stop and done != searches_a_visit:
            done += 1
            thought = chance.expovariate(1 / think_seconds)
            left = stop - time.monotonic()
            try:
                await visitor.rest(min(thought, left))
                if thought >= left:
                    return  # the time was over before the thought was
                is_counted = all_are_there <= time.monotonic() < stop
                took = await visitor.search(chance.choice(PLACES))
            except LostError:
                waits.reconnected.append(await visitor.reconnect())
            else:
                if is_counted:
                    waits.searched.append(took)
                else:
                    waits.uncounted += 1

    await asyncio.gather(*(tell(visit(number), waits) for number in range(visitors)))
    return waits


async def tell(visit: Awaitable[None], waits: Waits) -> None:
    """Wait for a visit, and write down what it met."""
    try:
        await visit
    except RefusedError:
        waits.refused += 1
    except FAULTS as error:
        waits.errors.append(f"{type(error).__name__}: {error}")


async def arrive(url: str, visitors: int, arrive_seconds: float) -> Waits:
    """Let visitors who have not been here before open the page over some seconds, and leave."""
    waits = Waits()

    async def visit(number: int) -> None:
        await asyncio.sleep(arrive_seconds * number / visitors)
        async with Visitor(url) as visitor:
            waits.opened.append(await visitor.open(fetch_files=True))

    await asyncio.gather(*(tell(visit(number), waits) for number in range(visitors)))
    return waits


def percentile(seconds: list[float], share: int) -> float:
    """Return a percentile, NaN of nothing."""
    return float(np.percentile(seconds, share)) if seconds else float("nan")
