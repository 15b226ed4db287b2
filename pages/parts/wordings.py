"""How words are put on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pages.parts.coverage_view import Coverage


def sentence_case(words: str) -> str:
    """Return words with a capital at the start and the rest as it was ("IV" stays "IV")."""
    return words[:1].upper() + words[1:]


def name_area(coverage: Coverage, area: tuple[str, str]) -> str:
    """Return what an area of a level is called among others."""
    level, _ = area
    if level == "nation":
        return "the United States"
    name = str(coverage.area(area)["name"])
    return f"{name} (division)" if level == "division" else name
