"""Opening hours as sources write them, put into the part of OpenStreetMap's form that is kept."""

from __future__ import annotations

import re
from typing import Final

from geo.clinics.forms import HOURS
from geo.sources.cleaning import Cleaned, clean_text, show

_DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY: Final = re.compile(
    r"\b(mo|tu|we|th|fr|sa|su)(n|e|es|d|u|r|rs|ur|urs|i|t|nday|esday|dnesday|ursday|iday|turday)?s?\b\.?",
    re.IGNORECASE,
)
_FROM_MONDAY: Final = re.compile(r"\bM ?[-–—] ?(?P<last>F|W|Th?|Sa?|Su)\b")
_LETTERS: Final = {"F": "Fr", "W": "We", "T": "Tu", "S": "Sa"}
_CLOCK: Final = re.compile(
    r"\b(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?P<half>[ap])\.?\s?m\b\.?", re.IGNORECASE
)
_BARE: Final = re.compile(r"(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>\d{2})")
_HALF_DAY: Final = 12
_ALWAYS: Final = re.compile(
    r"24\s*/\s*7|24 hours( a day)?(,? 7 days( a week)?)?|always open", re.IGNORECASE
)


def clean_hours(text: str) -> Cleaned:
    """Return opening hours as days with times of the 24-hour clock, rules parted by "; ".

    What cannot be put so without guessing, seasons, remarks or times without a half of the day, is
    a reason and no value.

    Examples
    --------
    >>> clean_hours("Mon - Fri: 9am to 5:30 pm, Saturday 10 AM-2 PM; Sun closed").value
    'Mo-Fr 09:00-17:30; Sa 10:00-14:00; Su off'
    >>> clean_hours("by appointment").reason
    "'by appointment' tells no days with hours"
    """
    text = clean_text(text)
    if not text or re.fullmatch(HOURS.regex, text):
        return Cleaned(text)
    if _ALWAYS.fullmatch(text):
        return Cleaned("24/7")
    # Spaces are single by now.
    line = _FROM_MONDAY.sub(lambda days: f"Mo-{_LETTERS.get(days['last'], days['last'])}", text)
    line = _DAY.sub(lambda day: day[1].capitalize(), line)
    line = re.sub(r"\b(weekdays|daily|every day)\b", _spell_days, line, flags=re.IGNORECASE)
    line = _CLOCK.sub(_write_clock, line)
    line = _BARE.sub(lambda time: f"{int(time['hour']):02}:{time['minute']}", line)
    line = re.sub(r" ?(?:[-–—]|\bto\b|\bthrough\b|\bthru\b) ?", "-", line, flags=re.IGNORECASE)
    line = re.sub(r"\bclosed\b", "off", line, flags=re.IGNORECASE)
    line = re.sub(r"(?<=[A-Za-z]):? ?(?=\d|off)", " ", line)
    line = re.sub(r" ?(?:&|\band\b|,) ?", ",", line)
    # A comma behind hours and before a day begins the next rule, as ";" does.
    line = re.sub(r"(?<=\d|f) ?[;,|]? ?(?=(Mo|Tu|We|Th|Fr|Sa|Su|PH)\b)", "; ", line)
    line = re.sub(r" ?; ?", "; ", line).strip(" ;,.")
    if re.fullmatch(HOURS.regex, line):
        return Cleaned(line)
    return Cleaned("", f"{show(text)} tells no days with hours")


def _spell_days(word: re.Match[str]) -> str:
    return f"{_DAYS[0]}-{_DAYS[4 if word[0].lower() == 'weekdays' else -1]}"


def _write_clock(time: re.Match[str]) -> str:
    hour = int(time["hour"])
    if 1 <= hour <= _HALF_DAY:
        hour = hour % _HALF_DAY + (_HALF_DAY if time["half"].lower() == "p" else 0)
    return f"{hour:02}:{time['minute'] or '00'}"
