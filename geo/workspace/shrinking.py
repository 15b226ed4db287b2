"""A source that suddenly holds far less than last time: broken, rather than true, more often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from geo.workspace.database import Workspace

OVERALL: Final = 1 / 5
IN_A_STATE: Final = 1 / 2
"""The share of its listings that a source may lose from one run to the next, in all or in a state."""
STATE_LEAST: Final = 4
"""Listings below which a state says nothing: one of two may well close."""


def find_shrinkage(workspace: Workspace, run_id: int) -> tuple[str, dict[str, Any]] | None:
    """Compare a staged run with the last one of its source that counts.

    Returns
    -------
    A sentence and its facts (`run_id`, `before`, `after`, and `states`: code -> before, after)
    where it shrank too much, else None.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    before = dict(
        workspace.read(
            "SELECT versions.state, COUNT(*) FROM sightings "
            "JOIN versions ON versions.id = sightings.version_id WHERE sightings.decision_id = ("
            "SELECT MAX(runs.decision_id) FROM runs "
            "JOIN standing ON standing.id = runs.decision_id "
            "WHERE runs.source = (SELECT source FROM runs WHERE id = ?)) GROUP BY versions.state",
            (run_id,),
        )
    )
    after = dict(
        workspace.read(
            "SELECT state, COUNT(*) FROM staged WHERE run_id = ? GROUP BY state", (run_id,)
        )
    )
    were, are = sum(before.values()), sum(after.values())
    states = {
        state: [count, after.get(state, 0)]
        for state, count in sorted(before.items())
        if state and count >= STATE_LEAST and count - after.get(state, 0) > IN_A_STATE * count
    }
    message = []
    if were - are > OVERALL * were:
        message.append(f"{are} listings instead of {were}")
    message += [f"{now} instead of {was} in {state}" for state, (was, now) in states.items()]
    if not message:
        return None
    reason = f"The source shrank: {', '.join(message)}; look at the file before you accept it."
    return reason, {"run_id": run_id, "before": were, "after": are, "states": states}
