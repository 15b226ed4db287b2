"""Telephone numbers, opening hours and ways to pay in the text of a page."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

import phonenumbers

from geo.clinics.code_lists import PAYMENT_CODES
from geo.sources.cleaning import clean_phone
from geo.sources.form_cleaning import find_codes
from geo.sources.hours_cleaning import clean_hours

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo.enriching.html_pages import Line

_NOT_THEIRS: Final = frozenset(
    {"+18002738255", "+18006624357", "+18007997233", "+18884288255", "+18334833463"}
)
"""Crisis lines, which so many pages name: 988's older number, SAMHSA's, and others."""

_LONGEST_LINE: Final = 500
_BEFORE: Final = 24
_MAY_HOLD: Final = re.compile(r"\d{3}.{0,3}\d{4}")
_MOST_SEARCHED: Final = 400
"""Lines with a number that are searched: it takes milliseconds a line."""

_FAX: Final = re.compile(r"\bfax\b|\bf[.:] ?\Z", re.IGNORECASE)
_SAYS_PHONE: Final = re.compile(
    r"\b(phone|tel|call|ph|main|office|tel[eé]fono|llame)\b", re.IGNORECASE
)

_SPANISH_DAYS: Final = {
    "lunes": "Mo", "martes": "Tu", "miércoles": "We", "miercoles": "We", "jueves": "Th",
    "viernes": "Fr", "sábado": "Sa", "sabado": "Sa", "sábados": "Sa", "sabados": "Sa",
    "domingo": "Su", "domingos": "Su",
}  # fmt: skip
_SPANISH_DAY: Final = re.compile(rf"\b({'|'.join(_SPANISH_DAYS)})\b", re.IGNORECASE)
_DAY: Final = re.compile(
    r"\b(mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\b|\b(weekdays|daily|every day)\b", re.IGNORECASE
)
_CLOCK: Final = re.compile(r"\d{1,2}(:\d{2})? ?[ap]\.? ?m\b|\b\d{1,2}:\d{2}\b", re.IGNORECASE)
_SHUT: Final = re.compile(r"\b(closed|cerrado)\b", re.IGNORECASE)
_ONLY_DAYS: Final = re.compile(r"[a-z]{3,9}\.?( ?(-|–|to|,|&) ?[a-z]{3,9}\.?)?:?", re.IGNORECASE)
_HEADING: Final = re.compile(
    r"\A\W*((office|business|opening|clinic|our)? ?hours( of operation)?|horario( de atenci[oó]n)?)\b[:\s]*",
    re.IGNORECASE,
)
_MOST_LINES_OF_HOURS: Final = 9

_SENTENCE_END: Final = re.compile(r"(?<=[.!?]) ")
_TAKES: Final = re.compile(
    r"\b(accept(s|ed|ing)?|we (take|bill|offer)|in[ -]network|participat(e|es|ing)|available|"
    r"payment (options|methods)|forms of payment|we work with|aceptamos|se acepta)\b",
    re.IGNORECASE,
)
_TAKES_NOT: Final = re.compile(
    r"\b(not|no|never|don't|doesn't|cannot|can't|without|unable|out[ -]of[ -]network|superbills?|"
    r"except)\b|n[\u2019']t\b",
    re.IGNORECASE,
)


def find_phones(lines: Iterable[Line]) -> tuple[str, ...]:
    """Return the telephone numbers of some lines in E.164; no fax, and no crisis line.

    Those that can be dialled and the most often named come first.
    """
    counted: Counter[str] = Counter()
    first: dict[str, int] = {}
    faxes: set[str] = set()
    before = ""
    searched = 0
    for at, line in enumerate(lines):
        is_fax = bool(_FAX.search(line.text[:_BEFORE])) and not _SAYS_PHONE.search(line.text)
        for dial in line.dials:
            number = clean_phone(dial).value
            if number and is_fax:
                faxes.add(number)
            elif number:
                counted[number] += 3
                first.setdefault(number, at)
        may_hold = searched < _MOST_SEARCHED and _MAY_HOLD.search(line.text) is not None
        searched += may_hold
        text = line.text[:_LONGEST_LINE] if may_hold else ""
        for match in phonenumbers.PhoneNumberMatcher(text, "US"):
            number = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
            said = line.text[max(0, match.start - _BEFORE) : match.start]
            if match.start < _BEFORE and not said.strip(" :"):
                said = before[-_BEFORE:]
            told = [one.end() for one in _SAYS_PHONE.finditer(said)]
            fax = [one.end() for one in _FAX.finditer(said)]
            if fax and max(fax) > max(told, default=-1):
                faxes.add(number)
            elif number.startswith("+1") and len(number) == len("+12065550100"):
                counted[number] += 1
                first.setdefault(number, at)
        before = line.text
    known = [number for number in counted if number not in _NOT_THEIRS | faxes]
    return tuple(sorted(known, key=lambda number: (-counted[number], first[number])))


def find_hours(lines: Sequence[Line]) -> str:
    """Return the opening hours that some lines tell, in our form.

    "" where they tell none, or more than can be put so.
    """
    at = 0
    while at < len(lines):
        text = _to_english(lines[at].text)
        if _tells_hours(text) or (_names_day(text) and _continues(lines, at)):
            gathered, at = _gather(lines, at)
            found = clean_hours(gathered).value
            if found:
                return found
        at += 1
    return ""


def find_payment(lines: Iterable[Line]) -> str:
    """Return the codes of the ways to pay that some lines say are taken, joined by ";"."""
    sentences = [
        sentence
        for line in lines
        if len(line.text) <= _LONGEST_LINE
        for sentence in _SENTENCE_END.split(line.text)
        if _TAKES.search(sentence)
        and not _TAKES_NOT.search(sentence)
        and not sentence.endswith("?")
    ]
    return find_codes(PAYMENT_CODES, "; ".join(sentences)) if sentences else ""


def _to_english(text: str) -> str:
    """Return a line about hours with Spanish days and words in the English that is cleaned."""
    if not _SPANISH_DAY.search(text):
        return text
    line = _SPANISH_DAY.sub(lambda day: _SPANISH_DAYS[day[1].lower()], text)
    line = re.sub(r"\b(de|desde|las|los|hrs?|horas)\b\.?", " ", line, flags=re.IGNORECASE)
    line = re.sub(r"\b(a|al|hasta)\b(?! ?\.? ?m\b)", "-", line)
    line = re.sub(r" y ", ", ", line)
    return _SHUT.sub("closed", " ".join(line.split()))


def _names_day(text: str) -> bool:
    return bool(_DAY.search(text) or re.search(r"\b(Mo|Tu|We|Th|Fr|Sa|Su)\b", text))


def _tells_hours(text: str) -> bool:
    return (
        len(text) <= _LONGEST_LINE
        and _names_day(text)
        and bool(_CLOCK.search(text) or _SHUT.search(text))
    )


def _continues(lines: Sequence[Line], at: int) -> bool:
    """Tell whether a line of days alone has its times on the next."""
    if at + 1 >= len(lines) or not _ONLY_DAYS.fullmatch(_to_english(lines[at].text)):
        return False
    following = lines[at + 1].text
    return bool(_CLOCK.search(following) or _SHUT.search(following)) and not _names_day(following)


def _gather(lines: Sequence[Line], at: int) -> tuple[str, int]:
    """Return the rules of hours that begin at a line as one text, and the last line of them."""
    rules: list[str] = []
    while at < len(lines) and len(rules) < _MOST_LINES_OF_HOURS:
        text = _to_english(lines[at].text)
        if _names_day(text) and _continues(lines, at):
            rules.append(f"{text.rstrip(':')} {lines[at + 1].text}")
            at += 2
        elif _tells_hours(text):
            rules.append(_HEADING.sub("", text).strip(" .,;"))
            at += 1
        else:
            break
    return "; ".join(rules), at - 1
