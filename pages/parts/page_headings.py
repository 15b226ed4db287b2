"""What the pages for everyone are called, and what each is for.

They stand here, not in the pages, since a browser gets them before a page has run.
"""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from geo.i18n.language import gettext as _
from geo.i18n.language import mark
from pages.parts import notices

FIND: Final = "/"
BEFORE_YOU_GO: Final = "/before-you-go"
DRIVE_TIME: Final = notices.DRIVE_TIME
REPORT: Final = "/report"
COVERAGE: Final = "/coverage"
WHERE_NEXT: Final = "/where-next"
METHODS: Final = "/methods"

_HEADINGS: Final = {
    FIND: (
        mark("Find a ketamine or esketamine clinic near you"),
        mark(
            "What you type stays on this server. No map company, advertiser or analytics service "
            "learns of your search."
        ),
    ),
    BEFORE_YOU_GO: (
        mark("Before you go"),
        mark(
            "What is known of ketamine and esketamine treatment, how strong the evidence is, and "
            "what to ask. This page informs; it gives no medical advice."
        ),
    ),
    DRIVE_TIME: (
        mark("How drive time is estimated"),
        mark(
            "What a drive on these pages means, how it is worked out without asking anybody, and how "
            "near the truth it was found to be."
        ),
    ),
    REPORT: (
        mark("Is something in the list wrong?"),
        mark("Say which clinic and what is wrong. Nothing about you is asked or kept."),
    ),
    COVERAGE: (
        mark("Who can reach a clinic?"),
        mark(
            "Adults and the clinics we know of. Listings are listings found, not a census, and "
            "most clinics are known to their city only: every figure says how sure it is."
        ),
    ),
    WHERE_NEXT: (
        mark("Where would the next clinics help most?"),
        mark(
            "New sites placed for the adults of an area, beside the clinics that are listed. "
            "Because missing listings look like gaps, each site says how much is listed around it."
        ),
    ),
    METHODS: (
        mark("Methods"),
        mark(
            "How the figures of Coverage and Where next are made: definitions, formulas, data, limits, "
            "and how to cite them."
        ),
    ),
}


def build(path: str) -> Markup:
    """Return the heading of the page at a path as HTML, in the language of this run.

    Returns
    -------
    Empty where the path is none of a page for everyone.
    """
    if path not in _HEADINGS:
        return Markup()
    heading, words = _HEADINGS[path]
    return notices.build_page_heading(_(heading), _(words))
