"""Taking a decision back, unless a later one would lose the ground it stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.errors import WorkspaceError
from geo.workspace import decisions

if TYPE_CHECKING:
    from geo.workspace.database import Workspace
    from geo.workspace.decisions import Decision

_NAMED: Final = 5

# What builds on the decision :mine. A later row about the same thing; or about what :mine made: a
# listing first seen, a clinic first named, a case opened; or the end of a clinic to which :mine
# moved a listing, or to which its undo would move one back. What a geocoder found builds on
# nothing: it counts only for clinics that there are.
_BUILT_ON: Final = """
WITH
first_seen (listing_id) AS (
    SELECT listing_id FROM sightings AS own WHERE decision_id = :mine AND NOT EXISTS (
        SELECT 1 FROM sightings AS other
        WHERE other.listing_id = own.listing_id AND other.decision_id < :mine
        AND NOT EXISTS (SELECT 1 FROM undone WHERE undone.decision_id = other.decision_id))),
first_named (clinic_id) AS (
    SELECT DISTINCT clinic_id FROM assignments AS own WHERE decision_id = :mine AND NOT EXISTS (
        SELECT 1 FROM assignments AS other
        WHERE other.clinic_id = own.clinic_id AND other.decision_id < :mine
        AND NOT EXISTS (SELECT 1 FROM undone WHERE undone.decision_id = other.decision_id))),
moved (clinic_id) AS (
    SELECT clinic_id FROM assignments WHERE decision_id = :mine
    UNION SELECT earlier.clinic_id FROM assignments AS own JOIN assignments AS earlier
        ON earlier.listing_id = own.listing_id AND earlier.id < own.id
        WHERE own.decision_id = :mine),
built (id) AS (
    SELECT later.decision_id FROM sightings AS own JOIN sightings AS later USING (listing_id)
        WHERE own.decision_id = :mine AND later.decision_id > :after
    UNION SELECT later.decision_id FROM assignments AS own
        JOIN assignments AS later USING (listing_id)
        WHERE own.decision_id = :mine AND later.decision_id > :after
    UNION SELECT later.decision_id FROM refusals AS own
        JOIN refusals AS later USING (clinic_id, field, value)
        WHERE own.decision_id = :mine AND later.decision_id > :after
    UNION SELECT later.decision_id FROM pairs AS own
        JOIN pairs AS later USING (listing_a, listing_b)
        WHERE own.decision_id = :mine AND later.decision_id > :after
    UNION SELECT later.decision_id FROM settlements AS own JOIN settlements AS later USING (case_id)
        WHERE own.decision_id = :mine AND later.decision_id > :after
    UNION SELECT assignments.decision_id FROM first_seen JOIN assignments USING (listing_id)
    UNION SELECT assignments.decision_id FROM first_named JOIN assignments USING (clinic_id)
    UNION SELECT refusals.decision_id FROM first_named JOIN refusals USING (clinic_id)
    UNION SELECT calls.decision_id FROM first_named JOIN calls USING (clinic_id)
    UNION SELECT positions.decision_id FROM first_named JOIN positions USING (clinic_id)
    UNION SELECT cases.decision_id FROM first_named JOIN cases USING (clinic_id)
    UNION SELECT settlements.decision_id FROM cases
        JOIN settlements ON settlements.case_id = cases.id WHERE cases.decision_id = :mine
    UNION SELECT decisions.id FROM decisions, json_each(payload, '$.absorbed') AS ended
        WHERE ended.value IN (SELECT clinic_id FROM moved))
SELECT DISTINCT decisions.id FROM built JOIN decisions USING (id)
WHERE decisions.id > :after AND decisions.id <> :mine AND decisions.kind <> 'locate'
ORDER BY decisions.id
"""


def undo(workspace: Workspace, decision_id: int, *, who: str, reason: str = "") -> int:
    """Take back a decision, or take back an undo; return the id of the decision that does so.

    Raises
    ------
    WorkspaceError : there is no such decision, it does not stand, it is the start, or later ones
        build on it: the sentence names them.
    SchemaError : nobody is named.
    """
    with workspace.change() as connection:
        taken = decisions.find(workspace, decision_id)
        if not taken.standing:
            raise WorkspaceError(f"Decision {decision_id} was undone already.")
        if taken.kind == "start":
            raise WorkspaceError("The start of the workspace cannot be undone; edit its clinics.")
        target = taken if taken.undoes is None else decisions.find(workspace, taken.undoes)
        blocking = find_built_on(workspace, target, after=taken.id)
        if blocking:
            raise WorkspaceError(
                f"Later decisions build on decision {decision_id}: {_name(blocking)}; "
                "undo those first, the last one first."
            )
        done = decisions.record(
            workspace, "undo", f"decision:{decision_id}", who=who, reason=reason, undoes=decision_id
        )
        if taken.undoes is not None:
            connection.execute("DELETE FROM undone WHERE decision_id = ?", (target.id,))
        connection.execute("INSERT INTO undone VALUES (?, ?)", (taken.id, done))
        return done


def find_built_on(workspace: Workspace, target: Decision, *, after: int) -> list[Decision]:
    """Return the decisions that forbid `target` to change now, oldest first.

    Parameters
    ----------
    after : the decision since which `target` has been as it is: itself, or its undo. What was
        decided before has no bearing.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    later = [
        decisions.find(workspace, id_)
        for (id_,) in workspace.read(_BUILT_ON, {"mine": target.id, "after": after})
    ]
    blocking = [decision for decision in later if decision.standing]
    # To bring a decision back, what it was built on must not have been undone since.
    for undone_id, undo_id in workspace.read(
        "SELECT decision_id, undo_id FROM undone JOIN decisions ON decisions.id = decision_id "
        "WHERE undo_id > ? AND decision_id < ? AND kind <> 'undo'",
        (after, target.id),
    ):
        built = workspace.read(_BUILT_ON, {"mine": undone_id, "after": undone_id})
        if (target.id,) in built:
            blocking.append(decisions.find(workspace, undo_id))
    return blocking


def _name(blocking: list[Decision]) -> str:
    named = [
        f"{decision.id} ({decision.kind}{f' of {decision.subject}' if decision.subject else ''})"
        for decision in blocking[:_NAMED]
    ]
    more = len(blocking) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")
