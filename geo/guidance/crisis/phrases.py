"""The phrases that are taken for a sign of a crisis, and how their words are read.

No clinician has reviewed the two lists in data/: crisis_phrases.csv holds what people say,
crisis_words.csv the many ways to say its words, so that the first stays short enough to read.
"""

from __future__ import annotations

import csv
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from geo.errors import SchemaError
from geo.guidance.crisis.panel import Kind
from geo.reference import DATA

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PHRASES: Final = DATA / "crisis_phrases.csv"
WORDS: Final = DATA / "crisis_words.csv"
TREATMENT_KINDS: Final = frozenset({"esketamine", "iv"})

_WORD_KINDS: Final = frozenset({"same", "skip", "other", "near", "around"}) | TREATMENT_KINDS
_LOOKALIKES: Final = str.maketrans("0134$@!|`\u2018\u2019\u02bc\u00b4", "oieasaii'''''")


@dataclass(frozen=True)
class Lists:
    """Both lists, ready to be looked up in; every word is written as `fold` writes it.

    Attributes
    ----------
    phrases : first word -> (words, kind), the longest first.
    stems : each way to say a word -> the word that stands for it in `phrases`.
    known : the words of `stems`, in order.
    skipped : words that say nothing, wherever they stand.
    others : words of their own that look like a slip of one in `stems`.
    near : words after which a place may come.
    around : words that may stand around a place and are no part of it; `skipped` are among them.
    treatments : word -> the code of the treatment that it names.
    """

    phrases: Mapping[str, tuple[tuple[tuple[str, ...], Kind], ...]]
    stems: Mapping[str, str]
    known: tuple[str, ...]
    skipped: frozenset[str]
    others: frozenset[str]
    near: frozenset[str]
    around: frozenset[str]
    treatments: Mapping[str, str]


def fold(word: str) -> str:
    """Return a word in small letters of a-z, digits and ', without accents.

    Digits and signs that stand for letters become these; a word without any letter stays.
    """
    plain = unicodedata.normalize("NFKD", word.casefold())
    if any(c.isalpha() for c in plain):
        plain = plain.translate(_LOOKALIKES)
    return "".join(c for c in plain if c in "abcdefghijklmnopqrstuvwxyz0123456789'").strip("'")


@cache
def read_lists(phrases: Path = PHRASES, words: Path = WORDS) -> Lists:
    """Return the lists; they are read once.

    Parameters
    ----------
    phrases : CSV with the columns `language`, `kind` (`suicide`, `overdose`) and `phrase`.
    words : CSV with the columns `language`, `kind` and `words`, apart by spaces. `same`: all are
        said for the first; `skip`, `other`, `near`, `around`: see `Lists`; a treatment's code:
        what it is called. In both, lines that begin with "#" are remarks.

    Raises
    ------
    SchemaError : a file cannot be read or a line is not in this form; it says which.
    """
    groups: defaultdict[str, list[list[str]]] = defaultdict(list)
    for where, kind, text in _read_rows(words, "words"):
        if kind not in _WORD_KINDS:
            raise SchemaError(f"{where}: {kind!r} is no kind of word.")
        groups[kind].append([fold(word) for word in text.split()])
    stems = {word: group[0] for group in groups["same"] for word in group}
    skipped = frozenset(word for group in groups["skip"] for word in group)
    found: defaultdict[str, list[tuple[tuple[str, ...], Kind]]] = defaultdict(list)
    for where, kind, text in _read_rows(phrases, "phrase"):
        said = (fold(word) for word in text.split())
        parts = tuple(stems.setdefault(word, word) for word in said if word not in skipped)
        if kind not in set(Kind) or not parts:
            raise SchemaError(f"{where}: a phrase is one of {', '.join(Kind)}, and has words.")
        found[parts[0]].append((parts, Kind(kind)))
    near = {word for group in groups["near"] for word in group}
    treatments = {
        word: kind for kind in sorted(TREATMENT_KINDS) for group in groups[kind] for word in group
    }
    return Lists(
        phrases={
            first: tuple(sorted(several, key=lambda phrase: -len(phrase[0])))
            for first, several in found.items()
        },
        stems=stems,
        known=tuple(stems),
        skipped=skipped,
        others=frozenset(word for group in groups["other"] for word in group),
        near=frozenset(near),
        around=frozenset(
            {word for group in groups["around"] for word in group} | skipped | near | {*treatments}
        ),
        treatments=treatments,
    )


def _read_rows(path: Path, column: str) -> Iterator[tuple[str, str, str]]:
    """Yield (where it stands, kind, text) of each line."""
    name = f"data/{path.name}"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SchemaError(f"{name} cannot be read; put it back.") from error
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    if tuple(rows.fieldnames or ()) != ("language", "kind", column):
        raise SchemaError(f"The first line of {name} must be language,kind,{column}.")
    for number, row in enumerate(rows, start=1):
        where = f"{name}, row {number}"
        if not row["kind"] or not row[column]:
            raise SchemaError(f"{where}: it lacks a part.")
        yield where, row["kind"], row[column]
