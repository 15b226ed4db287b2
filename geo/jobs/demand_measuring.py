"""Measuring a file of demand that was handed in: `coverage --demand` in a process of its own.

So a file made to hurt takes the memory and the time of that process alone, and both are bounded.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from geo.errors import SourceError
from geo.jobs.running import MOST_MEMORY_BYTES
from geo.paths import IMPORTED_FROM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MOST_SECONDS: Final = 900.0
_LOOKED_EVERY_SECONDS: Final = 0.5
_NICENESS: Final = 10
_ONE_AT_A_TIME: Final = threading.Lock()


@dataclass(frozen=True)
class MeasuredDemand:
    """How the people of a file are served.

    Parameters
    ----------
    csv : what `coverage --demand --format csv` writes.
    notes : what it says beside: people in no area, fewer draws.
    """

    csv: str
    notes: str


def measure_file(
    path: Path,
    level: str,
    treatment: str | None,
    *,
    tell: Callable[[float], None],
    most_seconds: float = MOST_SECONDS,
) -> MeasuredDemand:
    """Measure a file against the clinics of the release in use.

    Parameters
    ----------
    path : of a Parquet file.
    level : one of `geo.coverage.demand.LEVELS`.
    treatment : its code; None for any.
    tell : called with the seconds that have passed, now and then; what it raises ends the work.
    most_seconds : after which it ends.

    Raises
    ------
    SourceError : the file is not as it has to be, another one is being measured, or it takes too long.
    """
    if not _ONE_AT_A_TIME.acquire(blocking=False):
        raise SourceError("Another file is being measured on this server; try again in a minute.")
    try:
        return _measure(path, level, treatment, tell, most_seconds)
    finally:
        _ONE_AT_A_TIME.release()


def _measure(
    path: Path,
    level: str,
    treatment: str | None,
    tell: Callable[[float], None],
    most_seconds: float,
) -> MeasuredDemand:
    asked = ["coverage", "--demand", _escape(str(path)), "--by", level, "--format", "csv"]
    if treatment is not None:
        asked += ["--treatment", treatment]
    paths = [str(IMPORTED_FROM), os.environ.get("PYTHONPATH", "")]
    begun = time.monotonic()
    with tempfile.TemporaryFile("w+b") as answer, tempfile.TemporaryFile("w+b") as remarks:
        try:
            process = subprocess.Popen(  # noqa: S603  our own module
                [sys.executable, "-P", "-m", "geo", *asked],
                stdin=subprocess.DEVNULL,
                stdout=answer,
                stderr=remarks,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            )
        except OSError as error:
            raise SourceError(f"The measuring cannot be started ({error}).") from error
        try:
            _hold_back(process.pid)
            while process.poll() is None:
                if (passed := time.monotonic() - begun) > most_seconds:
                    raise SourceError(
                        f"The file took longer than {most_seconds / 60:.0f} minutes; measure it with "
                        "`clinic-finder coverage --demand`."
                    )
                tell(passed)
                _wait(process)
        finally:
            process.kill()
            process.wait()
        told = _read(remarks).replace(f"file://{path}", path.name).replace(str(path), path.name)
        if process.returncode == 0:
            return MeasuredDemand(_read(answer), told.strip())
    if process.returncode == 1 and told.strip() and "Traceback" not in told:
        raise SourceError(" ".join(told.split()))
    raise SourceError(
        f"The file {path.name} could not be measured; where it is large, take a part of it."
    )


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_LOOKED_EVERY_SECONDS)
    except subprocess.TimeoutExpired:
        return


def _hold_back(pid: int) -> None:
    """Let visitors' pages go before a process, and bound its memory, where the system can."""
    try:
        import resource  # noqa: PLC0415  only Unix has it

        os.setpriority(os.PRIO_PROCESS, pid, _NICENESS)
        resource.prlimit(pid, resource.RLIMIT_DATA, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    except (ImportError, AttributeError, OSError, ValueError):
        return  # it ended already, or only Linux bounds another process


def _escape(path: str) -> str:
    """Return a path that is no pattern."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in path)


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")
