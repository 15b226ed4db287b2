"""Calls to clinics: what came of each is noted, and dates what is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.errors import SchemaError
from geo.workspace import decisions, operator_assertions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.workspace.database import Workspace

OUTCOMES: Final = ("open", "changed", "no_answer", "closed", "wrong_number")
"""What came of a call: it operates as listed; it operates, with other facts; nobody answered; it
has closed; the number is somebody else's, so that it counts no longer."""


def note_call(
    workspace: Workspace,
    clinic_id: str,
    outcome: str,
    *,
    fields: Mapping[str, str] | None = None,
    closed_on: str = "",
    who: str,
    reason: str = "",
) -> int:
    """Note a call and what follows from it; return the decision's id.

    Parameters
    ----------
    outcome : one of `OUTCOMES`. `open` and `changed` say today that the clinic operates, `closed`
        that it does not; the others say nothing of it.
    fields : for `changed`, what was said, as for `editing.edit`.
    closed_on : for `closed`, the day if it was told.
    reason : a remark for the next caller.

    Raises
    ------
    SchemaError : that is no outcome, a value cannot be used, or `changed` changes nothing.
    WorkspaceError : there is no such clinic, or the workspace cannot be written.
    """
    if outcome not in OUTCOMES:
        raise SchemaError(f"{outcome!r} is no outcome of a call; use {', '.join(OUTCOMES)}.")
    with workspace.change() as connection:
        clinic, of_clinic = operator_assertions.find_clinic(workspace, clinic_id)
        asserted = operator_assertions.clean(fields or {}, str(clinic["state"]))
        if outcome == "wrong_number":
            asserted = {"phone": ""}
        now = operator_assertions.find_now(clinic, of_clinic)
        changes = operator_assertions.find_changes(now, asserted)
        if outcome == "changed" and not changes:
            raise SchemaError("Nothing would change: note the outcome 'open' instead.")
        payload = {"outcome": outcome, "fields": changes, "closed_on": closed_on}
        decided = decisions.record(
            workspace, "call", f"clinic:{clinic_id}", payload, who=who, reason=reason
        )
        connection.execute(
            "INSERT INTO calls (decision_id, clinic_id, date, outcome) VALUES (?, ?, ?, ?)",
            (decided, clinic_id, decisions.today(), outcome),
        )
        if changes:
            operator_assertions.state_facts(workspace, decided, [(clinic, of_clinic, changes)])
        if outcome in {"open", "changed"}:
            operator_assertions.state_status(workspace, decided, clinic, "yes")
        elif outcome == "closed":
            operator_assertions.state_status(
                workspace, decided, clinic, "closed", operating_date=closed_on
            )
        return decided
