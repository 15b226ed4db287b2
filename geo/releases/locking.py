"""One operator at a time: a lock on the operator's releases that dies with its owner."""

from __future__ import annotations

import json
import os
import socket
import stat
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from geo.errors import ReleaseError
from geo.files import file_locks
from geo.files.stamps import stamp
from geo.releases import folders

if TYPE_CHECKING:
    from collections.abc import Iterator

_HELD: Final[ContextVar[bool]] = ContextVar("the lock is held here", default=False)


@contextmanager
def lock(who: str = "") -> Iterator[None]:
    """Hold the releases of this installation: nobody else publishes, switches or removes meanwhile.

    It is the operating system's lock on `<home>/releases/.lock`: that of a process which has died
    is free at once. Within a held lock it is held already.

    Parameters
    ----------
    who : the operator, for whoever comes second to be told.

    Raises
    ------
    ReleaseError : another operator holds it; the message says who, which process and since when.
    """
    if _HELD.get():
        yield
        return
    opened = _take(who)
    token = _HELD.set(True)
    try:
        yield
    finally:
        _HELD.reset(token)
        os.close(opened)


def _take(who: str) -> int:
    """Return the locked file's descriptor, which no child process inherits through exec."""
    path = folders.root() / ".lock"
    try:
        if not folders.origin():  # a shared folder that is not there may not be mounted
            path.parent.mkdir(parents=True, exist_ok=True)
        # Not through a link: what it leads to would be written over.
        opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
    except OSError as error:
        raise ReleaseError(f"The file {path} cannot be opened ({error}).") from error
    found = os.fstat(opened)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        os.close(opened)
        raise ReleaseError(f"The lock {path} is no file of its own; move it away.")
    if not file_locks.take(opened):
        owner = _describe_owner(os.pread(opened, 4096, 0))
        os.close(opened)
        raise ReleaseError(
            f"{owner} is publishing or rolling back; wait until that is done, then look again."
        )
    facts = {
        "who": who,
        "process": os.getpid(),
        "host": socket.gethostname(),
        "since": stamp(),
    }
    os.ftruncate(opened, 0)
    os.pwrite(opened, json.dumps(facts).encode(), 0)
    return opened


def _describe_owner(content: bytes) -> str:
    """Say who holds the lock, as far as the file tells: its owner may be just writing it."""
    try:
        facts = json.loads(content)
        told = f"(process {facts['process']} on {facts['host']}, since {facts['since']})"
        return f"{facts['who'] or 'Another operator'} {told}"
    except (ValueError, LookupError, TypeError, RecursionError):  # whatever stands in the file
        return "Another operator"
