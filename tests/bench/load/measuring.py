"""Drive so many visitors for so long, and say how long they waited."""

import asyncio
import contextlib
import os
import random
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tests.bench.load.visitor import PLACES, BrokenError, RefusedError, Visitor, think

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS = 90


@dataclass
class Waits:
    """What visitors met.

    Parameters
    ----------
    opened, searched : seconds, one a first visit, one a search.
    refused : how many were told that the server is full.
    errors : what went wrong, a text each.
    """

    opened: list[float] = field(default_factory=list)
    searched: list[float] = field(default_factory=list)
    refused: int = 0
    errors: list[str] = field(default_factory=list)


@dataclass
class Server:
    """A server under load."""

    url: str
    process: subprocess.Popen[bytes]

    def read_memory_bytes(self) -> int:
        """Return what the process holds now."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def read_cpu_seconds(self) -> float:
        """Return the processor time it has used."""
        fields = (
            Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        )
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def start(app: Path, home: Path, **environment: str) -> Iterator[Server]:
    """Run a Streamlit app on a free loopback port, and end it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home.mkdir(parents=True, exist_ok=True)
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", app.name, "--server.port", str(port),
             "--server.address", "127.0.0.1", "--server.headless", "true",
             "--server.fileWatcherType", "none", "--browser.gatherUsageStats", "false"],
            cwd=app.parent,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "CLINIC_FINDER_HOME": str(home), **environment},
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + START_SECONDS
    try:
        while True:
            try:
                urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()  # noqa: S310
                break
            except OSError:
                assert process.poll() is None, (home / "server.log").read_text()
                assert time.monotonic() < deadline, "the server did not start"
                time.sleep(0.1)
        yield Server(url, process)
    finally:
        process.terminate()
        process.wait(30)


async def drive(
    url: str, visitors: int, seconds: float, think_seconds: float, arrive_seconds: float
) -> Waits:
    """Let visitors arrive over some seconds and search until the time is over.

    Parameters
    ----------
    think_seconds : on the average between an answer and the next search.
    arrive_seconds : over which the first visits are spread.
    """
    waits = Waits()
    stop = time.monotonic() + seconds

    async def visit(number: int) -> None:
        chance = random.Random(number)  # noqa: S311  of a load, not of a secret
        await asyncio.sleep(arrive_seconds * number / visitors)
        visitor = Visitor(url)
        try:
            waits.opened.append(await visitor.open())
            while time.monotonic() < stop:
                await think(think_seconds, chance)
                waits.searched.append(await visitor.search(chance.choice(PLACES)))
        except RefusedError:
            waits.refused += 1
        except (BrokenError, OSError, TimeoutError, EOFError) as error:
            waits.errors.append(f"{type(error).__name__}: {error}")
        finally:
            await visitor.close()

    await asyncio.gather(*(visit(number) for number in range(visitors)))
    return waits


def percentile(seconds: list[float], share: int) -> float:
    """Return a percentile, NaN of nothing."""
    return float(np.percentile(seconds, share)) if seconds else float("nan")
