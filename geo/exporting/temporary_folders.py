"""Folders for copies of the list on their way: gone when done, and cleared where their maker died.

A folder is held by an operating system's lock on a file in it, which ends with the process that has
it, in whatever way that ends. Where a folder stands outside the operator's own, a note there says
where, so that the next start finds it.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geo.files import file_locks
from geo.paths import find_home

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME: Final = re.compile(r"\.clinic-finder-[a-z]+-[0-9a-f]{16}")
_LOCK: Final = ".held"
_NOTES: Final = "temporary"


@contextlib.contextmanager
def hold(parent: Path, purpose: str) -> Iterator[Path]:
    """Make a folder of one's own, readable to nobody else, and remove it with all that is in it.

    What dead processes left behind is cleared before.

    Parameters
    ----------
    parent : where it is to stand.
    purpose : a word in small letters, for whoever finds it.

    Raises
    ------
    OSError : it cannot be made.
    """
    clear()
    folder, lock = _make(parent, purpose)
    note = find_home() / _NOTES / folder.name
    try:
        if parent.resolve() != find_home().resolve():
            with contextlib.suppress(OSError):  # a home that is only read
                note.parent.mkdir(parents=True, exist_ok=True)
                note.write_bytes(os.fsencode(folder.resolve()))
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            note.unlink(missing_ok=True)
        os.close(lock)


def clear() -> None:
    """Remove the folders of processes that are no more; what cannot be removed stays for later."""
    home = find_home()
    for folder in _list_folders(home):
        _remove_dead(folder)
    for note in _list_notes(home):
        with contextlib.suppress(OSError, ValueError):
            folder = Path(os.fsdecode(note.read_bytes()))
            if folder.name == note.name and _NAME.fullmatch(note.name):
                _remove_dead(folder)
            if folder.parent.exists() and not folder.exists():
                note.unlink()


def _list_folders(home: Path) -> list[Path]:
    try:
        return [path for path in home.iterdir() if _NAME.fullmatch(path.name)]
    except OSError:
        return []


def _list_notes(home: Path) -> list[Path]:
    try:
        # Nothing but a file: to read from a pipe would wait for whoever writes to it.
        return [path for path in (home / _NOTES).iterdir() if path.is_file()]
    except OSError:
        return []


def _make(parent: Path, purpose: str) -> tuple[Path, int]:
    while True:
        folder = parent / f".clinic-finder-{purpose}-{secrets.token_hex(8)}"
        folder.mkdir(mode=0o700)
        try:
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:  # taken for a dead one's before it was held
            continue
        file_locks.take(lock, wait=True)
        if (folder / _LOCK).exists():
            return folder, lock
        os.close(lock)


def _remove_dead(folder: Path) -> None:
    """Remove a folder of ours that nobody holds, and no link to one."""
    with contextlib.suppress(OSError):
        if folder.is_symlink() or not _is_own(folder):
            return
        try:
            lock = os.open(folder / _LOCK, os.O_RDWR)
        except FileNotFoundError:  # its maker came no further
            folder.rmdir()
            return
        try:
            if file_locks.take(lock):
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)


def _is_own(folder: Path) -> bool:
    return sys.platform == "win32" or folder.lstat().st_uid == os.geteuid()
