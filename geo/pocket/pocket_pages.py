"""The pages of the pocket finder as HTML, a language each; all they load is named with its hash."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.guidance import foot_html, guidance_html, statement, statements
from geo.guidance.crisis.panel_html import build_crisis_line
from geo.i18n import language
from geo.i18n.language import ENGLISH
from geo.i18n.language import gettext as _
from geo.i18n.sentences import sentence_case
from geo.maps import basemap, clinic_map
from geo.search import wording
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
GEODESIC: Final = "assets/geodesic/geographiclib-geodesic.min.js"
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


@dataclass(frozen=True)
class Loaded:
    """What pages load.

    Parameters
    ----------
    hashes : path in the folder -> the hash of the file, as browsers check it.
    modules : the scripts that `SCRIPT` imports, by their paths.
    tables : name of a table -> its path.
    """

    hashes: Mapping[str, str]
    modules: tuple[str, ...]
    tables: Mapping[str, str]


def name_page(kind: str) -> str:
    """Return the file of a page, `index` or `before`, in the language of this run."""
    code = language.current()
    return f"{kind}.html" if code == ENGLISH else f"{kind}.{code}.html"


def build_finder(release: Release, loaded: Loaded) -> str:
    """Return the page with the search, in the language of this run."""
    files = {
        name: {"path": path, "integrity": loaded.hashes[path]}
        for name, path in loaded.tables.items()
    } | {
        path: {"path": path, "integrity": loaded.hashes[path]}
        for path in ("assets/clinic_list.css", "assets/take_along.css")
    }
    # No text of ours can end the element: "<" is written by its number.
    known = json.dumps(files, separators=(",", ":")).replace("<", "\\u003c")
    head = (
        f'<script src="{GEODESIC}" integrity="{loaded.hashes[GEODESIC]}" defer></script>'
        f"{_preload(loaded)}"
        f'<script type="application/json" id="pocket-files">{known}</script>'
        f"{_load_module(SCRIPT, loaded)}"
    )
    lost = _("The finder could not be loaded. Check the connection and open this page again.")
    title = _("Find a ketamine or esketamine clinic near you")
    return _build_page(
        "index",
        title,
        _("What you type stays on this device. It is sent to nobody, not even to us."),
        head,
        f"{_build_banners(release)}{_build_panel()}"
        '<div id="crisis"></div>'
        f'<p class="fault" id="fault" role="alert" hidden>{_escape(lost)}</p>'
        '<div class="columns"><div id="list"></div><div id="map">'
        f'<iframe src="map.html" title="{_escape(_map_title())}"></iframe></div></div>'
        '<div id="mine"></div><div class="switch" id="switch" hidden>'
        '<button type="button" class="act"></button></div>'
        f"{_build_foot(release)}",
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
    return _build_page(
        "before",
        _("Before you go"),
        _(
            "What is known of ketamine and esketamine treatment, how strong the evidence is, and "
            "what to ask. This page informs; it gives no medical advice."
        ),
        _load_module(FOLDS, loaded),
        f'<div class="guidance">{guidance_html.build_contents(sections)}<div class="guidance-text">'
        f"{guidance_html.build_unchecked(sections, checks)}"
        f"{guidance_html.build_sections(sections, checks)}{guidance_html.build_colophon()}"
        "</div></div>",
        loaded,
    )


def build_map(loaded: Loaded) -> str:
    """Return the page inside the map's frame; the page around it gives it its words."""
    styles = "".join(_load_style(path, loaded) for path in MAP_STYLES)
    scripts = "".join(
        f'<script src="{path}" integrity="{loaded.hashes[path]}" defer></script>'
        for path in MAP_SCRIPTS
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{_escape(_map_title())}</title>{styles}{scripts}</head>"
        '<body><div id="root"><div id="map_div"></div></div></body></html>\n'
    )


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
        "theme_color": "#0b6661",
        "icons": [{"src": "assets/pocket/icon.svg", "sizes": "any", "type": "image/svg+xml"}],
    }


def _build_page(  # noqa: PLR0917  # the parts of a page, from its top
    kind: str, title: str, words: str, head: str, body: str, loaded: Loaded
) -> str:
    name = _("Clinic Finder")
    styles = "".join(_load_style(path, loaded) for path in STYLES)
    return (
        f'<!doctype html><html lang="{language.current()}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        '<meta name="theme-color" content="#0b6661">'
        f"<title>{_escape(title)} · {_escape(name)}</title>"
        '<link rel="icon" href="assets/pocket/icon.svg" type="image/svg+xml">'
        f'<link rel="manifest" href="manifest.{language.current()}.webmanifest">'
        f"{styles}{head}</head><body>"
        f"{build_crisis_line()}{_build_head(kind, name)}"
        f'<main class="wide"><div class="lead"><h1>{_escape(title)}</h1><p>{_escape(words)}</p></div>'
        f"{body}</main></body></html>\n"
    )


def _build_head(kind: str, name: str) -> str:
    here = {kind: ' aria-current="page"'}
    links = "".join(
        f'<a href="{name_page(page)}"{here.get(page, "")}>{_escape(words)}</a>'
        for page, words in (("index", _("Find a clinic")), ("before", _("Before you go")))
    )
    others = []
    for code, called in language.available().items():
        if code != language.current():
            with language.using(code):
                others.append(
                    f'<a href="{name_page(kind)}" lang="{code}" hreflang="{code}">'
                    f"{_escape(called)}</a>"
                )
    return (
        f'<header class="pocket-head"><strong class="wordmark">{_escape(name)}</strong>'
        f"{links}{''.join(others)}</header>"
    )


def _build_panel() -> str:
    within = "".join(
        _build_option(str(miles), language.format_miles(miles), is_chosen=miles == DEFAULT_MILES)
        for miles in RADII_MILES
    )
    place = _("ZIP code, city or state")
    script = _("The search runs in your browser and needs JavaScript.")
    treatments = "".join(
        _build_option(code, sentence_case(wording.name_treatment(code)))
        for code in ("", *wording.TREATMENTS)
    )
    return (
        '<div class="st-key-search_panel">'
        '<form id="place" data-testid="stForm" action="" autocomplete="off"><div class="st-key-typed">'
        f'<label for="typed">{_escape(place)}</label>'
        '<input type="text" id="typed" autocomplete="off" spellcheck="false" placeholder="60601">'
        '</div><div data-testid="stFormSubmitButton">'
        f'<button class="act" id="search" disabled>{_escape(_("Search"))}</button></div>'
        '<div id="place_box"></div></form>'
        f'<div class="filters"><div><label for="within">{_escape(_("Within"))}</label>'
        f'<select id="within" autocomplete="off">{within}</select></div>'
        f'<div><label for="treatment">{_escape(_("Treatment"))}</label>'
        f'<select id="treatment" autocomplete="off">{treatments}</select></div></div>'
        '<label class="check"><input type="checkbox" id="hide_unconfirmed" autocomplete="off">'
        f'<span>{_escape(_("Hide unconfirmed listings"))}</span></label><div id="facts"></div>'
        f"<noscript><p>{_escape(script)}</p>"
        "</noscript></div>"
    )


def _build_banners(release: Release) -> str:
    old = _escape(_("This list is older than 12 months. Get a newer one before you rely on it."))
    newer = _escape(_("A newer list is there."))
    take = _escape(_("Get the newer list"))
    return (
        f'<p class="banner" id="old" role="note" data-as-of="{_escape(str(release.as_of))}" hidden>'
        f"{old}</p>"
        f'<div class="banner" id="newer" role="status" hidden><span>{newer}</span>'
        f'<button type="button" class="act">{take}</button></div>'
    )


def _build_foot(release: Release) -> str:
    look = _escape(_("Look for a newer list"))
    return (
        f'<footer class="foot">{foot_html.tell_calling()}{foot_html.tell_release(release)}'
        f'<p><button type="button" class="act" id="look" hidden>{look}</button></p>'
        f"{foot_html.tell_sources()}</footer>"
    )


def _build_option(value: str, words: str, *, is_chosen: bool = False) -> str:
    chosen = " selected" if is_chosen else ""
    return f'<option value="{_escape(value)}"{chosen}>{_escape(words)}</option>'


def _preload(loaded: Loaded) -> str:
    """Return links by which a browser checks what the first script imports."""
    return "".join(
        f'<link rel="modulepreload" href="{path}" integrity="{loaded.hashes[path]}">'
        for path in loaded.modules
    )


def _load_style(path: str, loaded: Loaded) -> str:
    return f'<link rel="stylesheet" href="{path}" integrity="{loaded.hashes[path]}">'


def _map_title() -> str:
    return _("Map of clinics")


def _load_module(path: str, loaded: Loaded) -> str:
    return f'<script type="module" src="{path}" integrity="{loaded.hashes[path]}"></script>'


def _escape(text: str) -> str:
    return html.escape(text)
