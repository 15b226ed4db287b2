"""Other readings of a text that names no place as it stands: with fewer of the words around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.places import wishes
from geo.places.names import STATE_SHORTHAND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_WORDS: Final = 40
_WISH: Final = frozenset({"treatment", "payment", "near_me"})


@dataclass(frozen=True)
class Reading:
    """A shorter text that may name the place.

    Parameters
    ----------
    text : to be looked up.
    left_out : words before it that are none of those we know: said to the person; or "".
    qualified : words such as "downtown" were left out: said too.
    guessed : no word such as "near" tells that a place stands there: taken of a larger one only.
    """

    text: str
    left_out: str = ""
    qualified: bool = False
    guessed: bool = False


def reword(read: wishes.Words, is_state: Callable[[str], bool]) -> Iterator[Reading]:
    """Yield the readings, those that leave out least that may be a name first.

    A state's two letters at the end are never left out, though "or", "in" and "me" are words too.

    Parameters
    ----------
    read : the text.
    is_state : says whether a word is a state's code.
    """
    if len(read.words) > MOST_WORDS:
        return
    spans = [
        (word, kind) for word, kind in zip(read.words, read.kinds, strict=True) if kind not in _WISH
    ]
    tail = _after_last(spans)
    yield from _once(spans, tail, is_state)


def _once(
    spans: list[tuple[str, str]],
    tail: tuple[int, ...],
    is_state: Callable[[str], bool],
) -> Iterator[Reading]:
    seen: set[tuple[str, str, bool]] = set()
    for reading in _list_all(spans, tail, is_state):
        known = (reading.text, reading.left_out, reading.qualified)
        if reading.text and known not in seen:
            seen.add(known)
            yield reading


def _list_all(
    spans: list[tuple[str, str]], tail: tuple[int, ...], is_state: Callable[[str], bool]
) -> Iterator[Reading]:
    yield Reading(_join(word for word, _kind in spans))
    named = _trim_end([span for span in spans if span[1] in {"", "place_word"}], is_state)
    last = len(named) - 1  # "in" before a ZIP is no state
    yield Reading(
        _join(
            word
            for at, (word, kind) in enumerate(named)
            if not kind or (at == last and is_state(word))
        )
    )
    yield from _shorten(spans, is_state, qualified=False)
    for start in tail:
        after = spans[start:]
        head = [word for word, kind in spans[:start] if not kind and not is_around(word)]
        left_out = _join(head)
        yield Reading(_join(word for word, _kind in _trim_end(after, is_state)), left_out)
        for reading in _shorten(after, is_state, qualified=False):
            yield Reading(reading.text, left_out)
        for reading in _shorten(after, is_state, qualified=True):
            yield Reading(reading.text, left_out, qualified=True)
    yield from _shorten(spans, is_state, qualified=True)


def beside_search(read: wishes.Words, is_state: Callable[[str], bool]) -> Iterator[Reading]:
    """Yield what stands after the last word of a search, and before the first: "Acme ketamine Reno".

    Parameters
    ----------
    read, is_state : as for `reword`.
    """
    typed = list(zip(read.words, read.kinds, strict=True))
    searched = [at for at, (_word, kind) in enumerate(typed) if kind == "strong" or kind in _WISH]
    if not searched or len(typed) > MOST_WORDS:
        return
    first, last = searched[0], searched[-1]
    for start, end, others in ((last + 1, len(typed), typed[:last]), (0, first, typed[first:])):
        left_out = _join(word for word, kind in others if not kind and not is_around(word))
        for reading in _shorten(typed[start:end], is_state, qualified=False):
            yield Reading(reading.text, left_out, guessed=True)


def _shorten(
    spans: list[tuple[str, str]], is_state: Callable[[str], bool], *, qualified: bool
) -> Iterator[Reading]:
    """Yield the words from each start as long as those before it only stand around."""
    for start in range(len(spans)):
        for ended in (_trim_end(spans[start:], is_state, qualified=qualified), spans[start:]):
            yield Reading(_join(word for word, _kind in ended), qualified=qualified)
        word, kind = spans[start]
        if not (kind or is_around(word) or (qualified and wishes.is_of("qualifier", word))):
            break


def _trim_end(
    spans: list[tuple[str, str]], is_state: Callable[[str], bool], *, qualified: bool = False
) -> list[tuple[str, str]]:
    end = len(spans)
    while end:
        word, kind = spans[end - 1]
        if is_state(word) or not (
            kind or is_around(word) or (qualified and wishes.is_of("qualifier", word))
        ):
            break
        end -= 1
    return spans[:end]


def _after_last(spans: list[tuple[str, str]]) -> tuple[int, ...]:
    """Return where a place may begin: after each word such as "near", the last one first."""
    return tuple(
        at + 1
        for at in range(len(spans) - 2, -1, -1)
        if spans[at][1] == "place_word" and spans[at + 1][1] != "place_word"
    )


def is_around(word: str) -> bool:
    """Say whether a word by itself only stands around a place's name."""
    return wishes.is_of("weak", word) or not any(map(str.isalnum, word))


def _join(words: Iterator[str] | list[str]) -> str:
    """Return words as a cleaned text."""
    parts = " ".join(words).split(" , ")
    text = ", ".join(part.strip(" ,") for part in parts if part.strip(" ,"))
    return text.strip(" ,")


def is_code(word: str, codes: frozenset[str]) -> bool:
    """Say whether a word is a state's two letters, or an older way to shorten it."""
    bare = word.strip(".").casefold()
    return bare.upper() in codes or (len(bare) > 2 and bare in STATE_SHORTHAND)  # noqa: PLR2004
