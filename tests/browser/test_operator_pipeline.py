"""The whole pipeline in the browser: a table taken in, geocoded, reviewed, published, undone."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from geo import releases, workspace
from geo.workspace import decisions, positions
from tests.browser.conftest import Server, Traffic, start_server, stop_server
from tests.servers.census import CensusService, Known
from tests.servers.loopback import serve

LONG_MS = 60_000

LIST = """Facility,Street,City,State,Zip,Phone
Fresh Ketamine Care,100 Main St,Fresno,CA,93721,559-555-0101
Fresh Ketamine Care,100 Main Street,Fresno,CA,93721,559-555-0101
Lone Star Ketamine,7 Elm St,Waco,TX,76701,254-555-0102
Lone Star Ketamine & Wellness,9 Elm St,Waco,TX,76701,254-555-0102
Gulf Spravato Center,12 Ocean Dr,Galveston,TX,77550,409-555-0103
,12 Elm St,Dallas,TX,75201,214-555-0199
"""
FRESNO = Known("100 Main St", "Fresno", "CA", "93721", 36.735, -119.79)
GULF = [
    Known("12 Ocean Dr", "Galveston", "TX", "77550", 29.30, -94.79),
    Known("12 Ocean Dr", "Galveston", "TX", "77550", 29.28, -94.82),
]
KNOWN = {"100 MAIN ST": [FRESNO], "100 MAIN STREET": [FRESNO], "12 OCEAN DR": GULF}


@pytest.fixture
def census() -> Iterator[CensusService]:
    with serve(CensusService(KNOWN)) as service:
        yield service


@pytest.fixture
def server(tmp_path: Path, census: CensusService) -> Iterator[Server]:
    home = tmp_path / "home"
    home.mkdir()
    (home / "geocoding.toml").write_text(
        f'[census]\nurl = "{census.url}"\nrequests_per_second = 100\n'
    )
    started = start_server(tmp_path, environment={"CLINIC_FINDER_OPERATORS": "local"})
    yield started
    stop_server(started)


@pytest.fixture
def people(browser: Browser, server: Server) -> Iterator[tuple[Page, Page, Page]]:
    """An operator, a second one, and a patient; in the end nobody else was asked for anything."""
    traffic = Traffic()
    errors: list[str] = []
    with ExitStack() as stack:
        pages = []
        for _ in range(3):
            context = browser.new_context(viewport={"width": 1280, "height": 1000})
            stack.callback(context.close)
            if len(pages) < 2:
                server.let_in(context)
            traffic.watch(context, server.url)
            page = context.new_page()
            page.set_default_timeout(30_000)
            page.on("pageerror", lambda error: errors.append(str(error)))
            pages.append(page)
        yield pages[0], pages[1], pages[2]
    assert traffic.own
    assert traffic.foreign == []
    assert errors == []


def names_near(patient: Page, url: str, place: str) -> list[str]:
    """Return the clinics that a patient is shown, in a visit of its own."""
    patient.goto(f"{url}/?zip={place}&within=10")
    patient.get_by_role("heading", level=2).filter(has_text=place).first.wait_for()
    patient.wait_for_timeout(300)
    return patient.locator("article.card .name").all_inner_texts()


def take_in(page: Page, file: Path, uploads: Path, folder: Path) -> None:
    """Hand in the table, correct and confirm its columns, look at what was read."""
    page.get_by_text("What is to be taken in").wait_for()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Look at its columns").click()
    page.get_by_text("100% sure: Fresh Ketamine Care").wait_for()
    page.get_by_label("Name of the table").fill("Handmade list")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="These are the columns").click()
    counts = page.get_by_role("region", name="What was read of Handmade list")
    counts.wait_for(timeout=LONG_MS)
    told = dict(row.split("\t")[:2] for row in counts.inner_text().splitlines() if "\t" in row)
    assert (told["Read"], told["Rejected"], told["Accepted"]) == ("6", "1", "5")
    expect(page.get_by_text("it has no name")).to_be_visible()
    expect(page.get_by_text("Duplicates by rule")).to_be_visible()
    expect(page.get_by_text("Doubtful pairs that wait in Review: 1.")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download the rejects (CSV)").click()
    rejects = folder / "rejects.csv"
    waiting.value.save_as(rejects)
    (row,) = csv.DictReader(rejects.read_text(encoding="utf-8-sig").splitlines())
    assert (row["Street"], row["rejected because"]) == ("12 Elm St", "it has no name")
    assert list(uploads.iterdir()) == []


def geocode(page: Page) -> None:
    page.get_by_role("button", name="Go on: 3 Geocode").click()
    expect(page.get_by_text("census (127.0.0.1)")).to_be_visible()
    page.get_by_role("button", name="Geocode", exact=True).click()
    result = page.get_by_role("region", name="The last run")
    result.wait_for(timeout=LONG_MS)
    assert "fit several places equally well\t1" in result.inner_text()


def resolve_pair_by_keyboard(page: Page) -> None:
    """Say that a doubtful pair is two clinics, take that back, and say it again."""
    choice = page.get_by_role("button", name="Different clinics")
    choice.wait_for()
    region = page.get_by_role("region", name="What each listing says")
    expect(region.locator("mark")).to_have_count(4)  # names and streets differ
    why = page.get_by_label("Why (kept with the decision)")
    why.click()
    page.keyboard.type("different signs on the doors")
    page.keyboard.press("Enter")
    expect(page.get_by_text("All (2)")).to_be_visible()  # letters typed are no choices
    why.blur()
    page.keyboard.press("d")
    page.get_by_text("stay two clinics").wait_for()
    expect(page.get_by_text("All (1)")).to_be_visible()
    page.get_by_role("button", name="Undo").wait_for()
    page.keyboard.press("u")
    page.get_by_text("Taken back").wait_for()
    expect(page.get_by_text("All (2)")).to_be_visible()
    choice.wait_for()
    page.keyboard.press("d")
    page.get_by_text("stay two clinics").wait_for()


def verify_dragged_pin(page: Page) -> None:
    """Drag the pin of the clinic that fits two places, and verify it by its key."""
    page.get_by_role("heading", name="Where does this clinic stand?").wait_for()
    verify = page.get_by_role("button", name="Verify this pin")
    expect(verify).to_be_disabled()
    frame = page.frame_locator("iframe[title*=folium]")
    frame.locator("[data-basemap=ready]").wait_for()
    place = page.get_by_role("textbox", name="The pin's latitude, longitude")
    expect(place).to_have_value("29.300000, -94.790000")
    page.wait_for_timeout(500)
    box = frame.locator(".drop-pin").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + 12
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y - 20, steps=4)
    page.mouse.up()
    expect(place).not_to_have_value("29.300000, -94.790000")
    expect(verify).to_be_enabled()
    page.keyboard.press("v")  # the focus is in the map still
    page.get_by_text("stands at the pin now").wait_for()
    expect(page.get_by_text("Nothing waits here.")).to_be_visible()


def build_and_publish(page: Page, other: Page, url: str) -> None:
    """Build the next release, leave the page meanwhile, and publish from a second operator's."""
    page.goto(f"{url}/refresh")
    page.get_by_text("4 Publish").click()
    page.get_by_text("Quickly").click()
    page.get_by_role("button", name="Build it and compare").click()
    page.get_by_role("button", name="Stop").wait_for()
    page.goto("about:blank")
    other.goto(f"{url}/refresh")
    other.get_by_text("4 Publish").click()
    expect(other.get_by_text("It goes on if you leave this page")).to_be_visible()
    publish = other.get_by_role("button", name="Publish", exact=True)
    publish.wait_for(timeout=LONG_MS)
    expect(other.get_by_text("4 clinics added")).to_be_visible()
    expect(other.get_by_role("region", name="What it does to coverage")).to_be_visible()
    publish.click()
    other.get_by_text("is in use, and visitors have it").wait_for()


def test_the_whole_pipeline(
    people: tuple[Page, Page, Page], server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator, other, patient = people
    file = tmp_path / "list.csv"
    file.write_text(LIST)
    assert "Fresh Ketamine Care" not in names_near(patient, server.url, "93721")

    operator.goto(f"{server.url}/refresh")
    take_in(operator, file, tmp_path / "home" / "uploads", tmp_path)
    geocode(operator)
    operator.goto(f"{server.url}/review")
    resolve_pair_by_keyboard(operator)
    verify_dragged_pin(operator)
    assert "Fresh Ketamine Care" not in names_near(patient, server.url, "93721")
    build_and_publish(operator, other, server.url)

    assert names_near(patient, server.url, "93721").count("Fresh Ketamine Care") == 1
    assert "Gulf Spravato Center" in names_near(patient, server.url, "77550")
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "home"))
    with workspace.open() as opened:
        agreed = positions.agreed(opened).set_index("clinic_id")
        told = {one.kind: one for one in decisions.history(opened)}
    assert agreed.loc["gulf-spravato-center-galveston-tx", "precision"] == "verified"
    assert agreed.loc["fresh-ketamine-care-fresno-ca", "geocoder"] == "census"
    assert told["ingest"].who == told["verify"].who == "local operator"

    other.goto(f"{server.url}/releases")
    other.get_by_role("button", name="Put").click()
    other.get_by_text("before, it was").wait_for()
    assert "Fresh Ketamine Care" not in names_near(patient, server.url, "93721")
    assert releases.current_id() == releases.read_manifest(releases.SHIPPED)["id"]
