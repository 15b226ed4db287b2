"""The words that the scripts of the pocket finder show, from the catalogues of the pages.

A script names a message by its English words, in double quotes, as `_("...")` or
`ngettext("...", "...")`; what it names is read from its source, so that no list need be kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from geo.clinics.fields import find
from geo.clinics.values import describe
from geo.guidance import my_list
from geo.guidance.crisis.panel import Kind, build_panel
from geo.guidance.crisis.panel_html import build_html
from geo.guidance.other_ways import build_far_section, tell_at_home
from geo.guidance.statements import list_questions
from geo.guidance.trips import list_courses
from geo.i18n.language import current, format_miles, format_number, mark, ngettext, nmark
from geo.i18n.language import gettext as _
from geo.i18n.sentences import sentence_case
from geo.maps import assets, basemap, clinic_map
from geo.maps.local_map import ZOOM_STEP
from geo.places.precision import Precision
from geo.pocket.packed_shapes import locate
from geo.search import bands, wording
from geo.search.drive_words import DRIVES_MINUTES, list_reasons, name_drive
from geo.search.fact_filters import FACTS
from geo.search.searching import DEFAULT_MILES, RADII_MILES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo.guidance.statement import Source

_TEXT: Final = r'"([^"\n]*)"'
_SINGLE: Final = re.compile(rf"\b_\({_TEXT}")
_PLURAL: Final = re.compile(rf"\bngettext\({_TEXT}, {_TEXT}")

OWN: Final = (
    mark("Type a ZIP or a city, and pick it from the list, to see the nearest."),
    mark("We found no such place. Type a ZIP or a city."),
    mark("Which place do you mean?"),
    mark("This finder knows the places of {states} alone."),
    mark("Drive times need the roads: {size} MB, fetched once."),
    mark("Work out drive times"),
    mark("The roads are on their way: {size} MB, once."),
    mark("The roads could not be fetched; the distances are straight lines."),
    mark("Try again"),
)
"""What the scripts say and no page does; the rest stands in the pages."""

OWN_PLURALS: Final = (
    nmark("{count} place; use the arrow keys", "{count} places; use the arrow keys"),
)


def build_texts(
    scripts: Iterable[str], notes: Sequence[str], states: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the words of the language of this run, ready for JSON.

    Parameters
    ----------
    scripts : names of the scripts below data/assets that name messages.
    notes : how places were understood, in the order of `geo.pocket.packed_places`.
    states : names of the only states whose places can be searched for; none for all.

    Returns
    -------
    `language`; `messages`, English -> words; `plurals`, English singular -> both forms; how numbers
    are written (`thousands`, `decimal`); `words`, what Python has ready; `notes`.

    Raises
    ------
    OSError : a script is missing.
    """
    messages, plurals = find_messages(scripts)
    number = format_number(1234.5, 1)
    return {
        "language": current(),
        "messages": {text: _(text) for text in sorted(messages)},
        "plurals": {
            one: [ngettext(one, several, count) for count in (1, 2)]
            for one, several in sorted(plurals)
        },
        "thousands": number[1:-5],
        "decimal": number[-2],
        "words": {**_list_words(), "states": list(states)},
        "notes": list(notes),
    }


def find_messages(scripts: Iterable[str]) -> tuple[set[str], set[tuple[str, str]]]:
    """Return the messages that scripts name: single ones, and both forms of those with a number.

    Parameters
    ----------
    scripts : their names below data/assets.
    """
    sources = [assets.read(name) for name in scripts]
    return (
        {text for source in sources for text in _SINGLE.findall(source)},
        {forms for source in sources for forms in _PLURAL.findall(source)},
    )


def _list_words() -> dict[str, Any]:
    """Return what scripts look up by a code or number."""
    far = build_far_section()
    return {
        "treatments": {
            code: sentence_case(wording.name_treatment(code)) for code in ("", *wording.TREATMENTS)
        },
        "precisions": {level: level.words for level in Precision},
        "within": {
            **{str(miles): format_miles(miles) for miles in RADII_MILES},
            **{f"{minutes}min": name_drive(minutes) for minutes in DRIVES_MINUTES},
        },
        "default_within": str(DEFAULT_MILES),
        "bands": {"miles": _name_bands(by_drive=False), "minutes": _name_bands(by_drive=True)},
        "rules": {
            "miles": _(bands.BY_MILES_RULE),
            "minutes": _(bands.BY_MINUTES_RULE),
            "city": _(bands.BY_CITY_RULE),
        },
        "ride": _(wording.RIDE_HOME),
        "at_home": tell_at_home(),
        "no_way": list_reasons(),
        "facts": {name: _describe_fact(name) for name in FACTS},
        "courses": [
            {
                "code": course.treatment,
                "treatment": sentence_case(wording.name_treatment(course.treatment)),
                "visits": course.visits,
                "sentence": _(course.sentence),
                "sources": _list_sources(course.sources),
            }
            for course in list_courses()
        ],
        "steps": {
            "heading": far.heading,
            "steps": [
                {
                    "text": statement.text,
                    "points": list(statement.points),
                    "sources": _list_sources(statement.sources),
                }
                for statement in far.statements
            ],
        },
        "my_list": my_list.list_labels(),
        "questions": list_questions(),
        "panels": {kind: str(build_html(build_panel(kind))) for kind in Kind},
        "map": {
            "first": {
                "center": basemap.CENTER,
                "zoom": basemap.FIRST_ZOOM,
                "minZoom": basemap.MIN_ZOOM,
                "maxZoom": clinic_map.MAX_ZOOM,
                "zoomSnap": ZOOM_STEP,
            },
            "basemap": {
                "dark": False,
                **basemap.locate_shapes(locate),
                "words": basemap.describe_words(_("Map of clinics")),
            },
            "layer": clinic_map.describe_layer(),
        },
        "locate": {
            "label": _("Use my location"),
            "words": _("your browser asks first; only the nearest ZIP is used"),
            "waiting": _("waiting for your browser"),
            "refused": _("your browser gave no location; type a ZIP or city instead"),
        },
        "place_box": {
            "url": "places",
            "list": _("Places and clinics"),
            "kinds": {"state": _("whole state"), "region": _("region"), "clinic": _("clinic")},
            "counts": [
                ngettext(*OWN_PLURALS[0], count).format(count=count) for count in range(1, 9)
            ],
        },
    }


def _name_bands(*, by_drive: bool) -> dict[int, str]:
    ends = bands.ENDS_MINUTES if by_drive else bands.ENDS_MILES
    last = len(ends) + (1 if by_drive else 0)
    return {band: bands.name_band(band, by_drive=by_drive) for band in range(-1, last + 1)}


def _describe_fact(name: str) -> dict[str, Any]:
    field = find(name)
    options: Mapping[str, str] = {code: ", ".join(describe(field, code)) for code in FACTS[name]}
    return {"label": _(field.label), "anything": _(field.anything), "options": options}


def _list_sources(sources: Iterable[Source]) -> list[dict[str, str]]:
    return [{"title": source.title, "url": source.url} for source in sources]
