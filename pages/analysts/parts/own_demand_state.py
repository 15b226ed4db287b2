"""What a visit has of an operator's own file on the page Coverage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pages.parts.page_state import PageState

if TYPE_CHECKING:
    from geo.jobs.demand_measuring import MeasuredDemand


@dataclass(slots=True)
class OwnDemandState(PageState):
    """The file that was measured last.

    Parameters
    ----------
    taken : how many files were measured; the field for a file is another after each.
    result : the file's name, the level that it was measured by, and what it came to.
    """

    taken: int = 0
    result: tuple[str, str, MeasuredDemand] | None = None
