"""The process of a job: `python -m geo.jobs.running KIND LOCK`, started by `starting.start`."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NoReturn

from geo.errors import GeoError, WorkspaceError
from geo.files.stamps import stamp
from geo.jobs import job_state, tasks

if TYPE_CHECKING:
    from types import FrameType

    from geo.jobs.job_state import Job

_NICENESS: Final = 10
"""Visitors' pages go first."""

MOST_MEMORY_BYTES: Final = 4_000_000_000
"""Past which a job ends, and not the server beside it: some small files unpack to very large ones."""

_TOLD_EVERY_SECONDS: Final = 0.5
_LOOKED_EVERY_SECONDS: Final = 0.3


class _StoppedError(BaseException):
    """An operator stopped the job, wherever it was."""


class _Teller:
    """Keeps how far the job is, not oftener than anybody looks."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._next = 0.0

    def report(self, **changes: Any) -> None:  # noqa: ANN401  the fields of a Job
        self.job = replace(self.job, **changes)
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _TOLD_EVERY_SECONDS
            job_state.write(replace(self.job, told_at=stamp()))

    def end(self, state: str, **changes: Any) -> None:  # noqa: ANN401  as above
        job_state.write(replace(self.job, state=state, told_at=stamp(), **changes))


def main(kind: str) -> int:
    """Do the job of a kind that was just written down; return the exit status.

    Raises
    ------
    WorkspaceError : no job of the kind was started.
    """
    job = job_state.read(kind)
    if job is None:
        raise WorkspaceError(f"No job {kind!r} was started.")
    signal.signal(signal.SIGTERM, _stop)
    threading.Thread(target=_watch, args=(job,), daemon=True).start()
    limit_memory()
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    task = json.loads(job_state.find_file(kind, "task").read_bytes())
    teller = _Teller(job)
    try:
        result = tasks.TASKS[kind](task, teller.report, job.who)
    except _StoppedError:
        teller.end(job_state.STOPPED)
    except GeoError as error:
        teller.end(job_state.FAILED, told=str(error))
    except MemoryError:
        teller.end(
            job_state.FAILED,
            told=f"It took more than {MOST_MEMORY_BYTES // 10**9} GB of memory; where it read a "
            "file, take a part of it at a time.",
        )
    except Exception:  # noqa: BLE001  whoever looks has to learn of it
        traceback.print_exc()
        log = job_state.find_file(kind, "log")
        teller.end(job_state.FAILED, told=f"Something went wrong that should not have; see {log}.")
    else:
        teller.end(job_state.DONE, result=result)
        return 0
    return 1


def limit_memory() -> None:
    """Let this process have so much memory and no more, where the system can hold it to that."""
    try:
        import resource  # noqa: PLC0415  only Unix has it
    except ImportError:
        return
    _soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = MOST_MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(hard, MOST_MEMORY_BYTES)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def _watch(job: Job) -> None:
    """End this very process once the job is asked to stop: no number of a process can be wrong."""
    asked = job_state.find_file(job.kind, "stop")
    while True:
        time.sleep(_LOOKED_EVERY_SECONDS)
        try:
            is_asked = asked.read_text() == job.id
        except OSError:
            is_asked = False
        if is_asked:
            os.kill(os.getpid(), signal.SIGTERM)
            return


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough, while all is put in order
    raise _StoppedError


if __name__ == "__main__":
    status = main(sys.argv[1])
    os.close(int(sys.argv[2]))  # the next may begin while this process is still being put away
    sys.exit(status)
