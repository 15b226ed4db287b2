"""What each kept release changed, by the source whose word it is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from geo.publishing.changelog import KINDS
from geo.server import changes
from pages.parts import notices, release_changes
from pages.parts.tables import show_table

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_NAMED: Final = 10


def show() -> None:
    """Draw a row a release and source; nothing while there is one release.

    Raises
    ------
    ReleaseError : the release in use cannot be read.
    """
    entries = release_changes.load()
    if not entries:
        return
    notices.show_part(
        "What each release changed",
        f"Anybody may follow it: {changes.FEED} is an Atom feed, {changes.TABLE} the table, a line a "
        "clinic.",
    )
    rows = []
    for entry in entries:
        counted = entry.count()
        if not counted:
            rows.append(_draw(entry.release_id, "no clinic changes", {}))
        # Those with most changes by name: a release may rest on hundreds of sources.
        ranked = sorted(counted, key=lambda source: (-counted[source].total(), source))
        rows.extend(
            _draw(entry.release_id, source or "not known", counted[source])
            for source in ranked[:_MOST_NAMED]
        )
        if others := ranked[_MOST_NAMED:]:
            rest = sum((counted[source] for source in others), Counter[str]())
            rows.append(_draw(entry.release_id, f"{len(others):,} other sources", rest))
    headings = {"release": "Release", "source": "Source"} | {
        kind: kind.capitalize() for kind in KINDS
    }
    show_table("Clinics by what became of them", headings, rows, numbers=KINDS)


def _draw(release_id: str, source: str, counts: Mapping[str, int]) -> dict[str, str]:
    cells = {kind: f"{counts[kind]:,}" if counts.get(kind) else "" for kind in KINDS}
    return {"release": release_id, "source": source, **cells}
