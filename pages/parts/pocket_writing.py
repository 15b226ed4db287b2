"""The pocket finder is written by a process of its own, where there is none of the release in use.

It stands beside the server at the lowest priority, once the first visitors have their page, and takes
half a minute of a processor and half a gigabyte of memory meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from geo.errors import GeoError
from geo.files import file_locks
from geo.server import pocket_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_FIRST_SECONDS: Final = 60.0
"""After the start; a page that is opened first is not to wait for it."""

_NEXT_SECONDS: Final = 3_600.0
"""Until it is looked again whether another release is in use."""

_LOCK: Final = ".pocket.lock"
_LOG: Final = logging.getLogger(__name__)


async def write_if_needed(folder: Path) -> None:
    """Write the finder where the folder holds none of the release in use, or what is no finder.

    One that was written for some states is written for those again. Of several servers of one home
    folder one writes; what goes wrong is said in the log, and nothing else changes.
    """
    from pages.parts import loaders  # noqa: PLC0415  # 330 ms: pandas; not before the server answers

    try:
        release = await asyncio.to_thread(loaders.load_release)
        written = pocket_files.read_marker(folder)
        if written is not None and written.edition == pocket_files.name_edition(release.id):
            return
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder.parent / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except (GeoError, OSError) as error:
        _LOG.warning("The finder that visitors take along cannot be written: %s", error)
        return
    try:
        if file_locks.take(lock):
            await _run(folder, written.states if written else ())
    finally:
        os.close(lock)


async def write_again() -> None:
    """Keep the finder that of the release in use."""
    await asyncio.sleep(_FIRST_SECONDS)
    while True:
        await write_if_needed(pocket_files.find_folder())
        await asyncio.sleep(_NEXT_SECONDS)


async def _run(folder: Path, states: Sequence[str]) -> None:
    """Let another process write the finder; one that is still at it as the server ends is ended."""
    gently = [found, "-n", "19"] if (found := shutil.which("nice")) else []
    chosen = [word for state in states for word in ("--state", state)]
    process = await asyncio.create_subprocess_exec(
        *gently,
        # -P: a folder that happens to hold a `geo` of its own is not looked into.
        *(sys.executable, "-P", "-m", "geo", "export", "site", str(folder), *chosen),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
        raise
    if process.returncode:
        told = said.decode("utf-8", "replace").strip().rpartition("\n")[2]
        _LOG.warning("The finder that visitors take along was not written: %s", told)
