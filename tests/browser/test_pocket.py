"""The pocket finder in a browser: kept by it, and used without a net."""

import base64
import contextlib
import hashlib
import json
import shutil
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner

from geo import cli
from tests.browser import marionette
from tests.browser.conftest import find_port
from tests.browser.reading import find_small_targets, find_sticking_out, find_violations

pytestmark = pytest.mark.nightly

PATIENCE_SECONDS = 120
DISTANCE = (
    "document.querySelector('#list').shadowRoot?.querySelector('.distance')?.textContent ?? ''"
)
HEADING = "document.querySelector('#list').shadowRoot?.querySelector('h2')?.textContent ?? ''"


class Site(NamedTuple):
    """A folder that is served: its address, and the paths and referrers that its host was told."""

    address: str
    asked: list
    referrers: list
    folder: Path


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "pocket"
    result = CliRunner().invoke(cli.app, ["export", "site", str(folder), "--state", "VT"])
    assert result.exit_code == 0, result.stderr
    assert result.stdout.split() == sorted(
        str(path) for path in folder.rglob("*") if path.is_file()
    )
    with serve(folder) as served:
        yield served


@contextlib.contextmanager
def serve(folder):
    asked, referrers = [], []

    class Host(SimpleHTTPRequestHandler):
        def log_request(self, *_told):
            asked.append(self.path)
            referrers.append(self.headers.get("Referer", ""))

    host = ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=str(folder)))
    threading.Thread(target=host.serve_forever, daemon=True).start()
    yield Site(f"http://127.0.0.1:{host.server_port}/", asked, referrers, folder)
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
    address, asked = site.address, site.asked
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
    address, asked = site.address, site.asked
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
    address = site.address
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}embed.html")
    page.select_option("#state", "VT")
    assert f'src="{address}index.html?state=VT"' in page.input_value("#lines")
    context.close()


def test_in_another_page_it_begins_with_what_its_address_names(browser, site):
    address = site.address
    context = browser.new_context(viewport={"width": 280, "height": 600})
    page = context.new_page()
    page.goto(f"{address}index.es.html?treatment=esketamine&state=VT")
    wait_until(page, f"{HEADING}.includes('Vermont')")
    assert page.input_value("#treatment") == "esketamine"
    assert page.evaluate("document.documentElement.scrollWidth") <= 280
    context.close()


def test_a_page_around_it_learns_nothing(browser, site, tmp_path):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site.address}embed.html")
    lines = page.input_value("#lines")
    (tmp_path / "index.html").write_text(
        "<!doctype html><meta charset=utf-8><link rel=icon href=data:,><title>Clinic news</title>"
        "<script>told = []; addEventListener('message', (event) => told.push(event.data));</script>"
        f"{lines}"
    )
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    with serve(tmp_path) as around:
        page.goto(around.address)
        frame = page.frames[1]
        frame.wait_for_selector("#search:not([disabled])")
        scrolled = page.evaluate("scrollY")
        frame.fill("#typed", "05401")
        frame.press("#typed", "Enter")
        wait_until(frame, f"{HEADING}.includes('05401')")

        assert around.asked == ["/"]
        assert page.evaluate("[told.length, scrollY]") == [0, scrolled]
        assert page.url == around.address
        assert frame.evaluate("document.cookie + document.referrer") == ""
        assert not [told for told in site.referrers if around.address in told]
    assert all(url.startswith((around.address, site.address, "data:")) for url in requests)
    assert not [path for path in site.asked if "05401" in path]
    context.close()


@pytest.mark.parametrize(("language", "theme"), [("", "light"), (".es", "dark")])
def test_everyone_can_use_it(browser, site, language, theme):
    address = site.address
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        color_scheme=theme,
        bypass_csp=True,
        service_workers="block",
    )
    page = context.new_page()
    for name in ("before", "embed", "index"):
        page.goto(f"{address}{name}{language}.html")
        if name == "index":
            search(page, "05401")
            wait_until(page, f"{HEADING}.includes('05401')")
        assert find_violations(page) == [], name
        assert find_small_targets(page) == [], name
        assert find_sticking_out(page) == [], name
    context.close()


def test_by_keyboard_one_picks_a_place_and_opens_a_card(browser, site):
    address = site.address
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("#search:not([disabled])")
    page.focus("#typed")
    page.keyboard.type("burlin")
    wait_until(page, "document.querySelector('#typed').getAttribute('aria-expanded') === 'true'")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    wait_until(page, f"{HEADING}.includes('Burlington, VT')")
    opened = "document.querySelector('#list').shadowRoot.querySelector('details[open]') !== null"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(
            "document.querySelector('#list').shadowRoot.activeElement?.localName === 'summary'"
        ):
            break
    page.keyboard.press("Enter")
    wait_until(page, opened)
    context.close()


def test_a_newer_list_is_taken_when_the_person_agrees(browser, site, tmp_path):
    folder = tmp_path / "pocket"
    shutil.copytree(site.folder, folder)
    with serve(folder) as served:
        context = browser.new_context()
        page = context.new_page()
        page.goto(served.address)
        wait_until(page, "navigator.serviceWorker.controller !== null")
        assert page.is_hidden("#newer")
        page.click("#look")
        page.get_by_text("There is no newer list.").wait_for(timeout=PATIENCE_SECONDS * 1000)
        change_release(folder)

        page.click("#look")
        page.wait_for_selector("#newer:not([hidden])", timeout=PATIENCE_SECONDS * 1000)
        page.reload()
        assert "Newer" not in page.title()
        page.wait_for_selector("#newer:not([hidden])", timeout=PATIENCE_SECONDS * 1000)
        with page.expect_navigation(timeout=PATIENCE_SECONDS * 1000):
            page.click("#newer button")
        assert "Newer" in page.title()
        context.close()


def change_release(folder):
    """Give the page another title, as a newer release would, and name it in the worker."""
    index = folder / "index.html"
    index.write_text(index.read_text("utf-8").replace("<title>", "<title>Newer "), "utf-8")
    first, _equals, rest = (folder / "sw.js").read_text("utf-8").partition(" = ")
    told, _end, script = rest.partition(";\n")
    files = json.loads(told)
    files["version"] = "newer"
    digest = hashlib.sha256(index.read_bytes()).digest()
    files["files"]["index.html"] = f"sha256-{base64.b64encode(digest).decode()}"
    (folder / "sw.js").write_text(f"{first} = {json.dumps(files)};\n{script}", "utf-8")


@pytest.mark.parametrize("lost", ["data/places.pack", "assets/pocket/answer.js"])
def test_what_could_not_be_fetched_is_said(browser, site, lost):
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.route(f"**/{lost}", lambda route: route.fulfill(status=500))
    page.goto(site.address)
    if lost.startswith("data/"):
        search(page, "05401")
    page.wait_for_selector("#fault:not([hidden])", timeout=PATIENCE_SECONDS * 1000)
    context.close()


def test_what_is_no_place_offers_those_meant_and_names_the_state(browser, site):
    context = browser.new_context()
    page = context.new_page()
    page.goto(site.address)
    search(page, "12 Main St, Burlington, VT 05401")
    wait_until(page, f"{HEADING} === 'Which place do you mean?'")
    assert page.get_by_role("button", name="05401", exact=True).is_visible()
    search(page, "90210")
    page.get_by_text("This finder knows the places of Vermont alone.").wait_for()
    context.close()


def test_an_old_list_says_so_on_top(browser, site):
    address = site.address
    context = browser.new_context()
    page = context.new_page()
    page.clock.set_fixed_time("2028-01-01")
    page.goto(address)
    page.wait_for_selector("#old:not([hidden])")
    context.close()


def test_it_answers_in_firefox(site, tmp_path):
    address = site.address
    with marionette.start(tmp_path, find_port()) as firefox:
        firefox.open(f"{address}index.html")
        wait_for(firefox, "document.querySelector('#search')?.disabled === false")
        firefox.type("#typed", "05401")
        wait_for(firefox, f"({HEADING}).includes('05401')")


def wait_for(firefox, condition):
    until = time.monotonic() + PATIENCE_SECONDS
    while not firefox.evaluate(f"return {condition}"):
        assert time.monotonic() < until, condition
        time.sleep(0.1)
