"""Why a draft is not published by the program itself: limits, and what waits for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.workspace import cases, stored_listings, visitor_reports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.publishing.diff import Diff
    from geo.publishing.publishing import Draft
    from geo.workspace import Workspace

_NAMED: Final = 5


def find_doubts(workspace: Workspace, draft: Draft) -> Iterator[str]:
    """Give a sentence for each reason to let a person look first.

    Parameters
    ----------
    workspace : the one that the draft was prepared from.
    draft : as it was prepared.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    yield from (f"Past a limit: {refusal}" for refusal in draft.refusals)
    doubtful = sorted(find_changing(draft.diff) & _find_waiting(workspace))
    if doubtful:
        named = ", ".join(doubtful[:_NAMED])
        more = f" and {len(doubtful) - _NAMED:,} more" if len(doubtful) > _NAMED else ""
        have = "clinic changes" if len(doubtful) == 1 else "clinics change"
        yield (
            f"{len(doubtful):,} {have} that a case of Review asks about: {named}{more}; settle what "
            "is asked, then publish."
        )


def find_changing(diff: Diff) -> set[str]:
    """Return the clinics of which a release says something else than the one before."""
    found = {
        clinic_id
        for table in (diff.added, diff.removed, diff.statuses, diff.changed, diff.moved)
        for clinic_id in table["clinic_id"]
    }
    return (found | {*diff.added["split_from"]} | {*diff.removed["merged_into"]}) - {""}


def _find_waiting(workspace: Workspace) -> set[str]:
    """Return the clinics that an open case or a visitor's report asks about."""
    with workspace.snapshot():
        waiting = cases.open_cases(workspace)
        listings = stored_listings.current(workspace)
        reported = {report.clinic_id for report in visitor_reports.list_waiting(workspace)}
    clinics = dict(zip(listings["listing_id"], listings["clinic_id"], strict=True))
    paired = {
        clinics.get(facts[side], "")
        for facts in waiting["facts"]
        for side in ("listing_a", "listing_b")
        if side in facts
    }
    return ({*waiting["clinic_id"]} | paired | reported) - {""}
