"""Every page in a language that wraps each piece of a message in ⟦⟧: what stands bare is no message.

It finds what no look at a translation finds: texts that never pass through the catalogues.
"""

from __future__ import annotations

import html
import json
import re
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from babel import Locale
from babel.messages import Catalog
from babel.messages.pofile import write_po
from streamlit.testing.v1 import AppTest

from geo import reference, releases
from geo.coverage.coverage_exports import CODEBOOK
from geo.guidance import statements as guidance_statements
from geo.i18n import language
from geo.reference.road_tables import ATTRIBUTION
from tests import messages

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
WRAPPED = re.compile(r"⟦[^⟦⟧]*⟧|\{\w+\}")
WORDS = re.compile(r"[^\W\d_]{2,}")
APART = re.compile(r"[,;:·()–\n“”…]|\.$")
EDGES = " .+%$0123456789"
INVISIBLE = re.compile(r"<(style|script)\b.*?</\1>|<!--.*?-->", re.DOTALL)
UNTRANSLATED = re.compile(r'<(\w+)\b[^>]* translate="no"[^>]*>.*?</\1>', re.DOTALL)
"""Codes and formulas, which the page says are in no language."""
SPOKEN_ATTRIBUTE = re.compile(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"')
MAP_DATA = re.compile(r"window\.\w+(?:\.set)?\((?:\s*\w+,)?\s*(\{.*?\})\);", re.DOTALL)
NOT_SPOKEN = frozenset(
    {"abroad", "backdrop", "highways", "inset", "towns", "water"}
    | {"chosen", "cities", "code", "counties", "directions", "dot", "focus", "geoids", "geometry"}
    | {"href", "id", "key", "kind", "language", "line", "link", "locale", "noData", "others"}
    | {
        "outline",
        "parents",
        "path",
        "ramp",
        "search",
        "selected",
        "stateLabels",
        "states",
        "status",
    }
    | {"sort", "sorted"}
    | {"to", "token", "url", "value", "view", "website", "within"}
)
"""Keys of what components are sent, whose values are read by scripts, or are their own names."""
NOT_TRANSLATED = frozenset(
    {"CSV", "GeoJSON", "GeoParquet", "SVG", "PNG", "GeoNames", "CC", "BY", "ACS", "de"}
    | set(Locale("es").months["format"]["wide"].values())
)
PLACES = ["", "60601", "99723", "Springfield", "Nowhereville", "Montana", "00000", "San Juan, PR"]
PLACES += ["233 S Wacker Dr, Chicago, IL 60606", "AE", "0, 0", "!!!", "1234", "60601, 53202"]
PLACES += ["I want to die", "sobredosis 60601"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the one catalogue `xx`."""
    made = tmp_path_factory.mktemp("locale")
    catalogue = Catalog(locale="es", project="pseudo", fuzzy=False)
    for message in messages.extract():
        if message.id:
            wrapped = (
                wrap(message.id)
                if isinstance(message.id, str)
                else tuple(wrap(form) for form in message.id)
            )
            catalogue.add(message.id, wrapped, context=message.context)
    with (made / "xx.po").open("wb") as file:
        write_po(file, catalogue)
    return made


@pytest.fixture
def app(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    monkeypatch.setattr(language, "FOLDER", folder)
    monkeypatch.setattr(language, "_find_locale", lambda _code: Locale("es"))
    made = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    made.query_params["lang"] = "xx"
    with language.using("xx"):  # AppTest writes the options of a selectbox outside the run
        yield made


def wrap(message: str) -> str:
    """Return a message with its pieces in brackets; what stands in its placeholders stays bare."""
    pieces = []
    for text, name, _, _ in Formatter().parse(message):
        if text:
            pieces.append(f"⟦{text}⟧")
        if name is not None:
            pieces.append(f"{{{name}}}")
    return "".join(pieces)


@pytest.fixture(scope="module")
def proper_names() -> frozenset[str]:
    """The names of clinics, places and sources, and the columns of a file."""
    release = releases.current()
    clinics, listings = release.clinics, release.listings
    states, cities = reference.load("states"), reference.load("cities")
    columns = [clinics[name] for name in ("name", "street", "unit", "city", "state", "clinic_id")]
    columns += [listings["name"], release.table("coverage")["name"], cities["name"]]
    columns += [states["name"], states["state"]]
    named = listings["source"][~listings["source"].str[0].str.islower()]
    hosts = listings["source_url"].map(lambda url: urlsplit(url).hostname or "")
    sites = clinics["website"].map(lambda url: (urlsplit(url).hostname or "").removeprefix("www."))
    values = {value for column in (*columns, named, hosts, sites) for value in column}
    return frozenset({*values, release.id, ATTRIBUTION, *CODEBOOK, *PLACES} - {""})


def find_texts(value: Any, key: str = "") -> Iterator[str]:
    """Yield the texts of what a component is sent."""
    if key in NOT_SPOKEN:
        return
    if isinstance(value, dict):
        for name, part in value.items():
            yield from find_texts(part, name)
    elif isinstance(value, list):
        # A row of a table begins with its key.
        rows = value[3:] if key == "row" else value
        for part in rows:
            yield from find_texts(part, "row" if key == "rows" else key)
    elif isinstance(value, str):
        yield value


def read_html(body: str) -> Iterator[str]:
    """Yield the texts of a piece of HTML: what is seen, and what is spoken of attributes."""
    seen = UNTRANSLATED.sub("\n", INVISIBLE.sub(" ", body))
    for attribute in SPOKEN_ATTRIBUTE.findall(seen):
        yield html.unescape(attribute)
    yield html.unescape(re.sub(r"<[^>]+>", " ", seen))


def read_page(app: AppTest) -> Iterator[str]:
    """Yield every text that a run sent to the browser."""
    assert not app.exception
    for element in app.get("html"):
        yield from read_html(element.proto.body)
    for element in app.get("bidi_component"):
        yield from find_texts(json.loads(element.proto.json))
    for element in app.get("component_instance"):
        arguments = json.loads(element.proto.json_args)
        scripts = f"{arguments.get('script')} {arguments.get('feature_group')}"
        for data in MAP_DATA.findall(scripts):
            yield from find_texts(json.loads(data))
    for element in app.get("arrow_vega_lite_chart"):
        yield from re.findall(r'"title": ?"([^"]*)"', element.proto.spec)
    yield from read_widgets(app)


def read_widgets(app: AppTest) -> Iterator[str]:
    """Yield the texts of Streamlit's own elements."""
    kinds = ["button", "download_button", "text_input", "toggle", "expander", "number_input"]
    for kind in [*kinds, "selectbox", "multiselect", "page_link"]:
        for element in app.get(kind):
            yield element.proto.label
            yield from getattr(element.proto, "options", [])
            yield getattr(element.proto, "placeholder", "")
    for kind in ("markdown", "caption", "warning", "error", "info"):
        for element in app.get(kind):
            yield element.value


def hide_references(text: str) -> str:
    """Return a text without the titles of the works that the guidance refers to."""
    for title in list_references():
        text = text.replace(title, " ")
    return text


@cache
def list_references() -> set[str]:
    statements = [s for section in guidance_statements.list_sections() for s in section.statements]
    return {source.title for statement in statements for source in statement.sources}


def find_bare(app: AppTest, proper_names: frozenset[str]) -> set[str]:
    """Return the pieces of a page's texts that are words of no message, and no proper names."""

    def is_told(part: str) -> bool:
        name = part.strip(" .")
        return (
            part in proper_names
            or name in proper_names
            or name.strip(EDGES) in proper_names
            or NOT_TRANSLATED.issuperset(WORDS.findall(part))
        )

    return {
        bare
        for text in read_page(app)
        for bare in WRAPPED.sub("\n", hide_references(text)).split("\n")
        if not is_told(bare) and not all(map(is_told, APART.split(bare)))
    }


def search(app: AppTest, text: str) -> None:
    app.text_input(key="typed").set_value(text)
    app.button[0].click()
    app.run()


def test_wrapping_leaves_placeholders_bare() -> None:
    assert wrap("{count} clinics in {place}.") == "{count}⟦ clinics in ⟧{place}⟦.⟧"


def test_a_text_that_is_no_message_is_found(app: AppTest, proper_names: frozenset[str]) -> None:
    app.run()
    texts = list(read_page(app))
    assert len(texts) > 30
    assert any("⟦Search⟧" in text for text in texts)
    app.get("html")[0].proto.body += "<p>Plain words</p>"
    assert any("Plain words" in text for text in find_bare(app, proper_names))


def test_the_finder(app: AppTest, proper_names: frozenset[str]) -> None:
    app.run()
    for place in PLACES:
        if place:
            search(app, place)
        assert (place, find_bare(app, proper_names)) == (place, set())


def test_a_link_that_is_half_understood(app: AppTest, proper_names: frozenset[str]) -> None:
    for name, value in {"zip": "60601", "within": "7", "treatment": "x"}.items():
        app.query_params[name] = value
    app.run()
    assert find_bare(app, proper_names) == set()


def test_before_you_go(app: AppTest, proper_names: frozenset[str]) -> None:
    app.run()
    app.switch_page("pages/patients/before_you_go.py").run()
    assert find_bare(app, proper_names) == set()


def test_how_drive_time_is_estimated(app: AppTest, proper_names: frozenset[str]) -> None:
    app.run()
    app.switch_page("pages/patients/drive_time.py").run()
    assert find_bare(app, proper_names) == set()


def test_coverage(app: AppTest, proper_names: frozenset[str]) -> None:
    app.run()
    app.switch_page("pages/analysts/coverage.py").run()
    for level in ("region", "state", "county"):
        app.selectbox(key="cov_level").set_value(level).run()
        assert (level, find_bare(app, proper_names)) == (level, set())
    for measure in ("mean_distance_miles", "clinics_per_million_adults", "clinics_unlocated"):
        app.selectbox(key="cov_measure").set_value(measure).run()
        assert (measure, find_bare(app, proper_names)) == (measure, set())


def test_methods(app: AppTest, proper_names: frozenset[str]) -> None:
    app.run()
    app.switch_page("pages/analysts/methods.py").run()
    assert find_bare(app, proper_names) == set()


@pytest.mark.nightly
def test_siting(app: AppTest, proper_names: frozenset[str]) -> None:
    app.run()
    app.switch_page("pages/analysts/siting.py").run()
    assert find_bare(app, proper_names) == set()
    app.selectbox(key="sit_area").set_value(("state", "30")).run()
    next(button for button in app.button if "Find sites" in button.label).click().run()
    assert any("⟦Before and after⟧" in text for text in read_page(app))
    assert find_bare(app, proper_names) == set()
