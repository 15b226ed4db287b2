"""Whether a typed text is a sign of a crisis: phrases found in it whatever their spelling."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from geo.guidance.crisis.panel import Kind
from geo.guidance.crisis.phrases import Lists, fold, read_lists

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LONGEST_READ: Final = 2_000
"""So many characters of a text are read; what comes after them is not."""

WORD: Final = re.compile(r"[^\s,;:.?()\"/\\\[\]{}<>=+_&#~^%-]+")
"""What is read as a word."""
LINE: Final = re.compile(
    r"(?:(?:call|text|dial|llamar|llame|marcar|al) ){0,2}(?:9[ -]?8[ -]?8|9[ -]?1[ -]?1)",
    re.IGNORECASE,
)
"""The number of a line by itself, typed into the wrong box; "988 Main St" is an address."""
EDGES: Final = " ,;:.!?-\"'()"
_LONG: Final = 5
_SHORT: Final = 3
_LONGEST_SLIP: Final = 16
_LONGEST_RUN: Final = 40
_SHORTEST_RUN: Final = 8
_SHORTEST_JOINT: Final = 6
_SHORTEST_ALONE: Final = 6
_SHORT_PARTS: Final = frozenset({"my", "it", "no", "me", "mi", "se"})
_FEWEST_SPELLED: Final = 3
_MANY: Final = range(10, 1_000)


@dataclass(frozen=True)
class CrisisMatch:
    """That a text is a sign of a crisis.

    Attributes
    ----------
    kind : of what.
    rest : what is left of the text, in pieces, once the words of the crisis are out.
    treatment : the code of a treatment that the text names, or "".
    """

    kind: Kind
    rest: tuple[str, ...]
    treatment: str = ""


@dataclass(frozen=True)
class _Token:
    """A word of a text: what it may stand for, and where it is."""

    stems: frozenset[str]
    start: int
    end: int
    word: str
    is_exact: bool = True


def recognise(text: str) -> CrisisMatch | None:
    """Return of which crisis a text is a sign; None where it is of none.

    Case, accents, apostrophes and repeated letters do not matter, nor does a slip in a word that is
    long, or where another word of the phrase is right.

    Parameters
    ----------
    text : anything typed; its first 2,000 characters are read.

    Raises
    ------
    SchemaError : the lists in data/ cannot be read.

    Source
    ------
    Optimal string alignment distance, by rapidfuzz: 1 for words of four letters or more; words of
    three may have two neighbours exchanged.
    """
    lists = read_lists()
    line = unicodedata.normalize("NFKC", text[:LONGEST_READ])[:LONGEST_READ]
    line = "".join(c for c in line if unicodedata.category(c) != "Cf")
    if LINE.fullmatch(line.strip(EDGES)):
        return CrisisMatch(Kind.SUICIDE, ())
    words = [
        (folded, found.start(), found.end())
        for found in WORD.finditer(line)
        if (folded := fold(found[0]))
    ]
    tokens = [token for token in _read_tokens(words, lists) if not token.stems & lists.skipped]
    spans, kinds = [], set()
    for first in range(len(tokens)):
        for last, kind in _match_at(tokens, first, lists):
            spans.append((tokens[first].start, tokens[last].end))
            kinds.add(kind)
    if not kinds:
        return None
    codes = (lists.treatments[word] for word, *_ in words if word in lists.treatments)
    return CrisisMatch(
        kind=Kind.SUICIDE if Kind.SUICIDE in kinds else Kind.OVERDOSE,
        rest=tuple(_leave_out(line, spans)),
        treatment=min(codes, default=""),
    )


def _match_at(tokens: Sequence[_Token], first: int, lists: Lists) -> Iterator[tuple[int, Kind]]:
    """Yield (last token, kind) of the phrases that begin with a token."""
    for stem in tokens[first].stems:
        for parts, kind in lists.phrases.get(stem, ()):
            said = tokens[first : first + len(parts)]
            if (
                len(said) == len(parts)
                and all(part in token.stems for part, token in zip(parts, said, strict=True))
                and _are_sure(said)
            ):
                yield first + len(parts) - 1, kind


def _are_sure(said: Sequence[_Token]) -> bool:
    """Tell whether each word is right or long, or one that is right vouches for the others.

    A word of two letters vouches for none: Bar Mills, ME is not "kills me".
    """
    return all(token.is_exact or len(token.word) >= _SHORTEST_ALONE for token in said) or any(
        token.is_exact and len(token.word) >= _SHORT for token in said
    )


def _leave_out(line: str, spans: Iterable[tuple[int, int]]) -> Iterator[str]:
    """Yield what of a text is in none of the spans."""
    at = 0
    for start, end in [*sorted(spans), (len(line), len(line))]:
        if piece := line[at : max(start, at)].strip(EDGES):
            yield piece
        at = max(at, end)


def _read_tokens(words: Sequence[tuple[str, int, int]], lists: Lists) -> Iterator[_Token]:
    """Yield the words; such as were written in pieces as one, such as were run together apart."""
    at = 0
    while at < len(words):
        word, start, end = words[at]
        spelled = 0
        while at + spelled < len(words) and len(words[at + spelled][0]) == 1:
            spelled += 1
        if spelled >= _FEWEST_SPELLED:  # "s u i c i d e"
            word = "".join(letter for letter, *_ in words[at : at + spelled])
            end = words[at + spelled - 1][2]
            at += spelled
        else:
            at += 1
            if at < len(words):
                joint = word + words[at][0]
                if len(joint) >= _SHORTEST_JOINT and joint in lists.stems:  # "my self"
                    word, end = joint, words[at][2]
                    at += 1
        yield from _read_word(word, start, end, lists)


def _read_word(word: str, start: int, end: int, lists: Lists) -> Iterator[_Token]:
    bare = word.replace("'", "")
    for known in (word, bare):
        if known in lists.stems:
            yield _Token(frozenset({lists.stems[known]}), start, end, known)
            return
    if bare in lists.skipped:
        yield _Token(frozenset({bare}), start, end, bare)
    elif bare.isdigit():
        is_many = len(bare) < _LONG and int(bare) in _MANY
        yield _Token(frozenset({"many"} if is_many else ()), start, end, bare)
    elif parts := _split(bare, lists):
        yield from (_Token(frozenset({part}), start, end, bare) for part in parts)
    else:
        stems = frozenset(lists.stems[near] for near in _spell(bare, lists))
        yield _Token(stems, start, end, bare, is_exact=False)


def _spell(word: str, lists: Lists) -> set[str]:
    """Return the words of the lists of which this one may be a slip."""
    if word in lists.others or word in lists.around:
        return set()
    plain = _squeeze(word)
    for spelling in dict.fromkeys((_squeeze(word, 2), plain)):  # "diiie", "killlll"
        if spelling != word and spelling in lists.stems:
            return {spelling}
    if not _SHORT <= len(word) <= _LONGEST_SLIP:
        return set()
    near = process.extract(word, lists.known, scorer=OSA.distance, score_cutoff=1, limit=None)
    return {known for known, _distance, _row in near if _is_slip(word, known)}


def _is_slip(word: str, known: str) -> bool:
    """Tell whether one letter that is wrong in a word is no reason to take it for another."""
    if len(known) >= _LONG:
        return True
    if len(known) > _SHORT:
        return word[0] == known[0] or sorted(word) == sorted(known)
    return len(known) == _SHORT and sorted(word) == sorted(known)


def _squeeze(word: str, most: int = 1) -> str:
    """Return a word with each letter at most so many times in a row."""
    return "".join(letter * min(len(list(run)), most) for letter, run in groupby(word))


def _split(word: str, lists: Lists) -> list[str]:
    """Return the stems of words run together ("killmyself"); none where it is not made of them."""
    if not _SHORTEST_RUN <= len(word) <= _LONGEST_RUN:
        return []
    best: list[list[str] | None] = [[], *([None] * len(word))]
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - _LONGEST_SLIP), end):
            before, part = best[start], word[start:end]
            known = part if part in lists.skipped else lists.stems.get(part)
            is_part = len(part) >= _SHORT or part in lists.skipped or part in _SHORT_PARTS
            if before is not None and known and is_part:
                longer = [*before, known]
                if len(longer) < len(best[end] or [*longer, ""]):
                    best[end] = longer
    return best[-1] or []
