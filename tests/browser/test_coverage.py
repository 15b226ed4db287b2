"""What an analyst does, in a real browser."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from playwright.sync_api import Browser, FrameLocator, expect

from geo import releases
from tests.browser.conftest import Server, Visit, visit_with

MOST_BYTES = 30_000
SETTLED_MS = 1_500  # a file made on demand belongs to one run of the page


def open_coverage(visit: Visit) -> FrameLocator:
    visit.page.goto(f"{visit.url}/coverage")
    frame = visit.page.frame_locator("iframe[title*=folium]")
    frame.locator(".choropleth[data-measure]").wait_for()
    return frame


def choose(visit: Visit, label: str, option: str) -> None:
    visit.page.get_by_role("combobox", name=label, exact=True).click()
    visit.page.get_by_role("option", name=option, exact=True).click()


def listed(visit: Visit) -> list[str]:
    names = visit.page.locator(".regions").first.locator("tbody th:not(.indent)")
    return [name.strip() for name in names.all_inner_texts()]


@pytest.mark.core
def test_regions_are_seen_at_once_and_the_question_is_answered(wide: Visit) -> None:
    open_coverage(wide)
    expect(wide.page.get_by_role("heading", name="Is the Midwest underserved?")).to_be_visible()
    assert sorted(listed(wide)) == ["Midwest", "Northeast", "South", "West"]
    expect(wide.page.get_by_text("By supply: Cannot be judged from this list.")).to_be_visible()


def test_a_click_leads_to_the_next_level_down(wide: Visit) -> None:
    open_coverage(wide)
    wide.page.get_by_role("button", name="Midwest", exact=True).click()
    expect(wide.page.get_by_role("button", name="East North Central")).to_be_visible()
    assert sorted(listed(wide)) == ["East North Central", "West North Central"]
    wide.page.get_by_role("button", name="East North Central").click()
    expect(wide.page.get_by_role("button", name="Illinois")).to_be_visible()
    assert len(listed(wide)) == 5
    wide.page.get_by_role("button", name="Illinois").click()
    expect(wide.page.locator(".regions").first.get_by_text("Cook County, IL")).to_be_visible()
    expect(wide.page.get_by_role("heading", name="Is Illinois underserved?")).to_be_visible()


def test_who_can_drive_to_a_place_is_laid_over_the_map(wide: Visit) -> None:
    frame = open_coverage(wide)
    expect(frame.locator(".leaflet-outline-pane svg path")).to_have_count(0)
    field = wide.page.get_by_label("City, ZIP code, latitude and longitude, or a clinic's name")
    field.fill("60601")
    field.press("Enter")
    expect(wide.page.get_by_text("within 60 minutes' drive of Chicago, IL 60601.")).to_be_visible()
    expect(frame.locator(".leaflet-outline-pane svg path")).to_have_count(1)
    expect(wide.page.get_by_text("© OpenStreetMap contributors, ODbL 1.0").first).to_be_visible()


def test_a_region_of_the_map_can_be_clicked(wide: Visit) -> None:
    frame = open_coverage(wide)
    box = frame.locator(".leaflet-container").bounding_box()
    assert box is not None
    wide.page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.4)
    frame.locator(".choropleth[data-measure^=division]").wait_for()
    assert len(listed(wide)) in {2, 3}


@pytest.mark.parametrize("level", ["Census regions", "Counties"])
def test_a_change_of_measure_is_small_and_keeps_the_map(
    browser: Browser, server: Server, level: str
) -> None:
    for visit in visit_with(browser, server, viewport={"width": 1280, "height": 900}):
        received: list[int] = []

        def weigh(payload: str | bytes, received: list[int] = received) -> None:
            received.append(len(payload))

        visit.page.on("websocket", lambda socket: socket.on("framereceived", weigh))
        frame = open_coverage(visit)
        if level != "Census regions":
            choose(visit, "Show", level)
            frame.locator(".choropleth[data-measure^=county]").wait_for()
        frame.locator(".leaflet-container").evaluate("map => map.dataset.kept = 'yes'")
        visit.page.wait_for_timeout(1_500)
        received.clear()
        choose(visit, "Measure", "Mean distance")
        frame.locator(".choropleth[data-measure*=mean_distance]").wait_for()
        visit.page.wait_for_timeout(1_000)
        assert frame.locator(".leaflet-container[data-kept=yes]").count() == 1
        assert 0 < sum(received) < MOST_BYTES


def test_the_numbers_can_be_taken_away(wide: Visit) -> None:
    open_coverage(wide)
    with wide.page.expect_download() as download:
        wide.page.get_by_role("button", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text())))
    assert {row["name"] for row in rows} == {"Midwest", "Northeast", "South", "West"}
    release = releases.read_manifest(releases.SHIPPED)["id"]
    assert {row["release"] for row in rows} == {release}
    wide.page.wait_for_timeout(SETTLED_MS)
    with wide.page.expect_download() as download:
        wide.page.get_by_role("button", name="GeoJSON").click()
    collection = json.loads(download.value.path().read_text())
    assert collection["release"] == release
    assert "200 seeded draws" in collection["method"]
    assert {feature["geometry"]["type"] for feature in collection["features"]} == {"MultiPolygon"}


def test_clinics_can_be_laid_over_and_a_phone_scrolls_one_way(phone: Visit) -> None:
    open_coverage(phone)
    phone.page.get_by_text("Lay the clinics over the map").click()
    expect(phone.page.get_by_role("heading", name=re.compile("underserved"))).to_be_visible()
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_page_says_how_many_missing_clinics_would_turn_a_verdict(wide: Visit) -> None:
    open_coverage(wide)
    wide.page.get_by_role("button", name="Midwest", exact=True).click()
    expect(wide.page.get_by_role("heading", name="Is the Midwest underserved?")).to_be_visible()
    wide.page.get_by_role("button", name=re.compile("How many missing clinics")).click()
    told = wide.page.get_by_text(re.compile(r"\d+ clinics? missing from the list here"))
    expect(told).to_be_visible(timeout=60_000)
