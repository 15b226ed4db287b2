"""A source's texts made fit for a listing: one function a field, each naming what was wrong.

Every `clean_*` returns a `Cleaned`: the value in its form (`geo.clinics.forms`), and the reason
why a text that stood there could not be used ("" where there is none; an empty text is no fault).
They take any text of any length and never raise.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from functools import cache
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import pandas as pd
import phonenumbers

from geo.clinics.forms import EMAIL, WEB_ADDRESS
from geo.clinics.vocabulary import EVIDENCE, STATES, Evidence
from geo.places.states import StateIndex
from geo.reference.tables import table_path
from geo.sources.address_lines import part_street
from geo.sources.operating_words import DOUBTFUL, read_operating

LONGEST_TEXT: Final = 500
"""How much of a field is kept, in characters; no name or street is longer."""

_LONGEST_SHOWN: Final = 60
_UNSHOWN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKS: Final = re.compile("[\u2120\u2122]")
_PLUS_FOUR: Final = re.compile(r"(?P<zip>\d{5})(?:[ -]?\d{4})?")
_LOST_ZERO: Final = re.compile(r"(?P<zip>\d{3,4})(?:-\d{4})?")
_ZERO_STATES: Final = frozenset({"CT", "MA", "ME", "NH", "NJ", "RI", "VT", "PR", "VI"})
_WHOLE: Final = re.compile(r"[0-9]{3,11}[.]0")
_DIGITS: Final = 10
_ALTERNATIVES: Final = re.compile(r";|,|/|\bor\b|\|", re.IGNORECASE)
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_DATE_FORMS: Final = (
    "%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%Y/%m/%d", "%Y%m%d", "%B %d, %Y", "%b %d, %Y", "%d-%b-%Y",
    "%d-%b-%y", "%d %B %Y", "%d %b %Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p",
)  # fmt: skip
_PARTIAL_DATE: Final = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_ISO_TIME: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}.*")
_RELEVANT: Final = re.compile(r"ketamin[ae]|spravato", re.IGNORECASE)
US_BOXES: Final = ((17.5, 71.5, -179.999, -64.0), (51.0, 53.5, 172.0, 180.0), (13.0, 21.0, 144.0, 147.0), (-15.0, -10.5, -171.5, -168.0))  # fmt: skip
"""South, north, west, east in degrees: the states with Puerto Rico and the Virgin Islands, the
western Aleutians, Guam with the Northern Marianas, American Samoa."""


class Cleaned(NamedTuple):
    """A value in a listing's form, and why the text that stood there could not be used."""

    value: str
    reason: str = ""


class CleanedPoint(NamedTuple):
    """Latitude and longitude in degrees, EPSG:4326, or None with the reason; none is no fault."""

    point: tuple[float, float] | None
    reason: str = ""


def is_relevant(text: str) -> bool:
    """Tell whether a text speaks of ketamine, esketamine or Spravato, in whatever case."""
    return _RELEVANT.search(text) is not None


def clean_text(text: str) -> str:
    """Return a text on one line in NFKC: single spaces, nothing unshown, at most 500 characters.

    The marks of trade and service marks are left out: NFKC makes letters of the name of them.
    """
    line = text[: 4 * LONGEST_TEXT]
    if not (line.isascii() and line.isprintable()):  # most are, and then only the spaces change
        line = unicodedata.normalize("NFKC", _MARKS.sub("", line))
        line = "".join(" " if unicodedata.category(c) in _UNSHOWN else c for c in line)
    return " ".join(line.split())[:LONGEST_TEXT].rstrip()


def clean_street(street: str, unit: str = "") -> tuple[str, str]:
    """Return street and unit of an address line, every word of it in one of the two.

    Parameters
    ----------
    street : one line or several ("100 Main St, Ste 4"), as the source has it.
    unit : what the source itself keeps apart as unit; it comes first.
    """
    lines = street[: 4 * LONGEST_TEXT].replace("\r", "\n").split("\n")
    return part_street("\n".join(map(clean_text, lines)), clean_text(unit))


def clean_state(text: str) -> Cleaned:
    """Return the two-letter code of a state's code or name."""
    text = clean_text(text)
    code = text.upper() if text.upper() in STATES else _state_index().code(text)
    if code in STATES:
        return Cleaned(code)
    return Cleaned("", f"{show(text)} is no state of the US" if text else "")


def clean_zip(text: str, state: str = "") -> Cleaned:
    """Return the five digits of a ZIP or ZIP+4.

    Parameters
    ----------
    text : as the source has it.
    state : a code of `geo.clinics.vocabulary.STATES`; where its ZIPs begin with a zero, one that a
        spreadsheet took away is put back.
    """
    text = _drop_fraction(clean_text(text))
    if match := _PLUS_FOUR.fullmatch(text):
        found = match["zip"]
    elif state in _ZERO_STATES and (match := _LOST_ZERO.fullmatch(text)):
        found = match["zip"].zfill(5)
    elif state in _ZERO_STATES and re.fullmatch(r"\d{7,8}", text):
        found = text.zfill(9)[:5]
    else:
        return Cleaned("", f"{show(text)} is no ZIP of five or nine digits" if text else "")
    if not found.isascii() or found == "00000":
        return Cleaned("", f"{show(text)} is no ZIP in use")
    return Cleaned(found)


def clean_phone(text: str) -> Cleaned:
    """Return the first telephone number of a text in E.164 (`+1` and ten digits), less extension.

    Source
    ------
    phonenumbers, the port of Google's libphonenumber and its numbering plans.
    """
    text = _drop_fraction(clean_text(text))
    if not text:
        return Cleaned("")
    reason = ""
    for part in [text, *_ALTERNATIVES.split(text)][:8]:
        if not _may_dial(part):
            reason = reason or f"{show(text)} is no telephone number"
            continue
        try:
            number = phonenumbers.parse(part, "US")
        except phonenumbers.NumberParseException:
            reason = reason or f"{show(text)} is no telephone number"
            continue
        if number.country_code != 1:
            reason = f"{show(text)} is a number outside of the US numbering plan"
        elif not phonenumbers.is_valid_number(number):
            reason = f"{show(text)} is no number that the US numbering plan allows"
        else:
            return Cleaned(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return Cleaned("", reason)


def _drop_fraction(text: str) -> str:
    """Return the whole number of what a program wrote as a fraction: 2114.0 is 2114."""
    return text.removesuffix(".0") if _WHOLE.fullmatch(text) else text


def _may_dial(text: str) -> bool:
    """Tell whether letters of a text, if it has any, are beside a whole number or the end of one.

    Those of other words would be taken for digits too, and a number dialled that is nobody's.
    """
    if not any(map(str.isalpha, text)) or sum(map(str.isdigit, text)) >= _DIGITS:
        return True
    return re.fullmatch(r"1?\d{3}[A-Za-z\d]{7}", re.sub(r"[\s().+-]", "", text)) is not None


def clean_website(text: str) -> Cleaned:
    """Return the first web address of a text, with a scheme, its host in lower case."""
    text = clean_text(text)
    first = re.split(r"\s*[;|]\s*|\s+", text)[0].rstrip(",")
    if not first:
        return Cleaned("")
    address = first if _SCHEME.match(first) and "://" in first else f"https://{first}"
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode("ascii").lower()
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # UnicodeError is one: a host that IDNA cannot write
        return Cleaned("", f"{show(text)} is no web address")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    cleaned = f"{parts.scheme.lower()}://{host}{port}{path}"
    if not re.fullmatch(WEB_ADDRESS.regex, cleaned) or "@" in parts.netloc:
        return Cleaned("", f"{show(text)} is no web address")
    return Cleaned(cleaned)


def clean_email(text: str) -> Cleaned:
    """Return the first address for mail of a text, its domain in lower case."""
    text = clean_text(text)
    first = re.split(r"\s*[;,|]\s*|\s+", text.removeprefix("mailto:"))[0]
    local, at, domain = first.rpartition("@")
    cleaned = f"{local}{at}{domain.lower()}"
    if not re.fullmatch(EMAIL.regex, cleaned):
        return Cleaned("", f"{show(text)} is no address for mail")
    return Cleaned(cleaned)


def clean_npi(text: str) -> Cleaned:
    """Return a National Provider Identifier whose check digit holds.

    Source
    ------
    45 CFR 162.406: ISO 7812 (Luhn) over the number with the prefix 80840.
    """
    text = clean_text(text)
    if not re.fullmatch(r"[0-9]{10}", text):
        return Cleaned("", f"{show(text)} is no NPI of ten digits" if text else "")
    digits = [int(digit) for digit in f"80840{text}"]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    if (sum(digits[-1::-2]) + sum(doubled)) % 10:
        return Cleaned("", f"{show(text)} is no NPI: its check digit is wrong")
    return Cleaned(text)


def clean_date(text: str, today: date) -> Cleaned:
    """Return a date as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.

    Parameters
    ----------
    text : ISO 8601, or as Americans write it (`3/10/2023` is the tenth of March).
    today : the last day that is no future.
    """
    text = clean_text(text)
    if not text:
        return Cleaned("")
    if time := _ISO_TIME.fullmatch(text):
        text = time[1]
    found = text if _PARTIAL_DATE.fullmatch(text) and text.isascii() else ""
    for form in () if found else _DATE_FORMS:
        try:
            found = datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007  a day only
        except ValueError:
            continue
        break
    try:
        first = date.fromisoformat((found + "-01-01")[:10])
    except ValueError:
        return Cleaned("", f"{show(text)} is no date such as 2026-03-31")
    if first > today:
        return Cleaned("", f"{show(text)} lies in the future")
    return Cleaned(found)


def clean_operating(text: str) -> Cleaned:
    """Return yes, closed or unconfirmed for the words that sources use; "" where it says nothing.

    A word that is not known is a doubt, and its reason says so: it never counts as open. What a
    source calls withdrawn, such as a licence, is closed: `withdrawn` is an operator's word alone.
    """
    text = clean_text(text)
    said = read_operating(text)
    if said is None:
        return Cleaned(
            DOUBTFUL, f"{show(text)} does not tell whether it operates: use yes or closed"
        )
    return Cleaned(said)


def clean_evidence(text: str) -> Cleaned:
    """Return a kind of source by its word in tables; `operator` is no source's to claim."""
    text = clean_text(text)
    word = re.sub(r"\W+", "_", text.lower())
    if not word or (word in EVIDENCE and word != Evidence.OPERATOR):
        return Cleaned(word)
    kinds = ", ".join(kind for kind in EVIDENCE if kind != Evidence.OPERATOR)
    return Cleaned("", f"{show(text)} is no kind of source: use one of {kinds}")


def clean_point(latitude: str | float | None, longitude: str | float | None) -> CleanedPoint:
    """Return a point of the US.

    Parameters
    ----------
    latitude, longitude : degrees, EPSG:4326, as number or text; None or "" where not given.

    Returns
    -------
    The point, or None with the reason: half of it is missing, it is no number, it lies outside of
    the US, or the two look swapped.
    """
    given = [clean_text(str(value)) if value is not None else "" for value in (latitude, longitude)]
    if given == ["", ""]:
        return CleanedPoint(None)
    if "" in given:
        return CleanedPoint(None, "of latitude and longitude one is missing")
    try:
        north, east = (float(value) for value in given)
    except ValueError:
        reason = "are no latitude and longitude in degrees"
    else:
        if _in_the_us(north, east):
            return CleanedPoint((north, east))
        reason = "lies outside of the US"
        if _in_the_us(east, north):
            reason = "latitude and longitude look swapped"
        elif _in_the_us(north, -east):
            reason = "the longitude seems to lack its minus sign"
    return CleanedPoint(None, f"{show(', '.join(given))}: {reason}")


def show(text: str) -> str:
    """Return the start of a text in quotes, short enough for a message."""
    return repr(text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…")


def _in_the_us(latitude: float, longitude: float) -> bool:
    return any(
        south <= latitude <= north and west <= longitude <= east
        for south, north, west, east in US_BOXES
    )


@cache
def _state_index() -> StateIndex:
    # Without their shapes: names need no geopandas.
    return StateIndex(
        pd.read_parquet(table_path("states"), columns=["state", "name", "population"])
    )
