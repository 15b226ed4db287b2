"""Two replicas behind nginx: a visitor stays with one, and goes on when it dies."""

import contextlib
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from geo.server.nginx import COOKIE, write_nginx
from tests.browser.conftest import Server, Traffic, find_port, start_server, stop_server
from tests.browser.states import PLACE_BOX, QUIET

NGINX = shutil.which("nginx") or ""
pytestmark = pytest.mark.skipif(not NGINX, reason="Debian's nginx-light is not installed")
RECONNECT_SECONDS = 2.0


@dataclass
class Site:
    url: str
    replicas: list[Server]
    folder: Path


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Nginx before two apps."""
    port = find_port()
    seen_as = ["--browser.serverAddress", "127.0.0.1", "--browser.serverPort", str(port)]
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    replicas = [start_server(folder, options=seen_as) for folder in folders]
    config = tmp_path / "nginx.conf"
    addresses = [replica.url.removeprefix("http://") for replica in replicas]
    config.write_text(write_nginx(addresses, f"127.0.0.1:{port}", str(tmp_path)))
    nginx = subprocess.Popen(
        [NGINX, "-c", str(config), "-g", "daemon off;"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield Site(f"http://127.0.0.1:{port}", replicas, tmp_path)
    nginx.terminate()
    nginx.wait(20)
    for replica in replicas:
        if replica.process.poll() is None:
            stop_server(replica)


def find_serving(site: Site) -> Server:
    """Return the replica that holds the only websocket, by the connections it has."""
    held = []
    for replica in site.replicas:
        port = int(replica.url.rpartition(":")[2])
        lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
        states = [line.split()[3] for line in lines if line.split()[1].endswith(f":{port:04X}")]
        held.append(states.count("01"))
    assert min(held) == 0 < max(held), held
    return site.replicas[held.index(max(held))]


def test_a_visitor_stays_with_a_replica_and_goes_on_when_it_dies(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    traffic = Traffic()
    traffic.watch(context, site.url)
    page = context.new_page()
    opened: list[float] = []
    page.on("websocket", lambda _: opened.append(time.monotonic()))
    page.goto(site.url)
    box = page.locator(PLACE_BOX)
    box.wait_for()
    box.fill("60601")
    box.press("Enter")
    expect(page.get_by_role("heading", level=2).filter(has_text="60601").first).to_be_visible()

    cookies = {cookie["name"]: cookie for cookie in context.cookies()}
    assert cookies[COOKIE]["httpOnly"]
    assert len(cookies[COOKIE]["value"]) == 32
    assert set(cookies) <= {COOKIE, "_streamlit_xsrf"}

    page.wait_for_timeout(
        6_000
    )  # the connections of the assets come to rest, the websocket's stays
    serving = find_serving(site)
    opened.clear()
    killed = time.monotonic()
    serving.process.send_signal(signal.SIGKILL)
    serving.process.wait(20)
    while not opened and time.monotonic() - killed < 20:
        page.wait_for_timeout(20)
    assert opened, "no new websocket"
    assert opened[0] - killed < RECONNECT_SECONDS

    # The other replica draws the page anew, and what was typed before it did is drawn over: a
    # person types it once more.
    boise = page.get_by_role("heading", level=2).filter(has_text="Boise").first
    for _ in range(5):
        page.locator(QUIET).wait_for()
        box.fill("Boise, ID")
        box.press("Enter")
        with contextlib.suppress(PlaywrightTimeout):
            boise.wait_for(timeout=5_000)
            break
    expect(boise).to_be_visible()
    assert traffic.foreign == []
    context.close()


def test_the_log_holds_no_query_and_no_address(browser: Browser, site: Site) -> None:
    page = browser.new_page()
    page.goto(f"{site.url}/?place=60601")
    page.locator(PLACE_BOX).wait_for()
    page.close()
    deadline = time.monotonic() + 5
    log = site.folder / "access.log"
    while not log.read_text() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert "GET / 200" in log.read_text()
    assert "60601" not in log.read_text()
    assert "127.0.0.1" not in log.read_text()
    assert (site.folder / "error.log").read_text() == ""
