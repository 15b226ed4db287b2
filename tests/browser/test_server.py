"""What the running server promises: headers, our own assets, calm in the face of damage."""

from __future__ import annotations

import re
import shutil
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from geo import releases
from geo.server.admission import MOST_SESSIONS
from tests.browser.conftest import ROOT, Server, find_port, start_server, stop_server, visit_with
from tests.raw_client import Client


def fetch_headers(url: str | urllib.request.Request) -> dict[str, str]:
    with urllib.request.urlopen(url, timeout=10) as reply:  # noqa: S310 - loopback
        return {name.lower(): value for name, value in reply.headers.items()}


@pytest.mark.parametrize("path", ["/", "/assets/basemap.js", "/_stcore/health"])
def test_security_headers_stand_on_every_reply(server: Server, path: str) -> None:
    headers = fetch_headers(server.url + path)
    host = server.url.removeprefix("http://")
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["connect-src"] == f"'self' ws://{host} wss://{host}"
    assert policy["frame-ancestors"] == "'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "geolocation=(self)" in headers["permissions-policy"]
    assert headers["x-dns-prefetch-control"] == "off"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert not {"link", "speculation-rules"} & set(headers)


_TRY = """async (address) => {
  const came = (tag, name) => new Promise((tell) => {
    const part = document.createElement(tag);
    part.onload = () => tell('came');
    part.onerror = () => tell('failed');
    if (tag === 'link') part.rel = 'stylesheet';
    part[name] = address;
    document.body.append(part);
  });
  const fetched = (options) => fetch(address, options).then(() => 'came', () => 'failed');
  return Promise.all([
    came('img', 'src'), came('script', 'src'), came('link', 'href'), came('iframe', 'src'),
    fetched({ mode: 'no-cors' }), fetched({ mode: 'cors' }),
  ]);
}"""


def test_another_sites_page_cannot_tell_that_someone_runs_this(
    browser: Browser, server: Server
) -> None:
    page = browser.new_page()
    page.route(
        "http://localhost:1/", lambda route: route.fulfill(body="<body>", content_type="text/html")
    )
    page.goto("http://localhost:1/")
    nobody = page.evaluate(_TRY, f"http://127.0.0.1:{find_port()}/")
    assert nobody[:3] == ["failed"] * 3
    for path in ("/", "/assets/basemap.js", "/assets/app.css", "/_stcore/health", "/missing"):
        assert page.evaluate(_TRY, server.url + path) == nobody
    page.close()


def test_a_browser_may_keep_an_asset(server: Server) -> None:
    assert "max-age" in fetch_headers(f"{server.url}/assets/basemap.js")["cache-control"]


def test_the_front_end_is_sent_packed_and_may_be_kept_for_good(server: Server) -> None:
    with urllib.request.urlopen(server.url, timeout=10) as reply:  # noqa: S310 - loopback
        document = reply.read().decode()
    script = re.search(r'src="\./(static/js/index\.[^"]+\.js)"', document)
    assert script
    asked = urllib.request.Request(  # noqa: S310 - loopback
        f"{server.url}/{script[1]}", headers={"Accept-Encoding": "gzip"}
    )
    headers = fetch_headers(asked)
    assert headers["content-encoding"] == "gzip"
    assert "immutable" in headers["cache-control"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-type"].startswith("text/javascript")


def test_no_page_file_is_served_as_an_asset(server: Server) -> None:
    with pytest.raises(urllib.error.HTTPError, match=r"40[04]") as refused:
        urllib.request.urlopen(f"{server.url}/assets/%2e%2e/listings.csv", timeout=10)  # noqa: S310
    refused.value.close()


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A state folder whose current release lost the end of a table."""
    home = tmp_path / "home" / "releases"
    release = releases.current()
    shutil.copytree(release.folder, home / release.id)
    table = home / release.id / "clinics.parquet"
    table.write_bytes(table.read_bytes()[:-100])
    (home / "current").write_text(release.id)
    return tmp_path


def test_a_damaged_release_is_one_sentence(browser: Browser, damaged: Path) -> None:
    server = start_server(damaged)
    try:
        for visit in visit_with(browser, server):
            visit.page.goto(server.url)
            fault = visit.page.locator(".fault[role=alert]")
            expect(fault).to_contain_text("clinics.parquet")
            expect(visit.page.get_by_role("link", name="Call 988")).to_be_visible()
            assert "Traceback" not in visit.page.content()
    finally:
        stop_server(server)


def test_the_first_visit_of_a_server_may_be_a_deep_link(browser: Browser, tmp_path: Path) -> None:
    server = start_server(tmp_path)
    try:
        for visit in visit_with(browser, server):
            visit.page.goto(f"{server.url}/coverage")
            visit.page.get_by_role("heading", name="Who can reach a clinic?").wait_for()
            visit.page.wait_for_timeout(1_000)
            assert visit.page.get_by_role("dialog").count() == 0
    finally:
        stop_server(server)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A copy of the app whose page fails in a way nobody foresaw."""
    for name in (".streamlit", "app.py", "pages"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    for name in ("geo", "data"):
        (tmp_path / name).symlink_to(ROOT / name)
    page = tmp_path / "pages" / "patients" / "find.py"
    page.write_text("raise RuntimeError('the inner detail')\n")
    return tmp_path


def test_an_unforeseen_failure_shows_no_traceback(browser: Browser, broken: Path) -> None:
    server = start_server(broken, app_folder=broken)
    try:
        for visit in visit_with(browser, server):
            visit.page.goto(server.url)
            expect(visit.page.locator("[data-testid=stException]")).to_be_visible()
            content = visit.page.locator("body").inner_text()
            assert "the inner detail" not in content
            assert "Traceback" not in content
            assert visit.page.locator("[data-testid=stException] a").count() == 0
    finally:
        stop_server(server)


def test_the_log_holds_nothing_a_visitor_typed(browser: Browser, server: Server) -> None:
    for visit in visit_with(browser, server):
        visit.open("/?city=Truth or Consequences, NM")
        visit.heading("Truth or Consequences")
        visit.search("1640 N Arlington Heights Rd, Arlington Heights, IL 60004")
        visit.heading("60004")
    log = server.log.read_text()
    assert "URL: " in log
    assert "Arlington" not in log
    assert "Consequences" not in log


def test_idle_websockets_of_one_client_do_not_shut_the_site(
    browser: Browser, server: Server
) -> None:
    with ExitStack() as held:
        for _ in range(MOST_SESSIONS):
            held.enter_context(Client(server.url))
        for visit in visit_with(browser, server):
            visit.open()
            visit.search("60601")
            visit.heading("60601")
