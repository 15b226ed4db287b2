"""Clinics by hand: each change is what the operator says, dated, beside what the sources say.

Every change is one decision, which `undoing.undo` takes back whole. Fields are edited by giving
them: phones, web addresses, ZIPs and states as people write them; "" empties one, and lets what
sources say of it count no longer (`operator_assertions` tells how). The name and the state cannot be
emptied. An edit says nothing of whether the clinic operates: `close`, `reopen`, `withdraw` and
`calling.note_call` do. `merging` joins clinics and parts them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.errors import SchemaError
from geo.sources import cleaning
from geo.workspace import (
    cases,
    clinic_facts,
    decisions,
    listing_versions,
    operator_assertions,
)
from geo.workspace.clinic_ids import name_clinic

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from geo.workspace.database import Workspace


def add(
    workspace: Workspace, fields: Mapping[str, str], *, who: str, reason: str = ""
) -> tuple[str, int]:
    """Add a clinic that operates; return its id and the decision's.

    Parameters
    ----------
    fields : any of `clinic_facts.EDITABLE`; those of `NEEDED` at least.

    Raises
    ------
    SchemaError : the name or the state is missing, or a value cannot be used.
    WorkspaceError : the workspace cannot be written.
    """
    asserted = clinic_facts.clean(fields)
    for needed in clinic_facts.NEEDED:
        if not asserted.get(needed):
            raise SchemaError(f"A new clinic needs a {needed}; give it.")
    blank = dict.fromkeys(clinic_facts.EDITABLE, "")
    with workspace.change():
        clinic_id = name_clinic(workspace, asserted)
        decided = decisions.record(
            workspace, "add", f"clinic:{clinic_id}", {"fields": asserted}, who=who, reason=reason
        )
        clinic = blank | asserted | {"clinic_id": clinic_id}
        operator_assertions.state_facts(workspace, decided, [(clinic, _no_listings(), asserted)])
        operator_assertions.state_status(workspace, decided, clinic, "yes")
    return clinic_id, decided


def edit(
    workspace: Workspace, clinic_id: str, fields: Mapping[str, str], *, who: str, reason: str = ""
) -> int:
    """Say otherwise of some fields of a clinic; return the decision's id.

    Parameters
    ----------
    fields : any of `clinic_facts.EDITABLE`; those that are so already are passed over.

    Raises
    ------
    SchemaError : a value cannot be used, or nothing would change.
    WorkspaceError : there is no such clinic, or the workspace cannot be written.
    """
    with workspace.change():
        clinic, of_clinic = clinic_facts.find_clinic(workspace, clinic_id)
        asserted = clinic_facts.clean(fields, str(clinic["state"]))
        now = clinic_facts.find_now(clinic, of_clinic)
        changes = clinic_facts.find_changes(now, asserted)
        if not changes:
            raise SchemaError("Nothing would change: the clinic says all of that already.")
        payload = {"fields": changes, "was": {name: now[name] for name in changes}}
        decided = decisions.record(
            workspace, "edit", f"clinic:{clinic_id}", payload, who=who, reason=reason
        )
        operator_assertions.state_facts(workspace, decided, [(clinic, of_clinic, changes)])
        return decided


def close(
    workspace: Workspace, clinic_id: str, *, closed_on: str = "", who: str, reason: str = ""
) -> int:
    """Report a clinic closed; return the decision's id.

    Parameters
    ----------
    closed_on : `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; "" where the day is not known.

    Raises
    ------
    SchemaError : that is no date.
    WorkspaceError : there is no such clinic, or the workspace cannot be written.
    """
    asserted = {"operating": "closed", "operating_date": closed_on}
    return _decide_status(workspace, "close", clinic_id, asserted, who=who, reason=reason)


def reopen(workspace: Workspace, clinic_id: str, *, who: str, reason: str = "") -> int:
    """Say that a closed or withdrawn clinic operates; return the decision's id.

    Raises
    ------
    WorkspaceError : there is no such clinic, or the workspace cannot be written.
    """
    return _decide_status(
        workspace, "reopen", clinic_id, {"operating": "yes"}, who=who, reason=reason
    )


def withdraw(workspace: Workspace, clinic_id: str, *, who: str, reason: str) -> int:
    """Take a clinic out for a reason, so that no source brings it back; return the decision's id.

    Parameters
    ----------
    reason : the reason, which readers see too.

    Raises
    ------
    SchemaError : no reason is given.
    WorkspaceError : there is no such clinic, or the workspace cannot be written.
    """
    note = cleaning.clean_text(reason)
    if not note:
        raise SchemaError("A clinic is withdrawn for a reason; give it in 'reason'.")
    asserted = {"operating": "withdrawn", "note": note}
    return _decide_status(workspace, "withdraw", clinic_id, asserted, who=who, reason=reason)


def enter_report(
    workspace: Workspace, clinic_id: str, says: str, *, received: str = "", who: str
) -> int:
    """Enter what somebody wrote about a clinic; opens a case `report`. Return the decision's id.

    Parameters
    ----------
    says : what is reported, without the sender's name or address.
    received : the day, `YYYY-MM-DD`; today unless told.

    Raises
    ------
    SchemaError : nothing is reported.
    WorkspaceError : there is no such clinic, or the workspace cannot be written.
    """
    if not says.strip():
        raise SchemaError("The report says nothing; enter what it says.")
    facts = {"says": says.strip(), "received": received or decisions.today()}
    with workspace.change():
        clinic_facts.find_clinic(workspace, clinic_id)
        decided = decisions.record(workspace, "report", f"clinic:{clinic_id}", facts, who=who)
        cases.add(
            workspace,
            decided,
            "report",
            f"report:{decided}",
            clinic_id=clinic_id,
            reason=f"Reported: {facts['says']}",
            facts=facts,
        )
        return decided


def _decide_status(
    workspace: Workspace,
    kind: str,
    clinic_id: str,
    asserted: dict[str, str],
    *,
    who: str,
    reason: str,
) -> int:
    with workspace.change():
        clinic, _ = clinic_facts.find_clinic(workspace, clinic_id)
        decided = decisions.record(
            workspace, kind, f"clinic:{clinic_id}", asserted, who=who, reason=reason
        )
        operator_assertions.state_status(workspace, decided, clinic, **asserted)
        return decided


def _no_listings() -> pd.DataFrame:
    return listing_versions.table([], ("listing_id", *clinic_facts.EDITABLE))
