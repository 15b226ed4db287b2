"""The last search of a tab: found when the page is loaded anew, for half an hour, and no more of it."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.states import PLACE_BOX

STORE = "clinic-finder.search"
ADDRESS = "1640 N Arlington Heights Rd, Arlington Heights, IL 60004"


def read_kept(visit: Visit) -> dict[str, str] | None:
    text = visit.page.evaluate(f"sessionStorage.getItem('{STORE}')")
    return json.loads(text)["search"] if text else None


def wait_until_kept(visit: Visit, place: str) -> None:
    visit.page.wait_for_function(
        f"(place) => (sessionStorage.getItem('{STORE}') || '').includes(place)", arg=place
    )


def test_a_page_that_is_loaded_anew_finds_its_list(phone: Visit) -> None:
    page = phone.page
    phone.open()
    phone.search(ADDRESS)
    phone.heading("60004")
    wait_until_kept(phone, "60004")
    assert read_kept(phone) == {"zip": "60004", "within": "25"}
    page.reload()
    phone.heading("within 25 miles of Arlington Heights, IL 60004")
    expect(page.locator(PLACE_BOX)).to_have_value("60004")
    assert page.url == f"{phone.url}/"

    aged = "(e) => { const k = JSON.parse(e); k.at -= 31 * 60 * 1000; return JSON.stringify(k); }"
    page.evaluate(f"sessionStorage.setItem('{STORE}', ({aged})(sessionStorage.getItem('{STORE}')))")
    page.reload()
    phone.heading("clinics across the country")
    page.wait_for_function(f"sessionStorage.getItem('{STORE}') === null")


def test_a_search_after_a_link_outlives_reload_and_the_way_back(wide: Visit) -> None:
    page = wide.page
    wide.open("/?city=Houston, TX&within=50")
    wide.heading("Houston, TX")
    assert read_kept(wide) is None
    wide.search("Boston, MA")
    wide.heading("within 50 miles of Boston, MA")
    wait_until_kept(wide, "Boston, MA")
    page.reload()
    wide.heading("within 50 miles of Boston, MA")
    page.go_back()
    wide.heading("within 50 miles of Houston, TX")
    page.go_forward()
    wide.heading("within 50 miles of Boston, MA")
    expect(page.locator(PLACE_BOX)).to_have_value("Boston, MA")

    wide.search("I want to die, Chicago")
    page.locator(".crisis-panel h2").wait_for()
    page.wait_for_function(f"sessionStorage.getItem('{STORE}') === null")


def test_what_is_spoiled_is_forgotten(wide: Visit) -> None:
    # The map's frame runs the script too, and later.
    wide.page.add_init_script(f"if (window === top) sessionStorage.setItem('{STORE}', '{{')")
    wide.open()
    wide.page.wait_for_function(f"sessionStorage.getItem('{STORE}') === null")
    wide.heading("clinics across the country")
