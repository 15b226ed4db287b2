"""What is answered while the list or the releases cannot be read."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


async def answer_unavailable(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer 503; why is said in the log and on the page, by those who need it to work."""
    missing = PlainTextResponse(
        "Service Unavailable",
        HTTPStatus.SERVICE_UNAVAILABLE,
        headers={"cache-control": "no-store"},
    )
    await missing(scope, receive, send)
