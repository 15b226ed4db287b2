"""What whoever watches over the server is told: how it stands, and nothing of paths."""

import json

import pytest
from starlette.responses import PlainTextResponse

from geo import releases
from geo.releases import remembering
from geo.releases.loading import identify
from geo.releases.standing import Standing
from geo.server.health import PATH, Health
from tests import fresh_loop

SHIPPED = identify(releases.SHIPPED)
OTHER = "2026-01-01-00000000"
FAULT = "The folder /srv/secret is gone."


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))


def ask(standing, path=PATH, method="GET"):
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "path": path, "method": method, "headers": []}
    fresh_loop.run(Health(PlainTextResponse("page"), lambda: standing)(scope, receive, send))
    return sent[0]["status"], b"".join(part.get("body", b"") for part in sent[1:])


@pytest.mark.parametrize(
    ("release", "fault", "status", "told"),
    [
        (OTHER, "", 200, "ok"),
        (OTHER, FAULT, 200, "last good"),
        (SHIPPED, FAULT, 200, "shipped"),
        ("", FAULT, 503, "none"),
    ],
)
def test_it_is_told_how_the_server_stands(release, fault, status, told):
    got, body = ask(Standing(release, fault, "2026-11-28T00:00:00Z"))
    assert got == status
    assert json.loads(body) == {
        "status": told,
        "release": release or None,
        "since": "2026-11-28T00:00:00Z",
    }


def test_the_shipped_release_is_the_last_good_one_where_another_was_served():
    remembering.remember("shipped")
    assert Standing(SHIPPED, FAULT, "").state == "last good"


@pytest.mark.parametrize(("path", "method"), [("/", "GET"), ("/health/", "GET"), (PATH, "POST")])
def test_all_else_goes_to_the_app(path, method):
    assert ask(None, path, method) == (200, b"page")
