"""Words of names and addresses, and the one spelling under which they are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from rapidfuzz.distance import OSA

from geo.clinics.vocabulary import STATES

STOP_WORDS: Final = frozenset({"the", "of", "and", "at", "a", "for"})
_TITLES: Final = "llc pllc inc pc pa ltd corp llp lp plc md do dnp pmhnp aprn crna phd dr"
LEGAL: Final = frozenset(_TITLES.split()) | STOP_WORDS
"""Words that sources add and leave out at will."""

_CORPORATIONS: Final = (
    *(f"{kind} {body}" for kind in ("professional", "prof") for body in (
        "corporation", "corp", "llc", "association", "limited liability company",
    )),
    *(f"{kind} {body}" for kind in ("medical", "nursing", "psychological", "psychology") for body in (
        "corporation", "corp",
    )),
)  # fmt: skip
_LEGAL_FORMS: Final = frozenset(
    tuple(form.split())
    for form in (
        *(f"a {form}" for form in _CORPORATIONS), *_CORPORATIONS,
        "limited liability company", "limited liability co", "limited liability partnership",
        "limited", "incorporated", "corporation", "chartered", "company", "co", "apc", "amc", "apmc",
        "psc", "ps", "sc", "pllp", "lllp", "llc", "pllc", "inc", "pc", "pa", "ltd", "corp", "llp",
        "lp", "plc", "p c", "l l c",
    )
)  # fmt: skip
_LONGEST_FORM: Final = max(map(len, _LEGAL_FORMS))

_GENERIC: Final = (
    "ketamine esketamine spravato infusion clinic center institute wellness health healthcare care "
    "therapy treatment treatments therapeutic mental behavioral psychiatry psychiatric psychology "
    "service medical medicine group practice associate integrative interventional tm tms iv pain "
    "program office hospital recovery"
)
GENERIC: Final = frozenset(_GENERIC.split())
"""Words that so many clinics of this field bear that they tell none of them."""

KINDS: Final = GENERIC | {"healing", "counseling", "psychotherapy", "psychedelic", "depression"}
"""Words for what a clinic is, which a source may add to a name."""

_COMMON: Final = (
    "specialist solution advanced new city county national american first nyc la sf dc abq stl dfw "
    "okc slc philly"
)
COMMON: Final = KINDS | frozenset(_COMMON.split())
"""Words that alone make no two names kin: also those of any name, and of places."""

PAIN: Final = frozenset({"pain", "anesthesia", "anesthesiology", "anesthesiologist", "spine"})
_MIND: Final = (
    "psychiatry psychiatric psychology mental behavioral tm tms depression counseling mood brain "
    "psychotherapy"
)
MIND: Final = frozenset(_MIND.split())
"""Of one hospital the department of the one is not that of the other."""

_SAINTS: Final = {"saint": "st", "mount": "mt", "fort": "ft"}
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
    "intravenous": "iv",
} | _SAINTS
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
_FULL_DIRECTIONS: Final = {"n": "north", "s": "south", "e": "east", "w": "west"}
_NUMBERED: Final = "hwy highway route rt rte sh sr fm cr rr ih interstate farm market"
_HIGHWAYS: Final = frozenset(_NUMBERED.split())
_HIGHWAY_WORDS: Final = _HIGHWAYS | {"road", "rd", "to", "ranch"}
_FRONTAGE: Final = frozenset({"frontage", "feeder", "access", "service"})
_KEEPERS: Final = frozenset({"us", "state", "county", "i", *map(str.lower, STATES)})
_HIGHWAY_NUMBER: Final = re.compile(r"\d+[a-z]?")
_KING: Final = re.compile(r"\b(?:dr\.? )?(?:martin luther king|mlk)(?:,? jr)?\b\.?", re.IGNORECASE)
_ORDINALS: Final = {
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th",
    "sixth": "6th", "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
    "eleventh": "11th", "twelfth": "12th", "thirteenth": "13th", "fourteenth": "14th",
    "fifteenth": "15th", "sixteenth": "16th", "seventeenth": "17th", "eighteenth": "18th",
    "nineteenth": "19th", "twentieth": "20th", "thirtieth": "30th", "fortieth": "40th",
    "fiftieth": "50th", "sixtieth": "60th", "seventieth": "70th", "eightieth": "80th",
    "ninetieth": "90th",
}  # fmt: skip
_TENS: Final = {
    "twenty": "2", "thirty": "3", "forty": "4", "fifty": "5", "sixty": "6", "seventy": "7",
    "eighty": "8", "ninety": "9",
}  # fmt: skip
_UNITS_PLACE: Final = re.compile(r"[1-9](?:st|nd|rd|th)")
_CITIES: Final = {"nyc": "new york", "new york city": "new york"}
_BRANCH: Final = re.compile(r"\(([^)]*)\)|\s[-–—|:]\s+(.*)$")
_SITE: Final = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}/?", re.IGNORECASE)
_ANY_BRANCH: Final = frozenset({"office", "campus", "location", "branch", "site", "clinic", "city"})
_TOKEN: Final = re.compile(r"[a-z0-9]+")
_LONG_WORD: Final = 6
_SHORTEST_PLURAL: Final = 4


def split_words(text: str) -> list[str]:
    """Return a text's words: lower case, no accents, apostrophes and dots joined, rest apart."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    plain = re.sub(r"['`]|(?<=\b[a-z])\.(?=[a-z]\b)", "", plain)
    return _TOKEN.findall(re.sub(r"&|(?<= )\+(?= )", " and ", plain).replace("+", " plus "))


def drop_legal_form(words: list[str]) -> list[str]:
    """Return words without the legal forms at their end: "A Medical Corporation", "S.C."."""
    shorter = True
    while shorter:
        lengths = range(min(_LONGEST_FORM, len(words) - 1), 0, -1)
        length = next((n for n in lengths if tuple(words[-n:]) in _LEGAL_FORMS), 0)
        words = words[: len(words) - length]
        shorter = length > 0
    return words


def name_words(text: str) -> list[str]:
    """Return the words of a clinic's name in one spelling, singular, without legal forms."""
    words = (_SAME_WORD.get(word, word) for word in drop_legal_form(split_words(text)))
    return [make_singular(word) for word in words if word not in LEGAL]


def split_branch(name: str) -> tuple[str, str]:
    """Return a name without its branch, and the branch: "Ember (Chelsea)" and "Ember - Chelsea".

    A site in brackets, and words that any branch has ("office", "campus"), tell no branch.
    """
    branches = [first or second for first, second in _BRANCH.findall(name)]
    base = _BRANCH.sub(" ", name).strip()
    telling = [
        word
        for branch in branches
        if not _SITE.fullmatch(branch.strip())
        for word in branch.split()
        if word.lower() not in _ANY_BRANCH
    ]
    return (base, " ".join(telling)) if base else (name, "")


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
    words = [_SAINTS.get(word, word) for word in split_words(text)]
    if alias := _CITIES.get(" ".join(words)):
        return alias.split()
    return [_FULL_DIRECTIONS.get(words[0], words[0]), *words[1:]] if words[1:] else words


def street_words(text: str) -> list[str]:
    """Return the words of a street in one spelling: types and directions short, ordinals in digits.

    A numbered highway is told by its number, whoever keeps it: "State Highway 121", "TX-121".
    """
    words = [_SAINTS.get(word, word) for word in split_words(_KING.sub("mlk", text))]
    words = [_ORDINALS.get(word, word) for word in words]
    spelled: list[str] = []
    for word in words:
        if spelled and spelled[-1] in _TENS and _UNITS_PLACE.fullmatch(word):
            spelled[-1] = _TENS[spelled[-1]] + word
            continue
        if _HIGHWAY_NUMBER.fullmatch(word) and (first := _find_highway(spelled)) is not None:
            spelled[first:] = ["hwy"]
        spelled.append(word)
    if "hwy" in spelled:
        spelled = _drop_frontage(spelled)
    return [DIRECTIONS.get(word) or STREET_TYPES.get(word, word) for word in spelled]


def _drop_frontage(words: list[str]) -> list[str]:
    """Return the words of a highway without those for the road beside it, where its houses stand."""
    first = next((place for place, word in enumerate(words) if word in _FRONTAGE), len(words))
    after = [word for word in words[first:] if word not in _FRONTAGE | {"road", "rd"}]
    return words[:first] + after


def _find_highway(words: list[str]) -> int | None:
    """Return where the words begin that end in those for a highway, before its number."""
    first = len(words)
    while first and words[first - 1] in _HIGHWAY_WORDS | _KEEPERS:
        first -= 1
    run = words[first:]
    # "Old Route 9" is a highway, and so is a street that is but "TX 121"; "Oak Road 4" is none.
    alone = bool(run) and run[0] in _KEEPERS and all(word in DIRECTIONS for word in words[:first])
    return first if alone or any(word in _HIGHWAYS for word in run) else None


def make_singular(word: str) -> str:
    """Return a word without the "s" of the plural, as far as letters tell it."""
    plural = len(word) >= _SHORTEST_PLURAL and word.endswith("s") and not word.endswith("ss")
    return word.removesuffix("s") if plural else word
