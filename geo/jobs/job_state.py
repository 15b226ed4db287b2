"""How far a job is and how it ended, in a file; whether it is alive, by a lock on another."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from geo.errors import WorkspaceError
from geo.files import file_locks, whole_files
from geo.paths import find_home

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KINDS: Final = ("ingest", "enrich", "geocode", "draft")
RUNNING: Final = "running"
DONE: Final = "done"
FAILED: Final = "failed"
STOPPED: Final = "stopped"
CUT_OFF: Final = "cut off"
_LOOK_SECONDS: Final = 0.2  # whoever only looks holds a lock for far less


@dataclass(frozen=True)
class Job:
    """One piece of work.

    Attributes
    ----------
    kind : one of `KINDS`.
    id : its own.
    who : the operator who started it.
    started_at, told_at : UTC, ISO 8601 to the second; the latter of what is told here.
    state : `running`, `done`, `failed`, `stopped` by an operator, or `cut off` where its process
        ended without a word.
    done, total : how far it is, in `unit`; total None where that is not known.
    unit : what is counted, in the plural.
    counts : of what is done, by what became of it.
    seconds_left : as it seems; None where there is no telling.
    told : of a job that failed, why, a sentence.
    result : what it came to, by kind (`geo.jobs.tasks`).
    """

    kind: str
    id: str
    who: str
    started_at: str
    told_at: str
    state: str = RUNNING
    done: int = 0
    total: int | None = None
    unit: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    seconds_left: float | None = None
    told: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_running(self) -> bool:
        """Whether it is at work."""
        return self.state == RUNNING


def read(kind: str) -> Job | None:
    """Return the last job of a kind as it stands now, None where there was none.

    Raises
    ------
    WorkspaceError : there is no such kind, or its file cannot be read.
    """
    job = _read(kind)
    if job is None or not job.is_running or is_locked(kind):
        return job
    job = _read(kind)  # it may have ended between the two looks
    if job is None or not job.is_running:
        return job
    return Job(**{**asdict(job), "state": CUT_OFF})


def write(job: Job) -> None:
    """Keep how a job stands; readers see the one before or this one.

    Raises
    ------
    WorkspaceError : the disk fails.
    """
    write_whole(find_file(job.kind, "json"), json.dumps(asdict(job)).encode())


def find_file(kind: str, suffix: str) -> Path:
    """Return where a file of a kind stands, in a folder that is there.

    Raises
    ------
    WorkspaceError : there is no such kind, or the folder cannot be made.
    """
    if kind not in KINDS:
        raise WorkspaceError(f"There is no job {kind!r}; there are {', '.join(KINDS)}.")
    folder = find_home() / "jobs"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkspaceError(f"The folder {folder} cannot be made: {error.strerror}.") from error
    return folder / f"{kind}.{suffix}"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, or leave the one that is there.

    Raises
    ------
    WorkspaceError : the disk fails.
    """
    try:
        whole_files.replace(path, content)
    except OSError as error:
        raise WorkspaceError(f"{path} cannot be written: {error.strerror}.") from error


def take_lock(kind: str) -> int | None:
    """Return the descriptor of a kind's lock, None where another job of the kind holds it.

    It is held until every process that has the descriptor has closed it or is gone.

    Raises
    ------
    WorkspaceError : the file cannot be opened.
    """
    deadline = time.monotonic() + _LOOK_SECONDS
    while (opened := _try_lock(kind, alone=True)) is None and time.monotonic() < deadline:
        time.sleep(_LOOK_SECONDS / 10)
    return opened


def is_locked(kind: str) -> bool:
    """Tell whether a job of the kind is alive.

    Raises
    ------
    WorkspaceError : there is no such kind, or its lock cannot be opened.
    """
    opened = _try_lock(kind, alone=False)
    if opened is None:
        return True
    os.close(opened)
    return False


def _try_lock(kind: str, *, alone: bool) -> int | None:
    path = find_file(kind, "lock")
    try:
        opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise WorkspaceError(f"{path} cannot be opened: {error.strerror}.") from error
    # Who looks does not keep others from looking.
    if file_locks.take(opened) if alone else file_locks.look(opened):
        return opened
    os.close(opened)
    return None


def _read(kind: str) -> Job | None:
    path = find_file(kind, "json")
    try:
        return Job(**json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise WorkspaceError(f"{path} cannot be read ({error}); remove it.") from error
