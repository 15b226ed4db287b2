"""The table of places over the wire: kept for good under its own name, and for nobody's else."""

import gzip

import httpx
import pytest
from starlette.responses import PlainTextResponse

from geo.errors import ReleaseError
from geo.server import suggestions
from geo.server.suggestions import PATH, Suggestions
from tests import fresh_loop

TABLE = b'{"format": 1}' * 50


def load():
    return "a1b2", gzip.compress(TABLE)


def lose():
    raise ReleaseError("The folder /srv/secret is gone.")


def ask(address, *, loader=load, accepted="gzip"):
    transport = httpx.ASGITransport(Suggestions(PlainTextResponse("page"), loader))

    async def send():
        async with httpx.AsyncClient(transport=transport, base_url="http://site") as client:
            return await client.get(address, headers={"accept-encoding": accepted})

    return fresh_loop.run(send())


@pytest.mark.parametrize("accepted", ["gzip, br", "identity"])
def test_it_comes_whole_packed_for_those_who_take_that(accepted):
    answer = ask(f"{PATH}?v=a1b2", accepted=accepted)

    assert answer.content == TABLE
    assert answer.headers["content-type"] == "application/json"
    assert ("content-encoding" in answer.headers) == accepted.startswith("gzip")


@pytest.mark.parametrize(
    ("asked", "is_kept"), [("?v=a1b2", True), ("?v=older", False), ("", False)]
)
def test_only_what_was_asked_for_is_kept_under_its_name(asked, is_kept):
    assert ("immutable" in ask(PATH + asked).headers["cache-control"]) == is_kept


def test_without_a_release_it_is_missing_and_no_path_is_told():
    answer = ask(PATH, loader=lose)

    assert (answer.status_code, answer.text) == (503, "Service Unavailable")
    assert answer.headers["cache-control"] == "no-store"


def test_all_else_is_passed_on():
    assert ask("/elsewhere").text == "page"


def test_the_address_changes_with_the_release():
    one, other = (suggestions.name_address(name) for name in ("2026-11-28-a", "2026-11-29-b"))

    assert one != other
    assert one == suggestions.name_address("2026-11-28-a")
