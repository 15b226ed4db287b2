"""Speed, measured side by side with what others would use, in one run; `python -m tests.bench`."""

import math
import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geo import reference

SEED = 20_240
TURN_SECONDS = 0.02
LONG_SECONDS = 2.0  # a first call that takes so long is warm enough


@dataclass(frozen=True)
class Row:
    """One measurement: medians in seconds, and whether both gave the same answer.

    A peer that is not to be had here takes NaN seconds, and a measurement without one has no peer's
    name: it tells of growth alone. Rows of one `family` differ in `size`.
    """

    name: str
    peer_name: str
    ours: float
    peer: float
    agreement: str
    agrees: bool = True
    least_ratio: float | None = None
    goal: str = "none"
    family: str = ""
    size: int = 0
    peak_bytes: float = math.nan
    peer_peak_bytes: float = math.nan

    @property
    def ratio(self) -> float:
        """How many times as fast as the peer ours is; NaN where the peer is not here."""
        return self.peer / self.ours

    @property
    def judged(self) -> bool:
        """Whether there is a goal, and the peer it speaks of."""
        return self.least_ratio is not None and not math.isnan(self.peer)

    @property
    def met(self) -> bool:
        """Whether the answers agree and, where it can be told, the ratio is as good as the goal."""
        return self.agrees and (not self.judged or self.ratio >= self.least_ratio)


def time_side_by_side(
    ours: Callable[[], object], peer: Callable[[], object], rounds: int
) -> tuple[float, float]:
    """Return the median seconds a call of both, taken in turns so that they meet one machine."""
    times: tuple[list[float], list[float]] = ([], [])
    calls = tuple(count_calls(function) for function in (ours, peer))
    for _ in range(rounds):
        for function, count, taken in zip((ours, peer), calls, times, strict=True):
            start = time.perf_counter()
            for _ in range(count):
                function()
            taken.append((time.perf_counter() - start) / count)
    return statistics.median(times[0]), statistics.median(times[1])


def count_calls(function: Callable[[], object]) -> int:
    """Return how many calls make a turn long enough to be timed, after a first one to warm up."""
    start = time.perf_counter()
    function()
    if time.perf_counter() - start >= LONG_SECONDS:
        return 1
    start = time.perf_counter()
    function()
    return max(1, round(TURN_SECONDS / (time.perf_counter() - start)))


def draw_points(count: int, rng: np.random.Generator) -> np.ndarray:
    """Return (count, 2) latitudes and longitudes as US people live: around ZIPs, by population."""
    zips = reference.load("zips")
    zips = zips[zips["latitude"].notna() & (zips["population"] > 0)]
    share = zips["population"].to_numpy() / zips["population"].sum()
    drawn = rng.choice(len(zips), count, p=share)
    return zips[["latitude", "longitude"]].to_numpy()[drawn] + rng.normal(0, 0.02, (count, 2))


def read_peak_bytes() -> float:
    """Return the most memory that this process has held, in bytes.

    Of the program alone: `ru_maxrss` would count what the process held before it became this
    program, that is its parent's memory.
    """
    return read_bytes("VmHWM")


def read_bytes(line: str) -> float:
    """Return a line of this process's status, in bytes."""
    status = Path("/proc/self/status").read_text("ascii")
    return float(re.search(rf"{line}:\s+(\d+) kB", status)[1]) * 1024.0
