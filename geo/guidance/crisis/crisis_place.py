"""What else a text asks for that is a sign of a crisis: a place, found without a word of doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.guidance.crisis.phrases import fold, read_lists
from geo.guidance.crisis.recognising import recognise
from geo.places import AmbiguousPlaceError, PlaceMatch
from geo.places.names import name_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.guidance.crisis.recognising import CrisisMatch
    from geo.places import PlaceFinder

LEAST_PEOPLE: Final = 5_000
"""A bare word is taken for a city of so many people, not for a hamlet that is called Why or Pray."""

_MOST_WORDS: Final = 12
_STOPS: Final = (",", ";", ":", ".", "!", "?")
_EDGES: Final = " ,;:.!?-\"'()"


def recognise_beside_names(text: str, finder: PlaceFinder) -> CrisisMatch | None:
    """Return of which crisis a text is a sign; None also where a place or clinic is called so.

    Raises
    ------
    SchemaError : the lists in data/ cannot be read.
    """
    found = recognise(text)
    if found is None:
        return None
    # By their own spelling: "OD'd" is written as Odd, WV is, but that name holds no such word.
    is_name = any(recognise(place.label) for place in finder.candidates(text))
    return None if is_name else found


def find_place(found: CrisisMatch, finder: PlaceFinder) -> PlaceMatch | None:
    """Return the place that the rest of a text names; None where it names none.

    Who is in a crisis is asked nothing: of several places that may be meant it is the one with
    the most people, and the others are beside it.
    """
    tried: set[str] = set()
    by_address = None
    for piece in found.rest:
        for typed in _list_readings(piece):
            if typed in tried:
                continue
            tried.add(typed)
            try:
                match = finder.find_known(typed)
            except AmbiguousPlaceError as error:
                first, *others = error.places
                match = PlaceMatch(first, tuple(others))
            if match is None or _is_chance(typed, match):
                continue
            if match.place.kind != "address":
                return match
            # "spravato 60601" reads as a street and its ZIP, until the first word falls away.
            by_address = by_address or match
    return by_address


def _is_chance(typed: str, match: PlaceMatch) -> bool:
    """Tell whether a bare word happens to be the name of a small place."""
    place = match.place
    is_bare = place.kind == "city" and name_key(typed) == name_key(place.city)
    return is_bare and place.population < LEAST_PEOPLE


def _list_readings(piece: str) -> Iterator[str]:
    """Yield what of a piece may be a place: the words that only stand around it fall away."""
    lists = read_lists()
    words = piece.split()
    folded = [fold(word) for word in words]
    starts = [
        0,
        *(
            at + 1
            for at, word in enumerate(words)
            if folded[at] in lists.near or word.endswith(_STOPS)
        ),
    ]
    for start in starts:
        end = len(words)
        while start < end:
            if end - start <= _MOST_WORDS and any(
                word not in lists.around for word in folded[start:end]
            ):
                yield " ".join(words[start:end]).strip(_EDGES)
                yield from _trim_ends(words, folded, start, end)
            if folded[start] not in lists.around:
                break
            start += 1  # noqa: PLW2901  the reading goes on from the next word


def _trim_ends(words: list[str], folded: list[str], start: int, end: int) -> Iterator[str]:
    """Yield the words from `start`, one fewer at the end as long as that only stands around."""
    around = read_lists().around
    while end - 1 > start and folded[end - 1] in around:
        end -= 1
        yield " ".join(words[start:end]).strip(_EDGES)
