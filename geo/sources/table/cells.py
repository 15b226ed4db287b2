"""A row of a table, of whatever form of file, as texts."""

from __future__ import annotations

import html
import json
import math
import re
from datetime import date, datetime
from datetime import time as time_of_day
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from geo.sources.replies import as_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ENTITY: Final = re.compile(
    r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}[0-9]{0,2});", re.IGNORECASE
)
_ERRORS: Final = frozenset(
    {"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
)


class Row(NamedTuple):
    """One row.

    Attributes
    ----------
    line : where it begins, from 1.
    cells : as texts.
    fault : why it cannot be read; "" if it can.
    links : column, from 0 -> the address that its cell leads to.
    """

    line: int
    cells: Sequence[str]
    fault: str = ""
    links: Mapping[int, str] = MappingProxyType({})


def to_text(value: object) -> str:
    """Return a cell's value as text: no ".0" behind a whole number, dates as ISO 8601 has them."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime) and value.time() == time_of_day():
        return value.date().isoformat()
    if isinstance(value, (date, time_of_day)):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, (str, int, float)):
        return as_text(value)
    return json.dumps(value, default=str)


def unescape(text: str) -> str:
    """Return a cell's text with what a web page writes for a letter as that letter.

    Examples
    --------
    >>> unescape("Calm &amp; Well, AT&T")
    'Calm & Well, AT&T'
    """
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text)


def is_spreadsheet_error(text: str) -> bool:
    """Tell whether a program wrote a cell's text in place of a value that it could not give.

    Examples
    --------
    >>> [is_spreadsheet_error(text) for text in ("#REF!", "########", "#12", "Suite #4")]
    [True, True, False, False]
    """
    text = text.strip()
    return text.upper() in _ERRORS or (len(text) > 1 and {*text} == {"#"})
