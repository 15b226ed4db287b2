"""Files kept in memory: the right bytes, packed where a browser takes that, and no other file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.responses import PlainTextResponse

from geo.paths import DATA
from geo.server.static_cache import KeptFiles, leave_out_comments
from tests import fresh_loop
from tests.server.asgi_client import AsgiClient

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Ask = Callable[..., httpx.Response]

SCRIPT = "const words = 'clinics, regions and what lies between';\n" * 200


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Return what asks for an address; the answer comes as it went over the wire."""
    folder = tmp_path / "served"
    (folder / "js").mkdir(parents=True)
    (folder / "js" / "app.js").write_text(SCRIPT, "utf-8")
    (folder / "shapes.geojson").write_text('{"features": []}', "utf-8")
    (folder / "style.css").write_text("@font-face{font-family:Icons;src:url(a)}", "utf-8")
    (folder / "font.woff2").write_bytes(bytes(range(256)) * 20)
    (folder / "unknown.zzz").write_bytes(b"?")
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    rest = PlainTextResponse("the app")
    app = KeptFiles(
        rest,
        prefix="/files/",
        folder=folder,
        cache_control="max-age=9",
        restyled=("family:Icons;", "family:Icons;unicode-range:U+21;"),
    )
    transport = httpx.ASGITransport(app)

    async def send(method: str, address: str, accepted: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://site") as client:
            return await client.request(method, address, headers={"accept-encoding": accepted})

    def ask(address: str, *, method: str = "GET", accepted: str = "gzip") -> httpx.Response:
        return fresh_loop.run(send(method, address, accepted))

    return ask


def test_a_file_comes_whole_with_its_kind_and_how_long_it_may_be_kept(ask: Ask) -> None:
    answer = ask("/files/js/app.js")
    assert answer.text == SCRIPT
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "max-age=9"
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(SCRIPT) / 10


def test_a_text_of_a_style_goes_out_changed(ask: Ask) -> None:
    told = ask("/files/style.css").text
    assert told == "@font-face{font-family:Icons;unicode-range:U+21;src:url(a)}"


def test_the_folder_itself_is_answered_by_its_first_page_where_it_has_one(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>the first page", "utf-8")
    rest = PlainTextResponse("the app")
    app = KeptFiles(rest, prefix="/pocket/", folder=tmp_path, cache_control="", start="index.html")
    empty = KeptFiles(
        rest, prefix="/pocket/", folder=tmp_path / "none", cache_control="", start="index.html"
    )

    async def fetch(served: KeptFiles) -> httpx.Response:
        transport = httpx.ASGITransport(served)
        async with httpx.AsyncClient(transport=transport, base_url="http://site") as client:
            return await client.get("/pocket/")

    assert fresh_loop.run(fetch(app)).text == "<p>the first page"
    assert fresh_loop.run(fetch(empty)).status_code == 404


def test_a_folder_that_is_replaced_as_a_whole_is_looked_at_anew(tmp_path: Path) -> None:
    app = KeptFiles(
        PlainTextResponse("the app"),
        prefix="/pocket/",
        folder=tmp_path / "pocket",
        cache_control="",
        marker="edition.txt",
    )
    client = AsgiClient(app)
    assert client.get("/pocket/a.txt").status_code == 404
    for number, name in enumerate(("a.txt", "b.txt")):
        made = tmp_path / f"made{number}"
        made.mkdir()
        (made / name).write_text(f"{number}", "utf-8")
        (made / "edition.txt").write_text(f"edition {number}", "utf-8")
        if number:
            (tmp_path / "pocket").rename(tmp_path / "old")
        made.rename(tmp_path / "pocket")
        assert client.get(f"/pocket/{name}").text == f"{number}"
    assert client.get("/pocket/a.txt").status_code == 404


def test_it_is_packed_only_for_those_who_take_that(ask: Ask) -> None:
    for accepted, packed in (("gzip, br", True), ("identity", False), ("gzip", True)):
        answer = ask("/files/js/app.js", accepted=accepted)
        assert ("content-encoding" in answer.headers) is packed
        assert answer.headers["vary"] == "accept-encoding"
        assert (int(answer.headers["content-length"]) < len(SCRIPT)) is packed
        assert answer.text == SCRIPT


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("shapes.geojson", "application/geo+json"),
        ("font.woff2", "font/woff2"),
        ("unknown.zzz", "application/octet-stream"),
    ],
)
def test_what_gains_nothing_is_not_packed(ask: Ask, name: str, kind: str) -> None:
    answer = ask(f"/files/{name}")
    assert answer.headers["content-type"] == kind
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    "address", ["nothing.js", "../secret.txt", "%2e%2e/secret.txt", "js", "js/", "/js/app.js", ""]
)
def test_there_is_no_other_file(ask: Ask, address: str) -> None:
    answer = ask(f"/files/{address}")
    assert answer.text != "secret"
    assert answer.status_code == 404 or answer.text == "the app"


def test_it_is_read_only(ask: Ask) -> None:
    assert ask("/files/js/app.js", method="POST").status_code == 405
    assert ask("/files/js/app.js", method="HEAD").content == b""


def test_all_else_is_passed_on(ask: Ask) -> None:
    assert ask("/").text == "the app"


def test_a_file_is_read_once(ask: Ask, tmp_path: Path) -> None:
    ask("/files/js/app.js")
    (tmp_path / "served" / "js" / "app.js").unlink()
    assert ask("/files/js/app.js").text == SCRIPT


COMMENTED = """// @ts-check
/* What it is,
   in two lines. */
(function () {
  /**
   * @param {number} count
   */
  function add(count) {  // to the rest
    /** @type {number} */ (window.sum) += count;

    var sum = /** @type {number} */ (count);
    // Why so.
    return '/* no comment';
  }
})();
"""
BARE = """(function () {
  function add(count) {  // to the rest
    /** @type {number} */ (window.sum) += count;
    var sum = /** @type {number} */ (count);
    return '/* no comment';
  }
})();
"""


def test_comments_of_our_scripts_stay_here_and_those_of_others_are_passed_on(
    tmp_path: Path,
) -> None:
    (tmp_path / "theirs").mkdir()
    for path in ("ours.js", "theirs/theirs.js", "style.css"):
        (tmp_path / path).write_text(COMMENTED, "utf-8")
    rest = PlainTextResponse("the app")
    app = KeptFiles(
        rest, prefix="/files/", folder=tmp_path, cache_control="max-age=9", own_scripts=True
    )

    async def fetch(name: str) -> str:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://site") as client:
            return (await client.get(f"/files/{name}")).text

    assert fresh_loop.run(fetch("ours.js")) == BARE
    assert fresh_loop.run(fetch("theirs/theirs.js")) == COMMENTED
    assert fresh_loop.run(fetch("style.css")) == COMMENTED


def test_our_scripts_have_no_line_within_a_text_that_looks_like_a_comment() -> None:
    scripts = sorted((DATA / "assets").glob("*.js"))
    assert len(scripts) > 20
    for script in scripts:
        text = script.read_text("utf-8")
        bare = leave_out_comments(text)
        assert 0 < len(bare) < len(text)
        assert "@param" not in bare
        assert "`" not in re.sub(r"\[[^\]\n]*\]", "", bare), "a text may have several lines"
