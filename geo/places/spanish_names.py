"""Spanish names of states, cities and regions, put into the names that the tables hold."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

from geo.reference import DATA

if TYPE_CHECKING:
    from pathlib import Path

SPANISH_NAMES: Final = DATA / "places" / "spanish_names.csv"


def fold(text: str) -> str:
    """Return a text in lower case and without accents, letter by letter, so that places agree."""
    return "".join(
        (unicodedata.normalize("NFKD", letter)[:1].lower() or letter)[:1] for letter in text
    )


@cache
def _read(path: Path = SPANISH_NAMES) -> tuple[re.Pattern[str], dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        names = {fold(row["spanish"]): row["english"] for row in csv.DictReader(file)}
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b"), names


def read_names() -> dict[str, str]:
    """Return the Spanish names, as `fold` writes them, each with the English one."""
    return _read()[1]


def to_english(text: str) -> str:
    """Return a text whose Spanish names are replaced by the English ones.

    Parameters
    ----------
    text : a cleaned text.

    Examples
    --------
    >>> to_english("Alburquerque, Nuevo México")
    'Alburquerque, New Mexico'
    """
    pattern, names = _read()
    pieces, end = [], 0
    for match in pattern.finditer(fold(text)):
        pieces += [text[end : match.start()], names[match[0]]]
        end = match.end()
    return "".join([*pieces, text[end:]])
