"""What a visit has on the page Find a clinic."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pages.parts.page_state import PageState, TextBox, Widget

if TYPE_CHECKING:
    from geo.errors import PlaceError
    from geo.places import Place


@dataclass(slots=True)
class FinderState(PageState):
    """What is asked, and what is looked at of the answer.

    Parameters
    ----------
    is_new : until the page has begun, with a link or without.
    query : what is searched; "" before anything is, a space where the box was sent empty.
    located : the ZIP by the browser's position in place of the query, or why there is none.
    selected : the id of the clinic that is chosen on the map and in the list.
    page : of the list, from 1.
    focus : grows where the focus is to go to the answer.
    note : what a link said that could not be read.
    map_first, unfolded : on a phone, whether the map takes the list's place and the filters show.
    link : what the address says of the search, where the visit came by a link; else {}.
    is_every_clinic_wanted : the browser asked for the contacts of all, to draw its own list.
    """

    is_new: bool = True
    query: str = ""
    located: Place | PlaceError | None = None
    selected: str | None = None
    page: int = 1
    focus: int = 0
    note: str = ""
    map_first: bool = False
    unfolded: bool = False
    link: dict[str, str] = field(default_factory=dict)
    is_every_clinic_wanted: bool = False

    typed = TextBox("typed")
    within = Widget[int | str]("within")
    treatment = Widget[str]("treatment")
    by_minutes = Widget[bool]("by_minutes")
    hide_unconfirmed = Widget[bool]("hide_unconfirmed")

    def begin(self) -> None:
        """Ask nothing any more."""
        self.query, self.located, self.note = "", None, ""
        self.selected, self.page = None, 1

    @staticmethod
    def fact(name: str) -> Widget[str]:
        """Return the filter by a fact."""
        return Widget(f"fact_{name}")
