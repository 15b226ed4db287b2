"""The clinics a browser keeps for itself ("My list"), and what a printed list ends with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.clinics.vocabulary import SHOWN_STATUSES
from geo.guidance import statements
from geo.i18n import language
from geo.i18n.language import gettext as _
from geo.i18n.language import mark
from geo.search import card_words, wording
from pages.parts import components, events, page_state
from pages.parts.finder_state import FinderState
from pages.parts.wordings import sentence_case
from pages.patients.parts.cards import read_phone

if TYPE_CHECKING:
    import pandas as pd

    from geo.releases import Release

KEY: Final = "take_along"

_LABELS: Final = {
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

_mount: Final = components.declare("take_along", "kept")


def show(release: Release) -> None:
    """Draw the clinics that are kept in the browser; the server is not told which.

    A shared list names its clinics after the address's # sign, so the browser looks them up itself:
    it asks for the contacts of all.
    """

    def handle() -> None:
        event = page_state.read_event(KEY, "event")
        if events.as_text(event.get("kind")) == "clinics":
            FinderState.of_visit().is_every_clinic_wanted = True

    state = FinderState.of_visit()
    is_wanted, state.is_every_clinic_wanted = state.is_every_clinic_wanted, False
    _mount(
        key=KEY,
        data={
            "language": language.current(),
            "labels": {name: _(words) for name, words in _LABELS.items()},
            "ride": _(wording.RIDE_HOME),
            "questions": statements.list_questions(),
            "clinics": list_contacts(release.clinics) if is_wanted else None,
        },
        on_event_change=handle,
    )


def list_contacts(clinics: pd.DataFrame) -> list[dict[str, str]]:
    """Return id, name, address, phone and website of every clinic that a search may list."""
    return [
        {
            "id": row["clinic_id"],
            "name": row["name"],
            "address": sentence_case(card_words.describe_where(row)),
            "phone": phone["text"] if (phone := read_phone(row["phone"])) else "",
            "number": phone["href"].removeprefix("tel:") if phone else "",
            "website": row["website"],
        }
        for row in clinics[clinics["status"].isin(SHOWN_STATUSES)].to_dict("records")
    ]
