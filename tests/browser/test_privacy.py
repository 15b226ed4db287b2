"""What is typed stays between a visitor's browser and the server's memory, on every page and action.

The server runs with its folders to itself and its ways out written down; two visitors, one in the
light and one in the dark, do all there is to do; then every place where a word could have stayed is
searched for what they typed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, Traffic, Visit, start_server, stop_server
from tests.browser.hostility import check_links
from tests.watching import read_connections, read_ways_out, watch

CANARY = "Quetzalfeather"
"""A word that stands in whatever is typed, and nowhere else."""
ADDRESS = f"4711 {CANARY} Lane, Arlington Heights, IL 60004"
COOKIES = {"_streamlit_xsrf"}
KEPT = "clinic-finder.kept"
SEARCH = "clinic-finder.search"
LONG_MS = 60_000


@dataclass
class Watched:
    """A server, the folder that holds all that it may write to, and where its ways out are noted."""

    server: Server
    folder: Path
    ways_out: Path


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("watched")
    ways_out = folder / "ways-out"
    for name in ("tmp", "user"):
        (folder / name).mkdir()
    environment = {
        **watch(ways_out),
        "TMPDIR": str(folder / "tmp"),
        "HOME": str(folder / "user"),
        "CLINIC_FINDER_OPERATORS": "local",
    }
    started = start_server(folder, environment=environment)
    yield Watched(started, folder, ways_out)
    stop_server(started)


def find_in_files(folder: Path, word: str) -> list[Path]:
    """Return the files below a folder that hold a word, or are named after it."""
    found = []
    for path in folder.rglob("*"):
        inside = path.is_file() and word.lower().encode() in path.read_bytes().lower()
        if inside or word.lower() in path.name.lower():
            found.append(path)
    return found


def download(page: Page, button: str) -> str:
    """Press a button that hands out a file; return the file's text."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button, exact=True).click()
    text = waiting.value.path().read_text(encoding="utf-8-sig")
    waiting.value.delete()
    return text


def look_for_a_clinic(visit: Visit) -> None:
    page = visit.page
    visit.open()
    visit.search(f"{CANARY}, ZZ")
    page.locator("[role=alert] h2").wait_for()
    visit.search(ADDRESS)
    visit.heading("60004")
    page.get_by_role("combobox", name="Within").click()
    page.get_by_role("option", name="50 miles", exact=True).click()
    visit.heading("within 50 miles")
    page.get_by_text("Hide unconfirmed listings").click()
    page.get_by_role("button", name=re.compile("^Next")).click()
    page.get_by_text(re.compile(r"Page 2 of")).wait_for()
    page.get_by_role("button", name=re.compile("^Show on map: ")).first.click()
    page.locator("article.card.chosen").wait_for()
    marker = page.frame_locator("iframe[title*=folium]").locator(".pin-marker, .area-marker").first
    marker.focus()
    marker.press("Enter")
    page.get_by_role("button", name=re.compile("^Keep: ")).first.click()
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Link copied").wait_for(state="attached")
    assert CANARY not in page.evaluate("navigator.clipboard.readText()")
    page.evaluate("() => { window.print = () => {}; }")
    page.get_by_role("button", name="Print", exact=True).click()
    check_links(page)
    page.get_by_role("button", name="Español").click()
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Copy link").wait_for()


def read_the_other_pages(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("link", name="Before you go").click()
    page.get_by_role("heading", name="What infusions of ketamine cost").wait_for()
    assert check_links(page)
    page.get_by_role("link", name="For analysts").click()
    page.frame_locator("iframe[title*=folium]").locator(".choropleth[data-measure]").wait_for()
    page.get_by_text("Lay the clinics over the map").click()
    page.get_by_role("button", name="Midwest", exact=True).click()
    page.get_by_role("button", name="East North Central").wait_for()
    page.wait_for_timeout(1_500)  # a file made on demand belongs to one run of the page
    assert "East North Central" in download(page, "CSV")
    check_links(page)
    page.goto(f"{visit.url}/where-next?in=region:2&add=1&within=60")
    expect(page.get_by_role("heading", name="Before and after")).to_be_visible(timeout=LONG_MS)
    page.get_by_text(re.compile("Proven: no other|Not proven: the best")).wait_for(timeout=LONG_MS)
    assert download(page, "CSV").count("\n") == 1
    check_links(page)


def read_the_operators_pages(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.url}/operators")
    box = page.get_by_label("Find a clinic")
    box.fill(CANARY)
    box.press("Enter")
    page.get_by_text("0 found").wait_for()
    box.fill("sage berk")
    box.press("Enter")
    page.get_by_role("button", name="Sage Integrative Health", exact=True).click()
    page.get_by_role("heading", name="Sage Integrative Health").wait_for()
    page.frame_locator("iframe[title*=folium]").locator(".area-marker").wait_for()
    check_links(page)
    for path, heading in (("refresh", "Refresh"), ("review", "Review"), ("releases", "Releases")):
        page.goto(f"{visit.url}/{path}")
        page.get_by_role("heading", name=heading, level=1).wait_for()
        page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
        check_links(page)


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.nightly)])
def test_nobody_is_told_and_nothing_is_kept_of_what_is_typed(
    browser: Browser, watched: Watched, scheme: str
) -> None:
    url = watched.server.url
    context = browser.new_context(
        viewport={"width": 1280, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        permissions=["clipboard-read", "clipboard-write"],
    )
    traffic, addresses = Traffic(), [""]
    traffic.watch(context, url)
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.on("framenavigated", lambda frame: addresses.append(frame.url))
    visit = Visit(page, traffic, url)
    page.on("pageerror", lambda error: visit.errors.append(str(error)))
    look_for_a_clinic(visit)
    read_the_other_pages(visit)
    cookies = context.cookies()
    watched.server.let_in(context)
    read_the_operators_pages(visit)

    assert visit.errors == []
    assert len(traffic.own) > 50
    assert traffic.foreign == []
    assert not [told for told in [*traffic.own, *addresses] if CANARY.lower() in told.lower()]
    assert {cookie["name"] for cookie in cookies} == COOKIES
    stored = page.evaluate("() => [{...localStorage}, {...sessionStorage}]")
    assert CANARY not in str(stored)
    assert {name for name in stored[0] if not name.startswith("stActiveTheme")} == {KEPT}
    assert set(stored[1]) <= {SEARCH}
    context.close()
    time.sleep(1.0)  # what is written when a session ends
    assert find_in_files(watched.folder, CANARY) == []
    assert "URL: " in watched.server.log.read_text()
    assert read_ways_out(watched.ways_out) == []
    assert read_connections(watched.server.process.pid) == set()


def test_a_word_that_was_kept_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "log").write_bytes(b"\x00typed: " + CANARY.upper().encode())
    (tmp_path / f"{CANARY}.txt").touch()
    assert len(find_in_files(tmp_path, CANARY)) == 2
