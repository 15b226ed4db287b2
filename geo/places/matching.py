"""Which of several homonyms is taken, and what was not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geo.i18n.language import gettext as _
from geo.i18n.reasons import Reason
from geo.places.guesses import AmbiguousPlaceError
from geo.places.names import excerpt
from geo.places.wishes import Wishes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.places.place import Place

DOMINANCE = 20
"""A name is taken for the place that has this many times the people of all its homonyms."""

MOST_OTHERS = 12

NO_WISHES = Wishes()


@dataclass(frozen=True)
class PlaceMatch:
    """The place taken, the others of its name that were not, and what else the text asks for.

    Parameters
    ----------
    place : where to search.
    others : what else may be meant, most people first.
    wishes : a treatment or payer that the text names, to search by or to tell about.
    """

    place: Place
    others: tuple[Place, ...] = ()
    wishes: Wishes = NO_WISHES


def choose(candidates: Sequence[Place], name: str, also: Sequence[Place] = ()) -> PlaceMatch:
    """Take the candidate that dwarfs its homonyms, or ask which is meant.

    `candidates` is not empty; what is `also` called so comes after them, and never decides.

    Raises
    ------
    AmbiguousPlaceError : none dwarfs the others; its candidates are all of them.
    """
    first, *rest = candidates
    if rest and first.population < max(DOMINANCE * sum(p.population for p in rest), 1):
        named = name[4:] if name.casefold().startswith("the ") else name
        raise AmbiguousPlaceError(
            _('Which {name}? Choose one, or type it in full, like "{example}".').format(
                name=excerpt(named), example=first.label
            ),
            [*candidates, *also],
        )
    return PlaceMatch(first, (*rest, *also)[:MOST_OTHERS])


def as_address(match: PlaceMatch) -> PlaceMatch:
    """Say of the place an address was matched to that it is not the street."""
    place = match.place
    matched = Reason("matched_zip" if place.kind == "zip" else "matched_city")
    described = replace(place, kind="address", notes=(matched, *place.notes))
    return replace(match, place=described)
