"""A function in a process of its own, and what it costs there: time, and memory that is its own."""

import importlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench import read_bytes

ROOT = Path(__file__).parents[2]


class Cost(NamedTuple):
    """What some work took.

    `base_bytes` is what the process held before it: imports and what was read. `peak_bytes` is the
    most that it held at any time.
    """

    seconds: float
    processor_seconds: float
    base_bytes: float
    peak_bytes: float

    @property
    def own_bytes(self) -> float:
        """The memory that came on top of imports and of what was read."""
        return self.peak_bytes - self.base_bytes


def run_apart(function: Callable[..., Any], *arguments: Any, timeout: float | None = None) -> Any:
    """Return what a function of a module returns in a new process, by way of JSON.

    Raises
    ------
    subprocess.CalledProcessError : it failed there.
    subprocess.TimeoutExpired : it took more seconds than allowed.
    """
    name = f"{function.__module__}:{function.__name__}"
    command = [sys.executable, "-m", "tests.bench.apart", name, json.dumps(arguments)]
    told = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, timeout=timeout)
    return json.loads(told.stdout)


def measure_cost(work: Callable[[], object]) -> Cost:
    """Return what work costs in this process."""
    before = read_bytes("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", "ascii")  # the mark of the peak starts anew
    start, processor_start = time.perf_counter(), time.process_time()
    work()
    seconds, processor = time.perf_counter() - start, time.process_time() - processor_start
    return Cost(seconds, processor, before, read_bytes("VmHWM"))


def main(name: str, arguments: str) -> None:
    """Call a function by the name of its module and its own, and print what it returns."""
    module, _, function = name.partition(":")
    returned = getattr(importlib.import_module(module), function)(*json.loads(arguments))
    sys.stdout.write(json.dumps(returned))


if __name__ == "__main__":
    main(*sys.argv[1:])
