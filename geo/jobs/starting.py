"""Starting a job in a process that outlives whoever starts it, and asking it to stop."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

from geo.errors import WorkspaceError
from geo.files.stamps import stamp
from geo.jobs import job_state
from geo.jobs.job_state import Job
from geo.paths import IMPORTED_FROM

if TYPE_CHECKING:
    from collections.abc import Mapping


def start(kind: str, task: Mapping[str, Any], *, who: str) -> Job:
    """Start a job, and return it as it begins.

    Parameters
    ----------
    kind : one of `job_state.KINDS`.
    task : its particulars, as `geo.jobs.tasks` takes them; texts, numbers, and None.
    who : the operator.

    Raises
    ------
    WorkspaceError : one of the kind is at work, or the process cannot be started.
    """
    lock = job_state.take_lock(kind)
    if lock is None:
        running = job_state.read(kind)
        by = f" since {running.started_at}, started by {running.who}" if running else ""
        raise WorkspaceError(f"Such a job is at work{by}; wait until it is done, or stop it.")
    try:
        now = stamp()
        job = Job(kind, secrets.token_hex(8), who, started_at=now, told_at=now)
        job_state.write_whole(job_state.find_file(kind, "task"), json.dumps(dict(task)).encode())
        job_state.write(job)
        _spawn(kind, lock)
    finally:
        os.close(lock)
    return job


def stop(kind: str) -> None:
    """Ask a job to stop; it does so within a second, and leaves no half work behind.

    Raises
    ------
    WorkspaceError : the disk fails.
    """
    job = job_state.read(kind)
    if job is not None and job.is_running:
        job_state.write_whole(job_state.find_file(kind, "stop"), job.id.encode())


def _spawn(kind: str, lock: int) -> None:
    """Start the process, which holds the lock from its first moment on."""
    paths = [str(IMPORTED_FROM), os.environ.get("PYTHONPATH", "")]
    try:
        with job_state.find_file(kind, "log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603  our own module
                # -P: a folder that happens to hold a `geo` of its own is not looked into.
                [sys.executable, "-P", "-m", "geo.jobs.running", kind, str(lock)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[lock],
                start_new_session=True,  # what ends the server's terminal does not end the job
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            )
    except OSError as error:
        raise WorkspaceError(f"The job cannot be started ({error}).") from error
    threading.Thread(target=process.wait, daemon=True).start()
