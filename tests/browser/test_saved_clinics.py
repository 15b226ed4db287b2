"""What a person takes along: the text on treatment, a printed list, clinics kept, the way out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from pages.parts.leave import NEUTRAL_PAGE
from tests.browser.conftest import Server, Traffic, Visit

STORE = "clinic-finder.kept"
FIELDS = {"id", "name", "address", "far", "phone", "number", "website", "on"}


def kept(visit: Visit) -> list[dict]:
    text = visit.page.evaluate(f"localStorage.getItem('{STORE}')")
    return json.loads(text) if text else []


def focused_text(page: Page) -> str:
    return page.evaluate(
        "(() => { let e = document.activeElement;"
        "while (e.shadowRoot) e = e.shadowRoot.activeElement; return e.textContent; })()"
    )


def test_the_contents_lead_to_their_sections_also_from_a_link(wide: Visit) -> None:
    page = wide.page
    page.goto(f"{wide.url}/before-you-go")
    page.get_by_role("navigation", name="On this page").get_by_role(
        "link", name="What infusions of ketamine cost"
    ).click()
    heading = page.get_by_role("heading", name="What infusions of ketamine cost")
    expect(heading).to_be_in_viewport()
    assert page.url.endswith("#cost")
    below_the_masthead = heading.bounding_box()
    assert below_the_masthead is not None
    assert 50 < below_the_masthead["y"] < 200
    page.reload()
    expect(heading).to_be_in_viewport()


def test_a_printed_list_is_one_page_without_the_page_around_it(wide: Visit) -> None:
    wide.open("/?zip=60004&within=25")
    wide.heading("60004")
    page = wide.page
    expect(page.locator("article.card")).to_have_count(10)
    page.evaluate("() => { window.print = () => { window.printed = (window.printed || 0) + 1; }; }")
    page.get_by_role("button", name="Print", exact=True).click()
    assert page.evaluate("window.printed") == 1

    page.emulate_media(media="print")
    for gone in (".st-key-masthead", ".st-key-search_panel", "iframe", ".foot", ".pager"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.get_by_role("button", name=re.compile("Keep|Print"))).to_have_count(0)
    for there in (
        page.get_by_role("heading", name=re.compile("within 25 miles")),
        page.locator(".card .address").first,
        page.locator(".card a[href^='tel:']").first,
        page.locator(".card .distance strong").first,
        page.get_by_role("heading", name="Questions to ask a clinic"),
        page.get_by_text(f"{wide.url}/?zip=60004&within=25"),
        page.get_by_text("In a crisis call or text 988"),
        page.locator(".paper").get_by_text("Someone must take you home."),
    ):
        expect(there).to_be_visible()
    expect(page.locator(".ride")).to_be_hidden()  # it stands once on a page, with the questions
    for paper in ("Letter", "A4"):
        pdf = page.pdf(format=paper)
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1, paper


def copy_link(visit: Visit) -> str:
    """Return the link of what is kept, as it is copied: the ids alone, after the # sign."""
    page = visit.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy a link to my list").click()
    page.get_by_text("Link copied").wait_for(state="attached")
    link: str = page.evaluate("navigator.clipboard.readText()")
    assert link == f"{visit.url}/#list={','.join(entry['id'] for entry in kept(visit))}"
    return link


def open_shared(visit: Visit, link: str, names: list[str], sent: list[str | bytes]) -> None:
    """Open the link of a list; the clinics are named, and no server is told which they are."""
    page, before = visit.page, len(sent)
    page.goto("about:blank")
    page.goto(link)
    shared = page.get_by_role("region", name="A list that was shared with you")
    expect(shared.get_by_role("heading", level=3)).to_have_text(names)
    told = [frame if isinstance(frame, bytes) else frame.encode() for frame in sent[before:]]
    ids = link.partition("#list=")[2].split(",")
    assert told
    assert not [frame for frame in told for clinic_id in ids if clinic_id.encode() in frame]
    shared.get_by_role("button", name="Keep these in my list").click()
    mine = page.get_by_role("region", name="My list")
    expect(mine.get_by_role("heading", level=3)).to_have_text(names)
    assert page.url == f"{visit.url}/"


def test_kept_clinics_stay_in_the_browser_and_are_told_to_nobody(wide: Visit) -> None:
    sent: list[str | bytes] = []

    def note(frame: str | bytes) -> None:
        sent.append(frame)

    wide.page.on("websocket", lambda socket: socket.on("framesent", note))
    wide.open("/?zip=60601")
    wide.heading("60601")
    page = wide.page
    page.frame_locator("iframe[title*=folium]").locator("[data-basemap=ready]").wait_for()
    page.wait_for_timeout(500)
    before, asked = len(sent), len(wide.traffic.own)
    names = page.locator("article.card .name").all_inner_texts()[:2]
    buttons = page.get_by_role("button", name=re.compile("^Keep: "))
    buttons.nth(0).focus()
    page.keyboard.press("Enter")
    buttons.nth(1).click()
    expect(buttons.nth(0)).to_have_attribute("aria-pressed", "true")
    expect(buttons.nth(2)).to_have_attribute("aria-pressed", "false")
    mine = page.get_by_role("region", name="My list")
    expect(mine.get_by_role("heading", level=3)).to_have_text(names)
    expect(mine.get_by_text("never sent to us")).to_be_visible()
    assert {name for entry in kept(wide) for name in entry} == FIELDS
    page.wait_for_timeout(300)
    assert (len(sent), len(wide.traffic.own)) == (before, asked)

    wide.search("Boston, MA")
    wide.heading("Boston, MA")
    page.get_by_role("button", name="My list (2)").click()
    assert focused_text(page) == "My list"
    wide.open("/?zip=60601")
    wide.heading("60601")
    expect(mine.get_by_role("heading", level=3)).to_have_text(names)
    expect(buttons.nth(0)).to_have_attribute("aria-pressed", "true")

    link = copy_link(wide)
    mine.get_by_role("button", name=f"Remove: {names[0]}").click()
    expect(mine.get_by_role("heading", level=3)).to_have_text(names[1:])
    assert focused_text(page) == "My list"
    expect(buttons.nth(0)).to_have_attribute("aria-pressed", "false")

    page.evaluate(
        "() => { window.print = () => { window.asked = document.documentElement.dataset.print; }; }"
    )
    mine.get_by_role("button", name="Print my list").click()
    assert page.evaluate("window.asked") == "kept"
    page.emulate_media(media="print")
    expect(page.locator("article.card").first).to_be_hidden()
    expect(mine.get_by_role("heading", level=3)).to_have_text(names[1:])
    expect(mine.get_by_role("heading", level=3)).to_be_visible()
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(page.locator("article.card").first).to_be_visible()

    mine.get_by_role("button", name="Clear all").click()
    expect(mine.get_by_text("Nothing is kept.", exact=True)).to_be_visible()
    assert page.evaluate(f"localStorage.getItem('{STORE}')") is None

    open_shared(wide, link, names, sent)


def test_a_spoiled_store_is_text_at_most(wide: Visit) -> None:
    hostile = {"id": "a", "name": "<b>X</b>", "number": "javascript:1", "address": ["x"]}
    stored = json.dumps([None, 5, {}, hostile])
    wide.page.add_init_script(f"localStorage.setItem('{STORE}', {json.dumps(stored)})")
    wide.open()
    mine = wide.page.get_by_role("region", name="My list")
    expect(mine.get_by_role("heading", level=3)).to_have_text(["<b>X</b>"])
    expect(mine.get_by_role("link")).to_have_attribute("href", "tel:1")

    wide.page.add_init_script(f"localStorage.setItem('{STORE}', '{{')")
    wide.page.reload()
    wide.heading("clinics across the country")
    expect(mine).to_have_count(0)


@dataclass
class Leaver:
    """A visitor about to leave; the neutral page is answered here, not by its server."""

    page: Page
    url: str
    traffic: Traffic
    asked: list[Request] = field(default_factory=list)
    answer: int = 200

    def open(self, query: str = "/?zip=60601") -> None:
        self.page.goto("about:blank")
        self.page.goto(self.url + query)
        self.page.get_by_role("button", name="Leave this page").wait_for()

    def has_left(self) -> None:
        """Assert that the neutral page stands in the place of ours, which Back does not find."""
        self.page.wait_for_url(NEUTRAL_PAGE)
        assert [request.url for request in self.asked] == [NEUTRAL_PAGE]
        assert "referer" not in self.asked[0].headers
        assert self.traffic.foreign == [NEUTRAL_PAGE]
        self.page.go_back()
        assert self.page.url == "about:blank"


@pytest.fixture
def leaver(browser: Browser, server: Server) -> Iterator[Leaver]:
    context = browser.new_context()
    traffic = Traffic()
    traffic.watch(context, server.url)
    visitor = Leaver(context.new_page(), server.url, traffic)
    errors: list[str] = []
    visitor.page.on("pageerror", lambda error: errors.append(str(error)))

    def answer(route: Route) -> None:
        visitor.asked.append(route.request)
        route.fulfill(status=visitor.answer, body="<h1>Weather</h1>", content_type="text/html")

    context.route(NEUTRAL_PAGE, answer)
    yield visitor
    context.close()
    assert errors == []


@pytest.mark.core
def test_leaving_takes_the_page_and_its_place_in_the_history(leaver: Leaver) -> None:
    leaver.open()
    leaver.page.get_by_role("heading", level=2).first.wait_for()
    assert leaver.traffic.foreign == []
    leaver.page.get_by_role("button", name="Leave this page").click()
    leaver.has_left()


def test_nothing_is_left_to_see_while_the_other_page_loads(leaver: Leaver) -> None:
    leaver.answer = 204  # no page comes, so that the old one stays
    leaver.open("/before-you-go")
    leaver.page.evaluate("sessionStorage.setItem('clinic-finder.search', '{}')")
    leaver.page.get_by_role("button", name="Leave this page").click()
    expect(leaver.page.locator("body *")).to_have_count(0)
    assert leaver.page.evaluate("sessionStorage.length") == 0
    assert leaver.page.title().strip("\u200b") == ""


def test_escape_three_times_leaves_and_twice_does_not(leaver: Leaver) -> None:
    leaver.open("/before-you-go")
    leaver.page.keyboard.press("Escape")
    leaver.page.keyboard.press("Escape")
    leaver.page.wait_for_timeout(1_600)
    leaver.page.keyboard.press("Escape")
    assert leaver.asked == []
    leaver.page.keyboard.press("Escape")
    leaver.page.keyboard.press("Escape")
    leaver.has_left()


def test_escape_is_heard_inside_the_map_too(leaver: Leaver) -> None:
    leaver.open()
    frame = leaver.page.frame_locator("iframe[title*=folium]")
    frame.locator("[data-basemap=ready]").wait_for()
    frame.locator("a.leaflet-control-zoom-in").focus()
    leaver.page.wait_for_timeout(100)
    for _press in range(3):
        leaver.page.keyboard.press("Escape")
    leaver.has_left()


def test_the_way_out_is_in_view_wherever_one_has_scrolled(phone: Visit, wide: Visit) -> None:
    for visit in (phone, wide):
        visit.page.goto(f"{visit.url}/before-you-go")
        visit.page.get_by_role("heading", name="What we do not check").scroll_into_view_if_needed()
        expect(visit.page.get_by_role("button", name="Leave this page")).to_be_in_viewport(ratio=1)
        assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for language in ("en", "es"):
        if language == "es":
            phone.page.goto(f"{phone.url}/before-you-go?lang=es")
            phone.page.get_by_role("heading", name="Lo que no comprobamos").wait_for()
        screens = phone.page.locator(".stMain").evaluate("(e) => e.scrollHeight / innerHeight")
        assert screens <= 4, language
