"""Which clinics of a search stand on which page of its list."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

    from geo.search.searching import SearchResult

SIZE: Final = 10


@dataclass(frozen=True)
class Page:
    """One page of a list: first the clinics found, then those of which a chosen fact is not known.

    Parameters
    ----------
    number, count : this page's, from 1, and how many there are; at least one.
    first : how many clinics stand on the pages before.
    clinics, not_known : the rows of a result's that stand on this one.
    """

    number: int
    count: int
    first: int
    clinics: pd.DataFrame
    not_known: pd.DataFrame

    @property
    def is_last(self) -> bool:
        """Whether no page follows."""
        return self.number == self.count


def count_clinics(result: SearchResult) -> int:
    """Return how many clinics all pages hold."""
    return len(result.clinics) + len(result.not_known)


def turn_to(result: SearchResult, number: int) -> Page:
    """Return a page; the last one where there are fewer: a filter may take a page away."""
    count = max(1, math.ceil(count_clinics(result) / SIZE))
    number = min(number, count)
    first, listed = (number - 1) * SIZE, len(result.clinics)
    return Page(
        number,
        count,
        first,
        result.clinics.iloc[first : first + SIZE],
        result.not_known.iloc[max(0, first - listed) : max(0, first + SIZE - listed)],
    )


def find_page(result: SearchResult, clinic_id: str) -> int | None:
    """Return the number of the page that a clinic stands on; None for a clinic of none."""
    ids = [part["clinic_id"] for part in (result.clinics, result.not_known) if len(part)]
    for at, listed in enumerate(name for part in ids for name in part):
        if listed == clinic_id:
            return at // SIZE + 1
    return None
