"""How far a person would go: a radius in miles or a drive in minutes, as one choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.i18n.language import format_miles
from geo.search.drive_words import DRIVES_MINUTES, name_drive
from geo.search.searching import DEFAULT_MILES, RADII_MILES

if TYPE_CHECKING:
    from typing import TypeAlias

    Within: TypeAlias = int | str

_DRIVES: Final = {f"{minutes}min": minutes for minutes in DRIVES_MINUTES}

DEFAULT: Final[Within] = DEFAULT_MILES
CHOICES: Final[tuple[Within, ...]] = (*RADII_MILES, *_DRIVES)
"""Statute miles as numbers, and drives as they stand in a link."""

BY_LINK: Final = {str(choice): choice for choice in CHOICES}


def get_miles(choice: Within) -> int | None:
    """Return the radius; None for a drive."""
    return choice if isinstance(choice, int) else None


def get_minutes(choice: Within) -> int | None:
    """Return the drive; None for a radius."""
    return None if isinstance(choice, int) else _DRIVES[choice]


def describe(choice: Within) -> str:
    """Return a choice in words."""
    if isinstance(choice, int):
        return format_miles(choice)
    return name_drive(_DRIVES[choice])
