"""The words of "My list", the clinics that a browser keeps for itself."""

from __future__ import annotations

from typing import Final, TypedDict, cast

from geo.i18n.language import gettext as _
from geo.i18n.language import mark


class SavedLabels(TypedDict):
    """The words of "My list"."""

    heading: str
    where: str
    empty: str
    noContact: str
    asOf: str
    remove: str
    removed: str
    print: str
    share: str
    shared: str
    sharedHeading: str
    wait: str
    lost: str
    keepAll: str
    keptAll: str
    clear: str
    cleared: str
    questions: str
    advice: str


_LABELS: Final[SavedLabels] = {
    "heading": mark("My list"),
    "where": mark(
        "Kept in this browser only; it is never sent to us. Anyone who uses this browser can see "
        "it. Call before you visit: a listing may have changed."
    ),
    "empty": mark("Nothing is kept."),
    "noContact": mark("No phone or website is known"),
    "asOf": mark("As listed on {date}, when you last saw it here."),
    "remove": mark("Remove"),
    "removed": mark("{name} removed."),
    "print": mark("Print my list"),
    "share": mark("Copy a link to my list"),
    "shared": mark(
        "Link copied. It holds the clinics' ids after the # sign, which browsers send to nobody."
    ),
    "sharedHeading": mark("A list that was shared with you"),
    "wait": mark("The list is on its way."),
    "lost": mark("Not in our list any more: {count}."),
    "keepAll": mark("Keep these in my list"),
    "keptAll": mark("Kept in my list."),
    "clear": mark("Clear all"),
    "cleared": mark("My list is cleared. Nothing is kept."),
    "questions": mark("Questions to ask a clinic"),
    "advice": mark(
        "Call before you visit: these listings come from public sources and are not checked by us "
        "with each clinic. In a crisis call or text 988; in an emergency call 911."
    ),
}


def list_labels() -> SavedLabels:
    """Return the words for data/assets/take_along.js, in the language of this run."""
    return cast("SavedLabels", {name: _(str(words)) for name, words in _LABELS.items()})
