"""An address line as sources write it, parted into street and unit without losing a word.

What is no part of the street becomes the unit, buildings and floors with it.
"""

from __future__ import annotations

import re
from typing import Final

from geo.places.address import normalise, split_unit

_HOUSE: Final = re.compile(
    r"\A(?:[0-9]{1,7}[a-z]?(?:-[0-9]{1,7}[a-z]?)?|one|two|three|four|five|six|seven|eight|nine|ten)\s+\S",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"[0-9]+[a-z]?", re.IGNORECASE)
_FLOOR: Final = re.compile(r"[0-9]{1,3}(?:st|nd|rd|th)\s+(?:floor|fl)\b", re.IGNORECASE)
_WAY: Final = re.compile(
    r"\b(?:box|pmb|highway|hwy|route|rte|rt|road|rd|street|st|avenue|ave|milepost|mile|km)\b",
    re.IGNORECASE,
)
_INSIDE: Final = re.compile(
    r"(?<=\s)(?:"
    r"(?:suite|ste|unit|apt|apartment|room|rm|building|bldg|floor|space|spc|lot|trailer|trlr)\b\.?"
    r"\s*(?:(?:\#\s*)?(?:[a-z]-?)?[0-9][a-z0-9-]*|[a-z]\b(?=\s+\w+\s+[0-9]))"
    r"|\#\s*[a-z0-9]"
    r"|[0-9]{1,3}(?:st|nd|rd|th)\s+(?:floor|fl)\b"
    r"|c/o\b|care\s+of\b|attn\b"
    r"|(?:rear|basement|bsmt|penthouse|lobby|mezzanine|upstairs|downstairs)$"
    r")",
    re.IGNORECASE,
)
_LETTERED: Final = re.compile(
    r"(?<=\s)(?:suite|ste|unit|bldg|building|room|rm)\.?\s+(?!(?:st|rd|av|dr|ln|ct|pl|sq)\b)[a-z]{1,2}$",
    re.IGNORECASE,
)
_DIRECTION: Final = re.compile(r"(?:[NS]\.?[EW]?\.?|[EW]\.?|north|south|east|west)", re.IGNORECASE)


def part_street(text: str, unit: str = "") -> tuple[str, str]:
    """Return street and unit of an address line, every word of it in one of the two.

    Parameters
    ----------
    text : one line or several ("800 Preston Ave", then "Peterson Building"), as the source has it.
    unit : what the source itself keeps apart as unit; it comes first.

    Examples
    --------
    >>> part_street("Peterson Building, 800 Preston Avenue, 2nd Floor")
    ('800 Preston Avenue', 'Peterson Building, 2nd Floor')
    >>> part_street("14 Oak St c/o Example Hospital", "Suite 3")
    ('14 Oak St', 'Suite 3, c/o Example Hospital')
    """
    parts = _join_numbers(normalise(text).split(", "))
    at = _find_street(parts)
    street, inside = _split_inside(parts[at])
    behind = parts[at + 1 :]
    while behind and _DIRECTION.fullmatch(behind[0]):
        street = f"{street}, {behind.pop(0)}"
    units = dict.fromkeys(part for part in (normalise(unit), *parts[:at], inside, *behind) if part)
    return street, ", ".join(units)


def _find_street(parts: list[str]) -> int:
    """Return which part is the street: the first with a house number, else with a word of one."""
    for words in (_HOUSE, _WAY):
        for at, part in enumerate(parts):
            if words.search(part) and not _FLOOR.match(part) and split_unit(part)[0]:
                return at
    return next((at for at, part in enumerate(parts) if split_unit(part)[0]), 0)


def _join_numbers(parts: list[str]) -> list[str]:
    """Return the parts, a house number that stands by itself joined to what comes after it."""
    joined: list[str] = []
    for part in parts:
        if joined and _NUMBER.fullmatch(joined[-1]):
            joined[-1] = f"{joined[-1]} {part}"
        else:
            joined.append(part)
    return joined


def _split_inside(part: str) -> tuple[str, str]:
    """Return a street, and what stands behind it in the same part: from the first unit on."""
    starts = [found.start() for one in (_INSIDE, _LETTERED) if (found := one.search(part))]
    if starts:
        return part[: min(starts)].rstrip(" -"), part[min(starts) :]
    street, unit = split_unit(part)
    return street, unit
