"""The pocket finder's other pages as HTML: "Before you go", the map's frame, lines for pages of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import htpy as h

from geo.guidance import guidance_html, statement, statements
from geo.i18n.language import ENGLISH
from geo.i18n.language import gettext as _
from geo.i18n.sentences import sentence_case
from geo.maps import basemap, clinic_map
from geo.pocket.page_frame import (
    BRAND,
    ICON,
    ICON_SIZES,
    build_basics,
    build_page,
    build_select,
    load_module,
    load_style,
    name_icon,
    name_map,
    name_page,
)
from geo.search import wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.pocket.page_frame import Loaded

FOLDS: Final = "assets/pocket/folds.js"
EMBED: Final = "assets/pocket/embed.js"
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
    return build_page(
        "before",
        _("Before you go"),
        _(
            "What is known of ketamine and esketamine treatment, how strong the evidence is, and "
            "what to ask. This page informs; it gives no medical advice."
        ),
        load_module(FOLDS, loaded),
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
            build_select("state", _("State"), {"": _("Any state"), **states}, ""),
            build_select("treatment", _("Treatment"), treatments, ""),
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
    return build_page(
        "embed",
        _("Show this finder on your own page"),
        _(
            "Paste these lines into a page of yours. The finder in it sets no cookies, and neither "
            "you nor we learn what people ask."
        ),
        load_module(EMBED, loaded),
        body,
        loaded,
    )


def build_map(loaded: Loaded) -> str:
    """Return the page inside the map's frame; the page around it gives it its words."""
    page = h.html(lang=ENGLISH)[
        h.head[
            build_basics(),
            h.title[name_map()],
            [load_style(path, loaded) for path in MAP_STYLES],
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
        "theme_color": BRAND,
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
