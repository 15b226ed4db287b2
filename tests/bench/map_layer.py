"""Our map layers beside folium's own and pydeck's: what is sent, and how soon Chromium shows it.

The time is that of making the map in Python, and in Chromium from the start of its document until
the frame after its clinics are drawn; nobody draws map tiles. folium's own markers can be changed
under streamlit-folium only by mounting a new map, so that a repaint costs them a whole map; ours
is told the new clinics. Scripts of other servers are answered at once as in `felt`.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import folium
import numpy as np
import pydeck
from folium.plugins import MarkerCluster
from playwright.sync_api import Browser, Page, Route

from geo import releases
from geo.coverage.coverage_table import NATION, Coverage
from geo.maps import assets
from geo.maps.choropleth import ChoroplethState, build_choropleth
from geo.maps.clinic_map import CONTIGUOUS_US, ClinicState, MapGroup, MapView, build_map
from geo.maps.feed import Feed
from pages.analysts.parts import coverage_view
from pages.analysts.parts.coverage_view import Choice
from pages.analysts.parts.measures import MEASURES, Measure
from tests.bench import SEED, Row, draw_points
from tests.bench.felt import PATIENCE_MS, give_at_once, open_browser

SIZES = (500, 5_000, 20_000)
ROUNDS_UP_TO = {500: 5, 5_000: 3, 20_000: 1}
ADDRESS = "http://maps.test/"
SMALL_TERRITORIES = {"60", "66", "69", "78"}  # which ours does not draw
TITLE = "Ketamine clinic"

_AFTER_THE_NEXT_FRAME = (
    "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame("
    "() => done(performance.now() / 1000))))"
)
_COUNT_MARKERS = "document.querySelectorAll('.leaflet-marker-icon').length"
_COUNT_CLUSTERED = (
    "Object.values(window).find((v) => v instanceof L.MarkerClusterGroup).getLayers().length"
)
_COUNT_OURS = "Number(document.querySelector('.leaflet-container').dataset.clinics)"
_COUNT_AREAS = (
    "(() => { let areas = 0; Object.values(window).find((v) => v instanceof L.Map)"
    ".eachLayer((layer) => { if (layer.feature && layer.options.pane !== 'outline') areas += 1; }); return areas; })()"
)


@dataclass(frozen=True)
class Drawn:
    """One map: seconds until it was seen, its bytes, how much it shows; NaN where it cannot."""

    seconds: float
    sent_bytes: int
    count: int


def run() -> list[Row]:
    """Return the measurements."""
    rows = []
    with open_browser() as browser:
        for size in SIZES:
            rows += compare_clinics(browser, size)
        rows += compare_counties(browser)
    return rows


def compare_clinics(browser: Browser, size: int) -> list[Row]:
    """Return the rows of one number of clinics: drawn anew, and repainted."""
    points = draw_points(size, np.random.default_rng(SEED))
    others = draw_points(size, np.random.default_rng(SEED + 1))
    rounds = ROUNDS_UP_TO[size]
    ours = draw(browser, lambda: make_ours(points), _COUNT_OURS, rounds)
    makers = [lambda: make_state(points), lambda: make_state(others)]
    repainted = repaint(browser, make_ours(points), makers, _COUNT_OURS, rounds)
    peers = {
        "folium.Marker": draw(browser, lambda: make_markers(points), _COUNT_MARKERS, rounds),
        "MarkerCluster": draw(browser, lambda: make_clusters(points), _COUNT_CLUSTERED, rounds),
        "pydeck (its script is on another server)": describe_deck(points),
    }
    rows = []
    for name, peer in peers.items():
        for what, mine in (("drawn", ours), ("repainted with others", repainted)):
            rows.append(
                Row(
                    f"a map of {size:,} clinics, {what}",
                    name,
                    mine.seconds,
                    peer.seconds,
                    say_both(mine, peer, "clinics"),
                    mine.count == peer.count == size,
                    family=f"a map of clinics, {what}",
                    size=size,
                )
            )
    return rows


def compare_counties(browser: Browser) -> list[Row]:
    """Return the rows of the choropleth of counties: drawn anew, and with another measure."""
    release = releases.load(releases.find(releases.current_id()))
    coverage = Coverage(release.table("coverage"), "any")
    measures = [MEASURES[f"share_within_{miles}_miles"] for miles in (30, 60)]

    def make_state(measure: Measure) -> ChoroplethState:
        asked = Choice("county", measure, "any", NATION)
        return ChoroplethState(coverage_view.build_map(coverage, asked, selected=None))

    shapes = json.loads(assets.read("geometry/counties.geojson"))
    shapes["features"] = [
        feature
        for feature in shapes["features"]
        if feature["properties"]["id"][:2] not in SMALL_TERRITORIES
    ]
    shares = coverage.level("county").set_index("geoid")[measures[0].key]

    def make_ours() -> str:
        return render(build_choropleth(dark=False), make_state(measures[0]))

    def make_theirs() -> str:
        made = folium.Map((39.5, -98.35), zoom_start=4, tiles=None)
        layer = folium.Choropleth(
            shapes, shares, key_on="feature.properties.id", bins=[0, 0.5, 0.7, 0.8, 0.9, 1]
        )
        for name in [name for name in layer._children if name.startswith("color_map")]:
            del layer._children[name]  # its legend draws with d3, from another server
        layer.add_to(made)
        return made.get_root().render()

    ours = draw(browser, make_ours, _COUNT_AREAS, 3)
    theirs = draw(browser, make_theirs, _COUNT_AREAS, 3)
    geometry = len(assets.read("geometry/counties.geojson"))
    makers = [lambda: make_state(measures[0]), lambda: make_state(measures[1])]
    repainted = repaint(browser, make_ours(), makers, _COUNT_AREAS, 5)
    return [
        Row(
            f"a map of {theirs.count:,} counties, {what}",
            "folium.Choropleth",
            mine.seconds,
            theirs.seconds,
            f"{say_both(mine, theirs, 'counties')}{more}",
            mine.count == theirs.count,
        )
        for what, mine, more in (
            ("drawn", ours, f"; ours fetches shapes of {geometry / 1e6:.1f} MB once"),
            ("repainted by another measure", repainted, ""),
        )
    ]


def make_ours(points: np.ndarray) -> str:
    """Return our map with clinics at these points, as a document."""
    return render(build_map(dark=False), make_state(points))


def render(made: folium.Map, feed: Feed) -> str:
    """Return a map as a document that is told something at its end."""
    told = f"<script>window.{feed.layer}.set({feed.write()});</script>"
    return f"{made.get_root().render()}{told}"


def make_state(points: np.ndarray) -> ClinicState:
    """Return what our map is told of clinics at these points."""
    groups = [
        MapGroup(
            at=(latitude, longitude),
            area=0.0,
            lead="",
            clinics=[{"id": f"clinic-{at}", "rank": None, "name": TITLE, "detail": "Chicago, IL"}],
        )
        for at, (latitude, longitude) in enumerate(points.round(5).tolist())
    ]
    view = MapView(token="all", bounds=CONTIGUOUS_US)  # noqa: S106 - no password
    return ClinicState(groups, place=None, selected=None, view=view)


def make_markers(points: np.ndarray) -> str:
    """Return folium's map of one marker a clinic, as a document."""
    made = folium.Map((39.5, -98.35), zoom_start=4, tiles=None)
    for point in points.round(5).tolist():
        folium.Marker(point, tooltip=TITLE).add_to(made)
    return made.get_root().render()


def make_clusters(points: np.ndarray) -> str:
    """Return folium's map of clustered markers, as a document."""
    made = folium.Map((39.5, -98.35), zoom_start=4, tiles=None)
    cluster = MarkerCluster().add_to(made)
    for point in points.round(5).tolist():
        folium.Marker(point, tooltip=TITLE).add_to(cluster)
    return made.get_root().render()


def describe_deck(points: np.ndarray) -> Drawn:
    """Return what pydeck would send; it draws with a script that is not to be had here."""
    rows = [{"at": [x, y], "name": TITLE} for y, x in points.round(5).tolist()]
    layer = pydeck.Layer("ScatterplotLayer", rows, get_position="at", get_radius=5_000)
    return Drawn(math.nan, len(pydeck.Deck([layer], map_style=None).to_json()), len(rows))


def draw(browser: Browser, make: Callable[[], str], count: str, rounds: int) -> Drawn:
    """Return what a map takes to be made and seen, the median of some rounds."""
    seconds = []
    for _round in range(rounds):
        start = time.perf_counter()
        document = make()
        made = time.perf_counter() - start
        page = open_document(browser, document)
        page.wait_for_function(f"{count} > 0", timeout=PATIENCE_MS)
        seconds.append(made + page.evaluate(_AFTER_THE_NEXT_FRAME))
        shown = page.evaluate(count)
        page.context.close()
    return Drawn(median(seconds), len(document), shown)


def repaint(
    browser: Browser, document: str, makers: list[Callable[[], Feed]], count: str, rounds: int
) -> Drawn:
    """Return what it takes to tell our map, which stays, another thing each turn."""
    page = open_document(browser, document)
    page.wait_for_function(f"{count} > 0", timeout=PATIENCE_MS)
    seconds = []
    for turn in range(rounds):
        start = time.perf_counter()
        feed = makers[(turn + 1) % len(makers)]()
        told = feed.write()
        made = time.perf_counter() - start
        script = (
            f"() => {{ const start = performance.now() / 1000; window.{feed.layer}.set({told});"
            f" return ({_AFTER_THE_NEXT_FRAME})().then((end) => end - start); }}"
        )
        seconds.append(made + page.evaluate(script))
    shown = page.evaluate(count)
    page.context.close()
    return Drawn(median(seconds), len(told), shown)


def open_document(browser: Browser, document: str) -> Page:
    """Open a document in a window of its own, and return it when it is loaded."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ADDRESS)
        if not path:
            route.fulfill(body=document, content_type="text/html")
        elif path.startswith("assets/"):
            route.fulfill(path=assets.FOLDER / path.removeprefix("assets/").partition("?")[0])
        else:
            give_at_once(route)

    context.route("**/*", answer)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(ADDRESS, wait_until="load")
    return page


def say_both(ours: Drawn, peer: Drawn, what: str) -> str:
    """Return how much both show, and the bytes of both."""
    same = f"{ours.count:,} {what} in both"
    if ours.count != peer.count:
        same = f"{ours.count:,} {what} AGAINST {peer.count:,}"
    return f"{same}; {say_sent(ours)} sent, {say_sent(peer)} by it"


def say_sent(drawn: Drawn) -> str:
    """Return bytes as people read them."""
    return f"{drawn.sent_bytes / 1e6:.2f} MB"
