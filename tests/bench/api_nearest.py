"""A search over the HTTP API: what it takes of the processor, from the request to the last byte."""

import asyncio
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

from starlette.applications import Starlette

from geo import reference
from geo.search import working_ahead
from geo.server.api.http_api import HttpApi
from geo.server.api.operations import BASE
from geo.server.api.rate_limit import RateLimit
from geo.server.api.served import Loaders
from geo.server.visitor_keys import VisitorKeys
from pages.parts import api_release
from tests.bench import SEED, Row

QUERIES: Final = 60
ROUNDS: Final = 5
GOAL_SECONDS: Final = 0.004
A_DAY_SECONDS: Final = 86_400.0
NO_LIMIT: Final = 10**9
ASKED: Final[Mapping[str, Mapping[str, object]]] = {
    "the nearest 10": {},
    "within 25 miles": {"within_miles": 25},
    "within 60 minutes' drive": {"within_minutes": 60},
    "the quickest drives first": {"by_minutes": True},
}


def run() -> list[Row]:
    """Return the processor time of a request from ZIPs whose drives were worked out ahead."""
    zips = reference.load("zips").dropna(subset=["latitude"])
    some = zips.sample(QUERIES, random_state=SEED)
    working_ahead._WAIT_SECONDS = A_DAY_SECONDS  # or all ZIPs' drives would be in the time
    served = api_release.load_served()  # with the tables as the site keeps them
    served.drives().work_out_ahead(some["latitude"], some["longitude"])
    app = HttpApi(
        Starlette(),
        load=Loaders(api_release.load_release, api_release.load_served, list),
        keys=VisitorKeys(()),
        limit=RateLimit(NO_LIMIT),
    )
    return [*measure(app, list(some["zip"]))]


def measure(app: HttpApi, zips: list[str]) -> Iterator[Row]:
    """Return a row for each kind of request: the median of some rounds over all ZIPs."""
    for name, asked in ASKED.items():
        bodies = [json.dumps({"query": zip_, **asked}).encode() for zip_ in zips]
        asyncio.run(answer_each(app, bodies[:3]))  # caches are warm
        taken = []
        for _ in range(ROUNDS):
            start = time.process_time()
            asyncio.run(answer_each(app, bodies))
            taken.append((time.process_time() - start) / len(bodies))
        yield Row(
            f"a request of the HTTP API from a ZIP, {name}, processor time",
            "the goal",
            sorted(taken)[ROUNDS // 2],
            GOAL_SECONDS,
            agreement="as the command line prints it (`tests/server/test_http_api.py`)",
            least_ratio=1,
            goal=f"under {GOAL_SECONDS * 1000:g} ms",
        )


async def answer_each(app: HttpApi, bodies: list[bytes]) -> None:
    """Ask one after the other, without a server."""
    for body in bodies:
        assert await ask(app, body) == 200


async def ask(app: HttpApi, body: bytes) -> int:
    """Ask for the clinics near a place; return the status of the answer."""
    path, told = f"{BASE}/nearest", []

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        told.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "scheme": "http",
        "http_version": "1.1",
        "headers": [(b"content-type", b"application/json"), (b"host", b"clinics.example")],
        "client": ("127.0.0.1", 1),
        "server": ("clinics.example", 80),
    }
    await app(scope, receive, send)
    status: int = told[0]["status"]
    return status
