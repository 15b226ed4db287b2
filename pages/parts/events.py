"""What a browser sends, read as what a page expects: anyone can send anything over a websocket.

What is of another kind becomes nothing, and nothing is what a page then does.
"""

from __future__ import annotations

import math
from typing import Any, Final

LONGEST_TEXT: Final = 10_000
_NUMBERS: Final = (int, float)


def as_object(value: object) -> dict[str, Any]:
    """Return a JSON object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def as_text(value: object) -> str:
    """Return a text; "" for anything else, and for one that nobody typed."""
    return value if isinstance(value, str) and len(value) <= LONGEST_TEXT else ""


def as_count(value: object) -> int:
    """Return a whole number; 0 for anything else, and for one below 0."""
    return max(value, 0) if type(value) is int else 0


def as_point(latitude: object, longitude: object) -> tuple[float, float] | None:
    """Return latitude and longitude in degrees, EPSG:4326; None where it is no point on Earth."""
    if type(latitude) not in _NUMBERS or type(longitude) not in _NUMBERS:
        return None
    try:
        north, east = float(latitude), float(longitude)  # type: ignore[arg-type]
    except OverflowError:
        return None
    is_on_earth = math.isfinite(north + east) and abs(north) <= 90 and abs(east) <= 180  # noqa: PLR2004 - degrees
    return (north, east) if is_on_earth else None
