"""Opening hours in words, in the language of the run."""

from __future__ import annotations

import re
from typing import Final

from geo.clinics.forms import HOURS
from geo.i18n.language import format_time, name_weekday
from geo.i18n.language import gettext as _

_DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY: Final = re.compile(r"(Mo|Tu|We|Th|Fr|Sa|Su|PH)")
_SPAN: Final = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")


def describe_hours(value: str) -> str:
    """Return opening hours of the form `geo.clinics.forms.HOURS` as people say them.

    Others, as a release from elsewhere may hold, are returned as they are.

    Examples
    --------
    >>> describe_hours("Mo-Fr 09:00-17:30; Sa off")
    'Monday–Friday 9:00 AM–5:30 PM; Saturday closed'
    >>> describe_hours("24/7")
    'at any hour'
    """
    if not re.fullmatch(HOURS.regex, value):
        return value
    if value == "24/7":
        return _("at any hour")
    rules = []
    for rule in value.split("; "):
        days, times = rule.split(" ")
        named = _DAY.sub(lambda day: _name(day[1]), days).replace("-", "–").replace(",", ", ")
        rules.append(f"{named} {_describe_times(times)}")
    return "; ".join(rules)


def _name(day: str) -> str:
    return _("public holidays") if day == "PH" else name_weekday(_DAYS.index(day))


def _describe_times(times: str) -> str:
    if times == "off":
        return _("closed")
    spans = (
        f"{format_time(int(a) % 24, int(b))}–{format_time(int(c) % 24, int(d))}"
        for a, b, c, d in _SPAN.findall(times)
    )
    return ", ".join(spans)
