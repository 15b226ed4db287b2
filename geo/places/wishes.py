"""What a text asks for beside a place: a treatment, a payer, and the words that only stand around."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from geo.places.names import name_key
from geo.places.spanish_names import fold
from geo.reference import DATA

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SEARCH_WORDS: Final = DATA / "places" / "search_words.csv"

_TOKEN: Final = re.compile(r"[^\s,]+|,")
_EDGES: Final = ".!?;:\"'()"
_MARKED: Final = ("treatment", "payment", "near_me", "strong", "place_word")
_LONGEST: Final = 5


@dataclass(frozen=True)
class Wishes:
    """What is asked for beside a place.

    Parameters
    ----------
    treatment, payment : codes of the clinics' fields of these names; "" where not named.
    near_me : the text asks for what is near the person who types.
    """

    treatment: str = ""
    payment: str = ""
    near_me: bool = False


@dataclass(frozen=True)
class Words:
    """A text as words, each with what it is: a wish, a word around a place, or "" for a name's.

    Parameters
    ----------
    words : as typed; a comma is a word of its own.
    kinds : of each: `treatment`, `payment`, `near_me`, `strong`, `place_word`, or "".
    wishes : what they ask for.
    """

    words: tuple[str, ...]
    kinds: tuple[str, ...]
    wishes: Wishes


@cache
def read_phrases(path: Path = SEARCH_WORDS) -> Mapping[str, Mapping[tuple[str, ...], str]]:
    """Read the words: kind -> phrase (folded words) -> the code that it means, or "".

    Parameters
    ----------
    path : a CSV file in the form of `data/places/search_words.csv`.
    """
    phrases: dict[str, dict[tuple[str, ...], str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            of_kind = phrases.setdefault(row["kind"], {})
            for phrase in row["words"].split(";"):
                of_kind[tuple(map(_fold_word, phrase.split()))] = row["means"]
    return phrases


def read(text: str) -> Words:
    """Return the words of a text and what they ask for; looks nothing up.

    Parameters
    ----------
    text : a cleaned text.
    """
    words = tuple(_TOKEN.findall(text))
    folded = tuple(map(_fold_word, words))
    kinds = [""] * len(words)
    found = {"treatment": "", "payment": ""}
    at = 0
    while at < len(words):
        kind, means, size = _longest(folded, at)
        kinds[at : at + size] = [kind] * size
        if found.get(kind) == "":
            found[kind] = means
        at += size
    return Words(words, tuple(kinds), Wishes(**found, near_me="near_me" in kinds))


def is_of(kind: str, word: str) -> bool:
    """Say whether a single word is of a kind."""
    return (_fold_word(word),) in read_phrases()[kind]


def _longest(folded: tuple[str, ...], at: int) -> tuple[str, str, int]:
    """Return kind, meaning and length of the longest phrase that begins at a word."""
    phrases = read_phrases()
    for size in range(min(_LONGEST, len(folded) - at), 0, -1):
        phrase = folded[at : at + size]
        for kind in _MARKED:
            if phrase in phrases[kind]:
                return kind, phrases[kind][phrase], size
    return "", "", 1


def _fold_word(word: str) -> str:
    return "," if word == "," else fold(word).strip(_EDGES).replace("\u2019", "'") or name_key(word)
