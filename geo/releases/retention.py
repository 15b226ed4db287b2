"""Which releases are kept: the newest ones, one a month of the last year, and those in use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from geo.releases import folders
from geo.releases.loading import current_id, find_all, identify, read_manifest
from geo.releases.locking import lock
from geo.releases.switching import find_previous
from geo.releases.writing import remove

if TYPE_CHECKING:
    from pathlib import Path

KEPT: Final = 10
KEPT_MONTHS: Final = 12


def find_outdated(now: datetime | None = None) -> dict[str, Path]:
    """Return the operator's releases that the rule does not keep, by id, the oldest first.

    Kept are the last 10, the newest of each of the last 12 months, the one in use and the one that
    a rollback returns to.

    Parameters
    ----------
    now : when the last months end; by default now.

    Raises
    ------
    ReleaseError : the release in use or the history cannot be read.
    """
    today = now or datetime.now(UTC)
    own = {
        release: folder
        for release in find_all()
        if identify(folder := folders.root() / release) == release
    }
    made = {release: str(read_manifest(folder)["made_at"]) for release, folder in own.items()}
    newest_first = sorted(own, key=lambda release: (made[release], release), reverse=True)
    kept = {*newest_first[:KEPT], current_id(), find_previous()}
    months = {_months_ago(today, back) for back in range(KEPT_MONTHS)}
    for release in newest_first:
        month = made[release][:7]
        if month in months:
            months.remove(month)
            kept.add(release)
    return {release: own[release] for release in reversed(newest_first) if release not in kept}


def prune(now: datetime | None = None, who: str = "") -> list[str]:
    """Remove the releases that the rule does not keep and return their ids, the oldest first.

    Raises
    ------
    ReleaseError : as `find_outdated`; another operator is publishing; one cannot be removed.
    """
    with lock(who):
        outdated = find_outdated(now)
        for folder in outdated.values():
            remove(folder)
        return list(outdated)


def _months_ago(day: datetime, back: int) -> str:
    """Return the month so many before that of a day, `YYYY-MM`."""
    months = day.year * 12 + day.month - 1 - back
    return f"{months // 12:04d}-{months % 12 + 1:02d}"
