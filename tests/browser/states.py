"""Every page and state of the app, and how to come there, in whatever language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import FrameLocator, Page

SETTLED_MS = 350
PLACE_BOX = ".st-key-typed input"
MAP = "iframe.stCustomComponentV1"
MAP_READY = ".leaflet-container[data-basemap=ready], .choropleth[data-measure]"
QUIET = "[data-testid=stApp][data-test-script-state=notRunning]"


def stay(_page: Page) -> None:
    """Do nothing more than open the page."""


@dataclass(frozen=True)
class State:
    """One state of a page.

    Parameters
    ----------
    page, name : what it is called on the contact sheet.
    path : the address that leads there.
    shown : a selector of what must be there before anything is done.
    act : what is done there.
    has_map : whether a map is part of it.
    """

    page: str
    name: str
    path: str
    shown: str
    act: Callable[[Page], None] = stay
    has_map: bool = True

    def address(self, url: str, language: str = "en") -> str:
        """Return the address of this state in a language."""
        joint = "&" if "?" in self.path else "?"
        return f"{url}{self.path}" + (f"{joint}lang={language}" if language != "en" else "")

    def reach(self, page: Page, url: str, language: str = "en") -> None:
        """Open the page, do what leads to the state, and wait until nothing moves."""
        page.goto(self.address(url, language))
        page.locator(self.shown).first.wait_for()
        settle(page, has_map=self.has_map)
        if self.act is not stay:
            self.act(page)
            settle(page, has_map=self.has_map)


def settle(page: Page, *, has_map: bool) -> None:
    """Wait until the script has run and the map, if one is seen, is drawn."""
    page.locator(QUIET).wait_for()
    if has_map:
        page.locator(MAP).wait_for(state="attached")
        if page.locator(MAP).is_visible():
            frame_of(page).locator(MAP_READY).wait_for()
    page.wait_for_timeout(SETTLED_MS)


def frame_of(page: Page) -> FrameLocator:
    """Return the map's frame."""
    return page.frame_locator(MAP)


def open_popup(page: Page) -> None:
    """Choose the first clinic on the map."""
    page.locator("[data-key^=map-]").first.click()
    frame_of(page).locator(".clinic-popup button.chosen").wait_for()


def keep_two(page: Page) -> None:
    """Keep two clinics and go to "My list"."""
    page.locator("[data-keep]").nth(0).click()
    page.locator("[data-keep]").nth(1).click()
    page.locator("[data-key=kept]").click()
    page.locator(".mine li").nth(1).wait_for()


def open_details(page: Page) -> None:
    """Fold out who lists the first clinic."""
    page.locator("summary").first.click()


def unfold(page: Page) -> None:
    """Fold out the filters, which a phone folds away after a search."""
    if page.locator(".st-key-unfold button").is_visible():
        page.locator(".st-key-unfold button").click()
        page.locator(".st-key-filters").wait_for()


def choose_area(page: Page) -> None:
    """Look into the first region of the table."""
    first = page.locator(".regions tbody button").first
    told = first.inner_text()
    first.click()
    page.locator(".regions tbody button").filter(has_not_text=told).first.wait_for()
    page.locator(".regions tbody button").filter(has_text=told).wait_for(state="detached")


def type_nonsense(page: Page) -> None:
    """Search for what is no place."""
    box = page.locator(PLACE_BOX)
    box.fill("<nowhere>")
    box.press("Enter")
    page.locator("[role=alert] h2").wait_for()


def send_nothing(page: Page) -> None:
    """Send the form of a report as it stands: it says what is missing."""
    page.locator("[data-testid=stFormSubmitButton] button").click()
    page.locator("p.fault[role=alert]").wait_for()


def begin_to_type(page: Page) -> None:
    """Have places suggested, and go to the first of them."""
    box = page.locator(f"{PLACE_BOX}[role=combobox]")
    box.press_sequentially("spri")
    page.locator(".place-options li").first.wait_for()
    box.press("ArrowDown")


CARD = "article.card"
PATIENTS = (
    State("find", "start", "/", ".results h2"),
    State("find", "suggestions", "/", ".results h2", begin_to_type),
    State("find", "results", "/?zip=60601&within=25", CARD),
    State(
        "find", "filtered", "/?city=Houston, TX&treatment=iv&conditions=depression", CARD, unfold
    ),
    State("find", "who says so", "/?zip=60004", CARD, open_details),
    State("find", "popup open", "/?zip=60601", CARD, open_popup),
    State("find", "my list", "/?zip=60601", CARD, keep_two),
    State("find", "a state", "/?state=MT", CARD),
    State("find", "ambiguous place", "/?city=Springfield", "[role=alert] h2"),
    State("find", "none within", "/?city=Jordan, MT&within=5", CARD),
    State("find", "crisis", "/?city=I want to die Chicago", ".crisis-panel h2"),
    State("find", "overdose", "/?city=my son overdosed", ".crisis-panel h2"),
    State("find", "error", "/", ".results h2", type_nonsense),
    State("before you go", "whole", "/before-you-go", ".colophon", has_map=False),
    State("drive time", "whole", "/drive-time", ".guidance", has_map=False),
    State("report", "form", "/report", ".st-key-report_form input", has_map=False),
    State("report", "refused", "/report", ".st-key-report_form input", send_nothing, has_map=False),
)
ANALYSTS = (
    State("coverage", "regions", "/coverage", ".asked"),
    State("coverage", "an area chosen", "/coverage", ".asked", choose_area),
    State("methods", "whole", "/methods", ".guidance", has_map=False),
    State("where next", "question", "/where-next", ".part h2"),
    State("where next", "sites", "/where-next?in=state:17&add=3&within=60", ".regions tbody"),
)
OPERATORS = (
    State("operators", "clinics", "/operators", "h1", has_map=False),
    State("operators", "refresh", "/refresh", "h1", has_map=False),
    State("operators", "review", "/review", "h1", has_map=False),
    State("operators", "releases", "/releases", ".plain-table", has_map=False),
)
