"""Where next, in a real browser: sites at once, a site of one's own, a link that holds both."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, expect

from tests.browser.conftest import Server, Visit, visit_with

SOLVER_MS = 70_000
SOLVED = re.compile("Proven: no other sites|Not proven: the best")


def test_best_sites_their_proof_and_one_of_ones_own(wide: Visit) -> None:
    wide.page.goto(f"{wide.url}/where-next?in=region:2&add=3&within=60")
    expect(wide.page.get_by_role("heading", name=re.compile("3 sites in Midwest"))).to_be_visible()
    expect(wide.page.get_by_text(SOLVED)).to_be_visible(timeout=SOLVER_MS)
    expect(wide.page.get_by_role("heading", name="Before and after")).to_be_visible()
    expect(wide.page.get_by_role("row", name=re.compile(r"Midwest .*\+\d"))).to_be_visible()
    frame = wide.page.frame_locator("iframe[title*=folium]")
    expect(frame.locator(".site")).to_have_count(3)
    with wide.page.expect_download() as download:
        wide.page.get_by_role("button", name="CSV").click()
    assert download.value.path().read_text().count("\n") == 3

    frame.locator(".leaflet-container").scroll_into_view_if_needed()
    box = frame.locator(".leaflet-container").bounding_box()
    assert box is not None
    wide.page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.4)
    expect(wide.page.get_by_role("heading", name=re.compile("4 sites in Midwest"))).to_be_visible()
    expect(frame.locator(".site")).to_have_count(4)

    wide.page.get_by_role("button", name="Find sites").click()
    expect(wide.page.get_by_role("heading", name=re.compile("3 sites in Midwest"))).to_be_visible()
    query = parse_qs(urlsplit(wide.page.url).query)
    assert query["keep"][0].startswith("point:")


def test_others_are_served_while_a_solver_works(browser: Browser, server: Server) -> None:
    for analyst in visit_with(browser, server):
        analyst.page.goto(f"{server.url}/where-next?in=nation:US&add=20&within=60")
        expect(analyst.page.get_by_text("Looking for better sites")).to_be_visible(timeout=60_000)
        for patient in visit_with(browser, server):
            patient.open()
            patient.search("60601")
            patient.heading("Chicago, IL 60601")
        stop = analyst.page.get_by_role("button", name="Stop looking")
        if stop.count():
            stop.click()
        expect(analyst.page.get_by_text(SOLVED)).to_be_visible(timeout=SOLVER_MS)
