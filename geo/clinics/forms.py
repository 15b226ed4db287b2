"""What a value of a field looks like, and what to do about one that looks otherwise.

A form is a value itself, so that fields share one and other parts can be kept by form:
`geo.sources.form_cleaning` cleans by it, `geo.clinics.listings` checks by it, pages draw by it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.clinics.vocabulary import EVIDENCE, OPERATING, STATES, STATUSES

if TYPE_CHECKING:
    import re


@dataclass(frozen=True)
class Text:
    """Words without characters that nobody sees, on one line unless `lines`; "" unless `needed`."""

    advice: str
    needed: bool = False
    lines: bool = False


@dataclass(frozen=True)
class Free:
    """Any text: what our own code writes and nobody types."""

    advice: str = "correct it"


@dataclass(frozen=True)
class Pattern:
    """A text that a regular expression matches whole; `example` shows a person how to write one."""

    regex: str
    advice: str
    example: str = ""


@dataclass(frozen=True)
class OneOf:
    """One of some words; "" stands among them where it may be unknown."""

    values: tuple[str, ...]
    advice: str


@dataclass(frozen=True)
class PartialDate:
    """A date that may lack its day, or day and month; "" is one too."""

    advice: str = "write YYYY, YYYY-MM or YYYY-MM-DD, or leave it empty"


@dataclass(frozen=True)
class JsonObject:
    """A JSON object, or ""."""

    advice: str


@dataclass(frozen=True)
class Number:
    """A number within bounds; NaN for unknown, unless it is `whole`."""

    least: float
    most: float
    advice: str
    whole: bool = False


@dataclass(frozen=True)
class Code:
    """One of the codes of a field.

    Attributes
    ----------
    code : as tables hold it.
    words : what it is called in English; marked for translation.
    prose : what names it in a source's own words; its words and the code unless told.
    """

    code: str
    words: str
    prose: re.Pattern[str] | None = None


@dataclass(frozen=True)
class Codes:
    """Codes joined by ";" in their order, each once; one alone unless `several`; "" for unknown."""

    codes: tuple[Code, ...]
    several: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The codes as tables hold them."""
        return tuple(code.code for code in self.codes)

    @property
    def advice(self) -> str:
        """What to do where a value is none of them."""
        if self.several:
            return f"join codes by ';', each once, in this order: {', '.join(self.names)}"
        return f"use one of {', '.join(self.names)}, or leave it empty"

    def words(self, value: str) -> list[str]:
        """Return what the codes of a value are called in English, to be translated where shown."""
        return [code.words for code in self.codes if code.code in value.split(";")]


Form = Text | Free | Pattern | OneOf | PartialDate | JsonObject | Number | Codes

SLUG: Final = r"[a-z0-9]+(-[a-z0-9]+)*"
SEEN: Final = "on one line and without characters that nobody sees"

LINE: Final = Text(f"write it {SEEN}")
DATE: Final = PartialDate()
LISTING_ID: Final = Pattern(
    r"[A-Za-z0-9][\w.:-]*", "give each listing an id of its own, of letters, digits and - _ . :"
)
CLINIC_ID: Final = Pattern(
    rf"({SLUG})?",
    "write lower-case words joined by '-', such as 'salish-ketamine-bellingham-wa'",
)
STATE: Final = OneOf(("", *sorted(STATES)), "use the two-letter abbreviation, or leave it empty")
ZIP: Final = Pattern(r"(\d{5})?", "write five digits, with the zeros in front, or leave it empty")
PHONE: Final = Pattern(
    r"(\+1\d{10})?", "write +1 and ten digits, or leave it empty", example="(206) 555-0100"
)
WEB_ADDRESS: Final = Pattern(
    r"(https?://[A-Za-z0-9.-]+\.[A-Za-z]{2,}(:\d+)?/[^\s\"'<>`\\]*)?",
    "write an address such as 'https://example.org/', or leave it empty",
    example="https://example.org/",
)
NPI: Final = Pattern(r"(\d{10})?", "write ten digits, or leave it empty")
OPERATING_WORD: Final = OneOf(
    OPERATING, "use yes, closed, unconfirmed or withdrawn, or leave it empty"
)
EVIDENCE_KIND: Final = OneOf(EVIDENCE, f"use one of {', '.join(EVIDENCE)}")
STATUS: Final = OneOf(STATUSES, f"use one of {', '.join(STATUSES)}")
STATE_FIPS: Final = Pattern(r"(\d{2})?", "write two digits, or leave it empty")
COUNTY_GEOID: Final = Pattern(r"(\d{5})?", "write five digits, or leave it empty")
FREE: Final = Free()

EMAIL: Final = Pattern(
    r"([A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})?",
    "write an address such as 'front.desk@example.org', or leave it empty",
    example="front.desk@example.org",
)
_DAY: Final = "(Mo|Tu|We|Th|Fr|Sa|Su|PH)"
_TIME: Final = r"(([01]\d|2[0-3]):[0-5]\d|24:00)"
_SPAN: Final = rf"{_TIME}-{_TIME}"
_RULE: Final = rf"{_DAY}([-,]{_DAY})* ({_SPAN}(,{_SPAN})*|off)"
HOURS: Final = Pattern(
    rf"(24/7|{_RULE}(; {_RULE})*)?",
    "write days and hours such as 'Mo-Fr 09:00-17:00; Sa 10:00-14:00', or leave it empty",
    example="Mo-Fr 09:00-17:00",
)
"""A part of OpenStreetMap's `opening_hours`: days with hours, without seasons or remarks."""
MILES: Final = Number(0, math.inf, "give miles from 0")
COUNT: Final = Number(1, math.inf, "count at least one", whole=True)
