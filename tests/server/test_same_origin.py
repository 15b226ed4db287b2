"""To another site's page nothing is here, whatever it asks for; its links lead here."""

from __future__ import annotations

from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient, Response
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit import file_util

from geo.maps import assets
from geo.server import web
from tests import fresh_loop

FRONT_END = Path(file_util.get_static_dir()) / "static"
ASSETS = [
    "/assets/app.css",
    "/static/" + next(FRONT_END.rglob("*.js")).relative_to(FRONT_END).as_posix(),
]
PLACES = [*ASSETS, "/", "/missing", "/assets/missing.js", "/broken", "/moved"]


def fail(_request: object) -> PlainTextResponse:
    raise RuntimeError


@pytest.fixture(scope="module")
def app() -> Starlette:
    routes = [
        Route("/", lambda _request: PlainTextResponse("page", headers={"Link": "</x>; rel=next"})),
        Route("/broken", fail),
        Route("/moved", lambda _request: PlainTextResponse("", 307, {"Location": "/"})),
    ]
    added = web.middleware(assets=assets.FOLDER, front_end=FRONT_END, server_address="127.0.0.1")
    return Starlette(routes=routes, middleware=added)


def ask(app: Starlette, places: list[str], told: dict[str, str]) -> list[Response]:
    """Return the answers to a browser that says so of who asks."""

    async def run() -> list[Response]:
        transport = ASGITransport(app, raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url="http://clinics.example") as client:
            return [await client.get(place, headers=told) for place in places]

    return fresh_loop.run(run())


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize(
    ("mode", "kind"),
    [("no-cors", "image"), ("no-cors", "script"), ("no-cors", "empty"), ("navigate", "iframe")],
)
def test_a_page_elsewhere_gets_the_same_answer_as_for_nothing(
    app: Starlette, site: str, mode: str, kind: str
) -> None:
    told = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": kind}
    answers = ask(app, PLACES, told)
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, "Not Found")}
    assert len({frozenset(answer.headers.items()) for answer in answers}) == 1


@pytest.mark.parametrize(
    "told",
    [
        {},  # curl, and browsers on plain http
        {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
        {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
        {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
        {
            "Sec-Fetch-Site": "cross-site",
            "Sec-Fetch-Mode": "navigate",
            "Sec-Fetch-Dest": "document",
        },
    ],
)
def test_who_comes_here_is_served(app: Starlette, told: dict[str, str]) -> None:
    assert {answer.status_code for answer in ask(app, ["/", *ASSETS], told)} == {200}


def test_no_answer_makes_a_browser_ask_ahead(app: Starlette) -> None:
    answers = ask(app, PLACES, {})
    assert {answer.status_code for answer in answers} == {200, 307, 404, 500}
    for headers in (answer.headers for answer in answers):
        assert headers["x-dns-prefetch-control"] == "off"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert not {"link", "speculation-rules"} & set(headers)
