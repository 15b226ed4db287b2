"""What stands below the coverage map: the question, the curve, comparisons, methods, downloads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo.releases import Release
    from pages.parts.coverage_view import Choice, Coverage


def show(release: Release, coverage: Coverage, choice: Choice) -> None:
    """Draw the details of a choice."""
