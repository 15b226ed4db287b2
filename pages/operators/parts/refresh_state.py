"""What a visit has on the operators' page Refresh."""

from __future__ import annotations

from dataclasses import dataclass

from pages.parts.page_state import PageState, Widget


@dataclass(slots=True)
class RefreshState(PageState):
    """The step that is open, and the source that is being taken in.

    Parameters
    ----------
    table : the path of the table whose columns are looked at; "" where there is none.
    awaited : the id of the job whose end opens the next step; "" where none is waited for.
    uploads : how many files were taken from the box, which then starts anew.
    """

    table: str = ""
    awaited: str = ""
    uploads: int = 0

    step = Widget[str]("refresh_step")
