"""How fast the app feels in a browser, beside a plain Streamlit app of the same packages.

Both are `streamlit run` on this machine, in turns, in one Chromium, each visit in a fresh context;
the bytecode of both is compiled by a first start that is not measured. The scripts that folium
takes from other servers are given to the plain app from here at once, or left out where its map
does without them, so that it never waits for a network.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
from playwright.sync_api import Browser, Page, Route, sync_playwright

from geo import reference, releases
from geo.clinics.vocabulary import SHOWN_STATUSES
from geo.maps import assets
from tests.bench import Row
from tests.browser import chromium
from tests.browser.conftest import ROOT, start_server, stop_server

ROUNDS = 5
LEAST_FIRST_PAGE_SECONDS = 2.0
ZIP = "80202"
PATIENCE_MS = 60_000
PLAIN_OPTIONS = (
    "--browser.gatherUsageStats=false",
    "--browser.serverAddress=localhost",
    "--server.address=127.0.0.1",
    "--server.fileWatcherType=none",
)


@dataclass(frozen=True)
class App:
    """One of the two apps, and how its states are told by its page.

    Parameters
    ----------
    drawn : selects, in the map's frame, a map that shows its clinics.
    """

    name: str
    folder: Path
    drawn: str
    options: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def note(self, what: str, start: float) -> None:
        """Write down how long something took until now."""
        self.seconds.setdefault(what, []).append(time.perf_counter() - start)

    def median(self, what: str) -> float:
        """Return the median of what was written down."""
        return statistics.median(self.seconds[what])


def run() -> list[Row]:
    """Return the measurements."""
    with tempfile.TemporaryDirectory() as name, open_browser() as browser:
        folder = Path(name)
        ours = App("ours", ROOT, ".leaflet-container[data-basemap=ready][data-clinics]")
        plain = App(
            "a plain Streamlit app",
            Path(__file__).with_name("plain"),
            ".leaflet-marker-icon",
            PLAIN_OPTIONS,
            write_inputs(folder),
        )
        counts = set()
        for turn in range(ROUNDS + 1):
            for app in (ours, plain):
                counts.add(visit(app, browser, folder))
                if turn == 0:
                    app.seconds.clear()  # its bytecode was compiled meanwhile
    return list(draw_rows(ours, plain, same=len(counts) == 1))


def draw_rows(ours: App, plain: App, *, same: bool) -> Iterator[Row]:
    """Yield the rows."""
    said = "the same clinics found" if same else "OTHER CLINICS FOUND"
    heading, box, first = "heading", "box", "first page"
    search, repaint = "search", "filter"
    goals = (
        ("cold start until the first heading", heading, heading, 1.5, "two thirds of its time"),
        ("cold start until one can type", box, box, None, "none"),
        ("a second visitor's first page, map drawn", first, first, None, "none"),
        ("a search until its results", search, first, 3.0, "a third of its first page"),
        (
            "a filter until the kept map is repainted",
            repaint,
            first,
            3.0,
            "a third of its first page",
        ),
    )
    for name, what, beside, least_ratio, goal in goals:
        yield Row(
            name,
            plain.name + ("" if what == beside else "'s first page"),
            ours.median(what),
            plain.median(beside),
            said + ("" if what == beside else f"; its own: {plain.median(what):.2f} s"),
            same,
            least_ratio,
            goal,
        )
    yield Row(
        "a second visitor's first page, map drawn",
        "2 seconds on an idle machine",
        ours.median(first),
        LEAST_FIRST_PAGE_SECONDS,
        f"the slowest of {ROUNDS}: {max(ours.seconds[first]):.2f} s",
        least_ratio=1.0,
        goal="2 s",
    )


def visit(app: App, browser: Browser, folder: Path) -> int:
    """Start the app, visit it twice and end it; return how many clinics a search found."""
    start = time.perf_counter()
    server = start_server(folder, app.folder, options=app.options, environment=app.environment)
    try:
        with open_page(browser) as page:
            page.goto(server.url)
            page.get_by_role("heading", level=1).first.wait_for()
            app.note("heading", start)
            page.locator(".stTextInput input").first.wait_for()
            app.note("box", start)
            wait_for_map(app, page)
        with open_page(browser) as page:
            start = time.perf_counter()
            page.goto(server.url)
            page.get_by_role("heading", level=1).first.wait_for()
            wait_for_map(app, page)
            app.note("first page", start)
            return (search_ours if app.name == "ours" else search_plain)(app, page)
    finally:
        stop_server(server)


def search_ours(app: App, page: Page) -> int:
    """Search and filter on our page; return how many clinics were found."""
    frame = page.frame_locator("iframe.stCustomComponentV1")
    shown = frame.locator(".leaflet-container")
    box = page.locator(".st-key-typed input")
    box.fill(ZIP)
    before = shown.get_attribute("data-clinics")
    start = time.perf_counter()
    box.press("Enter")
    page.get_by_role("heading", level=2).filter(has_text=ZIP).wait_for()
    app.note("search", start)
    frame.locator(f".leaflet-container:not([data-clinics='{before}'])").wait_for()
    before = shown.get_attribute("data-clinics")
    found = int(before or "")
    page.get_by_role("combobox", name="Treatment").click()
    option = page.get_by_role("option", name="IV infusion")
    option.wait_for()
    start = time.perf_counter()
    option.click()
    frame.locator(f".leaflet-container:not([data-clinics='{before}'])").wait_for()
    app.note("filter", start)
    return found


def search_plain(app: App, page: Page) -> int:
    """Search and filter on the plain page; return how many clinics were found."""
    box = page.get_by_role("textbox").first
    box.fill(ZIP)
    heading = page.get_by_role("heading", level=3)
    before = heading.inner_text()
    start = time.perf_counter()
    box.press("Enter")
    heading.filter(has_not_text=before).wait_for()
    app.note("search", start)
    found = int(heading.inner_text().split()[0])
    frame = page.frame_locator("iframe[title*=folium]")
    wait_for_count(frame.locator(app.drawn).count, found)
    page.get_by_role("combobox", name="Treatment").click()
    option = page.get_by_role("option", name="iv")
    option.wait_for()
    start = time.perf_counter()
    option.click()
    heading.filter(has_not_text=f"{found} clinics").wait_for()
    wait_for_count(frame.locator(app.drawn).count, int(heading.inner_text().split()[0]))
    app.note("filter", start)
    return found


def wait_for_count(count: Callable[[], int], wanted: int) -> None:
    """Wait until as many are drawn."""
    deadline = time.perf_counter() + PATIENCE_MS / 1000
    while count() != wanted:
        assert time.perf_counter() < deadline, f"{count()} are drawn, not {wanted}"
        time.sleep(0.01)


def wait_for_map(app: App, page: Page) -> None:
    """Wait until the map shows its clinics."""
    page.frame_locator("iframe.stCustomComponentV1, iframe[title*=folium]").locator(
        app.drawn
    ).first.wait_for()


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Open Chromium."""
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        yield browser
        browser.close()


@contextmanager
def open_page(browser: Browser) -> Iterator[Page]:
    """Open a page as a new visitor, to whom other servers' scripts come at once."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.route(lambda url: "127.0.0.1" not in url, give_at_once)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    yield page
    context.close()


def give_at_once(route: Route) -> None:
    """Answer for another server: Leaflet and its clusters from our files, all else empty."""
    name = route.request.url.rpartition("/")[2].lower()
    known = {
        "leaflet.js": "leaflet/leaflet.js",
        "leaflet.css": "leaflet/leaflet.css",
        "leaflet.markercluster.js": "markercluster/leaflet.markercluster.js",
    }
    if name in known:
        route.fulfill(path=assets.FOLDER / known[name])
    else:
        route.fulfill(status=200, body="")


def write_inputs(folder: Path) -> dict[str, str]:
    """Write what the plain app reads: the located clinics and the ZIP codes; return their paths."""
    clinics = releases.load(releases.find(releases.current_id())).clinics
    shown = clinics[clinics["latitude"].notna() & clinics["status"].isin(SHOWN_STATUSES)]
    table = gpd.GeoDataFrame(
        shown[["clinic_id", "name", "city", "state", "treatments", "phone"]],
        geometry=gpd.points_from_xy(shown["longitude"], shown["latitude"]),
        crs=4326,
    )
    table.to_file(folder / "clinics.geojson")
    zips = reference.load("zips")
    zips[["zip", "latitude", "longitude"]].to_csv(folder / "places.csv", index=False)
    return {"CLINICS": str(folder / "clinics.geojson"), "PLACES": str(folder / "places.csv")}
