"""Whom to call in a crisis, as a person meets it: by keyboard, on a phone, in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Server, Visit, visit_with
from tests.browser.states import PLACE_BOX

SMALLEST_TARGET = 44
CANARY = "Quetzalfeather"
FOCUSED = """() => {
  let at = document.activeElement;
  while (at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
  return at.tagName + ' ' + at.textContent;
}"""


def ways(page: Page) -> Locator:
    """Return the links of the panel."""
    return page.locator(".crisis-panel a")


def assert_large(links: Locator) -> None:
    """Fail where a link is small, or lies on another."""
    boxes = []
    for link in links.all():
        box = link.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= SMALLEST_TARGET - 0.1, link.inner_text()
        boxes.append(box)
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            is_apart = (
                one["x"] + one["width"] <= other["x"] + 0.1
                or other["x"] + other["width"] <= one["x"] + 0.1
                or one["y"] + one["height"] <= other["y"] + 0.1
                or other["y"] + other["height"] <= one["y"] + 0.1
            )
            assert is_apart


def wait_for_focus(page: Page, words: str) -> None:
    page.wait_for_function(f"(words) => ({FOCUSED})().includes(words)", arg=words)


def test_by_keyboard_alone_the_panel_is_met_first_and_goes_with_the_next_place(wide: Visit) -> None:
    page = wide.page
    wide.open()
    page.locator(PLACE_BOX).focus()
    page.keyboard.type(f"I want to die {CANARY}")
    page.keyboard.press("Enter")
    wide.heading("Talk to someone now")
    wait_for_focus(page, "H2 Talk to someone now")
    expect(page.locator(".st-key-crisis_focus [role=alert]")).to_contain_text(
        "Talk to someone now."
    )
    met = []
    for _stop in range(ways(page).count()):
        page.keyboard.press("Tab")
        met.append(page.evaluate(FOCUSED))
    assert met[:4] == ["A Call 988", "A Text 988", "A Chat at 988lifeline.org", "A Call 911"]
    assert all(name.startswith("A ") for name in met)
    expect(page.get_by_role("heading", name="Looking for a clinic? Type a place")).to_be_visible()
    expect(page.get_by_text("We know no")).to_have_count(0)
    expect(page.locator(PLACE_BOX)).not_to_have_attribute("aria-invalid", "true")

    page.locator(PLACE_BOX).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Killeen, TX")
    page.keyboard.press("Enter")
    wide.heading("Killeen, TX")
    wait_for_focus(page, "Killeen, TX")
    expect(ways(page)).to_have_count(0)
    assert CANARY not in page.url


def test_the_panel_and_the_results_on_a_phone(phone: Visit) -> None:
    page = phone.page
    phone.open()
    phone.search("ketamine for suicidal thoughts Duluth")
    phone.heading("Talk to someone now")
    wait_for_focus(page, "H2 Talk to someone now")
    expect(page.locator("article.card").first).to_be_visible()
    expect(page.get_by_role("heading", name="of Duluth, MN")).to_be_visible()
    expect(ways(page).first).to_be_in_viewport()
    addresses = [link.get_attribute("href") for link in ways(page).all()]
    assert addresses == [
        "tel:988",
        "sms:988",
        "https://988lifeline.org/chat",
        "tel:911",
        "tel:988",
        "sms:988?&body=AYUDA",
        "tel:988",
        "sms:838255",
    ]
    chat = ways(page).nth(2)
    expect(chat).to_have_attribute("target", "_blank")
    expect(chat).to_have_attribute("rel", "noopener noreferrer")
    assert_large(ways(page))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Copy link").wait_for()
    page.reload()
    page.locator(PLACE_BOX).wait_for()
    expect(ways(page)).to_have_count(0)  # the address holds nothing of it


@pytest.mark.parametrize("width", [320, 390])
def test_in_spanish_and_the_dark_on_a_phone(browser: Browser, server: Server, width: int) -> None:
    options = {
        "locale": "es-US",
        "color_scheme": "dark",
        "viewport": {"width": width, "height": 700},
        "is_mobile": True,
        "has_touch": True,
    }
    for visit in visit_with(browser, server, **options):
        page = visit.page
        visit.open("/?city=mi hijo se quiere matar")
        visit.heading("Hable con alguien ahora")
        wait_for_focus(page, "H2 Hable con alguien ahora")
        expect(ways(page).nth(0)).to_have_text("Llame al 988 y oprima el 2")
        expect(ways(page).nth(1)).to_have_attribute("href", "sms:988?&body=AYUDA")
        assert_large(ways(page))
        assert_large(page.locator(".stMain .crisis a"))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        visit.search("sobredosis")
        visit.heading("Si usted u otra persona tomó demasiado")
        wait_for_focus(page, "H2 Si usted")
        expect(ways(page).nth(0)).to_have_attribute("href", "tel:911")
        expect(ways(page).nth(1)).to_have_attribute("href", "tel:+18002221222")
        page.get_by_role("button", name="English").click()
        visit.heading("If you or someone else took too much")
        page.reload()
        visit.heading("across the country")  # the link's words are in the address no more


def test_the_standing_line_calls_and_texts_by_links_of_their_own(phone: Visit) -> None:
    page = phone.page
    for path in ("/", "/before-you-go"):
        page.goto(phone.url + path)
        page.locator(".stMain .crisis a").first.wait_for()
        links = page.locator(".stMain .crisis a")
        assert [link.get_attribute("href") for link in links.all()] == [
            "tel:988",
            "sms:988",
            "tel:911",
        ]
        assert_large(links)


def test_it_is_forgotten_when_another_page_is_looked_at_and_a_place_is_not(wide: Visit) -> None:
    page = wide.page
    wide.open()
    wide.search("I want to die")
    wide.heading("Talk to someone now")
    for box, text in (("", "Killeen, TX"), ("Killeen, TX", "60601")):
        page.get_by_role("link", name="Before you go").first.click()
        page.locator(".colophon").wait_for()
        page.get_by_role("link", name="Find a clinic").first.click()
        expect(page.locator(PLACE_BOX)).to_have_value(box)
        expect(ways(page)).to_have_count(0)
        wide.search(text)
        wide.heading(text)


def test_the_log_of_the_server_holds_nothing_of_it(wide: Visit, server: Server) -> None:
    wide.open()
    wide.search(f"my brother wants to die {CANARY}")
    wide.heading("Talk to someone now")
    wide.page.goto(f"{wide.url}/?city=suicidal {CANARY}")
    wide.heading("Talk to someone now")
    log = server.log.read_text()
    assert CANARY not in log
    assert "suicid" not in log.lower()
