"""Calls to clinics: what came of each is noted, and dates what is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from geo.errors import SchemaError
from geo.workspace import clinic_facts, decisions, operator_assertions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from geo.workspace.database import Workspace

OUTCOMES: Final = ("open", "changed", "no_answer", "closed", "wrong_number")
"""What came of a call: it operates as listed; it operates, with other facts; nobody answered; it
has closed; the number is somebody else's, so that it counts no longer."""


@dataclass(frozen=True)
class Call:
    """A call that was made.

    Parameters
    ----------
    clinic, of_clinic : the clinic and its listings, as `clinic_facts.find_clinic` gives them.
    outcome : one of `OUTCOMES`.
    changes : clean fields that say otherwise than the clinic does now.
    closed_on, date : of the closing, if it was told; of the call, today where it is "".
    """

    clinic: Mapping[str, Any]
    of_clinic: pd.DataFrame
    outcome: str
    changes: Mapping[str, str]
    closed_on: str = ""
    date: str = ""


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
    with workspace.change():
        clinic, of_clinic = clinic_facts.find_clinic(workspace, clinic_id)
        asserted = clinic_facts.clean(fields or {}, str(clinic["state"]))
        if outcome == "wrong_number":
            asserted = {"phone": ""}
        now = clinic_facts.find_now(clinic, of_clinic)
        changes = clinic_facts.find_changes(now, asserted)
        if outcome == "changed" and not changes:
            raise SchemaError("Nothing would change: note the outcome 'open' instead.")
        payload = {"outcome": outcome, "fields": changes, "closed_on": closed_on}
        decided = decisions.record(
            workspace, "call", f"clinic:{clinic_id}", payload, who=who, reason=reason
        )
        write_calls(
            workspace, decided, [Call(clinic, of_clinic, outcome, changes, closed_on=closed_on)]
        )
        return decided


def write_calls(workspace: Workspace, decision_id: int, calls: Sequence[Call]) -> None:
    """Write calls and what follows from them as part of a decision.

    Raises
    ------
    WorkspaceError : the workspace cannot be written.
    """
    rows = [
        (decision_id, call.clinic["clinic_id"], call.date or decisions.today(), call.outcome)
        for call in calls
    ]
    statuses = [
        (
            str(call.clinic["clinic_id"]),
            {"operating": "closed", "operating_date": call.closed_on}
            if call.outcome == "closed"
            else {"operating": "yes"},
        )
        for call in calls
        if call.outcome in {"open", "changed", "closed"}
    ]
    changed = [(call.clinic, call.of_clinic, call.changes) for call in calls if call.changes]
    with workspace.change() as connection:
        connection.executemany(
            "INSERT INTO calls (decision_id, clinic_id, date, outcome) VALUES (?, ?, ?, ?)", rows
        )
        operator_assertions.state_facts(workspace, decision_id, changed)
        operator_assertions.state_statuses(workspace, decision_id, statuses)
