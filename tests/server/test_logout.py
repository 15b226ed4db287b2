"""The form that ends a login, where it does not come whole."""

import asyncio

from geo.server import logout
from geo.server.logout import Logout
from geo.server.streamlit_seam import LOGOUT
from tests import fresh_loop


def test_a_form_that_never_ends_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(logout, "_LONGEST_SECONDS", 0.05)
    pieces = iter([{"type": "http.request", "body": b"logout", "more_body": True}])
    sent = []

    async def receive():
        return next(pieces, None) or await asyncio.Event().wait()

    async def keep(message):
        sent.append(message)

    async def check():
        scope = {"type": "http", "path": f"/{LOGOUT}", "method": "POST", "headers": []}
        async with asyncio.timeout(60):
            await Logout(None)(scope, receive, keep)

    fresh_loop.run(check())
    assert sent[0]["status"] == 403
