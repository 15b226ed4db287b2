"""What a visit has on the operators' page Review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pages.parts.page_state import PageState, Widget

REPORTS_STEP: Final = 4


@dataclass(slots=True)
class ReviewState(PageState):
    """Which cases are looked at, and which of them is open.

    Parameters
    ----------
    at : of the cases that the filters leave the one that is open, from 0.
    join_asked : the case whose join is asked about a second time.
    reports_shown : how many of the visitors' reports are shown.
    """

    at: int = 0
    join_asked: int | None = None
    reports_shown: int = REPORTS_STEP

    kind = Widget[str]("review_kind")

    @staticmethod
    def filter(name: str) -> Widget[str]:
        """Return the filter by `reasons`, `sources` or `states`."""
        return Widget(f"review_{name}")
