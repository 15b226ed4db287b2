"""Filling in, the whole road in the browser: started, reviewed, what is sure taken, and published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from geo import workspace
from geo.sources import curated
from geo.workspace import opening, stored_listings
from tests.browser.conftest import Server, Traffic, start_server, stop_server
from tests.handmade.sites_home import make_home
from tests.servers.clinic_sites import CLINICS, TRUTH, ClinicSites
from tests.servers.loopback import serve

LONG_MS = 120_000
KEYS = ("marked1", "micro0", "person", "parked")

pytestmark = pytest.mark.nightly


@pytest.fixture
def sites() -> Iterator[ClinicSites]:
    with serve(ClinicSites()) as service:
        yield service


@pytest.fixture
def server(tmp_path: Path, sites: ClinicSites, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    chosen = [one for one in CLINICS if one["clinic_id"] in KEYS]
    home, shipped = make_home(tmp_path, chosen)
    with monkeypatch.context() as patched:
        patched.setattr(curated, "PATH", shipped)
        opening.open(home).close()
    environment = {
        "CLINIC_FINDER_OPERATORS": "local",
        "CLINIC_FINDER_HOME": str(home),
        "http_proxy": sites.url,
        "no_proxy": "",
    }
    started = start_server(tmp_path, environment=environment)
    yield started
    stop_server(started)


@pytest.fixture
def operator(browser: Browser, server: Server) -> Iterator[Page]:
    traffic, errors = Traffic(), list[str]()
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    server.let_in(context)
    traffic.watch(context, server.url)
    page = context.new_page()
    page.set_default_timeout(LONG_MS)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert traffic.foreign == []
    assert errors == []


def test_the_whole_road_of_filling_in(
    operator: Page, server: Server, sites: ClinicSites, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = operator
    page.goto(f"{server.url}/refresh")
    page.get_by_text("What is to be taken in").wait_for()
    page.get_by_role("combobox", name="Source").click()
    page.get_by_role("option", name="Fill in what clinics of the list lack").click()
    page.get_by_role("radio", name="a street").click()
    page.get_by_role("button", name="Look for it now").click()
    region = page.get_by_role("region", name="The last run, of 4 clinics")
    region.wait_for()
    assert "its domain is for sale\t1" in region.inner_text()
    found = page.get_by_role("region", name="What was found").inner_text()
    assert "Address\t3\t2" in found
    assert {request.headers["host"] for request in sites.requests} == {
        f"{key}.example" for key in KEYS
    }
    page.get_by_role("link", name="Review what was found for 3 clinics").click()
    page.get_by_role("heading", name="Is this what the clinic lacks?").wait_for()
    page.get_by_role("radio", name="Found facts (3)").click()
    page.get_by_role("button", name="Take what is sure (2)").click()
    page.get_by_text("Taken for 2 clinics").wait_for()
    expect(page.get_by_text("9 Person St, Chicago, IL 60601")).to_be_visible()
    page.get_by_role("button", name="Take nothing").wait_for()
    page.keyboard.press("x")
    page.get_by_text("Nothing waits here.").wait_for()

    page.goto(f"{server.url}/refresh")
    page.get_by_text("4 Publish").click()
    page.get_by_text("Quickly").click()
    page.get_by_role("button", name="Build it and compare").click()
    publish = page.get_by_role("button", name="Publish", exact=True)
    publish.wait_for()
    why = page.get_by_label("Why it is right all the same")
    why.fill("a list of four clinics, made for a test")
    why.press("Tab")
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
    publish.click()
    page.get_by_text("is in use, and visitors have it").wait_for()
    page.goto(f"{server.url}/?zip=78703&within=25")
    page.get_by_role("heading", level=2).filter(has_text="78703").first.wait_for()
    card = page.locator("article.card").first
    expect(card).to_contain_text(TRUTH["marked1"]["street"])
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(server.home))
    with workspace.open() as opened:
        listings = stored_listings.current(opened).set_index("listing_id")
    assert listings.loc["website:micro0", "street"] == TRUTH["micro0"]["street"]
    assert "website:person" not in listings.index
