"""Columns that speak of persons, and texts that are a person's name or title: no clinic's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_PERSONAL: Final = re.compile(
    r"first|last|middle|surname|given|salutation|prefix|suffix|honorific|owners?|contacts?|managers?"
    r"|doctors?|physicians?|administrators?|directors?|officers?|officials?|agents?|attn|signatory"
    r"|president|principal|applicant|supervisor|representative|practitioners?|prescribers?|nurse"
    r"|pharmacist|person|clinician|credentials?|degree|gender|dob"
)
_TITLES: Final = frozenset(
    {
        "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "hon", "director", "owner", "manager",
        "president", "ceo", "cfo", "coo", "administrator", "principal", "physician", "nurse",
        "head of school", "executive director", "medical director", "office manager", "founder",
        "superintendent", "vice president", "chief executive officer", "program director",
    }
)  # fmt: skip
_SALUTED: Final = re.compile(r"(?:mr|mrs|ms|miss|dr|prof)\.?\s+[^\W\d_]", re.IGNORECASE)
_WITH_DEGREE: Final = re.compile(
    r"\A(?:[^\W\d_][\w.'-]{0,25}\s){1,3}[^\W\d_][\w'-]{0,25},?\s(?:M\.?D|D\.?O|Ph\.?D|Psy\.?D|N\.?P|P\.?A|R\.?N"
    r"|APRN|DNP|PMHNP|CRNA|LCSW|FNP)\b\.?[\w.,/ -]{0,30}\Z"
)
_LAST_FIRST: Final = re.compile(
    r"\A[^\W\d_][\w'-]{1,25},\s?[^\W\d_][\w'-]{1,25}(?:\s[^\W\d_]\.?)?\Z"
)
_ORGANISED: Final = re.compile(
    r"\b(?:llc|pllc|inc|corp|pc|pa|plc|lp|llp|ltd|clinic|clinics|center|centre|centers|health|care"
    r"|medical|medicine|wellness|psychiatry|psychiatric|services?|group|associates|institute"
    r"|hospital|infusions?|ketamine|spravato|therapy|treatment|recovery|house|practice|company)\b",
    re.IGNORECASE,
)
_LONGEST_NAME: Final = 60


def speaks_of_a_person(words: Iterable[str]) -> bool:
    """Tell whether the words of a column's name, in small letters, speak of a person.

    Examples
    --------
    >>> speaks_of_a_person(["site", "administrator", "title"]), speaks_of_a_person(["site", "name"])
    (True, False)
    """
    return any(map(_PERSONAL.fullmatch, words))


def is_person(text: str) -> bool:
    """Tell whether a text is a person's title, salutation or name, and no organisation's.

    Examples
    --------
    >>> [is_person(text) for text in ("Ms.", "Head of School", "Jane Q. Example, MD", "Doe, Jane")]
    [True, True, True, True]
    >>> [is_person(text) for text in ("Calm Ketamine", "Jane Example MD PLLC", "Boise, Idaho Clinic")]
    [False, False, False]
    """
    line = " ".join(text[:_LONGEST_NAME].split())
    if line.rstrip(".").casefold() in _TITLES:
        return True
    if _ORGANISED.search(line):
        return False
    return bool(_SALUTED.match(line) or _WITH_DEGREE.match(line) or _LAST_FIRST.fullmatch(line))
