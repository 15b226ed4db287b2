"""What all pages of the pocket finder have: their policy, their head, and what they load, by its hash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import htpy as h

from geo.guidance.crisis.panel_html import build_crisis_line
from geo.i18n import language
from geo.i18n.language import ENGLISH
from geo.i18n.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'"
)
"""What a browser may load for these pages: files beside them, and nothing else."""

ICON: Final = "assets/pocket/icon.svg"
ICON_SIZES: Final = (192, 512)
STYLES: Final = ("assets/app.css", "assets/pocket/pocket.css")
BRAND: Final = "#0b6661"


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


def build_page(  # noqa: PLR0917  # the parts of a page, from its top
    kind: str, title: str, words: str, head: h.Node, body: h.Node, loaded: Loaded
) -> str:
    """Return a whole page, in the language of this run.

    Parameters
    ----------
    kind : as in `name_page`.
    title, words : what stands on top.
    head, body : what else stands in the head of the file, and below the words.
    """
    name = _("Clinic Finder")
    page = h.html(lang=language.current())[
        h.head[
            build_basics(),
            h.meta(name="theme-color", content=BRAND),
            h.title[f"{title} · {name}"],
            h.link(rel="icon", href=ICON, type="image/svg+xml"),
            h.link(rel="apple-touch-icon", href=name_icon(ICON_SIZES[0])),
            h.link(rel="manifest", href=f"manifest.{language.current()}.webmanifest"),
            [load_style(path, loaded) for path in STYLES],
            head,
        ],
        h.body[
            _build_head(kind, name),
            h.main(".wide")[h.div(".lead")[h.h1[title], h.p[words]], body],
        ],
    ]
    return f"{page}\n"


def build_basics() -> h.Fragment:
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
    return h.header[
        build_crisis_line(),
        h.div(".pocket-head")[h.strong(".wordmark")[name], links, others],
    ]


def build_select(name: str, label: str, options: Mapping[str, str], chosen: str) -> h.Element:
    """Return a field with a label; of its options, code -> words, one is chosen."""
    return h.div[
        h.label(for_=name)[label],
        h.select(id=name, autocomplete="off")[
            [
                h.option(value=value, selected=value == chosen)[words]
                for value, words in options.items()
            ]
        ],
    ]


def load_style(path: str, loaded: Loaded) -> h.VoidElement:
    """Return what loads a style sheet, by its path in the folder."""
    return h.link(rel="stylesheet", href=path, integrity=loaded.hashes[path])


def load_module(path: str, loaded: Loaded) -> h.Element:
    """Return what loads a script that imports others, by its path in the folder."""
    return h.script(type="module", src=path, integrity=loaded.hashes[path])


def name_map() -> str:
    """Return what the map is called, in the language of this run."""
    return _("Map of clinics")
