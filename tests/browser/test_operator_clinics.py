"""Clinics by hand, in a real browser and in local mode: what a click leaves in the workspace."""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from geo import workspace
from geo.workspace import clinic_facts, decisions, positions, stored_listings
from tests.browser.conftest import PATIENCE_MS, Server, Visit, start_server, stop_server, visit_with
from tests.handmade.workspace import content

SAGE = "sage-integrative-health-berkeley-ca"
BAY = "bay-psychiatric-associates-berkeley-ca"


@dataclass
class Desk:
    """An operator's browser, and the folder of the state that it changes."""

    visit: Visit
    home: Path

    @property
    def page(self) -> Page:
        return self.visit.page

    def open(self, clinic_id: str = "") -> None:
        """Open the page of clinics, or of one of them."""
        self.page.goto(
            f"{self.visit.url}/operators" + (f"?clinic={clinic_id}" if clinic_id else "")
        )
        expect(self.page.get_by_role("heading", name="Clinics", exact=True)).to_be_visible(
            timeout=60_000
        )

    def choose(self, name: str) -> None:
        """Choose a view or an action."""
        self.page.get_by_role("radio", name=name, exact=True).click()

    def press(self, name: str) -> None:
        """Press a button that changes the workspace, and wait until the page says what was done."""
        before = self.newest().id
        self.button(name).click()
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while self.newest().id == before:
            assert time.monotonic() < deadline, f"{name!r} changed nothing"
            self.page.wait_for_timeout(100)
        expect(self.page.get_by_text(f"decision {self.newest().id}:")).to_be_visible()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True).first

    def kept(self) -> tuple[Any, Any]:
        """Return all that the workspace says: listings with their clinics, and the points."""
        with workspace.open(self.home) as opened:
            return content(stored_listings.current(opened)), positions.agreed(opened).to_dict(
                "records"
            )

    def clinic(self, clinic_id: str) -> dict[str, Any]:
        with workspace.open(self.home) as opened:
            return clinic_facts.find_clinic(opened, clinic_id)[0]

    def newest(self) -> decisions.Decision:
        with workspace.open(self.home) as opened:
            return decisions.history(opened, limit=1)[0]


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """The app on one machine alone, and its home folder."""
    folder = tmp_path_factory.mktemp("clinics")
    started = start_server(folder, environment={"CLINIC_FINDER_OPERATORS": "local"})
    yield started, folder / "home"
    stop_server(started)
    assert "Traceback" not in started.log.read_text()


@pytest.fixture
def desk(browser: Browser, local: tuple[Server, Path]) -> Iterator[Desk]:
    server, home = local
    for visit in visit_with(browser, server, viewport={"width": 1280, "height": 900}):
        yield Desk(visit, home)


@pytest.mark.core
def test_a_clinic_is_found_edited_and_the_edit_undone(desk: Desk) -> None:
    desk.open()
    box = desk.page.get_by_role("searchbox", name="Find a clinic")
    expect(desk.page.get_by_text("searches are not recorded")).to_be_visible()
    before = desk.kept()
    box.fill("sage berk")
    box.press("Enter")
    desk.button("Sage Integrative Health").click()
    expect(desk.page.get_by_role("heading", name="Sage Integrative Health")).to_be_visible()
    expect(desk.page.frame_locator("iframe[title*=folium]").locator(".area-marker")).to_be_visible()
    desk.choose("Edit")
    desk.page.get_by_role("textbox", name="Phone").fill("51055501")
    desk.button("Save").click()
    expect(desk.page.get_by_role("alert").filter(has_text="phone:")).to_be_visible()
    expect(desk.page.get_by_role("textbox", name="Phone")).to_have_value("51055501")
    assert desk.kept() == before
    desk.page.get_by_role("textbox", name="Phone").fill("510 555 0123")
    desk.press("Save")
    assert desk.clinic(SAGE)["phone"] == "+15105550123"
    expect(desk.page.get_by_text("Changes of 1 clinic are not published yet")).to_be_visible()
    desk.press("Undo")
    assert desk.kept() == before
    expect(desk.page.get_by_text("are not published yet")).to_have_count(0)


def test_a_clinic_is_added_and_withdrawn_for_a_reason(desk: Desk) -> None:
    desk.open()
    desk.choose("Add a clinic")
    desk.page.get_by_role("textbox", name="Name").fill("Dogwood <b>Ketamine</b>")
    desk.page.get_by_role("textbox", name="City").fill("Austin")
    state = desk.page.get_by_role("combobox", name="State")
    state.fill("TX")
    state.press("Enter")
    desk.press("Add this clinic")
    added = desk.newest().subject.removeprefix("clinic:")
    assert desk.clinic(added)["name"] == "Dogwood <b>Ketamine</b>"
    expect(desk.page.get_by_role("heading", name="Dogwood <b>Ketamine</b>")).to_be_visible()
    desk.choose("Close or withdraw")
    desk.button("Withdraw").click()
    expect(desk.page.get_by_text("is withdrawn for a reason")).to_be_visible()
    assert desk.clinic(added)["status"] == "open"
    desk.page.get_by_role("textbox", name="Why").fill("It was never there.")
    desk.press("Withdraw")
    assert desk.clinic(added)["status"] == "withdrawn"
    assert desk.newest().reason == "It was never there."


def test_two_clinics_are_merged_and_parted_again(desk: Desk) -> None:
    desk.open(SAGE)
    before = desk.kept()
    desk.choose("Merge")
    box = desk.page.get_by_role("textbox", name="Find the other clinic")
    box.fill(BAY)
    box.press("Enter")
    other = desk.page.get_by_role("combobox", name="The other clinic")
    other.fill("Bay")
    other.press("Enter")
    table = desk.page.get_by_role("region", name="Side by side")
    expect(table.get_by_role("row", name=re.compile("^Name "))).to_contain_text(
        "Bay Psychiatric Associates"
    )
    desk.press("Merge these two")
    with workspace.open(desk.home) as opened:
        known = stored_listings.current(opened)
    assert BAY not in set(known["clinic_id"])
    assert len(known[known["clinic_id"].eq(SAGE)]) == len(
        [row for row in before[0] if row[1] in {SAGE, BAY}]
    )
    desk.press("Undo")
    assert desk.kept() == before


def test_a_call_is_noted_with_one_click(desk: Desk) -> None:
    desk.open()
    first = desk.page.locator("[class*='st-key-calls_row_']").first
    name = first.get_by_role("button").first.inner_text()
    row = first.get_attribute("class") or ""  # it names the clinic: a chain's have one name
    first.get_by_role("button", name="Operates as listed").click()
    expect(desk.page.get_by_test_id("stAlertContentSuccess")).to_contain_text("call was noted")
    made = desk.newest()
    assert (made.kind, made.payload["outcome"]) == ("call", "open")
    called = desk.clinic(made.subject.removeprefix("clinic:"))
    assert (called["name"], called["status"]) == (name, "open")
    expect(first).not_to_have_class(row)


def test_the_list_is_edited_as_a_spreadsheet(desk: Desk, tmp_path: Path) -> None:
    desk.open()
    desk.choose("By what is known")
    on_map = desk.page.frame_locator("iframe[title*=folium]").locator(".leaflet-marker-icon")
    expect(on_map.nth(9)).to_be_attached(
        timeout=PATIENCE_MS
    )  # of the whole country, not one street
    desk.choose("Many at once")
    with desk.page.expect_download() as download:
        desk.button("Download the list (CSV)").click()
    with download.value.path().open(encoding="utf-8", newline="") as file:
        rows = {row["clinic_id"]: row for row in csv.DictReader(file)}
    rows[SAGE]["zip"] = "94704"
    rows[BAY]["phone"] = "12"
    edited = tmp_path / "edited.csv"
    with edited.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[SAGE]])
        writer.writeheader()
        writer.writerows(rows.values())
    desk.page.locator("input[type=file]").set_input_files(edited)
    expect(desk.page.get_by_text("1 change of 1 clinic; 1 row refused")).to_be_visible()
    expect(
        desk.page.get_by_role("region", name="What would change").get_by_role("row", name=SAGE)
    ).to_contain_text("94704")
    before = desk.kept()
    with desk.page.expect_download() as refused:
        desk.button("Download the refused rows, to mend and upload again (CSV)").click()
    with refused.value.path().open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["clinic_id"] == BAY
    assert "phone" in row["reason"]
    assert desk.kept() == before
    desk.press("Change 1 clinic")
    assert desk.clinic(SAGE)["zip"] == "94704"
    assert not list(desk.home.glob(".upload-*"))
    desk.press("Undo")
    assert desk.kept() == before
