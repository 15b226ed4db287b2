"""Everyone's way through the app: by axe, by keyboard, by the accessibility tree, small and large."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from pages.parts.leave import NEUTRAL_PAGE
from tests.browser.conftest import Server, start_server, stop_server
from tests.browser.reading import (
    find_covered,
    find_small_targets,
    find_sticking_out,
    find_violations,
    focused,
    scrolls_sideways,
)
from tests.browser.states import (
    ANALYSTS,
    MAP,
    MAP_READY,
    OPERATORS,
    PATIENTS,
    PLACE_BOX,
    State,
    frame_of,
)

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
ZOOMED = ({"width": 640, "height": 450}, {"width": 320, "height": 225})
PATIENCE_MS = 30_000
MOST_SHIFT = 0.05
"""Half of a good cumulative layout shift: the most of shifts that follow within a second, five in all."""

STATES = {f"{state.page}, {state.name}": state for state in (*PATIENTS, *ANALYSTS, *OPERATORS)}
# One state of each kind; all of them, in every window, theme and language, are looked at nightly.
IN_ENGLISH = (
    "find, start",
    "find, suggestions",
    "find, popup open",
    "find, ambiguous place",
    "find, crisis",
    "before you go, whole",
    "operators, clinics",
    "operators, releases",
)
IN_SPANISH_AND_DARK = (
    "find, my list",
    "find, suggestions",
    "find, error",
    "find, overdose",
    "report, refused",
    "coverage, an area chosen",
    "where next, sites",
)
PAGES = (
    "find, start",
    "find, results",
    "find, crisis",
    "before you go, whole",
    "coverage, regions",
    "where next, sites",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app with the operators' pages and the form for reports."""
    started = start_server(
        tmp_path_factory.mktemp("site"),
        environment={"CLINIC_FINDER_OPERATORS": "local", "CLINIC_FINDER_REPORTS": "on"},
    )
    yield started
    stop_server(started)


@pytest.fixture
def open_page(browser: Browser, site: Server) -> Iterator[Any]:
    """Return a function that opens a page with the options of a context."""
    contexts: list[BrowserContext] = []

    def open_one(**options: Any) -> Page:
        context = browser.new_context(bypass_csp=True, **options)
        contexts.append(context)
        site.let_in(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        return page

    yield open_one
    for context in contexts:
        context.close()


def inspect(page: Page, site: Server, state: State, language: str) -> list[str]:
    """Return all that is wrong with a state."""
    state.reach(page, site.url, language)
    wrong = find_violations(page)
    wrong += [f"small: {target}" for target in find_small_targets(page)]
    wrong += [f"sticks out: {part}" for part in find_sticking_out(page)]
    if scrolls_sideways(page):
        wrong.append("scrolls sideways")
    page.evaluate("localStorage.clear()")
    return wrong


def inspect_all(page: Page, site: Server, names: tuple[str, ...], language: str) -> dict[str, Any]:
    """Return what is wrong, by state."""
    found = {name: inspect(page, site, STATES[name], language) for name in names}
    return {name: wrong for name, wrong in found.items() if wrong}


def test_nothing_is_wrong_in_english_at_a_desk(site: Server, open_page: Any) -> None:
    assert inspect_all(open_page(viewport=WIDE), site, IN_ENGLISH, "en") == {}


def test_nothing_is_wrong_in_spanish_and_the_dark_on_a_narrow_phone(
    site: Server, open_page: Any
) -> None:
    page = open_page(viewport=NARROW, color_scheme="dark")
    assert inspect_all(page, site, IN_SPANISH_AND_DARK, "es") == {}


@pytest.mark.nightly
@pytest.mark.parametrize("viewport", [WIDE, PHONE, NARROW], ids=["wide", "phone", "narrow"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_is_wrong_in_any_window_theme_and_language(
    site: Server, open_page: Any, viewport: dict[str, int], theme: str, language: str
) -> None:
    page = open_page(viewport=viewport, color_scheme=theme)
    names = tuple(
        name for name, state in STATES.items() if language == "en" or state not in OPERATORS
    )
    assert inspect_all(page, site, names, language) == {}


def tab_to(page: Page, words: str, *, back: bool = False, most: int = 90) -> str:
    """Press Tab until what has the focus is described by `words`, a pattern."""
    met = []
    for _press in range(most):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        met.append(focused(page))
        if re.search(words, met[-1]):
            return met[-1]
    pytest.fail(f"Tab does not lead to {words!r}, but over {met}")


def wait_for_focus(page: Page, words: str) -> None:
    """Wait until the focus is moved to what `words` describe."""
    for _try in range(100):
        if re.search(words, focused(page)):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"The focus is on {focused(page)!r}, not on {words!r}")


def map_frame(page: Page) -> Frame:
    """Return the map's frame."""
    page.locator(MAP).wait_for()
    frame_of(page).locator(MAP_READY).wait_for()
    return next(frame for frame in page.frames if "st_folium" in frame.url)


def test_the_journey_by_keyboard_alone(site: Server, open_page: Any) -> None:
    page = open_page(viewport=WIDE)
    page.context.route(NEUTRAL_PAGE, lambda route: route.fulfill(body="<h1>Weather</h1>"))
    STATES["find, start"].reach(page, site.url)
    tab_to(page, "^a: Skip to main content")
    tab_to(page, "^a: For analysts")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab_to(page, "^a: Skip to the results")
    tab_to(page, "^(?:combobox|input): City")
    page.keyboard.type("80202")
    page.keyboard.press("Enter")
    wait_for_focus(page, "^h2: .*within 25 miles of Denver")

    tab_to(page, "^combobox: .*Treatment|^input: .*Treatment", back=True)
    page.keyboard.press("ArrowDown")
    page.keyboard.type("Esketamine")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("Any treatment"))).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Showing all")).to_have_count(1)
    tab_to(page, "^button: Any treatment")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Showing 1–10")).to_have_count(1)

    told = tab_to(page, r"^a: Call \(\d{3}\) \d{3}-\d{4}: ")
    number = page.get_by_role("link", name=told.removeprefix("a: ")).first
    assert re.fullmatch(r"tel:\+1\d{10}", number.get_attribute("href") or "")
    picked = tab_to(page, "^button: Show on map").removeprefix("button: ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=picked)).to_have_attribute("aria-pressed", "true")
    assert focused(page) == f"button: {picked}"

    tab_to(page, "^button: Next")
    page.keyboard.press("Enter")
    wait_for_focus(page, "^h2: ")
    expect(page.get_by_text("Page 2 of")).to_be_visible()
    tab_to(page, "^a: Skip the map")
    page.keyboard.press("Enter")
    tab_to(page, "^a: Open this area in OpenStreetMap", most=1)

    tab_to(page, "^button: Leave this page", back=True, most=120)
    page.keyboard.press("Enter")
    page.wait_for_url(NEUTRAL_PAGE)


def test_the_journey_by_roles_and_names_alone(site: Server, open_page: Any) -> None:
    page = open_page(viewport=WIDE)
    page.goto(site.url)
    expect(page).to_have_title("Find a clinic · Clinic Finder")
    page.get_by_role("heading", level=1, name="Find a ketamine or esketamine clinic").wait_for()
    box = page.get_by_role("combobox", name="City, state, ZIP code or address")
    box.fill("60601")
    page.get_by_role("button", name="Search", exact=True).click()
    results = page.get_by_role("region", name="Search results")
    results.get_by_role("heading", level=2, name=re.compile("within 25 miles")).wait_for()
    expect(results.get_by_role("status")).to_contain_text("within 25 miles")
    names = results.get_by_role("heading", level=4)
    expect(names).to_have_count(10)
    expect(results.get_by_role("article")).to_have_count(10)
    first = names.first.inner_text()
    for verb in ("Show on map", "Keep"):
        expect(results.get_by_role("button", name=f"{verb}: {first}", exact=True)).to_have_count(1)

    frame = map_frame(page)
    frame.get_by_role("heading", level=1, name="Map of clinics").wait_for()
    markers = frame.get_by_role("button", name=re.compile(re.escape(first)))
    markers.first.wait_for()
    assert page.get_by_title("folium").get_attribute("aria-label") == "Map of clinics"
    markers.first.press("Enter")
    row = frame.get_by_role("button", name=re.compile(r"^\d+\. "))
    expect(row.first).to_be_focused()
    row.first.press("Escape")
    expect(row).to_have_count(0)
    expect(frame.get_by_role("button", name=re.compile(re.escape(first))).first).to_be_focused()

    results.get_by_role("button", name=f"Keep: {first}").click()
    mine = page.get_by_role("region", name="My list")
    expect(mine.get_by_role("heading", level=3, name=first)).to_be_visible()
    results.get_by_role("navigation", name="Pages of results").get_by_role(
        "button", name="Next"
    ).click()
    expect(results.get_by_text("Page 2 of")).to_be_visible()


def test_a_fault_is_tied_to_the_box_until_it_is_mended(site: Server, open_page: Any) -> None:
    page = open_page(viewport=WIDE)
    STATES["find, error"].reach(page, site.url)
    wait_for_focus(page, "^h2: ")
    said = page.get_by_role("alert").get_by_role("heading").inner_text()
    box = page.locator(PLACE_BOX)
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(box).to_have_accessible_description(said)
    box.fill("Jordan, MT")
    box.press("Enter")
    wait_for_focus(page, "^h2: No clinic within|^h2: .*Jordan")
    expect(box).not_to_have_attribute("aria-invalid", "true")
    expect(box).to_have_accessible_description("")


def test_nothing_moves_for_those_who_asked_for_less_motion(site: Server, open_page: Any) -> None:
    for motion, moves in (("reduce", False), ("no-preference", True)):
        page = open_page(viewport=WIDE, reduced_motion=motion)
        STATES["find, results"].reach(page, site.url)
        animated = map_frame(page).evaluate(
            "(() => { const map = Object.values(window).find((v) => v instanceof L.Map);"
            "return map.options.zoomAnimation || map.options.fadeAnimation; })()"
        )
        assert bool(animated) is moves
        lasts = page.evaluate(
            "Math.max(...[...document.querySelectorAll('*')].flatMap((e) =>"
            "getComputedStyle(e).transitionDuration.split(',').map(parseFloat)))"
        )
        assert (lasts > 0.001) is moves


def test_markers_stand_out_in_forced_colours(site: Server, open_page: Any) -> None:
    page = open_page(viewport=WIDE, forced_colors="active")
    STATES["find, popup open"].reach(page, site.url)
    shown = (
        map_frame(page)
        .locator(".chosen")
        .first.evaluate(
            "(e) => { const s = getComputedStyle(e); return [s.backgroundColor, s.color, s.borderColor]; }"
        )
    )
    assert shown[0] != shown[1]
    assert shown[0] != map_frame(page).locator(".area-marker:not(.chosen)").first.evaluate(
        "(e) => getComputedStyle(e).backgroundColor"
    )
    track, knob, edge = page.get_by_role("switch", name="Quickest drive first").evaluate(
        "(e) => { const t = e.closest('label').querySelector(':scope > span + div'); return ["
        "getComputedStyle(t).backgroundColor, getComputedStyle(t.firstElementChild).backgroundColor,"
        "getComputedStyle(t).outlineStyle]; }"
    )
    assert track != knob
    assert edge == "solid"


@pytest.mark.parametrize(
    "viewport",
    [
        pytest.param(ZOOMED[0], id="200%", marks=pytest.mark.nightly),
        pytest.param(ZOOMED[1], id="400%"),
    ],
)
def test_zoomed_in_nothing_is_cut_or_covered(
    site: Server, open_page: Any, viewport: dict[str, int]
) -> None:
    page = open_page(viewport=viewport, reduced_motion="reduce")
    wrong = {}
    for name in PAGES:
        STATES[name].reach(page, site.url)
        wrong[name] = find_sticking_out(page) + find_covered(page)
        if scrolls_sideways(page):
            wrong[name].append("scrolls sideways")
    assert {name: parts for name, parts in wrong.items() if parts} == {}


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_first_result_is_seen_on_a_phone_without_scrolling(
    site: Server, open_page: Any, language: str
) -> None:
    page = open_page(viewport=PHONE, is_mobile=True, has_touch=True)
    STATES["find, start"].reach(page, site.url, language)
    box = page.locator(PLACE_BOX)
    box.fill("60601")
    box.press("Enter")
    wait_for_focus(page, "^h2: .*60601")
    card = page.get_by_role("article").first
    name, phone = card.get_by_role("heading"), card.get_by_role("link").first
    expect(name).to_be_in_viewport(ratio=1)
    bar = page.get_by_role("button", name=re.compile("Leave this page|Salir")).bounding_box()
    lowest = phone.bounding_box()
    assert bar is not None
    assert lowest is not None
    assert lowest["y"] + lowest["height"] < bar["y"]
    switch = page.get_by_role("button", name=re.compile("Show map|Ver el mapa|mapa$")).last
    expect(switch).to_be_in_viewport(ratio=1)
    page.get_by_role("article").nth(5).scroll_into_view_if_needed()
    expect(switch).to_be_in_viewport(ratio=1)

    page.add_style_tag(content="html { font-size: 200% !important; }")
    page.wait_for_function("getComputedStyle(document.documentElement).fontSize === '32px'")
    search = page.get_by_role("button", name=re.compile("^(Search|Buscar)$"))
    assert search.evaluate("(e) => e.scrollWidth <= e.clientWidth")
    out = page.get_by_role("button", name=re.compile("Leave this page|Salir")).bounding_box()
    beside = switch.bounding_box()
    assert out is not None
    assert beside is not None
    assert beside["x"] + beside["width"] <= out["x"]
    assert out["x"] + out["width"] <= PHONE["width"]


WATCH_SHIFTS = """
window.shifted = 0; window.shifts = [];
let sum = 0, first = 0, last = 0;
new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) {
  const at = entry.startTime, goes_on = at - last < 1000 && at - first < 5000;
  [sum, first, last] = goes_on ? [sum + entry.value, first, at] : [entry.value, at, at];
  window.shifted = Math.max(window.shifted, sum);
  window.shifts.push([entry.value.toFixed(3), ...entry.sources.map((s) => (s.node && (s.node.className || s.node.nodeName)) + '')]);
} }).observe({ type: 'layout-shift', buffered: true });
"""


@pytest.mark.parametrize(
    "viewport",
    [pytest.param(WIDE, id="wide", marks=pytest.mark.nightly), pytest.param(PHONE, id="phone")],
)
def test_nothing_jumps_while_a_page_loads(
    site: Server, open_page: Any, viewport: dict[str, int]
) -> None:
    page = open_page(viewport=viewport)
    page.add_init_script(WATCH_SHIFTS)
    jumped = {}
    for name in PAGES:
        STATES[name].reach(page, site.url)
        if page.evaluate("window.shifted") > MOST_SHIFT:
            jumped[name] = page.evaluate("window.shifts")
    assert jumped == {}
