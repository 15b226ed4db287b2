"""What a visit has on the operators' page Clinics."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pages.parts.page_state import PageState

if TYPE_CHECKING:
    from geo.workspace.bulk import Preview


@dataclass(slots=True)
class ClinicsState(PageState):
    """How far lists are turned, and what is about to be changed.

    Parameters
    ----------
    pages : list's key -> the page that it is turned to, from 1.
    edited_from : form's key -> what its boxes said when it was first drawn.
    preview : what an uploaded file would change, and of which file and state of the list that is.
    """

    pages: dict[str, int] = field(default_factory=dict)
    edited_from: dict[str, dict[str, str]] = field(default_factory=dict)
    preview: tuple[tuple[str, tuple[str, int, str, str]], Preview] | None = None
