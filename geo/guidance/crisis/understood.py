"""What a text typed for a search comes to: a place, a crisis, a treatment, and what may be said again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.guidance.crisis.crisis_place import find_place, recognise_beside_names

if TYPE_CHECKING:
    from geo.guidance.crisis.panel import Kind
    from geo.places import PlaceFinder, PlaceMatch


@dataclass(frozen=True)
class Understood:
    """What a text comes to.

    Attributes
    ----------
    match : where to search; None where a text is a sign of a crisis and names no place.
    crisis : of which crisis it is a sign; None of none.
    query : what an answer may call it: the words of a crisis go into no file.
    treatment : the code of a treatment that it names, or "".
    """

    match: PlaceMatch | None
    crisis: Kind | None
    query: str
    treatment: str


def understand(text: str, finder: PlaceFinder) -> Understood:
    """Return what a text comes to, offline.

    Raises
    ------
    PlaceError : it names no place, or several, and is no sign of a crisis.
    SchemaError : the lists in data/ cannot be read.
    """
    found = recognise_beside_names(text, finder)
    match = finder.find(text) if found is None else find_place(found, finder)
    treatment = (found.treatment if found else "") or (match.wishes.treatment if match else "")
    if found is None:
        return Understood(match, None, text, treatment)
    return Understood(match, found.kind, match.place.label if match else "", treatment)
