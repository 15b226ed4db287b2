"""The page "How drive time is estimated" as HTML; the guide of `geo.roads` has all figures."""

from __future__ import annotations

from typing import Final

import htpy as h
from markupsafe import Markup

from geo.guidance import html_pieces, page_contents
from geo.guidance.translation_review import describe_review
from geo.i18n.language import format_miles, format_number, format_percent, mark
from geo.i18n.language import gettext as _
from geo.reference.road_tables import ATTRIBUTION
from pages.parts import tables

DRIVES: Final = 4_450
"""Measured drives that ours were compared with."""

ACCURACY: Final = (
    (mark("These drives"), 0.069, 0.203, 0.967),
    (mark("These drives, in states that nothing was fitted to"), 0.072, 0.211, 0.968),
    (mark("The best that a straight line can tell"), 0.096, 0.262, 0.945),
    (mark("A common route planner (OSRM) as it comes"), 0.200, 0.300, 0.939),
    (mark("Another map company (Bing)"), 0.046, 0.113, 0.975),
)
"""Who estimates, how far off Google's minutes half and nine in ten of the drives are at most, and how
often both say the same of 60 minutes; on drives that nothing was fitted to."""

HELD: Final = ((1, 10, 0.87), (10, 30, 0.88), (30, 60, 0.9), (60, None, 0.92))
"""From how many miles to how many, and how often the range holds Google's minutes there; on states
that nothing was fitted to."""

_MEANS: Final = (
    mark(
        "“About 50 minutes' drive (40 to 65), without traffic” says how long it takes by car on an "
        "open road, and a range around it that is made to hold nine drives in ten."
    ),
    mark(
        "Where only the city of a clinic is known, or only the city or ZIP code of the place you "
        "search from, the range is wider: it holds what the position leaves open too."
    ),
    mark(
        "No map company is asked. The drive is worked out on the server of this site, from roads that "
        "came with the program, or by a route planner that whoever runs the site has chosen."
    ),
)
_STEPS: Final = (
    mark(
        "The motorways and main roads of OpenStreetMap, in some 139,000 pieces. Bridges and tunnels that "
        "the source lacks were added by hand, and closed passes shut."
    ),
    mark(
        "From a place the way goes to the nearest of these roads in every direction, never over water; "
        "a short trip takes local roads where that is quicker."
    ),
    mark(
        "Each piece has a pace by how many people live around it, how it winds, whether its two "
        "directions are apart and how far east it lies; both ends get a pace of local roads, and some "
        "minutes for what no map shows."
    ),
    mark(
        "No ferry is driven and no way through Canada; where only those lead there, that is said "
        "instead of minutes."
    ),
)
_UNKNOWN: Final = (
    mark(
        "Traffic, the hour, the weather and road works; roads shut in winter, but for some passes."
    ),
    mark(
        "Small roads: a drive between two villages may be shorter than it says; one through the middle "
        "of New York or Boston takes longer."
    ),
    mark(
        "Alaska and Hawaii: no measured drive was there, and what it says is too short by a tenth to a "
        "third."
    ),
)


def build() -> Markup:
    """Return the contents and the sections, in the language of this run."""
    sections: dict[str, tuple[str, h.Node]] = {
        "meaning": (_("What a drive says"), _list(_MEANS)),
        "method": (_("How it is worked out"), _list(_STEPS)),
        "accuracy": (_("How near the truth it is"), _build_accuracy()),
        "unknown": (_("What it does not know"), _list(_UNKNOWN)),
        "source": (_("Whose roads these are"), _build_source()),
    }
    review = describe_review()
    return Markup.escape(
        h.div(".guidance")[
            page_contents.build({key: heading for key, (heading, _body) in sections.items()}),
            h.div(".guidance-text")[
                [
                    page_contents.build_section(key, heading, body)
                    for key, (heading, body) in sections.items()
                ],
                h.p(".colophon")[review] if review else None,
            ],
        ]
    )


def _list(sentences: tuple[str, ...]) -> h.Element:
    return h.ul[[h.li[_(words)] for words in sentences]]


def _build_accuracy() -> h.Fragment:
    """Return what was compared, and how it came out."""
    compared = _(
        "A public study asked Google, Bing and Esri for drives from ZIP codes to hospitals, without "
        "traffic. On {count} of them the paces were fitted, each time on one half, and tried on the "
        "other. How far off Google's minutes they are there:"
    ).format(count=format_number(DRIVES))
    estimates = tables.draw_table(
        _("Difference from Google's minutes, and how often both are within 60 or neither is"),
        {
            "who": _("Estimated by"),
            "half": _("Half, at most"),
            "most": _("Nine in ten, at most"),
            "same": _("Same on 60 minutes"),
        },
        (
            {
                "who": _(who),
                "half": format_percent(half, 1),
                "most": format_percent(most, 1),
                "same": format_percent(same, 1),
            }
            for who, half, most, same in ACCURACY
        ),
        numbers=("half", "most", "same"),
    )
    ranges = tables.draw_table(
        _("How often the range holds Google's minutes"),
        {"how_far": _("How far the drive goes"), "held": _("Held")},
        (
            {"how_far": _write_class(low, high), "held": format_percent(share)}
            for low, high, share in HELD
        ),
        numbers=("held",),
    )
    return h.fragment[h.p[compared], estimates, ranges]


def _write_class(low: int, high: int | None) -> str:
    if high is None:
        return _("{bound} and more").format(bound=format_miles(low))
    return _("{low} to {high}").format(low=format_number(low), high=format_miles(high))


def _build_source() -> h.Fragment:
    words = _(
        "The roads are a small part of OpenStreetMap: {attribution}. Where drives are taken away in a "
        "file, the file says so too."
    ).format(attribution=ATTRIBUTION)
    link = html_pieces.link("https://www.openstreetmap.org/copyright", _("OpenStreetMap's licence"))
    return h.fragment[h.p[words], h.p(".sources")[link]]
