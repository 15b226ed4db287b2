"""Whom to call, above the results, where what was typed is a sign of a crisis."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from geo.crisis.panel import build_panel
from pages.parts import components

if TYPE_CHECKING:
    from geo.crisis.recognising import CrisisMatch

KEY: Final = "crisis_panel"

_mount: Final = components.declare("crisis_panel")


def show(found: CrisisMatch, focus: int) -> None:
    """Draw the panel; the browser gets what it says, and nothing of what was typed.

    Parameters
    ----------
    focus : how many searches there were; with a new one the panel takes the focus.
    """
    _mount(key=KEY, data={**asdict(build_panel(found.kind)), "focus": focus})
