"""What a visit held in memory is given back soon after it is over, also where nobody comes after it.

Streamlit keeps the session of a page that lost its line for two minutes, so that it may come back.
It looks at their ends only when a further one is put there, and its loop keeps in hand whom it sent
to last, with what they typed: until the next visitor, which may be tomorrow. Python's own collector
does not come by either where nothing happens. So a session of nobody follows on each visit, and then the pages
that it leaves empty go back to the system.
"""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING, Final

import streamlit as st

from geo.server import heap
from pages.parts.streamlit_inside import (
    BackMsg,
    Runtime,
    RuntimeStoppedError,
    SessionClient,
    get_instance,
)

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from pages.parts.streamlit_inside import ForwardMsg

SPARE_SECONDS: Final = 5.0
AGAIN_SECONDS: Final = 60.0
"""Between two rounds where visitors leave all the time: a round holds everybody up for a blink."""


class Forgetting:
    """ASGI middleware that has a visit forgotten once its page cannot come back any more.

    Parameters
    ----------
    app : what it stands before.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._last_left = 0.0
        self._round: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; where it was a page's line, see to what is left of it."""
        try:
            await self._app(scope, receive, send)
        finally:
            if scope["type"] == "websocket":
                self._last_left = asyncio.get_running_loop().time()
                if self._round is None:
                    self._round = asyncio.create_task(self._go_round())

    async def _go_round(self) -> None:
        clock = asyncio.get_running_loop().time
        kept = float(st.get_option("server.disconnectedSessionTTL")) + SPARE_SECONDS
        try:
            await asyncio.sleep(kept)
            while True:
                started = clock()
                await forget(get_instance())
                if self._last_left + kept <= started:
                    return
                await asyncio.sleep(AGAIN_SECONDS)
        except RuntimeStoppedError:
            return
        finally:
            self._round = None


async def forget(runtime: Runtime) -> None:
    """Let a runtime drop the sessions whose time is over, and all that it holds of them.

    Parameters
    ----------
    runtime : on whose loop this runs.

    Raises
    ------
    RuntimeStoppedError : it is about to end.
    """
    nobody = _Nobody()
    session_id = runtime.connect_session(nobody, user_info={})
    try:
        # Of the messages that are answered, the one that runs no page.
        asked = BackMsg()
        asked.file_urls_request.session_id = session_id
        runtime.handle_backmsg(session_id, asked, client=nobody)
        await nobody.was_told.wait()
    finally:
        runtime.disconnect_session(session_id, client=nobody)
    gc.collect()
    heap.give_back()


class _Nobody(SessionClient):
    """Whom the runtime sends to in the place of a visitor."""

    def __init__(self) -> None:
        self.was_told = asyncio.Event()

    def write_forward_msg(self, msg: ForwardMsg) -> None:  # noqa: ARG002  nobody reads it
        self.was_told.set()
