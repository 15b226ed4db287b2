"""`clinic-finder serve` with a small app in the place of ours, which starts in half a second.

As a program it is either of them: `small_site.py serve ...` or, started by that, the app.
"""

import os
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from geo.server.nginx import HEALTH_PATH


async def tell_health(_request: Request) -> JSONResponse:
    """Answer as the app does."""
    told = {"status": "ok", "release": "2026-11-28-1a2b3c4d", "age_days": 1, "sessions": 1}
    return JSONResponse(told)


async def tell_process(_request: Request) -> PlainTextResponse:
    """Say which process answers."""
    return PlainTextResponse(str(os.getpid()))


async def stay(socket: WebSocket) -> None:
    """Say which process it is, and stay."""
    await socket.accept()
    await socket.send_text(str(os.getpid()))
    await socket.receive()


def main() -> None:
    """Be what the words say."""
    if sys.argv[1] == "app":
        port = int(sys.argv[sys.argv.index("--server.port") + 1])
        routes = [
            Route("/", tell_process),
            Route("/api/v1/release", tell_process),
            Route(HEALTH_PATH, tell_health),
        ]
        uvicorn.run(
            Starlette(routes=[*routes, WebSocketRoute("/_stcore/stream", stay)]),
            port=port,
            log_level="error",
        )
        return
    from geo.cli import app  # noqa: PLC0415  # what the app can do without
    from geo.server import app_processes  # noqa: PLC0415

    app_processes._find_app = lambda: [sys.executable, __file__, "app"]
    app_processes.OTHER_PLACES = ""  # nginx is where PATH says alone
    app()


if __name__ == "__main__":
    main()
