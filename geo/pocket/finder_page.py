"""The pocket finder's page with the search as HTML, in the language of a run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import htpy as h
from markupsafe import Markup

from geo.guidance import foot_html, html_pieces
from geo.i18n import language
from geo.i18n.language import gettext as _
from geo.i18n.sentences import sentence_case
from geo.pocket.page_frame import build_page, build_select, load_module, name_map, name_page
from geo.reference.road_tables import ATTRIBUTION
from geo.search import wording
from geo.search.drive_words import DRIVES_MINUTES, name_drive
from geo.search.searching import DEFAULT_MILES, RADII_MILES

if TYPE_CHECKING:
    from geo.pocket.page_frame import Loaded
    from geo.releases import Release

SCRIPT: Final = "assets/pocket/page.js"
MISSING: Final = "assets/pocket/missing.js"
GEODESIC: Final = "assets/geodesic/geographiclib-geodesic.min.js"


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
        h.script(src=MISSING, integrity=loaded.hashes[MISSING]),
        h.script(src=GEODESIC, integrity=loaded.hashes[GEODESIC], defer=True),
        # By these a browser checks what the first script imports.
        [
            h.link(rel="modulepreload", href=path, integrity=loaded.hashes[path])
            for path in loaded.modules
        ],
        h.script("#pocket-files", type="application/json")[known],
        load_module(SCRIPT, loaded),
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
            h.div("#list"), h.div("#map")[h.iframe(src="map.html", title=name_map())]
        ],
        h.div("#mine"),
        h.div("#switch.switch", hidden=True)[h.button(".act", type="button")],
        _build_foot(release),
    ]
    return build_page(
        "index",
        _("Find a ketamine or esketamine clinic near you"),
        _("What you type stays on this device. It is sent to nobody, not even to us."),
        head,
        body,
        loaded,
    )


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
            build_select("within", _("Within"), within, str(DEFAULT_MILES)),
            build_select("treatment", _("Treatment"), treatments, ""),
        ],
        h.div(".more")[
            h.div("#locate"),
            _build_check("by_minutes", _("Quickest drive first")),
            _build_check("hide_unconfirmed", _("Hide unconfirmed listings")),
        ],
        h.div("#facts"),
        h.noscript[h.p[script]],
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
        h.div(".on-paper")[foot_html.tell_release(release)],
        h.p[
            h.button(
                "#look.act",
                type="button",
                hidden=True,
                data_none=_("There is no newer list."),
                data_failed=_("We could not look. Try again when there is a connection."),
            )[_("Look for a newer list")],
            " ",
            h.span(role="status"),
        ],
        foot_html.tell_sources(),
        h.p[h.a(href=name_page("embed"))[_("Show this finder on your own page")]],
    ]
