"""A clinic's name taken apart, and how two names belong together beyond their letters."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import cache, lru_cache
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from geo.dedupe.towns import read_state_words
from geo.dedupe.words import (
    COMMON,
    DIRECTIONS,
    KINDS,
    MIND,
    PAIN,
    STOP_WORDS,
    drop_legal_form,
    is_generic,
    make_singular,
    name_words,
    split_branch,
    split_words,
)

_DOING_BUSINESS_AS: Final = re.compile(
    r"\b(?:d/b/a|dba|doing business as|a/k/a|aka|also known as)\b[: ]*", re.IGNORECASE
)
_HOUSES: Final = frozenset({"hospital", "university", "college", "school", "va"})
_SHORTEST_ABBREVIATION: Final = 3
_SHORTEST_SHARED: Final = 4
_SHORTEST_COMPACT: Final = 6
_LONG_WORD: Final = 7


class Kinship(IntEnum):
    """How two names belong together, the least first."""

    NONE = 0
    SHARED = 1  # a word in common that tells clinics apart
    ABBREVIATED = 2  # one is made of the beginnings of the other's words
    INSIDE = 3  # the telling words of one are among the other's
    SAME = 4  # the same telling words


class Name(NamedTuple):
    """What of a name is compared.

    `full` is the whole name with its words sorted, `plain` the name without branch and city,
    `telling` those of its words that are not generic, sorted, and `own` those of them that are no
    place's either; `whole` is the name without branch in one word, and `words` its words, the city's
    too. `placed`: the name bears its city; `of_city`: it has its city in brackets, as branches have.
    `legal` is the name in one word under which a clinic does business as another.
    """

    branch: str = ""
    full: str = ""
    plain: str = ""
    telling: str = ""
    own: tuple[str, ...] = ()
    whole: str = ""
    words: tuple[str, ...] = ()
    placed: bool = False
    of_city: bool = False
    legal: str = ""


def read_name(name: str, city: str) -> Name:
    """Return the parts of a name.

    Parameters
    ----------
    name : as a source has it; of "X LLC dba Y" it is "Y".
    city : in the spelling of `geo.dedupe.words.city_words`.
    """
    legal, *others = (part.strip(" (),;") for part in _DOING_BUSINESS_AS.split(name))
    if others and others[-1]:
        name = others[-1]
    elif others:
        name, legal = legal or name, ""
    else:
        legal = ""
    base, branch = split_branch(name)
    own_city = {*city.split(), *map(make_singular, city.split())}
    words = name_words(base)
    plain = [word for word in words if word not in own_city] or words
    branch_words = [word for word in name_words(branch) if word not in own_city]
    common = _read_common_words()
    telling = sorted(word for word in plain if not is_generic(word))
    return Name(
        branch=" ".join(branch_words),
        full=" ".join(sorted(words + name_words(branch))) or name.casefold(),
        plain=" ".join(plain) or name.casefold(),
        telling=" ".join(telling),
        own=tuple(word for word in telling if word not in common),
        whole=_join_words(base),
        words=tuple(words),
        placed=len(plain) < len(words),
        of_city=bool(branch) and not branch_words,
        legal=_join_words(legal),
    )


def _join_words(text: str) -> str:
    words = drop_legal_form(split_words(text))
    return "".join(make_singular(word) for word in words if word not in STOP_WORDS)


@lru_cache(maxsize=200_000)
def compare_names(one: Name, other: Name) -> Kinship:
    """Return how two names belong together; words that any clinic or place has make none kin."""
    shared = [word for word in one.own if _is_among(word, other.own)]
    if are_departments(one, other):
        return Kinship.SHARED if shared else Kinship.NONE
    if _are_same(one, other, len(shared)):
        return Kinship.SAME
    if (one.whole and one.whole == other.legal) or (other.whole and other.whole == one.legal):
        return Kinship.INSIDE
    if (shared and len(shared) == min(len(one.own), len(other.own))) or _is_longer(one, other):
        return Kinship.INSIDE
    if _abbreviates(one, other) or _abbreviates(other, one):
        return Kinship.ABBREVIATED
    return Kinship.SHARED if any(len(word) >= _SHORTEST_SHARED for word in shared) else Kinship.NONE


def begins_longer(one: Name, other: Name) -> bool:
    """Tell whether one name is the beginning of the other, as "Cedar Wellness" of "Cedar Wellness MBS".

    It has two words or more, one of them its own; departments of one house begin alike.
    """
    short, long = sorted((one.words, other.words), key=len)
    return (
        1 < len(short) < len(long)
        and long[: len(short)] == short
        and any(len(word) >= _SHORTEST_SHARED for word in min(one.own, other.own, key=len))
        and not _HOUSES & {*long}
        and not are_departments(one, other)
    )


def names_a_town(one: Name, other: Name) -> bool:
    """Tell whether two names are one, and that of one of their towns, as "Salem Ketamine" is.

    A chain's branches are not called by another branch's town.
    """
    return one.whole == other.whole != "" and one.placed != other.placed


def bears_site(name: Name, domain: str) -> bool:
    """Tell whether a clinic's own name and its site's are one, as of "Lit Ketamine".

    A hospital's or a university's site is that of many clinics.
    """
    label = domain.partition(".")[0].replace("-", "")
    if not (name.telling or name.placed) or _HOUSES & {*name.words}:
        return False
    return len(name.whole) >= _SHORTEST_COMPACT and (
        label.startswith(name.whole)
        or (len(label) >= _SHORTEST_COMPACT and name.whole.startswith(label))
    )


def are_departments(one: Name, other: Name) -> bool:
    """Tell whether one name is of pain alone, and the other of the mind alone."""
    fields = [(bool(PAIN & {*name.words}), bool(MIND & {*name.words})) for name in (one, other)]
    return sorted(fields) == [(False, True), (True, False)]


@cache
def _read_common_words() -> frozenset[str]:
    return COMMON | DIRECTIONS.keys() | read_state_words()


def _are_same(one: Name, other: Name, shared: int) -> bool:
    if (one.full == other.full or one.whole == other.whole) and _tell(one, other):
        return True
    if not len(one.own) == len(other.own) == shared:
        return False
    # Of one word alone, such as "Serenity", a source may have left out what the clinic is.
    first, second = set(one.plain.split()), set(other.plain.split())
    return shared > 1 or (
        shared == 1 and (first <= second or second <= first) and first ^ second <= KINDS
    )


def _tell(one: Name, other: Name) -> bool:
    """Tell whether both names have more than words that any clinic has, if only their city."""
    return all(name.telling or name.placed for name in (one, other))


def _is_longer(one: Name, other: Name) -> bool:
    """Tell whether one name of words that any clinic has, and of its city, has but words more."""
    few, many = sorted((set(one.words), set(other.words)), key=len)
    return not (one.own or other.own) and few < many and _tell(one, other)


def _is_among(word: str, words: tuple[str, ...]) -> bool:
    """Tell whether a word is one of those, or a long one with one slip."""
    return word in words or (
        len(word) >= _LONG_WORD
        and any(len(known) >= _LONG_WORD and OSA.distance(word, known) <= 1 for known in words)
    )


def _abbreviates(short: Name, long: Name) -> bool:
    """Tell whether one name is made of the beginnings of the other's words, such as "KetaMC".

    Of three letters or more, each of the other's words has a share, in order.
    """
    words = long.words
    if len(words) < _SHORTEST_ABBREVIATION:
        return False
    candidates = {short.whole, short.plain.replace(" ", ""), "".join(short.own)}
    return any(
        _SHORTEST_ABBREVIATION <= len(text) < sum(map(len, words)) and _is_made_of(text, words)
        for text in candidates
    )


def _is_made_of(text: str, words: tuple[str, ...]) -> bool:
    """Tell whether a text is one beginning, not empty, of each word in order."""
    reached = {0}
    for word in words:
        reached = {
            end
            for start in reached
            for end in range(start + 1, min(start + len(word), len(text)) + 1)
            if text[start:end] == word[: end - start]
        }
    return len(text) in reached
