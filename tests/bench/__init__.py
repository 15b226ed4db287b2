"""Speed, measured side by side with what others would use, in one run; `python -m tests.bench`."""

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


@dataclass(frozen=True)
class Row:
    """One measurement: medians in seconds, and whether both gave the same answer."""

    name: str
    peer_name: str
    ours: float
    peer: float
    agreement: str
    agrees: bool = True
    least_ratio: float | None = None
    goal: str = "none"

    @property
    def ratio(self) -> float:
        """How many times as fast as the peer ours is."""
        return self.peer / self.ours

    @property
    def met(self) -> bool:
        """Whether the answers agree and the ratio is as good as the goal."""
        return self.agrees and (self.least_ratio is None or self.ratio >= self.least_ratio)


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
    function()
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
    status = Path("/proc/self/status").read_text("ascii")
    return float(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024.0
