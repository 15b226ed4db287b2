"""Words of names and addresses, and the one spelling under which they are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from rapidfuzz.distance import OSA

_LEGAL: Final = "llc pllc inc pc pa ltd corp llp lp plc md do the of and at a"
LEGAL: Final = frozenset(_LEGAL.split())
"""Words that sources add and leave out at will."""

_GENERIC: Final = (
    "ketamine esketamine spravato infusion clinic center institute wellness health healthcare care "
    "therapy treatment treatments therapeutic mental behavioral psychiatry psychiatric psychology "
    "service medical medicine group practice associate integrative interventional tm tms pain "
    "program office hospital recovery"
)
GENERIC: Final = frozenset(_GENERIC.split())
"""Words that so many clinics of this field bear that they tell none of them."""

_SAME_WORD: Final = {
    "ctr": "center",
    "centre": "center",
    "assoc": "associate",
    "behavioural": "behavioral",
    "hosp": "hospital",
    "psych": "psychiatry",
    "svc": "service",
    "svcs": "service",
    "inst": "institute",
    "med": "medical",
    "tx": "treatment",
    "saint": "st",
    "mount": "mt",
    "fort": "ft",
}
DIRECTIONS: Final = {
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
    "northeast": "ne",
    "northwest": "nw",
    "southeast": "se",
    "southwest": "sw",
} | {short: short for short in ("n", "s", "e", "w", "ne", "nw", "se", "sw")}
STREET_TYPES: Final = {
    spelling: spellings.split()[0]
    for spellings in (
        "st street str",
        "ave avenue av",
        "blvd boulevard blv",
        "rd road",
        "dr drive drv",
        "ln lane",
        "ct court",
        "pl place",
        "pkwy parkway pky",
        "hwy highway",
        "cir circle",
        "ter terrace",
        "trl trail",
        "sq square",
        "plz plaza",
        "way wy",
        "loop lp",
        "fwy freeway",
        "expy expressway expwy",
        "pike pk",
        "tpke turnpike",
        "aly alley",
        "row",
        "run",
        "xing crossing",
    )
    for spelling in spellings.split()
}
NUMBERS: Final = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10",
}  # fmt: skip
_ORDINALS: Final = {
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th",
    "sixth": "6th", "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
}  # fmt: skip
_BRANCH: Final = re.compile(r"\(([^)]*)\)|\s[-–—|:]\s+(.*)$")
_TOKEN: Final = re.compile(r"[a-z0-9]+")
_LONG_WORD: Final = 6
_SHORTEST_PLURAL: Final = 4


def split_words(text: str) -> list[str]:
    """Return a text's words: lower case, no accents, apostrophes and dots joined, rest apart."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    plain = re.sub(r"['`]|(?<=\b[a-z])\.(?=[a-z]\b)", "", plain)
    return _TOKEN.findall(plain.replace("&", " and ").replace("+", " plus "))


def name_words(text: str) -> list[str]:
    """Return the words of a clinic's name in one spelling, singular, without legal forms."""
    words = (_SAME_WORD.get(word, word) for word in split_words(text))
    return [_singular(word) for word in words if word not in LEGAL]


def split_branch(name: str) -> tuple[str, str]:
    """Return a name without its branch, and the branch: "Ember (Chelsea)" and "Ember - Chelsea"."""
    branches = [first or second for first, second in _BRANCH.findall(name)]
    base = _BRANCH.sub(" ", name).strip()
    return (base, " ".join(branches)) if base else (name, "")


@cache
def is_generic(word: str) -> bool:
    """Tell whether a word is one of `GENERIC`, or a long one of them with one slip."""
    if word in GENERIC:
        return True
    return len(word) >= _LONG_WORD and any(
        OSA.distance(word, known, score_cutoff=1) <= 1
        for known in GENERIC
        if len(known) >= _LONG_WORD
    )


def city_words(text: str) -> list[str]:
    """Return the words of a city in one spelling."""
    return [_SAME_WORD.get(word, word) for word in split_words(text)]


def street_words(text: str) -> list[str]:
    """Return the words of a street in one spelling: types and directions short, ordinals in digits."""
    words = (_ORDINALS.get(word, word) for word in split_words(text))
    return [DIRECTIONS.get(word) or STREET_TYPES.get(word, word) for word in words]


def _singular(word: str) -> str:
    plural = len(word) >= _SHORTEST_PLURAL and word.endswith("s") and not word.endswith("ss")
    return word.removesuffix("s") if plural else word
