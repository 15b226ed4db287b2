"""The trials of one process, and of several: each gives rows of the table."""

import asyncio
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from tests.bench.load import server
from tests.bench.load.driving import Waits, arrive, drive, percentile
from tests.bench.tables import say_bytes, say_seconds

SESSIONS = 60
THINK_SECONDS = 10.0
ALONE_THINK_SECONDS = 1.0  # one visitor disturbs nobody; so there are enough searches
MOST_RATIO = 3
ARRIVE_SECONDS = 5.0
STEPS = (60, 120, 180, 240, 300, 400, 500)
BEARABLE_SECONDS = 2.0
NO_LIMIT = 100_000
INSIDE, NEWCOMERS = 20, 10
RECONNECT_SECONDS = 2.0
SOAK_VISITORS = 12
SOAK_THINK_SECONDS = 3.0
SEARCHES_A_VISIT = 5
MOST_GROWTH = 0.01
MOST_MEMORY_BYTES = 700_000_000


@dataclass(frozen=True)
class Row:
    """A line of the table; `met` is None where there is no goal.

    Parameters
    ----------
    peer, set_up : the figure of a plain page, as Streamlit comes and under our settings.
    """

    what: str
    figure: str
    peer: str = ""
    set_up: str = ""
    goal: str = ""
    met: bool | None = None


def run(home: Path, seconds: float) -> Iterator[Row]:
    """Run all trials but the soak.

    Parameters
    ----------
    home : an empty folder.
    seconds : how long each load is held.
    """
    ours = measure_process(server.OURS, home / "ours", seconds)
    plain = measure_process(server.PLAIN, home / "plain", seconds, our_settings=False)
    set_up = measure_process(server.PLAIN, home / "set_up", seconds)
    yield from compare(ours, plain, set_up)
    yield refuse(home / "full", seconds)
    for replicas in (1, 2):
        yield find_most_sessions(replicas, home / f"behind{replicas}", seconds)
    yield from kill(home / "killed", seconds)


@dataclass(frozen=True)
class Measured:
    """What a server's visitors met: those who came to it just started, one, many."""

    cold: Waits
    alone: Waits
    warm: Waits
    together: Waits
    cpu_seconds: float
    memory_bytes: int


def measure_process(
    app: Path, home: Path, seconds: float, *, our_settings: bool = True
) -> Measured:
    """Measure one process, by itself on the machine."""
    start = partial(server.start, app, most_sessions=NO_LIMIT, our_settings=our_settings)
    with start(home=home / "cold") as started:
        cold = asyncio.run(arrive(started.url, SESSIONS, ARRIVE_SECONDS))
    with start(home=home / "warm") as started:
        asyncio.run(drive(started.url, 1, seconds=5, think_seconds=0.1))
        alone = asyncio.run(
            drive(started.url, 1, seconds=seconds, think_seconds=ALONE_THINK_SECONDS)
        )
        warm = asyncio.run(arrive(started.url, SESSIONS, ARRIVE_SECONDS))
        time.sleep(ARRIVE_SECONDS)  # those who left are no part of what follows
        used = started.read_cpu_seconds()
        together = asyncio.run(
            drive(
                started.url,
                SESSIONS,
                seconds=seconds,
                think_seconds=THINK_SECONDS,
                arrive_seconds=THINK_SECONDS,
            )
        )
        used = started.read_cpu_seconds() - used
        held = started.read_memory_bytes()
    return Measured(cold, alone, warm, together, used, held)


def compare(ours: Measured, plain: Measured, set_up: Measured) -> Iterator[Row]:
    """Return the rows of our process beside a page that does nothing."""
    together = f"a search, {SESSIONS} sessions with {THINK_SECONDS:.0f} s of thought"
    for words, kind, is_judged in (
        ("a search, 1 session", "alone", False),
        (together, "together", True),
    ):
        for name, share in (("median", 50), ("95th percentile", 95)):
            searched = [getattr(measured, kind).searched for measured in (ours, plain, set_up)]
            figure, peer, strict = (percentile(waits, share) for waits in searched)
            yield Row(
                f"{words}, {name} of {len(searched[0])}",
                say_seconds(figure),
                say_seconds(peer),
                say_seconds(strict),
                f"<= {MOST_RATIO} times the peer's" if is_judged else "",
                figure <= MOST_RATIO * peer if is_judged else None,
            )
    yield Row(
        "errors among these",
        str(len(ours.together.errors)),
        str(len(plain.together.errors)),
        str(len(set_up.together.errors)),
        "0",
        ours.together.are_clean,
    )
    yield Row(
        f"processor time of a run of the page, {SESSIONS} sessions",
        *(say_seconds(each.cpu_seconds / each.together.runs) for each in (ours, plain, set_up)),
    )
    yield Row(
        f"memory of the process, {SESSIONS} sessions and those who left two minutes ago or less",
        *(say_bytes(each.memory_bytes) for each in (ours, plain, set_up)),
        f"<= {say_bytes(MOST_MEMORY_BYTES)}",
        ours.memory_bytes <= MOST_MEMORY_BYTES,
    )
    for words, kind in (("server warm", "warm"), ("server just started", "cold")):
        waits = getattr(ours, kind)
        yield Row(
            f"{SESSIONS} first visits in {ARRIVE_SECONDS:.0f} s, {words}: served; slowest; median",
            _say_opened(waits),
            _say_opened(getattr(plain, kind)),
            _say_opened(getattr(set_up, kind)),
            f"{SESSIONS} without error",
            waits.are_clean and len(waits.opened) == SESSIONS,
        )


def _say_opened(waits: Waits) -> str:
    slowest, middle = max(waits.opened, default=float("nan")), percentile(waits.opened, 50)
    return f"{len(waits.opened)}; {say_seconds(slowest)}; {say_seconds(middle)}"


def refuse(home: Path, seconds: float) -> Row:
    """Let newcomers come to a full server while those inside go on."""

    async def crowd(url: str) -> tuple[Waits, Waits]:
        load = drive(url, INSIDE, seconds=seconds, think_seconds=2, arrive_seconds=2)
        inside = asyncio.create_task(load)
        await asyncio.sleep(seconds / 2)
        newcomers = await arrive(url, NEWCOMERS, 1)
        return await inside, newcomers

    with server.start(server.OURS, home, most_sessions=INSIDE) as started:
        asyncio.run(drive(started.url, 1, seconds=3, think_seconds=0.1))
        inside, newcomers = asyncio.run(crowd(started.url))
    return Row(
        f"{NEWCOMERS} newcomers to a server whose {INSIDE} places are taken: "
        "refused politely; errors inside; 95th percentile inside",
        f"{newcomers.refused}; {len(inside.errors)}; {say_seconds(percentile(inside.searched, 95))}",
        goal=f"{NEWCOMERS}; 0",
        met=newcomers.refused == NEWCOMERS and not newcomers.errors and inside.are_clean,
    )


def find_most_sessions(replicas: int, home: Path, seconds: float) -> Row:
    """Raise the sessions behind nginx until their waits cannot be borne."""
    held, waits = 0, Waits()
    said = []
    with server.start_site(replicas, home, most_sessions=NO_LIMIT) as site:
        asyncio.run(drive(site.url, 2 * replicas, seconds=5, think_seconds=0.1))
        for sessions in STEPS:
            waits = asyncio.run(
                drive(
                    site.url,
                    sessions,
                    seconds=seconds,
                    think_seconds=THINK_SECONDS,
                    arrive_seconds=sessions / 10,
                )
            )
            slow = percentile(waits.searched, 95)
            said.append(f"{sessions}: {say_seconds(slow)}, {len(waits.errors)} errors")
            if not waits.are_clean or not slow <= BEARABLE_SECONDS:
                break
            held = sessions
    return Row(
        f"sessions held by {replicas} behind nginx, until the 95th percentile is over "
        f"{BEARABLE_SECONDS:.0f} s or one meets an error",
        f"{held} ({'; '.join(said)})",
        goal=f">= {SESSIONS}",
        met=held >= SESSIONS,
    )


def kill(home: Path, seconds: float) -> Iterator[Row]:
    """Kill one of two replicas while visitors of both search."""

    async def crowd(site: server.Site) -> Waits:
        load = drive(site.url, SESSIONS, seconds=seconds, think_seconds=3, arrive_seconds=6)
        waits = asyncio.create_task(load)
        await asyncio.sleep(6 + seconds / 3)
        site.replicas[0].process.send_signal(signal.SIGKILL)
        return await waits

    with server.start_site(2, home) as site:
        asyncio.run(drive(site.url, 4, seconds=5, think_seconds=0.1))
        waits = asyncio.run(crowd(site))
    slowest = max(waits.reconnected, default=float("nan"))
    yield Row(
        f"one of 2 replicas killed under {SESSIONS} sessions: connected again; slowest; errors",
        f"{len(waits.reconnected)}; {say_seconds(slowest)}; {len(waits.errors)}",
        goal=f"within {RECONNECT_SECONDS:.0f} s",
        met=slowest <= RECONNECT_SECONDS and not waits.errors,
    )
    yield Row(
        "what these lose",
        "the chosen clinic and the page of the list; the place in the box is searched again",
    )


def soak(home: Path, minutes: float) -> Row:
    """Let visitors come, search and leave for long, and watch the memory.

    Compared are the medians of each twelfth after the first sixth: of an hour, minutes 10 to 15 with
    the highest of the five minutes that follow.
    """

    async def watch(started: server.Server) -> tuple[Waits, list[int]]:
        load = drive(
            started.url,
            SOAK_VISITORS,
            seconds=minutes * 60,
            think_seconds=SOAK_THINK_SECONDS,
            searches_a_visit=SEARCHES_A_VISIT,
        )
        waits, held = asyncio.create_task(load), []
        while not waits.done():
            await asyncio.sleep(1)
            held.append(started.read_memory_bytes())
        return await waits, held

    with server.start(server.OURS, home) as started:
        waits, held = asyncio.run(watch(started))
    part = len(held) // 12
    early, *others = (median(held[at : at + part]) for at in range(2 * part, 12 * part, part))
    late = max(others)
    return Row(
        f"memory after {minutes:.0f} minutes, {len(waits.opened):,} visits and "
        f"{len(waits.searched):,} searches: the highest five minutes, beside those from the tenth on",
        f"{say_bytes(late)}, {say_bytes(early)} before ({late / early - 1:+.1%}); "
        f"{len(waits.errors)} errors",
        goal=f"<= {MOST_GROWTH:.0%} more",
        met=late <= (1 + MOST_GROWTH) * early and waits.are_clean,
    )
