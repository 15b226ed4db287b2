"""Points in time as our files hold them."""

from __future__ import annotations

from datetime import UTC, datetime


def stamp(at: datetime | None = None) -> str:
    """Return a point in time in UTC, to the second: `2026-11-28T09:30:00Z`.

    Parameters
    ----------
    at : in UTC; now, where it is not told.
    """
    told = datetime.now(UTC) if at is None else at
    return told.isoformat(timespec="seconds").replace("+00:00", "Z")
