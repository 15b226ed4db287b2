"""What is known of a drive to a clinic, beside the columns of the clinic."""

from __future__ import annotations

from typing import Final

PARTS: Final = ("minutes", "low", "high", "miles", "method", "reason")
"""As `geo.roads.drive_pairs` has them."""

COLUMNS: Final = tuple(f"drive_{part}" for part in PARTS)

NUMBERS: Final = COLUMNS[:4]
TEXTS: Final = COLUMNS[4:]
"""Of these."""

TOLD_MINUTES: Final = 300.0
"""A longer drive is told as more than five hours, without miles."""
