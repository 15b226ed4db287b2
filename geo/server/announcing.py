"""Where the address of the operators' door is shown: to whoever started the server, nobody else.

In a terminal that is the terminal. Without one, what a server prints goes to a log that others may
read; the address goes to a file then, which only its owner may read, and the log says where it is.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from geo.server import locality
from geo.server.door import DOOR, PATH, TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TextIO

_OWNER_ALONE: Final = 0o600


@contextmanager
def opened(address: str, server_address: str, home: Path) -> Iterator[None]:
    """Open the operators' door for as long as a server runs, if others cannot reach it.

    Parameters
    ----------
    address : of the site as its own machine reaches it, `http://localhost:8501`.
    server_address : the address that the server listens on, "" where it listens on all.
    home : the folder of the operators' state, for the file that holds the address where there is no
        terminal: `operators_door_8501`, readable by its owner, gone when the server ends.
    """
    if not locality.is_loopback(server_address):
        _say(
            "WARNING: CLINIC_FINDER_OPERATORS=local opens the operators' pages to this machine "
            f"alone, but this server listens on {server_address or 'every address'}, where others "
            "reach it. The pages stay shut. Start it with --server.address 127.0.0.1, or set up a "
            "login."
        )
        yield
        return
    kept = home / f"operators_door_{address.rpartition(':')[2].partition('/')[0]}"

    def show(token: str) -> None:
        entrance = f"{address}{PATH}?{TOKEN}={token}"
        terminal = _find_terminal()
        if terminal is None:
            _keep(entrance, kept)
            return
        _say(
            f"Operators' pages, for one browser on this machine: {entrance}\n"
            "It works once; the next one is shown here then.",
            terminal,
        )

    DOOR.open(show)
    try:
        yield
    finally:
        DOOR.shut()
        with suppress(OSError):
            kept.unlink(missing_ok=True)


def _keep(entrance: str, kept: Path) -> None:
    """Write the address to its file; say where it is, or why it is not."""
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.unlink(missing_ok=True)
        # Made anew and never followed: a file that somebody laid there would be theirs to read.
        made = os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ALONE)
        with os.fdopen(made, "w", encoding="utf-8") as file:
            file.write(f"{entrance}\n")
    except OSError as error:
        _say(
            f"The operators' pages cannot be entered: there is no terminal to show their address "
            f"in, and it cannot be written to {kept} ({error.strerror})."
        )
        return
    _say(f"The operators' pages are entered by the address in {kept}, which only you can read.")


def _find_terminal() -> TextIO | None:
    return next((each for each in (sys.stdout, sys.stderr) if each.isatty()), None)


def _say(words: str, stream: TextIO | None = None) -> None:
    print(words, file=stream or sys.stderr, flush=True)
