"""What a watchman on this machine is told, and that nobody else is told anything."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from starlette.responses import PlainTextResponse

from geo.releases.standing import Standing
from geo.server.healthz import Healthz
from geo.server.nginx import HEALTH_PATH
from geo.server.site_health import gather
from tests import fresh_loop

DAY = (datetime.now(UTC) - timedelta(days=3)).date().isoformat()
RELEASE = f"{DAY}-1a2b3c4d"
HERE = ("127.0.0.1", 4711)


def ask(release=RELEASE, path=HEALTH_PATH, client=HERE, headers=()):
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "path": path, "method": "GET", "client": client}
    scope["headers"] = [(b"host", b"127.0.0.1:8501"), *headers]
    pages = Counter({b"one client": 2, b"another": 1})
    standing = Standing(release, "", "2026-11-28T00:00:00Z")
    fresh_loop.run(
        Healthz(PlainTextResponse("page"), lambda: standing, pages)(scope, receive, send)
    )
    return sent[0]["status"], b"".join(part.get("body", b"") for part in sent[1:])


def test_it_is_told_which_release_how_old_and_how_many_pages_are_open():
    status, body = ask()
    assert status == 200
    told = json.loads(body)
    assert told.pop("age_days") in {3, 4}  # midnight may have come meanwhile
    assert told == {"status": "ok", "release": RELEASE, "sessions": 3}


def test_where_there_is_no_list_it_is_told_as_a_failure():
    status, body = ask(release="")
    assert (status, json.loads(body)["release"], json.loads(body)["age_days"]) == (503, None, None)


@pytest.mark.parametrize(
    "asked",
    [
        {"client": ("198.51.100.7", 4711)},
        {"client": None},
        {"headers": [(b"x-forwarded-for", b"127.0.0.1")]},
        {"headers": [(b"x-real-ip", b"127.0.0.1")]},
    ],
)
def test_who_asks_from_elsewhere_or_through_a_proxy_finds_nothing(asked):
    assert ask(**asked) == (404, b"Not Found")


def test_all_else_goes_to_the_app():
    assert ask(path="/") == (200, b"page")


def test_of_several_processes_the_worst_is_told_and_the_pages_of_all():
    well = {"status": "ok", "release": RELEASE, "age_days": 3, "sessions": 2}
    older = {"status": "ok", "release": "2026-01-01-00000000", "age_days": 300, "sessions": 5}
    ill = {**well, "status": "last good", "sessions": 1}
    assert gather([well, well]) == {**well, "sessions": 4, "replicas": 2}
    assert gather([older, well]) == {**older, "sessions": 7, "replicas": 2}
    assert gather([older, ill]) == {**ill, "sessions": 6, "replicas": 2}
    assert gather([well, None]) == {**well, "status": "not all answer", "replicas": 1}
    assert gather([None])["release"] is None
