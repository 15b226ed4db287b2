"""The pages of the pocket finder as HTML, a language each; all they load is named with its hash."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import htpy as h
from markupsafe import Markup

from geo.guidance import foot_html, guidance_html, html_pieces, statement, statements
from geo.guidance.crisis.panel_html import build_crisis_line
from geo.i18n import language
from geo.i18n.language import ENGLISH
from geo.i18n.language import gettext as _
from geo.i18n.sentences import sentence_case
from geo.maps import basemap, clinic_map
from geo.reference.road_tables import ATTRIBUTION
from geo.search import wording
from geo.search.drive_words import DRIVES_MINUTES, name_drive
from geo.search.searching import DEFAULT_MILES, RADII_MILES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.releases import Release

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'"
)
"""What a browser may load for these pages: files beside them, and nothing else."""

SCRIPT: Final = "assets/pocket/page.js"
FOLDS: Final = "assets/pocket/folds.js"
EMBED: Final = "assets/pocket/embed.js"
GEODESIC: Final = "assets/geodesic/geographiclib-geodesic.min.js"
ICON: Final = "assets/pocket/icon.svg"
ICON_SIZES: Final = (192, 512)
STYLES: Final = ("assets/app.css", "assets/pocket/pocket.css")
MAP_STYLES: Final = ("assets/leaflet/leaflet.css", "assets/map.css")
MAP_SCRIPTS: Final = tuple(
    f"assets/{name}.js"
    for name in (
        "leaflet/leaflet",
        "map_frame",
        "markercluster/leaflet.markercluster",
        *basemap.SCRIPTS,
        *clinic_map.SCRIPTS,
        "pocket/map",
    )
)
_BRAND: Final = "#0b6661"


@dataclass(frozen=True)
class Loaded:
    """What pages load.

    Parameters
    ----------
    hashes : path in the folder -> the hash of the file, as browsers check it.
    modules : the scripts that `SCRIPT` imports, by their paths.
    tables : name of a table -> its path.
    roads_bytes : of the table of the roads, which is fetched apart.
    """

    hashes: Mapping[str, str]
    modules: tuple[str, ...]
    tables: Mapping[str, str]
    roads_bytes: int


def name_page(kind: str) -> str:
    """Return the file of a page, `index`, `before` or `embed`, in the language of this run."""
    code = language.current()
    return f"{kind}.html" if code == ENGLISH else f"{kind}.{code}.html"


def name_icon(size: int) -> str:
    """Return the path of the icon of so many pixels."""
    return f"assets/pocket/icon-{size}.png"


def build_finder(release: Release, loaded: Loaded) -> str:
    """Return the page with the search, in the language of this run."""
    files = {
        name: {"path": path, "integrity": loaded.hashes[path]}
        for name, path in loaded.tables.items()
    } | {
        path: {"path": path, "integrity": loaded.hashes[path]}
        for path in ("assets/clinic_list.css", "assets/take_along.css", "assets/locate.css")
    }
    # No text of ours can end the element: "<" is written by its number.
    known = Markup(json.dumps(files, separators=(",", ":")).replace("<", "\\u003c"))  # noqa: S704
    head: h.Node = [
        h.script(src=GEODESIC, integrity=loaded.hashes[GEODESIC], defer=True),
        # By these a browser checks what the first script imports.
        [
            h.link(rel="modulepreload", href=path, integrity=loaded.hashes[path])
            for path in loaded.modules
        ],
        h.script("#pocket-files", type="application/json")[known],
        _load_module(SCRIPT, loaded),
    ]
    lost = _("The finder could not be loaded. Check the connection and open this page again.")
    body: h.Node = [
        _build_banners(release),
        _build_panel(),
        h.p("#roads", role="status", data_bytes=str(loaded.roads_bytes), hidden=True)[
            h.span, " ", h.button(".link", type="button", hidden=True)
        ],
        h.div("#crisis"),
        h.p("#fault.fault", role="alert", hidden=True)[lost],
        h.div(".columns")[
            h.div("#list"), h.div("#map")[h.iframe(src="map.html", title=_map_title())]
        ],
        h.div("#mine"),
        h.div("#switch.switch", hidden=True)[h.button(".act", type="button")],
        _build_foot(release),
    ]
    return _build_page(
        "index",
        _("Find a ketamine or esketamine clinic near you"),
        _("What you type stays on this device. It is sent to nobody, not even to us."),
        head,
        body,
        loaded,
    )


def build_before(loaded: Loaded) -> str:
    """Return the page "Before you go", in the language of this run.

    Raises
    ------
    SchemaError : the list of what was checked cannot be read.
    """
    sections = statements.list_sections()
    checks = statement.read_checks(sections)
    text = h.div(".guidance-text")[
        guidance_html.build_unchecked(sections, checks),
        guidance_html.build_sections(sections, checks),
        guidance_html.build_colophon(),
    ]
    return _build_page(
        "before",
        _("Before you go"),
        _(
            "What is known of ketamine and esketamine treatment, how strong the evidence is, and "
            "what to ask. This page informs; it gives no medical advice."
        ),
        _load_module(FOLDS, loaded),
        h.div(".guidance")[guidance_html.build_contents(sections), text],
        loaded,
    )


def build_embed(states: Mapping[str, str], loaded: Loaded) -> str:
    """Return the page that writes the lines by which another page shows the finder.

    Parameters
    ----------
    states : code -> name of those whose places can be searched for.
    """
    treatments = {
        code: sentence_case(wording.name_treatment(code)) for code in ("", *wording.TREATMENTS)
    }
    lines = h.textarea("#lines", rows="5", readonly=True, spellcheck="false")
    title = _("Find a ketamine or esketamine clinic near you")
    body: h.Node = [
        h.div(".filters.embed")[
            _build_select("state", _("State"), {"": _("Any state"), **states}, ""),
            _build_select("treatment", _("Treatment"), treatments, ""),
        ],
        h.p[h.label(for_="lines")[_("Lines to paste")], lines],
        h.p[
            h.button("#copy.act", type="button", data_copied=_("Copied."))[_("Copy the lines")],
            " ",
            h.span("#copied", role="status"),
        ],
        h.h2[_("How it looks")],
        h.div("#preview", data_finder=name_page("index"), data_title=title),
    ]
    return _build_page(
        "embed",
        _("Show this finder on your own page"),
        _(
            "Paste these lines into a page of yours. The finder in it sets no cookies, and neither "
            "you nor we learn what people ask."
        ),
        _load_module(EMBED, loaded),
        body,
        loaded,
    )


def build_map(loaded: Loaded) -> str:
    """Return the page inside the map's frame; the page around it gives it its words."""
    page = h.html(lang=ENGLISH)[
        h.head[
            _build_basics(),
            h.title[_map_title()],
            [_load_style(path, loaded) for path in MAP_STYLES],
            [h.script(src=path, integrity=loaded.hashes[path], defer=True) for path in MAP_SCRIPTS],
        ],
        h.body[h.div("#root")[h.div("#map_div")]],
    ]
    return f"{page}\n"


def build_manifest() -> dict[str, object]:
    """Return the manifest by which the finder is installed."""
    name = _("Clinic Finder")
    return {
        "name": name,
        "short_name": name,
        "start_url": name_page("index"),
        "scope": "./",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": _BRAND,
        "icons": [
            {"src": ICON, "sizes": "any", "type": "image/svg+xml"},
            *(
                {
                    "src": name_icon(size),
                    "sizes": f"{size}x{size}",
                    "type": "image/png",
                    "purpose": purpose,
                }
                for size in ICON_SIZES
                for purpose in ("any", "maskable")
            ),
        ],
    }


def _build_page(  # noqa: PLR0917  # the parts of a page, from its top
    kind: str, title: str, words: str, head: h.Node, body: h.Node, loaded: Loaded
) -> str:
    name = _("Clinic Finder")
    page = h.html(lang=language.current())[
        h.head[
            _build_basics(),
            h.meta(name="theme-color", content=_BRAND),
            h.title[f"{title} · {name}"],
            h.link(rel="icon", href=ICON, type="image/svg+xml"),
            h.link(rel="apple-touch-icon", href=name_icon(ICON_SIZES[0])),
            h.link(rel="manifest", href=f"manifest.{language.current()}.webmanifest"),
            [_load_style(path, loaded) for path in STYLES],
            head,
        ],
        h.body[
            build_crisis_line(),
            _build_head(kind, name),
            h.main(".wide")[h.div(".lead")[h.h1[title], h.p[words]], body],
        ],
    ]
    return f"{page}\n"


def _build_basics() -> h.Fragment:
    """Return what every head begins with."""
    return h.fragment[
        h.meta(charset="utf-8"),
        h.meta(http_equiv="Content-Security-Policy", content=POLICY),
        h.meta(name="viewport", content="width=device-width, initial-scale=1"),
        h.meta(name="referrer", content="no-referrer"),
    ]


def _build_head(kind: str, name: str) -> h.Element:
    pages = (("index", _("Find a clinic")), ("before", _("Before you go")))
    links = [
        h.a(href=name_page(page), aria_current="page" if page == kind else None)[words]
        for page, words in pages
    ]
    others = []
    for code, called in language.available().items():
        if code != language.current():
            with language.using(code):
                others.append(h.a(href=name_page(kind), lang=code, hreflang=code)[called])
    return h.header(".pocket-head")[h.strong(".wordmark")[name], links, others]


def _build_panel() -> h.Element:
    within = {
        **{str(miles): language.format_miles(miles) for miles in RADII_MILES},
        **{f"{minutes}min": name_drive(minutes) for minutes in DRIVES_MINUTES},
    }
    treatments = {
        code: sentence_case(wording.name_treatment(code)) for code in ("", *wording.TREATMENTS)
    }
    field = h.input(
        "#typed", type="text", autocomplete="off", spellcheck="false", placeholder="60601"
    )
    button = h.button("#search.act", disabled=True)[_("Search")]
    script = _("The search runs in your browser and needs JavaScript.")
    return h.div(".st-key-search_panel")[
        h.form("#place", data_testid="stForm", action="", autocomplete="off")[
            h.div(".st-key-typed")[h.label(for_="typed")[_("ZIP code, city or state")], field],
            h.div(data_testid="stFormSubmitButton")[button],
            h.div("#place_box"),
        ],
        h.div(".filters")[
            _build_select("within", _("Within"), within, str(DEFAULT_MILES)),
            _build_select("treatment", _("Treatment"), treatments, ""),
        ],
        h.div(".more")[
            h.div("#locate"),
            _build_check("by_minutes", _("Quickest drive first")),
            _build_check("hide_unconfirmed", _("Hide unconfirmed listings")),
        ],
        h.div("#facts"),
        h.noscript[h.p[script]],
    ]


def _build_select(name: str, label: str, options: Mapping[str, str], chosen: str) -> h.Element:
    return h.div[
        h.label(for_=name)[label],
        h.select(id=name, autocomplete="off")[
            [
                h.option(value=value, selected=value == chosen)[words]
                for value, words in options.items()
            ]
        ],
    ]


def _build_check(name: str, label: str) -> h.Element:
    return h.label(".check")[h.input(id=name, type="checkbox", autocomplete="off"), h.span[label]]


def _build_banners(release: Release) -> h.Fragment:
    old = _("This list is older than 12 months. Get a newer one before you rely on it.")
    return h.fragment[
        h.p("#old.banner", role="note", data_as_of=str(release.as_of), hidden=True)[old],
        h.div("#newer.banner", role="status", hidden=True)[
            h.span[_("A newer list is there.")],
            h.button(".act", type="button")[_("Get the newer list")],
        ],
    ]


def _build_foot(release: Release) -> h.Element:
    drives = html_pieces.build_paragraph(
        _("Drives are estimated along roads: {attribution}. {how}"), attribution=ATTRIBUTION, how=""
    )
    return h.footer(".foot")[
        foot_html.tell_calling(),
        drives,
        foot_html.tell_release(release),
        h.p[h.button("#look.act", type="button", hidden=True)[_("Look for a newer list")]],
        foot_html.tell_sources(),
        h.p[h.a(href=name_page("embed"))[_("Show this finder on your own page")]],
    ]


def _load_style(path: str, loaded: Loaded) -> h.VoidElement:
    return h.link(rel="stylesheet", href=path, integrity=loaded.hashes[path])


def _load_module(path: str, loaded: Loaded) -> h.Element:
    return h.script(type="module", src=path, integrity=loaded.hashes[path])


def _map_title() -> str:
    return _("Map of clinics")
