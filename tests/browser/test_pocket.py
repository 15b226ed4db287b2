"""The pocket finder in a browser: kept by it, and used without a net."""

import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from typer.testing import CliRunner

from geo import cli

pytestmark = pytest.mark.nightly

PATIENCE_SECONDS = 120
DISTANCE = (
    "document.querySelector('#list').shadowRoot?.querySelector('.distance')?.textContent ?? ''"
)
HEADING = "document.querySelector('#list').shadowRoot?.querySelector('h2')?.textContent ?? ''"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The address of a finder of one state, and the paths that its host was asked for."""
    folder = tmp_path_factory.mktemp("site") / "pocket"
    result = CliRunner().invoke(cli.app, ["export", "site", str(folder), "--state", "VT"])
    assert result.exit_code == 0, result.stderr
    assert result.stdout.split() == sorted(
        str(path) for path in folder.rglob("*") if path.is_file()
    )
    asked = []

    class Host(SimpleHTTPRequestHandler):
        def log_request(self, *_told):
            asked.append(self.path)

    host = ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=str(folder)))
    threading.Thread(target=host.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{host.server_port}/", asked
    host.shutdown()
    host.server_close()


def wait_until(page, condition):
    """Wait for a condition; the page's policy forbids Playwright's own way, which evaluates text."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not page.evaluate(condition):
        assert time.monotonic() < until, condition
        page.wait_for_timeout(50)


def search(page, text):
    page.wait_for_selector("#search:not([disabled])")
    page.fill("#typed", text)
    page.keyboard.press("Enter")


def test_without_a_net_it_answers_and_keeps_nothing_of_what_was_asked(browser, site):
    address, asked = site
    context = browser.new_context()
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(address)
    wait_until(page, "navigator.serviceWorker.controller !== null")
    context.set_offline(True)
    before = len(asked)

    page.reload()
    search(page, "05401")
    wait_until(page, f"{HEADING}.includes('05401')")

    assert len(asked) == before
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [
        0,
        0,
        "",
    ]
    assert page.url == address
    search(page, "I want to kill myself")
    page.wait_for_selector(".crisis-panel a[href='tel:988']")
    assert faults == []
    context.close()


def test_roads_are_fetched_when_drives_are_asked_for_and_then_held(browser, site):
    address, asked = site
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    wait_until(page, "navigator.serviceWorker.controller !== null")
    before = len(asked)
    search(page, "05819")
    wait_until(page, f"{HEADING}.includes('05819')")
    assert "/data/roads.pack" not in asked[before:]
    page.check("#by_minutes")
    wait_until(page, f"/drive/.test({DISTANCE})")
    assert "/data/roads.pack" in asked[before:]
    context.set_offline(True)

    page.reload()
    search(page, "05819")
    wait_until(page, f"/drive/.test({DISTANCE})")
    context.close()


def test_the_lines_for_another_page_name_what_was_chosen(browser, site):
    address, _asked = site
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}embed.html")
    page.select_option("#state", "VT")
    assert f'src="{address}index.html?state=VT"' in page.input_value("#lines")
    context.close()


def test_in_another_page_it_begins_with_what_its_address_names(browser, site):
    address, _asked = site
    context = browser.new_context(viewport={"width": 280, "height": 600})
    page = context.new_page()
    page.goto(f"{address}index.es.html?treatment=esketamine&state=VT")
    wait_until(page, f"{HEADING}.includes('Vermont')")
    assert page.input_value("#treatment") == "esketamine"
    assert page.evaluate("document.documentElement.scrollWidth") <= 280
    context.close()
