"""Hostile texts in Chromium: none runs, none changes a page's structure, each reads as itself.

The same pages are opened twice: over a release, a workspace and a gazetteer that hold the corpus of
`tests.handmade.hostile`, and over ones of the same shape that hold none of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from geo.exporting.formulas import escape_formula
from tests.browser.conftest import Server, Visit, start_server, stop_server, visit_with
from tests.browser.hostility import Watch, check_links, draw_tree, settle
from tests.browser.states import MAP, PLACE_BOX, QUIET
from tests.handmade import hostile_home
from tests.handmade.hostile import TEXTS
from tests.handmade.hostile_home import HARMLESS, HOSTILE, QUERY, Names
from tests.raw_client import Client, elements, say

PUBLIC = ("", f"?{QUERY}", "before-you-go", "coverage", "where-next")
OPERATORS = ("operators", "review", "releases", "refresh")
"""Add a page here when it is built; it is then opened with hostile data of every kind."""

CITIES = [
    "Saint <img src=x onerror=window.__hostile=1>",
    "Port ${window.__hostile=1} `",
    "Fort {{ 7*7 }} {0}",
    'Mount "onmouseover="window.__hostile=1',
]
KEPT = "clinic-finder.kept"
PARAMETERS = ("zip", "city", "state", "within", "treatment", "unconfirmed", "lang", "in", "add")
PARAMETERS += ("share", "objective", "keep", "clinic", "unheard_of")
TOOLTIPS = """() => {
  const said = [];
  for (const layer of Object.values(map_div._layers)) {
    if (layer.getTooltip && layer.getTooltip()) {
      const content = layer.getTooltip()._content;
      const box = typeof content === 'function' ? content(layer) : content;
      said.push(box.querySelector('strong').textContent);
    }
  }
  return said;
}"""
SIZE = {"width": 1280, "height": 900}
PART = re.compile(r"[a-z0-9]+\[[^\]]*\]")
"""An element of a tree that was drawn, with the names of its attributes."""


@dataclass
class Site:
    """The app over one home."""

    server: Server
    names: Names


def open_site(folder: Path, names: Names, cities: list[str]) -> Site:
    home = folder / "home"
    home.mkdir()
    hostile_home.write_release(names, home)
    hostile_home.write_workspace(names, home)
    program = hostile_home.copy_program(folder / "program", cities)
    return Site(
        start_server(folder, program, environment={"CLINIC_FINDER_OPERATORS": "local"}), names
    )


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = open_site(tmp_path_factory.mktemp("hostile"), HOSTILE, CITIES)
    yield site
    stop_server(site.server)


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    names = [f"Saint City {number}" for number, _ in enumerate(CITIES)]
    site = open_site(tmp_path_factory.mktemp("harmless"), HARMLESS, names)
    yield site
    stop_server(site.server)


@pytest.fixture(scope="module")
def visitor(browser: Browser, hostile: Site) -> Iterator[Visit]:
    yield from visit_with(browser, hostile.server, viewport=SIZE)


@pytest.fixture(scope="module")
def other_visitor(browser: Browser, harmless: Site) -> Iterator[Visit]:
    yield from visit_with(browser, harmless.server, viewport=SIZE)


@pytest.fixture
def watch(visitor: Visit) -> Iterator[Watch]:
    """A page of the hostile site, on which an eye is kept to the end."""
    watched = Watch(visitor.page)
    watched.begin()
    yield watched
    watched.assert_nothing_ran()
    visitor.page.evaluate("localStorage.clear()")
    visitor.page.goto("about:blank")


def turn_to(page: Page, server: Server, path: str) -> None:
    """Open a page and wait until Streamlit has drawn it."""
    page.goto(f"{server.url}/{path}")
    page.locator(QUIET).wait_for()
    settle(page, lambda: draw_tree(page, ".stMain"))


def texts(page: Page, selector: str) -> list[str]:
    """Return the text of each element, as it stands there."""
    return page.locator(selector).evaluate_all("(found) => found.map((each) => each.textContent)")


def draw_both(pages: list[Page]) -> list[str]:
    """Return the structures of two pages once they are one, or when they have stayed different."""
    trees = ["", ""]
    for _ in range(40):
        before, trees = trees, [draw_tree(page, ".stMain") for page in pages]
        if trees[0] == trees[1] == before[0] == before[1]:
            break
        pages[0].wait_for_timeout(500)
    return trees


@pytest.mark.parametrize("path", [*PUBLIC, *OPERATORS])
def test_a_page_has_one_structure_whatever_its_data_say(
    watch: Watch, other_visitor: Visit, hostile: Site, path: str
) -> None:
    pages = [watch.page, other_visitor.page]
    for page, url in zip(pages, (hostile.server.url, other_visitor.url), strict=True):
        page.goto(f"{url}/{path}", wait_until="commit")
    for page in pages:
        page.locator(QUIET).wait_for()
    if path == "review":
        # Which clinics are candidates depends on how like their names are: of one kind are the parts.
        drawn = []
        for page in pages:
            page.locator(MAP).first.wait_for(state="attached")
            drawn.append(
                {*PART.findall(settle(page, lambda each=page: draw_tree(each, ".stMain")))}
            )
        told, plain = drawn
        assert len(plain) > 20
        assert told <= plain
    else:
        tree, plain_tree = draw_both(pages)
        assert len(plain_tree) > 1_000
        assert tree == plain_tree
    assert "stException" not in watch.page.content()


def test_every_card_reads_as_itself(watch: Watch, hostile: Site) -> None:
    page = watch.page
    turn_to(page, hostile.server, f"?{QUERY}")
    cards = page.locator("article[data-clinic^=nowhere]")
    expect(cards).to_have_count(len(hostile.names.kept))
    for number, text in hostile.names.kept.items():
        card = f"article[data-clinic=nowhere-{number}]"
        assert texts(page, f"{card} .name") == [text]
        (address,) = texts(page, f"{card} .address")
        assert text[1:] in address  # a sentence begins with a capital
        assert any(text in said for said in texts(page, f"{card} details li"))
        assert any(text in said for said in texts(page, f"{card} .source"))
    assert len(check_links(page)) >= 3 * len(hostile.names.kept)


def test_the_popup_and_the_marker_read_as_themselves(watch: Watch, hostile: Site) -> None:
    page = watch.page
    turn_to(page, hostile.server, "")
    frame = page.frame_locator("iframe[title*=folium]")
    marker = frame.locator(".pin-marker, .area-marker").first
    marker.wait_for()
    label = marker.get_attribute("aria-label") or ""
    marker.focus()
    marker.press("Enter")
    rows = frame.locator(".clinic-popup button strong")
    expect(rows).to_have_count(len(hostile.names.kept))
    assert sorted(rows.all_text_contents()) == sorted(hostile.names.kept.values())
    assert all(text in label for text in hostile.names.kept.values())
    expect(page.locator("article.card.chosen .name")).to_have_count(1)
    inner = next(frame for frame in page.frames if "streamlit_folium" in frame.url)
    assert (
        inner.evaluate("() => document.querySelectorAll('.clinic-popup img, b, iframe').length")
        == 0
    )


def test_my_list_and_its_print_read_as_themselves(watch: Watch, hostile: Site) -> None:
    page = watch.page
    turn_to(page, hostile.server, f"?{QUERY}")
    chosen = list(hostile.names.kept)[::5]
    for number in chosen:
        page.locator(f"[data-keep=nowhere-{number}]").dispatch_event("click")
    expect(page.locator(".mine .entries li")).to_have_count(len(chosen))
    kept = [hostile.names.kept[number] for number in chosen]
    assert texts(page, ".mine .entries h3") == kept
    page.emulate_media(media="print")
    assert texts(page, ".mine .entries h3") == kept
    page.emulate_media(media="screen")
    dollars = next(n for n, text in hostile.names.kept.items() if text.startswith("$&"))
    page.locator(f"[data-keep=nowhere-{dollars}]").dispatch_event("click")
    row = page.locator(f".mine .entries li[data-clinic=nowhere-{dollars}]")
    row.get_by_role("button", name=re.compile("^Remove")).dispatch_event("click")
    said = page.locator(".take-along .said", has_text="removed")
    expect(said).to_have_text(f"{hostile.names.kept[dollars]} removed.")


@pytest.mark.parametrize(
    "stored",
    [
        json.dumps([dict.fromkeys(("id", "name", "address", "phone", "number", "on"), t) for t in TEXTS[:40]]),
        json.dumps([{"id": "a", "name": "b", "number": "javascript:window.__hostile=1", "on": "$&"}]),
        json.dumps({"id": 1}),
        json.dumps([None, 1, [], {"id": {}, "name": []}]),
        "<script>window.__hostile=1</script>",
    ],
    ids=["texts", "link", "object", "kinds", "no json"],
)  # fmt: skip
def test_my_list_takes_nothing_but_text_from_the_storage(
    watch: Watch, hostile: Site, stored: str
) -> None:
    page = watch.page
    page.goto(f"{hostile.server.url}/assets/app.css")
    page.evaluate(f"localStorage.setItem({json.dumps(KEPT)}, {json.dumps(stored)})")
    turn_to(page, hostile.server, "")
    page.get_by_role("heading", level=2).first.wait_for()
    assert page.locator(".mine .entries img, .mine .entries script").count() == 0


def test_a_place_of_a_hostile_name_is_text(watch: Watch, hostile: Site) -> None:
    page = watch.page
    for city in CITIES:
        turn_to(page, hostile.server, f"?{urlencode({'city': f'{city}, ID', 'within': 250})}")
        heading = page.get_by_role("heading", level=2).first
        expect(heading).to_contain_text(f"{city}, ID")
        watch.assert_nothing_ran()


def make_query(text: str) -> str:
    """Return a query of every parameter that any page reads, and one more, each of this text."""
    return urlencode(dict.fromkeys(PARAMETERS, text), quote_via=quote)


@pytest.mark.parametrize("path", ["", "where-next", "coverage", "operators"])
def test_hostile_addresses_are_text(watch: Watch, hostile: Site, path: str) -> None:
    page = watch.page
    page.goto(f"{hostile.server.url}/{path}?{make_query(TEXTS[2])}")
    page.locator("h2, [role=alert]").first.wait_for()
    page.locator(QUIET).wait_for()
    assert page.locator(".stException").count() == 0


SHOWN = {"": "crisis", "where-next": "Find sites", "operators": "There is no such clinic now"}


@pytest.mark.parametrize("path", SHOWN)
@pytest.mark.parametrize("step", [24, pytest.param(1, marks=pytest.mark.nightly)])
def test_no_address_makes_a_page_fail(hostile: Site, path: str, step: int) -> None:
    cookie = hostile.server.take_cookie()
    for text in TEXTS[::step]:
        with Client(hostile.server.url, cookie) as client:
            answer = client.rerun(path, query=make_query(text[:2_000]))
        assert SHOWN[path] in say(answer)
        assert "Before and after" not in say(answer)  # no solver is set to work by such a link
        assert not any(each.HasField("exception") for each in elements(answer)), text[:300]


def test_a_typed_text_is_said_again_as_text(watch: Watch, hostile: Site) -> None:
    page = watch.page
    turn_to(page, hostile.server, "")
    box = page.locator(PLACE_BOX)
    for text in (
        "<img src=x onerror=window.__hostile=1> Zzyzx",
        "Zzyzx `${alert()}` lane",
        "{{ cycler }} $& Zzyzx",
    ):
        box.fill(text)
        box.press("Enter")
        expect(page.locator("[role=alert] h2")).to_contain_text(text)
        watch.assert_nothing_ran()


def list_mountain_states(page: Page, site: Site) -> set[str]:
    """Open the coverage page at the states of a division; return what they are called there."""
    turn_to(page, site.server, "coverage")
    page.get_by_role("button", name="West", exact=True).click()
    page.get_by_role("button", name="Mountain", exact=True).click()
    states = page.locator(".regions").first.locator("tbody tr th button")
    expect(states).to_have_count(8)
    return {*states.all_text_contents()}


def test_the_areas_of_the_coverage_page_read_as_themselves(watch: Watch, hostile: Site) -> None:
    page = watch.page
    states = list_mountain_states(page, hostile)
    called = set(hostile.names.kept.values())
    assert called >= states
    frame = page.frame_locator("iframe[title*=folium]")
    frame.locator(".choropleth[data-measure^=state]").wait_for()
    inner = next(frame for frame in page.frames if "streamlit_folium" in frame.url)
    assert states <= {*inner.evaluate(TOOLTIPS)}
    watch.assert_nothing_ran()
    page.locator("tr[data-geoid='16'] button").click()
    counties = page.locator(".regions").first.locator("tbody tr[data-geoid^='16'] th")
    expect(counties).to_have_count(44)
    names = counties.all_text_contents()
    assert len({*names}) == 44
    assert all(any(text in name for text in called) for name in names)


def test_the_chart_and_the_files_of_the_coverage_page_read_as_themselves(
    watch: Watch, hostile: Site
) -> None:
    page = watch.page
    states = list_mountain_states(page, hostile)
    page.locator(QUIET).wait_for()  # until then the charts may be those of before, and go
    charts = page.locator(".stVegaLiteChart")  # by miles, by minutes, over the two releases
    expect(charts).to_have_count(3)
    for chart in charts.all():
        chart.locator("canvas, svg").first.wait_for()
        chart.scroll_into_view_if_needed()
        box = chart.bounding_box()
        assert box
        for step in range(1, 10):  # over the lines, whose tooltips name their areas
            page.mouse.move(box["x"] + box["width"] * step / 10, box["y"] + box["height"] * 0.4)
    watch.assert_nothing_ran()
    with page.expect_download() as taken:
        page.get_by_role("button", name="CSV", exact=True).click()
    table = pd.read_csv(taken.value.path(), dtype=str, keep_default_na=False)
    assert {*table["name"]} == {escape_formula(name) for name in states}
    with page.expect_download() as taken:
        page.get_by_role("button", name="GeoJSON", exact=True).click()
    features = json.loads(taken.value.path().read_text("ascii"))["features"]
    assert {feature["properties"]["name"] for feature in features} == states


def test_an_uploaded_table_reads_as_itself(watch: Watch, hostile: Site, tmp_path: Path) -> None:
    page = watch.page
    said = list(hostile.names.kept.values())
    rows = [{"Name": text, "City": text, "State": "ID", "Note": text} for text in said]
    rows += [{"Name": text, "City": text, "State": text, "Note": text} for text in said[:20]]
    heading = {"Name": "Name", "City": "City", "State": "State", "Note": said[2]}
    file = tmp_path / "<img src=x onerror=window.__hostile=2>.csv"
    pd.DataFrame(rows).rename(columns=heading).to_csv(file, index=False)
    turn_to(page, hostile.server, "refresh")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Look at its columns").click()
    page.get_by_role("button", name="These are the columns").wait_for()
    assert said[2] in page.locator(".stMain").inner_text()
    watch.assert_nothing_ran()
    page.get_by_role("button", name="Another file").click()
    page.get_by_role("button", name="Another file").wait_for(state="detached")


def test_an_operators_clinic_reads_as_itself(watch: Watch, hostile: Site) -> None:
    page = watch.page
    for number in list(hostile.names.kept)[:60:20]:
        turn_to(page, hostile.server, f"operators?clinic=nowhere-{number}")
        text = hostile.names.kept[number]
        shown = page.locator(".stMain").inner_text() + " ".join(
            page.locator(".stMain input, .stMain textarea").evaluate_all(
                "(found) => found.map((each) => each.value)"
            )
        )
        assert " ".join(text.split()) in " ".join(shown.split())
        watch.assert_nothing_ran()
