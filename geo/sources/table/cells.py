"""A row of a table, of whatever form of file, as texts."""

from __future__ import annotations

import json
import math
from datetime import date, datetime
from datetime import time as time_of_day
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from geo.sources.replies import as_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


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
