"""Under a limit of memory (`ulimit -v`), newcomers are turned away while there is room for those inside.

A program that has used up its address space cannot start a thread, and may not even learn that: one
that waits for a thread which has died at its start waits for ever. So none is let come to that.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from geo.server.admission import SessionLimit
from geo.server.visitor_keys import VisitorKeys

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

ROOM_BYTES: Final = 400_000_000
"""That is kept for visitors who are inside: some threads, each with a stack and a heap to fill."""

_SIZES: Final = Path("/proc/self/statm")


class MemoryRoom:
    """ASGI middleware that lets nobody in where less than `ROOM_BYTES` are left of a limit.

    Whoever is inside is served on, and newcomers see the page of a full server. Where no limit is
    set, or the system is not Linux, everybody passes.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._full = SessionLimit(app, most=0, most_of_a_client=0, keys=VisitorKeys(()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        app = self._app if has_room() else self._full
        await app(scope, receive, send)


def has_room() -> bool:
    """Tell whether this process may still take `ROOM_BYTES` of address space."""
    try:
        import resource  # noqa: PLC0415  only Unix has it

        most, _ = resource.getrlimit(resource.RLIMIT_AS)
        if most == resource.RLIM_INFINITY:
            return True
        pages = int(_SIZES.read_text(encoding="ascii").split()[0])
    except (ImportError, OSError):
        return True
    return most - pages * resource.getpagesize() >= ROOM_BYTES
