"""Place names: when two are the same place's, and how one is written."""

from __future__ import annotations

import re
import unicodedata

_FULL_WORDS = {"saint": "st", "sainte": "ste", "fort": "ft", "mount": "mt"}
_SMALL_WORDS = {"And", "At", "By", "Del", "In", "Of", "On", "The"}
_CAPITALS = {
    "Afb",
    "Afs",
    "Ang",
    "Jb",
    "Jber",
    "Jbphh",
    "Jbsa",
    "Mcas",
    "Mcbh",
    "Naf",
    "Nas",
    "Usaf",
}
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")


def name_key(name: str) -> str:
    """Return what is left of a place's name when spelling habits are taken away.

    Parameters
    ----------
    name : in any case, with or without accents and punctuation.

    Returns
    -------
    Lower-case letters and digits without spaces; equal for "St. Louis" and "SAINT LOUIS", for
    "Winston-Salem" and "Winston Salem", for "Mayagüez" and "Mayaguez".

    Examples
    --------
    >>> name_key("Fort Défiance"), name_key("FT DEFIANCE")
    ('ftdefiance', 'ftdefiance')
    """
    plain = unicodedata.normalize("NFKD", name.casefold().replace("'", "").replace("\u2019", ""))
    letters = "".join(mark for mark in plain if not unicodedata.combining(mark))
    words = _NOT_LETTERS.sub(" ", letters).split()
    return "".join(_FULL_WORDS.get(word, word) for word in words)


def write_name(name: str) -> str:
    """Return a name that was put into title case by machine as a person would write it.

    Parameters
    ----------
    name : as "Mcallen", "Truth Or Consequences", "Macdill Afb".

    Examples
    --------
    >>> write_name("Mcallen"), write_name("Fairchild Afb"), write_name("Isle Of Palms")
    ('McAllen', 'Fairchild AFB', 'Isle of Palms')
    """
    words = re.sub(r"\bMc ([A-Z])", r"Mc\1", name).split()
    return " ".join(_write_word(word, place) for place, word in enumerate(words))


def _write_word(word: str, place: int) -> str:
    if word in _CAPITALS:
        return word.upper()
    if place and word in _SMALL_WORDS:
        return word.lower()
    if re.match(r"Mc[a-z]{3}", word):
        word = f"Mc{word[2].upper()}{word[3:]}"
    word = re.sub(r"-([a-z]{3})", lambda found: "-" + found[1].capitalize(), word)
    return re.sub(r"'S\b", "'s", word)
