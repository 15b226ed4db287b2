"""Locks of the operating system on open files: they end with whoever holds them, in whatever way.

Whoever locks opens the file, and so decides what may be followed, made and read; filelock's own
`FileLock` opens one by its path, cannot be handed to a process that is started, and has no lock that
several may hold.
"""

from __future__ import annotations


def take(opened: int, *, wait: bool = False) -> bool:
    """Lock a file for oneself; tell whether that could be done.

    The lock is held until every process that has the descriptor has closed it or is gone. It also
    keeps two threads apart that have opened the file each for itself.

    Parameters
    ----------
    opened : a descriptor.
    wait : until whoever holds it lets go.

    Raises
    ------
    OSError : this file cannot be locked.
    """
    from filelock import lock_descriptor  # noqa: PLC0415  # 12 ms; visitors lock nothing

    return lock_descriptor(opened, blocking=wait)


def look(opened: int) -> bool:
    """Lock a file beside others who look; tell whether nobody has it for themselves.

    Raises
    ------
    OSError : this file cannot be locked.
    """
    import fcntl  # noqa: PLC0415  # only Unix has it, where alone operators start jobs

    try:
        fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
