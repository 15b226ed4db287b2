"""What a patient does, in a real browser; each visit asserts that nobody else was asked."""

from __future__ import annotations

import re
import threading
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, WebSocketRoute, expect

from tests.browser.conftest import Server, Visit, visit_with
from tests.browser.states import PLACE_BOX

# The names on the map that lie on a pin, and the pins that the searched place lies on.
COVERED = """(map) => {
  const box = (e) => e.getBoundingClientRect();
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const pins = [...map.querySelectorAll('.leaflet-marker-pane > *')];
  return [...map.querySelectorAll('.city-name span, .state-name span, .here')]
    .filter((e) => pins.some((pin) => meet(box(e), box(pin)))).map((e) => e.outerHTML);
}"""

MAP_READY = ".leaflet-container[data-basemap=ready]"


def cards(visit: Visit) -> Locator:
    return visit.page.locator("article.card")


def the_map(visit: Visit) -> FrameLocator:
    frame = visit.page.frame_locator("iframe[title*=folium]")
    frame.locator(MAP_READY).wait_for()
    return frame


@pytest.mark.core
def test_journey_search_filter_select_link_reload(wide: Visit) -> None:
    wide.open()
    expect(wide.page.get_by_role("link", name="Call 988")).to_be_visible()
    wide.search("60601")
    wide.heading("within 25 miles of Chicago, IL 60601")
    expect(cards(wide)).to_have_count(10)
    frame = the_map(wide)
    before = frame.locator(".leaflet-map-pane").get_attribute("style")

    wide.page.get_by_role("combobox", name="Treatment").click()
    wide.page.get_by_role("option", name="Esketamine (Spravato)").click()
    expect(wide.page.get_by_role("button", name=re.compile("Any treatment"))).to_be_visible()
    expect(wide.page.get_by_text(re.compile(r"^Showing all \d+\. Not shown "))).to_be_visible()
    shown = cards(wide).locator(".treatments").all_inner_texts()
    assert all("Esketamine" in words for words in shown)
    frame.locator(f".leaflet-container[data-clinics='{len(shown)}']").wait_for()
    assert frame.locator(".leaflet-map-pane").get_attribute("style") == before

    marker = frame.locator(".area-marker, .pin-marker").first
    marker.focus()
    marker.press("Enter")
    expect(wide.page.locator("article.card.chosen")).to_have_count(1)
    chosen = wide.page.locator("article.card.chosen").get_attribute("data-clinic")
    expect(frame.locator(f".leaflet-container[data-selected='{chosen}']")).to_have_count(1)

    other = wide.page.locator("article.card:not(.chosen)").last
    other_id = other.get_attribute("data-clinic")
    assert other_id != chosen
    other.get_by_role("button", name=re.compile("Show on map")).click()
    expect(frame.locator(f".leaflet-container[data-selected='{other_id}']")).to_have_count(1)
    expect(frame.locator(".clinic-popup button.chosen")).to_have_count(1)

    wide.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    wide.page.get_by_role("button", name="Copy link").click()
    wide.page.get_by_text("Link copied").wait_for(state="attached")
    link = wide.page.evaluate("navigator.clipboard.readText()")
    query = parse_qs(urlsplit(link).query)
    assert query == {"zip": ["60601"], "within": ["25"], "treatment": ["esketamine"]}
    heading = wide.page.get_by_role("heading", level=2).first.inner_text()
    wide.page.goto(link)
    wide.heading(heading)
    wide.page.reload()
    wide.heading(heading)
    expect(wide.page.locator(PLACE_BOX)).to_have_value("60601")


def test_the_way_home_stands_once_above_the_list(wide: Visit) -> None:
    wide.open("/?zip=60601")
    expect(cards(wide)).to_have_count(10)
    ride = "You must not drive until the next day, after sleep. Someone must take you home."
    told = wide.page.locator(".results").get_by_text(ride)
    expect(told).to_have_count(1)
    first, card = told.bounding_box(), cards(wide).first.bounding_box()
    assert first is not None
    assert card is not None
    assert first["y"] < card["y"]


@pytest.mark.parametrize("city", ["San Juan, PR", "Lihue, HI", "Utqiagvik, AK"])
def test_no_road_miles_are_told_where_one_cannot_drive(wide: Visit, city: str) -> None:
    wide.open(f"/?city={city}&within=250")
    wide.heading(city)
    expect(cards(wide).first).to_be_visible()
    texts = cards(wide).all_inner_texts()
    told = re.compile(r"by road|road miles|minutes|hours|you home", re.IGNORECASE)
    assert [text for text in texts if told.search(text)] == []
    measured = cards(wide).filter(has=wide.page.locator(".distance")).all_inner_texts()
    assert measured
    words = (
        "We could not work out this drive"  # so far lies any highway
        if city == "Utqiagvik, AK"
        else "No road is known from here: a ferry or flight may be needed"
    )
    assert all(words in text for text in measured)


def test_before_a_search_the_map_shows_the_country(wide: Visit) -> None:
    wide.open()
    wide.heading("clinics across the country")
    frame = the_map(wide)
    shown = frame.locator(".leaflet-container").get_attribute("data-clinics")
    assert shown is not None
    assert int(shown) > 400
    expect(frame.locator(".state-name", has_text=re.compile(r"^[A-Z]{2}$")).first).to_be_attached()
    assert frame.locator(".leaflet-container").evaluate(COVERED) == []
    frame.get_by_role("button", name="Show Alaska (AK)").click()
    expect(frame.locator(".state-name", has_text="Alaska")).to_be_attached()
    frame.get_by_role("button", name="Show the lower 48 states").click()
    wide.page.get_by_role("button", name="Montana").click()
    wide.heading("in Montana, by city")
    expect(wide.page.locator(".distance")).to_have_count(0)


def test_a_name_of_many_places_asks_and_one_click_answers(wide: Visit) -> None:
    wide.open()
    wide.search("Springfield")
    wide.heading("Springfield")
    choices = wide.page.get_by_role("group", name="Other searches").get_by_role("button")
    assert choices.count() >= 8
    first = choices.first.inner_text()
    choices.first.click()
    wide.heading(first)


def test_the_heading_takes_the_focus_after_a_search(wide: Visit) -> None:
    wide.open()
    wide.search("10001")
    wide.heading("New York")
    wide.page.wait_for_timeout(300)
    focused = wide.page.evaluate(
        "(() => { let e = document.activeElement;"
        "while (e.shadowRoot) e = e.shadowRoot.activeElement; return e.tagName; })()"
    )
    assert focused == "H2"


def test_pages_of_ten_and_a_marker_of_another_page(wide: Visit) -> None:
    wide.open("/?zip=60601&within=50")
    wide.heading("within 50 miles")
    wide.page.get_by_role("button", name="Next").click()
    expect(wide.page.get_by_text("Page 2 of")).to_be_visible()
    expect(wide.page.locator(".rank").first).to_have_text("11")


def test_nothing_within_tells_the_nearest_and_offers_a_radius(wide: Visit) -> None:
    wide.open("/?city=Jordan, MT&within=5")
    wide.heading("No clinic within 5 miles of Jordan, MT")
    nearest = wide.page.get_by_role("heading", name="The 5 nearest clinics")
    expect(nearest).to_be_visible()
    expect(cards(wide)).to_have_count(5)
    steps = wide.page.locator(".steps")
    expect(steps.get_by_text("Call the number on your health plan's card.")).to_be_visible()
    frame = the_map(wide)
    frame.locator(".leaflet-container[data-clinics='5']").wait_for()
    wide.page.get_by_role("button", name=re.compile("Search within")).click()
    expect(cards(wide).first).to_be_visible()
    expect(nearest).to_have_count(0)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "ZIP"),
        ("x" * 10_000, "too long"),
        ("<script>alert(1)</script>", "ZIP"),
        ("Robert'); DROP TABLE clinics;--", "no state"),
        ("🦄🦄", "ZIP"),
        ("0, 0", "Atlantic"),
        ("51.5, -0.12", "United States"),
        ("00001", "ZIP"),
        ("Springfield, ZZ", "ZZ"),
        ("09001", "military"),
    ],
)
def test_bad_input_gets_a_sentence_and_loses_nothing(wide: Visit, typed: str, said: str) -> None:
    wide.open()
    wide.search(typed)
    alert = wide.page.locator("[role=alert] h2")
    expect(alert).to_contain_text(said)
    expect(wide.page.locator(PLACE_BOX)).to_have_value(typed)
    assert "Traceback" not in wide.page.content()


ADDRESS = "1640 N Arlington Heights Rd, Arlington Heights, IL 60004"


@pytest.mark.parametrize(
    ("link", "typed", "found"),
    [
        ("", "10001", "within 50 miles of New York, NY 10001"),
        pytest.param(
            "", ADDRESS, "within 50 miles of Arlington Heights, IL 60004", marks=pytest.mark.nightly
        ),
        ("/?zip=60601&within=25", ADDRESS, "within 50 miles of Arlington Heights, IL 60004"),
    ],
)
def test_after_back_box_filters_and_list_agree(
    wide: Visit, link: str, typed: str, found: str
) -> None:
    page = wide.page
    wide.open(link)
    wide.search(typed)
    wide.heading(typed[-5:])
    page.get_by_role("combobox", name="Within").click()
    page.get_by_role("option", name="50 miles", exact=True).click()
    page.get_by_role("combobox", name="Treatment").click()
    page.get_by_role("option", name="Esketamine (Spravato)").click()
    page.get_by_text("Hide unconfirmed listings").click()
    expect(page.get_by_role("button", name=re.compile("Any treatment"))).to_be_visible()

    def expect_what_was_left() -> None:
        wide.heading(found)
        expect(page.locator(PLACE_BOX)).to_have_value(typed)
        expect(page.get_by_role("combobox", name="Within")).to_have_value("50 miles")
        expect(page.get_by_role("combobox", name="Treatment")).to_have_value(
            "Esketamine (Spravato)"
        )
        expect(page.get_by_role("switch", name="Hide unconfirmed listings")).to_be_checked()

    expect_what_was_left()
    page.get_by_role("link", name="For analysts").click()
    page.get_by_role("heading", name="Who can reach a clinic?").wait_for()
    for name in ("For analysts", "Coverage"):
        expect(page.get_by_role("link", name=name)).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("link", name="Where next")).not_to_have_attribute(
        "aria-current", "page"
    )
    page.go_back()
    expect_what_was_left()
    page.go_forward()
    page.get_by_role("heading", name="Who can reach a clinic?").wait_for()
    page.get_by_role("link", name="Find a clinic").click()
    expect_what_was_left()


def test_back_and_forward_through_links_show_what_each_names(wide: Visit) -> None:
    page = wide.page

    def expect_place(typed: str, miles: int) -> None:
        wide.heading(f"within {miles} miles of")
        wide.heading(typed)
        expect(page.locator(PLACE_BOX)).to_have_value(typed)
        expect(page.get_by_role("combobox", name="Within")).to_have_value(f"{miles} miles")

    wide.open("/?zip=60601&within=100")
    expect_place("60601", 100)
    wide.open("/?city=Houston, TX")
    expect_place("Houston, TX", 25)
    page.go_back()
    expect_place("60601", 100)
    page.go_forward()
    expect_place("Houston, TX", 25)


def test_the_address_of_a_link_says_no_other_than_the_page(wide: Visit) -> None:
    page = wide.page
    wide.open("/?zip=60601&within=25&lang=en")
    wide.heading("within 25 miles of Chicago, IL 60601")
    page.get_by_role("combobox", name="Within").click()
    page.get_by_role("option", name="50 miles", exact=True).click()
    wide.heading("within 50 miles of Chicago, IL 60601")
    expect(page).to_have_url(re.compile(r"zip=60601.*within=50"))
    wide.search("Houston, TX")
    wide.heading("within 50 miles of Houston, TX")
    expect(page).to_have_url(f"{wide.url}/?lang=en")
    for miles in (50, 25):
        page.go_back()
        wide.heading(f"within {miles} miles of Chicago, IL 60601")
        expect(page.locator(PLACE_BOX)).to_have_value("60601")
        expect(page.get_by_role("combobox", name="Within")).to_have_value(f"{miles} miles")


@pytest.mark.parametrize("typed", ["", "<script>alert(1)</script>"])
def test_what_is_typed_before_the_rest_of_the_page_has_come_is_searched(
    wide: Visit, typed: str
) -> None:
    rest_may_come = threading.Event()
    held: list[tuple[WebSocketRoute, str | bytes]] = []

    def hold_what_comes_after_the_box(connection: WebSocketRoute) -> None:
        shown = threading.Event()

        def pass_on(message: str | bytes) -> None:
            if shown.is_set() and not rest_may_come.is_set():
                held.append((connection, message))
                return
            connection.send(message)
            if isinstance(message, bytes) and b"-typed" in message:
                shown.set()

        connection.connect_to_server().on_message(pass_on)

    wide.page.route_web_socket(re.compile("_stcore/stream"), hold_what_comes_after_the_box)
    wide.open()
    box = wide.page.locator(PLACE_BOX)
    box.fill(typed)
    while not held:
        wide.page.wait_for_timeout(10)
    rest_may_come.set()
    for connection, message in held:
        connection.send(message)
    box.press("Enter")
    expect(wide.page.locator("[role=alert] h2")).to_contain_text("ZIP")
    expect(box).to_have_value(typed)


def test_a_hostile_link_is_text(wide: Visit) -> None:
    wide.open("/?zip=<script>alert(1)</script>&within=3&treatment=gold")
    expect(wide.page.locator("[role=alert] h2")).to_be_visible()
    assert wide.page.locator("script", has_text="alert(1)").count() == 0


def test_links_of_a_card_are_private(wide: Visit) -> None:
    wide.open("/?zip=60004")
    wide.heading("60004")
    outward = wide.page.locator("article.card a[href^=http]")
    assert outward.count() > 0
    for link in outward.all():
        assert "noreferrer" in (link.get_attribute("rel") or "")
    directions = wide.page.get_by_role("link", name=re.compile("Directions")).first
    assert "60004" not in (directions.get_attribute("href") or "").replace("IL%2060004", "")
    phone = wide.page.locator("article.card a[href^='tel:+1']")
    expect(phone.first).to_be_visible()


def test_use_my_location_sends_a_rounded_place(browser: Browser, server: Server) -> None:
    for visit in visit_with(
        browser,
        server,
        geolocation={"latitude": 41.88412, "longitude": -87.62217},
        permissions=["geolocation"],
    ):
        visit.open()
        visit.page.get_by_role("button", name="Use my location").click()
        visit.heading("within 25 miles of Chicago, IL 606")
        box = visit.page.locator(PLACE_BOX)
        assert re.fullmatch(r"606\d\d", box.input_value())
        assert "41.88412" not in visit.page.url


def test_use_my_location_abroad_says_so_and_offers_what_is_near(
    browser: Browser, server: Server
) -> None:
    for visit in visit_with(
        browser,
        server,
        geolocation={"latitude": 43.65, "longitude": -79.4},
        permissions=["geolocation"],
    ):
        visit.open()
        visit.page.get_by_role("button", name="Use my location").click()
        visit.heading("We list the United States only")
        visit.page.get_by_role("button", name="Niagara Falls, NY").click()
        visit.heading("Niagara Falls, NY")


def test_a_refused_location_says_what_to_do(wide: Visit) -> None:
    wide.open()
    wide.page.get_by_role("button", name="Use my location").click()
    expect(wide.page.get_by_text("type a ZIP or city instead")).to_be_visible()


@pytest.mark.core
def test_phone_lists_first_and_switches_to_the_map(phone: Visit) -> None:
    phone.open("/?zip=77002")
    phone.heading("Houston, TX 77002")
    first = cards(phone).first.bounding_box()
    assert first is not None
    assert first["y"] < 844 - 100
    button = cards(phone).first.locator(".act").first.bounding_box()
    assert button is not None
    assert button["height"] >= 44
    assert button["y"] + button["height"] <= 844 - 56  # above the bar at the foot
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picked = cards(phone).nth(5)
    picked.get_by_role("button", name=re.compile("Show on map")).click()
    frame = the_map(phone)
    expect(frame.locator(".clinic-popup button.chosen")).to_be_visible()
    expect(cards(phone).first).to_be_hidden()
    expect(phone.page.locator("iframe[title*=folium]")).to_be_in_viewport(ratio=0.99)
    pin, shown = (
        frame.locator(".chosen.area-marker, .chosen.pin-marker"),
        phone.page.locator("iframe[title*=folium]"),
    )
    at, box = pin.bounding_box(), shown.bounding_box()
    assert at is not None
    assert box is not None
    assert abs(at["x"] + at["width"] / 2 - box["x"] - box["width"] / 2) < box["width"] / 4
    assert frame.locator(".leaflet-container").evaluate(COVERED) == []
    phone.page.get_by_role("button", name="Show list", exact=True).click()
    expect(picked).to_be_in_viewport()
    expect(picked.get_by_role("button", name=re.compile("Show on map"))).to_be_focused()
    phone.page.get_by_role("button", name="Show map", exact=True).click()
    expect(phone.page.locator("iframe[title*=folium]")).to_be_in_viewport(ratio=0.99)


def test_the_first_tap_on_the_map_counts_where_its_foot_is_below_the_fold(phone: Visit) -> None:
    phone.open("/?zip=77002")
    phone.heading("Houston, TX 77002")
    phone.page.get_by_role("button", name="Show map", exact=True).click()
    frame = the_map(phone)
    frame.locator(".leaflet-container").evaluate(
        "async (map) => { window.parent.document.querySelector('.st-key-masthead').scrollIntoView();"
        "await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))); }"
    )
    shown = phone.page.locator("iframe[title*=folium]").bounding_box()
    assert shown is not None
    assert shown["y"] + shown["height"] > 844
    marker = frame.locator(".area-marker, .pin-marker").first
    at = marker.bounding_box()
    assert at is not None
    phone.page.touchscreen.tap(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    expect(frame.locator(".clinic-popup")).to_be_visible()


def test_dark_theme_reaches_the_map(browser: Browser, server: Server) -> None:
    for visit in visit_with(browser, server, color_scheme="dark"):
        visit.open("/?zip=60601")
        visit.heading("60601")
        expect(the_map(visit).locator(".leaflet-container.dark")).to_have_count(1)


def test_clinics_of_which_a_fact_is_not_known_stand_apart_in_list_and_on_the_map(
    wide: Visit,
) -> None:
    wide.open("/?city=Houston, TX&within=50&conditions=depression")
    wide.heading("within 50 miles of Houston, TX")
    expect(
        wide.page.get_by_label(re.compile(r"Conditions \(known for \d+ of \d+\)"))
    ).to_be_visible()
    expect(wide.page.get_by_role("heading", name="Not known", exact=True)).to_be_attached()
    frame = the_map(wide)
    pins = frame.locator(".area-marker, .pin-marker")
    pins.first.wait_for()
    assert all(re.fullmatch(r"\d+(–\d+)?\+?|•", text.strip()) for text in pins.all_inner_texts()), (
        pins.all_inner_texts()
    )
