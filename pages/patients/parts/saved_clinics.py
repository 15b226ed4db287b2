"""The clinics a browser keeps for itself ("My list"), and what a printed list ends with."""

from __future__ import annotations

from typing import Final

from geo.clinics.fields import find
from geo.guidance import statements
from geo.i18n import language
from geo.i18n.language import gettext as _
from geo.i18n.language import mark
from geo.search import wording
from pages.parts import components

_LABELS: Final = {
    "heading": mark("My list"),
    "where": mark(
        "Kept in this browser only; it is never sent to us. Anyone who uses this browser can see "
        "it. Call before you visit: a listing may have changed."
    ),
    "empty": mark("Nothing is kept."),
    "noPhone": find("phone").unknown,
    "asOf": mark("As listed on {date}, when you last saw it here."),
    "remove": mark("Remove"),
    "removed": mark("{name} removed."),
    "print": mark("Print my list"),
    "clear": mark("Clear all"),
    "cleared": mark("My list is cleared. Nothing is kept."),
    "questions": mark("Questions to ask a clinic"),
    "advice": mark(
        "Call before you visit: these listings come from public sources and are not checked by us "
        "with each clinic. In a crisis call or text 988; in an emergency call 911."
    ),
}

_mount: Final = components.declare("take_along", "kept")


def show() -> None:
    """Draw the clinics that are kept in the browser; the server is not told which."""
    _mount(
        key="take_along",
        data={
            "language": language.current(),
            "labels": {name: _(words) for name, words in _LABELS.items()},
            "ride": _(wording.RIDE_HOME),
            "questions": statements.list_questions(),
        },
    )
