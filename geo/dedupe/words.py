"""Words of names and addresses, and the one spelling under which they are compared."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LEGAL: Final = frozenset("llc pllc inc pc pa ltd corp llp lp plc md do the of and at a".split())
"""Words that sources add and leave out at will."""

GENERIC: Final = frozenset(
    "ketamine esketamine spravato infusion clinic center institute wellness health healthcare care "
    "therapy treatment treatments therapeutic mental behavioral psychiatry psychiatric psychology "
    "service medical medicine group practice associate integrative interventional tm tms pain "
    "program office hospital recovery".split()
)
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
} | {short: short for short in "n s e w ne nw se sw".split()}
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
    word: str(number)
    for number, word in enumerate("one two three four five six seven eight nine ten".split(), 1)
}
_ORDINALS: Final = {
    word: ordinal
    for word, ordinal in zip(
        "first second third fourth fifth sixth seventh eighth ninth tenth".split(),
        "1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th".split(),
        strict=True,
    )
}
_BRANCH: Final = re.compile(r"\(([^)]*)\)|\s[-–—|:]\s+(.*)$")
_TOKEN: Final = re.compile(r"[a-z0-9]+")
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
