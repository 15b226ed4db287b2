"""Names of institutions, which are in no table: better not known than taken for a namesake."""

from __future__ import annotations

import csv
import re
from functools import cache
from typing import TYPE_CHECKING, Final

from geo.places.names import name_key
from geo.places.spanish_names import fold
from geo.reference import DATA

if TYPE_CHECKING:
    from pathlib import Path

NOT_PLACES: Final = DATA / "places" / "not_places.csv"


@cache
def _read(path: Path = NOT_PLACES) -> tuple[frozenset[str], re.Pattern[str]]:
    """Return the keys of names, and what finds a word that says an institution is meant."""
    with path.open(encoding="utf-8", newline="") as file:
        words = {row["kind"]: row["words"].split(";") for row in csv.DictReader(file)}
    keys = frozenset(name_key(name) for name in words["name"])
    keywords = "|".join(map(re.escape, sorted(words["keyword"], key=len, reverse=True)))
    return keys, re.compile(rf"\b(?:{keywords})\b")


def is_name(typed: str) -> bool:
    """Say whether a whole text is the name of an institution, or of nowhere."""
    return name_key(typed) in _read()[0]


def begins_with_keyword(typed: str) -> bool:
    """Say whether a text begins with a word such as "college"."""
    return _read()[1].match(fold(typed)) is not None


def split_institution(typed: str) -> tuple[str, str] | None:
    """Return the institution's name, and what follows it; None where there is no institution.

    Parameters
    ----------
    typed : a cleaned text.

    Examples
    --------
    >>> split_institution("Mercy Hospital, Springfield, MO")
    ('Mercy Hospital', 'Springfield, MO')
    >>> split_institution("University of Chicago")
    ('University of Chicago', '')
    """
    keys, pattern = _read()
    matches = list(pattern.finditer(fold(typed)))
    if matches:
        end = matches[-1].end()
        rest = typed[end:]
        if re.match(r" (?:of|de|at|for)\b", rest):
            name, comma, after = rest.partition(", ")
            return f"{typed[:end]}{name}", after if comma else ""
        return typed[:end], rest.lstrip(" ,-")
    words = typed.split(" ")
    for size in range(min(4, len(words) - 1), 0, -1):
        if name_key(" ".join(words[:size])) in keys:
            return " ".join(words[:size]).rstrip(","), " ".join(words[size:]).lstrip(" ,-")
    return None
