"""What each kept release changed, by the source whose word it is."""

from __future__ import annotations

from geo.publishing.changelog import KINDS
from geo.server import changes
from pages.parts import notices, release_changes
from pages.parts.tables import show_table


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
    rows = [
        {"release": entry.release_id, "source": source or "not known"}
        | {kind: f"{counts[kind]:,}" if counts[kind] else "" for kind in KINDS}
        for entry in entries
        for source, counts in (
            entry.count() or {"no clinic changes": dict.fromkeys(KINDS, 0)}
        ).items()
    ]
    headings = {"release": "Release", "source": "Source"} | {
        kind: kind.capitalize() for kind in KINDS
    }
    show_table("Clinics by what became of them", headings, rows, numbers=KINDS)
