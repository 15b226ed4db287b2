"""What a value of a field looks like, and what to do about one that looks otherwise.

A form is a value itself, so that fields share one and other parts can be kept by form:
`geo.sources.form_cleaning` cleans by it, `geo.clinics.listings` checks by it, pages draw by it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from geo.clinics.vocabulary import EVIDENCE, OPERATING, STATES, STATUSES, Treatment
from geo.i18n.language import mark


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

TREATMENT_CODES: Final = Codes(
    (
        Code(
            Treatment.IV.value,
            mark("IV infusion"),
            re.compile(r"\bi\.?v\b|intravenous|ketamine infusion", re.IGNORECASE),
        ),
        Code(
            Treatment.IM.value,
            mark("injection"),
            re.compile(r"\bI\.?M\b\.?|(?i:intramuscular)"),  # not the verb of "I'm"
        ),
        Code(
            Treatment.ESKETAMINE.value,
            mark("esketamine (Spravato)"),
            re.compile(r"esketamine|spravato", re.IGNORECASE),
        ),
        Code(
            Treatment.ORAL.value,
            mark("by mouth"),
            re.compile(r"\boral ketamine|troche|lozenge|sublingual", re.IGNORECASE),
        ),
        Code(
            Treatment.NASAL.value,
            mark("compounded nasal ketamine"),
            re.compile(r"nasal ketamine|ketamine nasal", re.IGNORECASE),
        ),
        Code(
            Treatment.ASSISTED_THERAPY.value,
            mark("ketamine-assisted therapy"),
            re.compile(r"assisted (?:psycho)?therapy|\bKAP\b", re.IGNORECASE),
        ),
        Code(
            Treatment.AT_HOME.value,
            mark("at home"),
            re.compile(r"\bat[ -]home\b", re.IGNORECASE),
        ),
    )
)

CONDITION_CODES: Final = Codes(
    (
        Code(
            "depression",
            mark("depression"),
            re.compile(r"depress(ion|ive)|\bMDD\b|\bTRD\b", re.IGNORECASE),
        ),
        Code("anxiety", mark("anxiety"), re.compile(r"anxiety|anxious", re.IGNORECASE)),
        Code("ptsd", mark("PTSD"), re.compile(r"\bPTSD\b|post[ -]?traumatic", re.IGNORECASE)),
        Code("ocd", mark("OCD"), re.compile(r"\bOCD\b|obsessive", re.IGNORECASE)),
        Code("bipolar", mark("bipolar disorder"), re.compile(r"bipolar", re.IGNORECASE)),
        Code(
            "pain",
            mark("chronic pain"),
            re.compile(r"\bpain\b|\bCRPS\b|fibromyalgia|migraine", re.IGNORECASE),
        ),
        Code(
            "addiction",
            mark("addiction"),
            re.compile(r"addict|substance[ -](use|abuse)|alcohol", re.IGNORECASE),
        ),
        Code(
            "other",
            mark("other conditions"),
            re.compile(r"\bothers?\b|suicid|eating disorder|\bADHD\b", re.IGNORECASE),
        ),
    )
)
PAYMENT_CODES: Final = Codes(
    (
        Code(
            "private_insurance",
            mark("private insurance"),
            re.compile(
                r"(private|commercial|most|major)( health)? insur|"
                r"insurances?( is| plans?)?( are)? accepted|(accepts?|takes?)( most| major)? insur|"
                r"\A\s*(health )?insurance\s*\Z",
                re.IGNORECASE,
            ),
        ),
        Code("medicare", mark("Medicare"), re.compile(r"\bmedicare\b", re.IGNORECASE)),
        Code("medicaid", mark("Medicaid"), re.compile(r"\bmedicaid\b|\bmedi-cal\b", re.IGNORECASE)),
        Code(
            "tricare_va",
            mark("TRICARE or VA"),
            re.compile(
                r"tricare|\bVA\b|veterans (affairs|administration)|military insurance",
                re.IGNORECASE,
            ),
        ),
        Code(
            "self_pay",
            mark("self-pay"),
            re.compile(
                r"self[ -]?pay|\bcash\b|out[ -]of[ -]pocket|private pay|credit card", re.IGNORECASE
            ),
        ),
        Code(
            "financing",
            mark("financing"),
            re.compile(r"financ(e\b|ing)|payment plan|care ?credit|advance care", re.IGNORECASE),
        ),
        Code("sliding_scale", mark("sliding scale"), re.compile(r"sliding", re.IGNORECASE)),
    )
)
AGE_CODES: Final = Codes(
    (
        Code("children", mark("children"), re.compile(r"child(ren)?\b|pediatric", re.IGNORECASE)),
        Code("adolescents", mark("adolescents"), re.compile(r"adolescen|\bteen", re.IGNORECASE)),
        Code("young_adults", mark("young adults"), re.compile(r"young adults?", re.IGNORECASE)),
        Code(
            "adults",
            mark("adults"),
            re.compile(r"(?<!young )(?<!older )\badults?\b", re.IGNORECASE),
        ),
        Code(
            "seniors",
            mark("seniors"),
            re.compile(r"seniors?\b|older adults?|geriatric|\belder", re.IGNORECASE),
        ),
    )
)
LANGUAGE_CODES: Final = Codes(
    (
        Code("en", mark("English")),
        Code("es", mark("Spanish"), re.compile(r"\bspanish\b|espa[nñ]ol", re.IGNORECASE)),
        Code("ar", mark("Arabic")),
        Code("zh", mark("Chinese"), re.compile(r"\bchinese\b|mandarin|cantonese", re.IGNORECASE)),
        Code("fa", mark("Persian"), re.compile(r"\bpersian\b|farsi", re.IGNORECASE)),
        Code("fr", mark("French")),
        Code("de", mark("German")),
        Code("ht", mark("Haitian Creole"), re.compile(r"creole", re.IGNORECASE)),
        Code("hi", mark("Hindi")),
        Code("hmn", mark("Hmong")),
        Code("it", mark("Italian")),
        Code("ja", mark("Japanese")),
        Code("ko", mark("Korean")),
        Code("pl", mark("Polish")),
        Code("pt", mark("Portuguese")),
        Code("ru", mark("Russian")),
        Code("tl", mark("Tagalog"), re.compile(r"tagalog|filipino", re.IGNORECASE)),
        Code("vi", mark("Vietnamese")),
        Code(
            "ase",
            mark("American Sign Language"),
            re.compile(r"sign language|\bASL\b|deaf", re.IGNORECASE),
        ),
    )
)
"""ISO 639 codes of the languages that sources name."""

_YES: Final = r"\A\s*(yes|y|true|1|designated"
_NO: Final = r"\A\s*(no|n|false|0"
YES_OR_NO: Final = Codes(
    (
        Code(
            "yes",
            mark("yes"),
            re.compile(rf"{_YES}|accepting.*|required|needed)\s*\Z", re.IGNORECASE),
        ),
        Code(
            "no",
            mark("no"),
            re.compile(rf"{_NO}|not (accepting|required|needed).*|closed)\s*\Z", re.IGNORECASE),
        ),
    ),
    several=False,
)
WHEELCHAIR_CODES: Final = Codes(
    (
        Code(
            "yes", mark("yes"), re.compile(rf"{_YES}|(wheelchair )?accessible)\s*\Z", re.IGNORECASE)
        ),
        Code(
            "limited",
            mark("in part"),
            re.compile(r"\A\s*(limited|partly|partial(ly)?)\b.*\Z", re.IGNORECASE),
        ),
        Code("no", mark("no"), re.compile(rf"{_NO}|not accessible)\s*\Z", re.IGNORECASE)),
    ),
    several=False,
)
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
