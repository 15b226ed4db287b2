"""A typed or recorded US address, taken apart; nothing is looked up."""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass

import usaddress

_LONGEST_TEXT = 300
_TAGGER_LOCK = threading.Lock()  # usaddress keeps one tagger for the whole process

_LINE_BREAKS = re.compile(r"[\r\n\v\f\u0085\u2028\u2029]+")
# A run of spaces is looked at from its beginning alone, or a long one would take its square in time.
_COUNTRY = re.compile(
    r"(?<![,\s])[,\s]+(?:U\.?S\.?A?\.?|United States(?: of America)?)[\s.]*$", re.IGNORECASE
)
_ZIP = re.compile(r"(?<![0-9-])([0-9]{5})(?:[- ]?[0-9]{4})?[\s.,]*$")
_UNIT_NUMBER = r"(?:(?:[a-z]-?)?[0-9][a-z0-9-]*|[a-z])(?![a-z0-9])"  # not "Ste. Genevieve"
_UNIT = re.compile(
    r"(?:^|(?<![,\s])[,\s]+)(?P<unit>"
    rf"(?:suite|ste|unit|apt|apartment|room|rm|building|bldg|floor)\b[.:]?\s*(?:#\s*)?{_UNIT_NUMBER}"
    rf"|\#\s*{_UNIT_NUMBER}"
    r"|fl\b\.?\s*[0-9]{1,2}"  # not "FL 33101"
    r"|[0-9]{1,3}(?:st|nd|rd|th)\s+(?:floor|fl)\b\.?"
    r")(?=[\s,]|$)",
    re.IGNORECASE,
)
_FIELD_OF_LABEL = {
    "OccupancyType": "unit",
    "OccupancyIdentifier": "unit",
    "SubaddressType": "unit",
    "SubaddressIdentifier": "unit",
    "PlaceName": "city",
    "StateName": "state",
    "ZipCode": "zip",
    "ZipPlus4": "",
    "CountryName": "",
    "Recipient": "",
    "BuildingName": "",
    "LandmarkName": "",
    "NotAddress": "",
}


@dataclass(frozen=True)
class Address:
    """The parts of one address; a part that was not given is empty."""

    street: str = ""
    unit: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""


def normalise(text: str) -> str:
    """Return the address as one line: NFKC, line breaks as commas, no control characters.

    Parameters
    ----------
    text : an address as typed or recorded, of any length and content.

    Returns
    -------
    One line; parts apart by ", ", single spaces, no leading or trailing comma.
    """
    line = _LINE_BREAKS.sub(", ", unicodedata.normalize("NFKC", text))
    line = "".join(" " if unicodedata.category(c) in {"Cc", "Cf", "Zs"} else c for c in line)
    parts = (" ".join(part.split()) for part in line.split(","))
    return ", ".join(part for part in parts if part)


def split_unit(text: str) -> tuple[str, str]:
    """Take the unit ("Suite 400", "Ste. 4", "#200", "3rd Floor") out of a line.

    A geocoder finds nothing for a line with its unit in it.

    Parameters
    ----------
    text : one line, as `normalise` returns it.

    Returns
    -------
    The line without units, and the units as written, apart by ", " ("" where there are none).
    """
    units = [match["unit"] for match in _UNIT.finditer(text)]
    return normalise(_UNIT.sub("", text)), ", ".join(" ".join(unit.split()) for unit in units)


def parse(text: str) -> Address:
    """Take a US address apart; never raises, whatever the text.

    A leading business name and a trailing country are left out. What cannot be told is empty,
    so text that is no address at all comes back as an `Address` with few parts or none.

    Parameters
    ----------
    text : one address; only its first 300 characters are read.

    Returns
    -------
    The parts as written; `zip` is five digits or "".

    Source
    ------
    usaddress, a conditional random field trained on US addresses.
    """
    line = _without_business_name(_COUNTRY.sub("", normalise(text[:_LONGEST_TEXT])))
    line, unit = split_unit(line)
    zip_match = _ZIP.search(line)
    if zip_match:
        line = line[: zip_match.start()].rstrip(" ,")
    fields = _tagged(line)
    return Address(
        street=fields.get("street", ""),
        unit=unit or fields.get("unit", ""),
        city=fields.get("city", ""),
        state=fields.get("state", ""),
        zip=zip_match[1] if zip_match else fields.get("zip", ""),
    )


def _without_business_name(line: str) -> str:
    """Drop leading parts without a digit when a later part opens with a house number."""
    parts = line.split(", ")
    for position, part in enumerate(parts[:-1]):
        if re.match(r"[0-9]+[a-z]?(?:-[0-9]+)? +\S", part, re.IGNORECASE):
            return ", ".join(parts[position:])
        if re.search(r"[0-9]", part):
            break
    return line


def _tagged(line: str) -> dict[str, str]:
    """Gather usaddress's tokens into our fields, keeping the last run of each field.

    The last run, because a street ("Chicago Avenue") may hold a place's name and the place
    itself follows it; the street is everything up to the place.
    """
    with _TAGGER_LOCK:
        tokens: list[tuple[str, str]] = usaddress.parse(line)
    runs: list[tuple[str, list[str]]] = []
    for token, label in tokens:
        field = _FIELD_OF_LABEL.get(label, "street")
        if runs and runs[-1][0] == field:
            runs[-1][1].append(token)
        else:
            runs.append((field, [token]))
    fields: dict[str, str] = {}
    for field, words in runs:
        text = " ".join(words).strip(" ,;.()")
        if field == "street" and field in fields:
            text = f"{fields[field]} {text}"
        if text:
            fields[field] = text
    zip_code = re.match(r"[0-9]{5}", fields.get("zip", ""))
    return fields | {"zip": zip_code[0] if zip_code else ""}
