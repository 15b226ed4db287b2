"""The whole journey in Spanish: by the browser's language, by the switch, by the link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from tests import messages
from tests.browser.conftest import Server, Visit, visit_with

LONG_WORDS = 3
PATHS = ("/", "/before-you-go", "/drive-time", "/coverage", "/where-next", "/methods")
# What a reader meets: text, and what is spoken or shown of attributes, in shadow roots too.
READ_TEXTS = """() => {
  const texts = [];
  const read = (root) => {
    for (const node of root.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) texts.push(node.textContent);
      if (node.nodeType !== Node.ELEMENT_NODE) continue;
      if (['STYLE', 'SCRIPT', 'NOSCRIPT', 'TEMPLATE'].includes(node.tagName)) continue;
      for (const name of ['aria-label', 'title', 'alt', 'placeholder']) {
        if (node.getAttribute(name)) texts.push(node.getAttribute(name));
      }
      if (node.shadowRoot) read(node.shadowRoot);
      read(node);
    }
  };
  if (document.body) read(document.body);  // a frame may not have one yet
  return texts.map((text) => text.trim()).filter(Boolean);
}"""


@pytest.fixture
def mexican(browser: Browser, server: Server) -> Iterator[Visit]:
    """A visitor whose browser speaks Spanish."""
    yield from visit_with(browser, server, locale="es-US", viewport={"width": 1280, "height": 900})


def list_english() -> set[str]:
    """Return the pieces of English messages that are long enough to be English for certain."""
    pieces = set()
    for message in messages.extract():
        forms = (message.id,) if isinstance(message.id, str) else message.id
        for form in forms:
            pieces |= {text.strip() for text, *_ in Formatter().parse(form) if text}
    return {piece for piece in pieces if len(re.findall(r"[a-z]{2,}", piece)) > LONG_WORDS}


ENGLISH = list_english()


def read_texts(page: Page) -> list[str]:
    frames: list[Frame] = page.frames
    return [text for frame in frames for text in frame.evaluate(READ_TEXTS)]


def find_english(page: Page) -> list[str]:
    """Return the texts of a page that hold a piece of an English message."""
    return [text for text in read_texts(page) if any(piece in text for piece in ENGLISH)]


def settle(visit: Visit) -> None:
    """Wait until the page has drawn all it draws."""
    visit.page.locator("footer.foot").wait_for()
    expect(visit.page.get_by_test_id("stStatusWidget")).to_have_count(0)


def test_every_page_speaks_the_language_of_the_browser(mexican: Visit) -> None:
    page = mexican.page
    page.goto(mexican.url)
    settle(mexican)
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page).to_have_title("Buscar una clínica · Buscador de clínicas")
    expect(page.get_by_role("link", name="Saltar al contenido principal")).to_have_count(1)
    mexican.search("60601")
    mexican.heading("clínicas en un radio de 25 millas (40 km) de Chicago, IL 60601")
    expect(page.locator(".band").first).to_have_text("Hasta 5 millas (8 km) en línea recta")
    assert find_english(page) == []
    mexican.search("Springfield")
    mexican.heading("¿Qué Springfield?")
    assert find_english(page) == []
    mexican.search("12")
    mexican.heading("Un código postal tiene cinco dígitos")
    assert find_english(page) == []
    for path in PATHS[1:]:
        page.goto(mexican.url + path)
        expect(page.locator("html")).to_have_attribute("lang", "es")
        page.locator("h1").first.wait_for()
        page.locator("main footer, main .colophon").first.wait_for(state="attached")
        expect(page.get_by_role("button", name="English")).to_be_visible()
        assert (path, find_english(page)) == (path, [])


def test_the_map_and_its_controls_are_spanish(mexican: Visit) -> None:
    mexican.open("/?zip=60601")
    frame = mexican.page.frame_locator("iframe[title=Mapa]")
    frame.locator(".leaflet-container[data-basemap=ready]").wait_for()
    expect(frame.locator("html")).to_have_attribute("lang", "es")
    expect(frame.get_by_role("heading", name="Mapa de clínicas")).to_have_count(1)
    expect(frame.get_by_role("button", name="Acercar")).to_be_visible()
    frame.locator(".area-marker, .pin-marker").first.press("Enter")
    expect(frame.get_by_role("button", name="Cerrar")).to_be_visible()


def test_the_switch_keeps_the_search_and_the_links_keep_the_language(wide: Visit) -> None:
    page = wide.page
    wide.open()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    wide.search("60601")
    wide.heading("within 25 miles of Chicago, IL 60601")
    page.get_by_role("combobox", name="Within").click()
    page.get_by_role("option", name="50 miles", exact=True).click()
    wide.heading("within 50 miles of Chicago")

    switch = page.get_by_role("button", name="Español")
    expect(switch).to_have_attribute("lang", "es")
    switch.focus()
    page.keyboard.press("Enter")
    wide.heading("clínicas en un radio de 50 millas (80 km) de Chicago, IL 60601")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    assert parse_qs(urlsplit(page.url).query) == {"lang": ["es"]}
    expect(page.get_by_role("combobox", name="Distancia máxima")).to_have_value("50 millas (80 km)")
    expect(page.get_by_role("button", name="English")).to_be_focused()

    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copiar enlace").click()
    page.get_by_text("Enlace copiado").wait_for(state="attached")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert parse_qs(urlsplit(copied).query) == {"zip": ["60601"], "within": ["50"], "lang": ["es"]}

    page.get_by_role("link", name="Para analistas").click()
    page.get_by_role("heading", name="¿Quién puede llegar a una clínica?").wait_for()
    assert parse_qs(urlsplit(page.url).query) == {"lang": ["es"]}
    page.get_by_role("combobox", name="Mostrar").wait_for()
    page.locator(".stApp[data-test-script-state=notRunning]").wait_for()
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Who can reach a clinic?").wait_for()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert parse_qs(urlsplit(page.url).query) == {"lang": ["en"]}
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


def test_the_link_decides_over_the_browser(wide: Visit, mexican: Visit) -> None:
    wide.open("/?lang=es&city=Boston, MA")
    wide.heading("en un radio de 25 millas (40 km) de Boston, MA")
    mexican.open("/?lang=en")
    expect(mexican.page.locator("html")).to_have_attribute("lang", "en")
    expect(mexican.page.get_by_role("button", name="Search")).to_be_visible()


def test_a_measure_redrawn_alone_stays_spanish(mexican: Visit) -> None:
    page = mexican.page
    page.goto(mexican.url + "/coverage")
    page.get_by_role("combobox", name="Medida").click()
    page.get_by_role("option", name="Distancia media", exact=True).click()
    page.get_by_role("heading", name="Distancia media").wait_for()
    page.locator(".regions").first.get_by_text("km)").first.wait_for()
    assert find_english(page) == []
