"""What a text names in other words, as a part of it, or misspelled; tried where it names nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geo.errors import PlaceError
from geo.i18n.language import gettext as _
from geo.i18n.language import mark
from geo.i18n.reasons import Reason
from geo.places.by_address import by_address, by_institution, by_last_part, by_twins
from geo.places.by_name import by_airport, by_direction, explain_abroad
from geo.places.by_pair import by_pair
from geo.places.by_slip import by_slip
from geo.places.exact import match_exactly
from geo.places.guesses import AmbiguousPlaceError
from geo.places.names import clean, excerpt, keep_named, name_key
from geo.places.rewording import beside_search, is_around, is_code, reword
from geo.places.slips import LEAST_PEOPLE
from geo.places.spanish_names import to_english

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geo.places.knowledge import Knowledge
    from geo.places.matching import PlaceMatch
    from geo.places.rewording import Reading
    from geo.places.wishes import Words

WHAT_WORKS = mark(
    'Type a ZIP code ("60601"), a city and state ("Chicago, IL"), a state, an address, '
    'or "latitude, longitude".'
)
"""To be translated where it is said."""

_CODES_THAT_ARE_WORDS = frozenset({"IN", "OR", "ME", "HI", "OK", "LA", "DE", "AL", "ID", "OH"})


def match_loosely(known: Knowledge, typed: str, words: Words) -> PlaceMatch:
    """Return what a text names in other words.

    Parameters
    ----------
    typed : a cleaned text that names nothing exactly.
    words : of that text, in English.

    Raises
    ------
    PlaceError : nothing is found, or several are meant.
    """
    english = to_english(typed)
    if not has_name(words):
        raise where_are_you()
    if " " in english and (error := _explain_abroad(known, english)):
        raise error
    codes = frozenset(known.states.names)
    if match := _read(known, reword(words, lambda word: is_code(word, codes))):
        return match
    named = _join_names(words)
    match = by_institution(known, named) or by_twins(known, named) or by_direction(known, named)
    match = match or by_pair(known, _bare_names(words))
    if match is None and not any(map(str.isdecimal, english)):
        match = _read(known, beside_search(words, lambda word: is_code(word, codes)))
    if match is None and (error := _explain_abroad(known, named)):
        raise error
    match = (
        match or by_address(known, english) or by_last_part(known, english) or by_slip(known, named)
    )
    if match is None:
        raise known.guesses.unknown(named, _(WHAT_WORKS))
    return match


def has_name(words: Words) -> bool:
    """Say whether a text has a word that is not merely around a place's name."""
    return any(
        word in _CODES_THAT_ARE_WORDS or not (kind or is_around(word))
        for word, kind in zip(words.words, words.kinds, strict=True)
    )


def where_are_you() -> PlaceError:
    """Return what to say of a text that asks for what is near, and names no place."""
    unknown = _("We do not know where you are.")
    return PlaceError(f"{unknown} {_(WHAT_WORKS)}")


def _explain_abroad(known: Knowledge, typed: str) -> PlaceError | None:
    """Return what to say of a place abroad; None where a state or airport of ours is named with it."""
    if (
        known.states.code(typed)
        or known.airports.is_label(typed)
        or any(state for _name, _city, state in known.states.readings(typed))
    ):
        return None
    return known.abroad.explain(typed)


def _read(known: Knowledge, readings: Iterable[Reading]) -> PlaceMatch | None:
    """Return what the first of the readings that names a place names.

    Raises
    ------
    PlaceError : several places are meant equally well, or one abroad.
    """
    for reading in readings:
        if error := explain_abroad(known, reading.text):
            raise error
        try:
            match = match_exactly(known, reading.text) or by_airport(known, reading.text)
        except AmbiguousPlaceError:
            raise
        except PlaceError:
            continue
        if match and not (reading.guessed and _is_small(match, reading.text)):
            return _say_left_out(match, reading)
    return None


def _is_small(match: PlaceMatch, text: str) -> bool:
    """Say whether a bare name is only a small town's, and so may be a part of another name."""
    place = match.place
    named = name_key(text) == name_key(place.city)
    return place.kind == "city" and named and place.population < LEAST_PEOPLE


def _say_left_out(match: PlaceMatch, reading: Reading) -> PlaceMatch:
    """Say what of a text is not in the place that was taken for it."""
    place = match.place
    notes = []
    if reading.left_out:
        figures = {"name": excerpt(reading.left_out), "place": place.label}
        notes.append(Reason("not_known_beside", figures))
    if reading.qualified:
        notes.append(Reason("whole_place_taken", {"place": place.label}))
    return replace(match, place=replace(place, notes=(*notes, *place.notes)))


def _bare_names(words: Words) -> str:
    """Return the words that may be of names."""
    return " ".join(word for word, kind in zip(words.words, words.kinds, strict=True) if not kind)


def _join_names(words: Words) -> str:
    """Return a text without what it asks for beside the place."""
    first = next(iter(reword(words, lambda _word: True)), None)
    return keep_named(clean(first.text)) if first else ""
