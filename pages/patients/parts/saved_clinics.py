"""The clinics a browser keeps for itself ("My list"), and what a printed list ends with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypedDict

from geo.clinics.vocabulary import SHOWN_STATUSES
from geo.guidance import my_list, statements
from geo.i18n import language
from geo.i18n.language import gettext as _
from geo.i18n.sentences import sentence_case
from geo.search import card_words, wording
from geo.search.clinic_card import read_phone
from pages.parts import components, events, page_state
from pages.parts.finder_state import FinderState

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from geo.releases import Release

KEY: Final = "take_along"


class Contact(TypedDict):
    """A clinic as a shared list shows it."""

    id: str
    name: str
    address: str
    phone: str
    number: str
    website: str


class SavedMessage(TypedDict):
    """What take_along.js is sent; `clinics` once it asked for them."""

    language: str
    labels: my_list.SavedLabels
    ride: str
    questions: Sequence[str]
    clinics: list[Contact] | None


class SavedEvent(TypedDict):
    """The list of all clinics is asked for."""

    kind: Literal["clinics"]
    count: int


class SavedTriggers(TypedDict):
    """What take_along.js sends."""

    event: SavedEvent


_mount: Final = components.declare("take_along", "dom", "kept")


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
        data=SavedMessage(
            language=language.current(),
            labels=my_list.list_labels(),
            ride=_(wording.RIDE_HOME),
            questions=statements.list_questions(),
            clinics=list_contacts(release.clinics) if is_wanted else None,
        ),
        on_event_change=handle,
    )


def list_contacts(clinics: pd.DataFrame) -> list[Contact]:
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
