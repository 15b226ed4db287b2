"""Whether a place in OpenStreetMap's tags is there: gone, not there yet, or at work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.sources.cleaning import clean_date
from geo.sources.operating_words import (
    CLOSED,
    OPEN,
    is_marked_closed,
    is_shut_all_hours,
    read_operating,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

GONE: Final = (
    "disused", "abandoned", "demolished", "removed", "razed", "was", "closed", "destroyed",
    "dismantled", "ruins", "vacant", "former", "historic",
)  # fmt: skip
NOT_YET: Final = ("construction", "proposed", "planned")
_PREFIXES: Final = (*GONE, *NOT_YET)
_USES: Final = ("amenity", "healthcare", "office", "shop", "building")
_KINDS: Final = ("amenity", "healthcare")
_WORDS: Final = ("operational_status", "status", "state_of_operation")
_DENIED: Final = frozenset({"", "no", "false", "0"})


def is_of_another_time(key: str) -> bool:
    """Tell whether a tag speaks of what a place was or will be, as `was:name` does.

    Examples
    --------
    >>> [is_of_another_time(key) for key in ("was:name", "proposed:healthcare", "name")]
    [True, True, False]
    """
    return key.partition(":")[0] in _PREFIXES and ":" in key


def read_end(tags: Mapping[str, str], today: date) -> tuple[str, str]:
    """Return whether the whole place is gone or not there yet, and since when.

    A former name or use beside a present one tells nothing of the place.

    Parameters
    ----------
    tags : of one element.
    today : the last day that is no future.

    Returns
    -------
    `closed` or "", and the day of the end, `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or "".

    Examples
    --------
    >>> from datetime import date
    >>> day = date(2026, 11, 28)
    >>> read_end({"healthcare": "clinic", "end_date": "2025-03"}, day)
    ('closed', '2025-03')
    >>> read_end({"healthcare": "clinic", "was:healthcare": "dentist"}, day)
    ('', '')
    """
    ended = clean_date(tags.get("end_date", ""), today)
    if ended.value:
        return CLOSED, ended.value
    closed = tags.get("closed", "").strip().lower()
    if closed not in _DENIED and read_operating(closed) != "":
        return CLOSED, clean_date(closed, today).value
    said = tags.get("end_date", "").strip().lower()
    stated = [read_operating(tags[key]) for key in _WORDS if key in tags]
    kept = any(key in tags for key in _KINDS)
    other = {f"{prefix}:{key}" for prefix in _PREFIXES for key in _USES}
    flagged = any(tags.get(prefix, "").lower() in {"yes", "true"} for prefix in _PREFIXES)
    if (
        read_operating(said) == OPEN  # "yes": it ended, and nobody wrote down when
        or CLOSED in stated
        or flagged
        or any(_is_future(tags.get(key, ""), today) for key in ("opening_date", "start_date"))
        or any(read_operating(tags.get(key, "")) == CLOSED for key in _KINDS)
        or is_marked_closed(tags.get("name", ""))
        or is_shut_all_hours(tags.get("opening_hours", ""))
        or (not kept and any(key in tags for key in other))
    ):
        return CLOSED, ""
    return "", ""


def _is_future(text: str, today: date) -> bool:
    return clean_date(text, today).reason.endswith("lies in the future")
