"""The place box suggests places as one types, by keys, by touch and without a word to anybody."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Server, Visit, visit_with
from tests.browser.states import PLACE_BOX, settle

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Route

OPTIONS = ".place-options li"
COUNT = ".st-key-place_box [role=status]"
TABLE = "**/places.json?v=*"


def open_box(visit: Visit, query: str = "") -> Locator:
    """Open the page and touch the box; the table is here when this returns."""
    visit.open(query)
    box = visit.page.locator(f"{PLACE_BOX}[role=combobox]")
    with visit.page.expect_response(TABLE):
        box.focus()
    return box


def expect_active(page: Page, box: Locator, at: int | None) -> None:
    """Expect the option at a place to be the active one, for the eye and for a screen reader."""
    chosen = page.locator(f"{OPTIONS}[aria-selected=true]")
    if at is None:
        expect(box).not_to_have_attribute("aria-activedescendant", re.compile("."))
        expect(chosen).to_have_count(0)
        return
    expect(box).to_have_attribute("aria-activedescendant", f"place-options-{at}")
    expect(chosen).to_have_attribute("id", f"place-options-{at}")


def press_composing(box: Locator, key: str) -> bool:
    """Press a key that composes a letter; return whether the page let it through."""
    passed: bool = box.evaluate(
        "(box, key) => box.dispatchEvent(new KeyboardEvent('keydown',"
        " { key, isComposing: true, bubbles: true, cancelable: true }))",
        key,
    )
    return passed


def walk(page: Page, box: Locator) -> None:
    """Press the keys of a combobox while the list is open, and close it."""
    expect_active(page, box, None)
    for key, at in (
        ("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", 7), ("ArrowDown", 0),
        ("Home", None), ("ArrowUp", 7), ("i", None), ("Alt+ArrowUp", None),
    ):  # fmt: skip
        box.press(key)
        expect_active(page, box, at)
    expect(page.locator(OPTIONS).first).to_be_hidden()
    box.press("Alt+ArrowDown")
    expect(page.locator(OPTIONS).first).to_be_visible()
    expect_active(page, box, None)
    assert press_composing(box, "ArrowDown")
    assert press_composing(box, "Enter")
    expect_active(page, box, None)
    box.press("Escape")


def test_by_keys_as_a_combobox_and_no_key_is_told_to_anybody(wide: Visit) -> None:
    page = wide.page
    sent: list[bytes] = []

    def keep(frame: str | bytes) -> None:
        sent.append(frame.encode() if isinstance(frame, str) else frame)

    page.on("websocket", lambda socket: socket.on("framesent", keep))
    box = open_box(wide)
    options = page.locator(OPTIONS)
    settle(page, has_map=True)
    asked = len(wide.traffic.own)

    box.press_sequentially("springf")
    expect(options.first).to_have_text(re.compile("Springfield, "))
    expect(options).to_have_count(8)
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("listbox", name="Places and clinics")).to_be_visible()
    expect(page.locator(COUNT)).to_have_text("8 places; use the arrow keys")
    walk(page, box)
    expect(options.first).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(page.locator(COUNT)).to_have_text("")
    box.press("Escape")
    expect(box).to_have_value("")

    box.press_sequentially("I want to die")
    expect(options.first).to_be_hidden()
    box.fill("")
    # Files of the page may still be on their way; nothing else is asked for.
    paths = {urlsplit(address).path.split("/")[1] for address in wide.traffic.own[asked:]}
    assert paths <= {"assets", "component", "static"}
    assert not [frame for frame in sent if b"spring" in frame or b"want" in frame]

    box.press_sequentially("detriot")
    options.first.wait_for()
    box.press("ArrowDown")
    box.press("Enter")
    wide.heading("Detroit, MI")
    expect(box).to_have_value("Detroit, MI")
    expect(options.first).to_be_hidden()
    assert [frame for frame in sent if b"Detroit, MI" in frame]
    assert not [frame for frame in sent if b"detriot" in frame]

    # What is drawn anew is a combobox as before; what is typed and not chosen is searched.
    box.fill("Boise, I")
    options.first.wait_for()
    box.fill("Boise, ID")
    box.press("Enter")
    wide.heading("Boise, ID")
    expect(options.first).to_be_hidden()


def test_the_first_tap_counts_and_the_bar_at_the_foot_stays_free(
    browser: Browser, server: Server
) -> None:
    for visit in visit_with(
        browser,
        server,
        viewport={"width": 390, "height": 480},
        is_mobile=True,
        has_touch=True,
        forced_colors="active",
    ):
        page = visit.page
        box = open_box(visit, "?lang=es")
        box.tap()
        box.press_sequentially("nueva")
        options = page.locator(OPTIONS)
        options.first.wait_for()
        expect(page.locator(COUNT)).to_have_text("8 lugares; use las flechas del teclado")
        box.press("ArrowDown")
        outlines = options.evaluate_all("all => all.map((e) => getComputedStyle(e).outlineStyle)")
        assert outlines[0] == "solid"
        assert set(outlines[1:]) == {"none"}
        sizes = options.evaluate_all("all => all.map((e) => e.getBoundingClientRect().height)")
        assert min(sizes) >= 44
        frame = page.locator(".place-options").bounding_box()
        bar = page.locator(".st-key-leave").bounding_box()
        assert frame is not None
        assert bar is not None
        assert frame["height"] >= 3 * 44
        assert frame["y"] + frame["height"] <= bar["y"]
        options.first.tap()
        visit.heading("New York, NY")


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_without_the_table_it_is_the_box_it_was(wide: Visit, damage: str) -> None:
    def answer(route: Route) -> None:
        if damage == "missing":
            route.abort()
        else:
            route.fulfill(body=json.dumps({"format": 1, "cities": None}))

    wide.page.route(TABLE, answer)
    wide.open()
    box = wide.page.locator(PLACE_BOX)
    wide.page.locator(f"{PLACE_BOX}[role=combobox]").focus()
    expect(box).not_to_have_attribute("role", "combobox")
    box.press_sequentially("Boise, ID")
    box.press("Escape")
    expect(box).to_have_value("Boise, ID")
    box.press("Enter")
    wide.heading("Boise, ID")
    expect(wide.page.locator(OPTIONS)).to_have_count(0)
