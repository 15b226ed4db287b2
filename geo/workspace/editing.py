"""Clinics by hand: each change is what the operator says, dated, beside what the sources say.

Every change is one decision, which `undoing.undo` takes back whole. Fields are edited by giving
them: phones, web addresses, ZIPs and states as people write them; "" empties one, and lets what
sources say of it count no longer (`operator_assertions` tells how). The name and the state cannot be
emptied. An edit says nothing of whether the clinic operates: `close`, `reopen`, `withdraw` and
`calling.note_call` do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.errors import SchemaError, WorkspaceError
from geo.sources import cleaning
from geo.workspace import (
    cases,
    decisions,
    listing_versions,
    operator_assertions,
    stored_listings,
)
from geo.workspace.clinic_ids import name_clinic
from geo.workspace.stored_listings import OPERATOR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from geo.workspace.database import Workspace


def add(
    workspace: Workspace, fields: Mapping[str, str], *, who: str, reason: str = ""
) -> tuple[str, int]:
    """Add a clinic that operates; return its id and the decision's.

    Parameters
    ----------
    fields : any of `operator_assertions.EDITABLE`; those of `NEEDED` at least.

    Raises
    ------
    SchemaError : the name or the state is missing, or a value cannot be used.
    WorkspaceError : the workspace cannot be written.
    """
    asserted = operator_assertions.clean(fields)
    for needed in operator_assertions.NEEDED:
        if not asserted.get(needed):
            raise SchemaError(f"A new clinic needs a {needed}; give it.")
    blank = dict.fromkeys(operator_assertions.EDITABLE, "")
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
    fields : any of `operator_assertions.EDITABLE`; those that are so already are passed over.

    Raises
    ------
    SchemaError : a value cannot be used, or nothing would change.
    WorkspaceError : there is no such clinic, or the workspace cannot be written.
    """
    with workspace.change():
        clinic, of_clinic = operator_assertions.find_clinic(workspace, clinic_id)
        asserted = operator_assertions.clean(fields, str(clinic["state"]))
        now = operator_assertions.find_now(clinic, of_clinic)
        changes = operator_assertions.find_changes(now, asserted)
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


def merge(
    workspace: Workspace, clinic_id: str, absorbed_id: str, *, who: str, reason: str = ""
) -> int:
    """Give a clinic all listings of another one, which is then no more; return the decision's id.

    What operators said of the clinic that stays holds; of the other one what fills a gap.

    Raises
    ------
    WorkspaceError : one of them is not there, they are the same, or the workspace cannot be written.
    SchemaError : nobody is named.
    """
    with workspace.change():
        decided = decisions.record(
            workspace,
            "merge",
            f"clinic:{clinic_id}",
            {"absorbed": absorbed_id},
            who=who,
            reason=reason,
        )
        join(workspace, decided, clinic_id, absorbed_id)
        return decided


def join(workspace: Workspace, decision_id: int, clinic_id: str, absorbed_id: str) -> None:
    """Write as part of a decision, whose payload names `absorbed`, that two clinics are one.

    Raises
    ------
    SchemaError : the two are one.
    WorkspaceError : there is no such clinic, or the workspace cannot be written.
    """
    of_clinic = stored_listings.of_clinic(workspace, clinic_id)
    of_absorbed = stored_listings.of_clinic(workspace, absorbed_id)
    for named, theirs in ((clinic_id, of_clinic), (absorbed_id, of_absorbed)):
        if theirs.empty:
            raise WorkspaceError(f"There is no clinic {named!r} in the workspace.")
    if clinic_id == absorbed_id:
        raise SchemaError("A clinic cannot be merged with itself; name two.")
    own = of_absorbed["listing_id"].str.startswith(OPERATOR)
    with workspace.change() as connection:
        listing_versions.assign(
            connection,
            decision_id,
            [
                (listing, clinic_id, f"merged from {absorbed_id}", None)
                for listing in of_absorbed["listing_id"]
            ],
        )
        for listing_id in of_absorbed.loc[own, "listing_id"]:
            listing_versions.retire(connection, decision_id, listing_id)
        connection.execute(
            "INSERT INTO refusals (decision_id, clinic_id, field, value, refused) "
            "SELECT ?, ?, field, value, 1 FROM refused WHERE clinic_id = ?",
            (decision_id, clinic_id, absorbed_id),
        )
    if own.any():
        clinic = operator_assertions.find_clinics(of_clinic, [clinic_id])[clinic_id][0]
        _fill_gaps(workspace, decision_id, clinic, of_clinic, of_absorbed)


def find_gaps(clinic: Mapping[str, Any], of_absorbed: pd.DataFrame) -> dict[str, str]:
    """Return what operators said of a clinic that another one absorbs, where that knows nothing.

    Parameters
    ----------
    clinic : the one that stays.
    of_absorbed : the listings of the other one.
    """
    facts = _find_said(of_absorbed, status=False)
    return {
        name: str(facts[name])
        for name in operator_assertions.GAPS
        if facts and facts[name] and not clinic[name]
    }


def split(
    workspace: Workspace, clinic_id: str, listing_ids: Sequence[str], *, who: str, reason: str = ""
) -> tuple[str, int]:
    """Make a clinic of its own of some listings of a clinic; return its id and the decision's.

    They will not be taken for the same clinic again.

    Raises
    ------
    SchemaError : none or all of the sources' listings are named, or one that is not the clinic's;
        the operator's own stay with it.
    WorkspaceError : there is no such clinic, or the workspace cannot be written.
    """
    with workspace.change() as connection:
        _, of_clinic = operator_assertions.find_clinic(workspace, clinic_id)
        theirs = of_clinic[~of_clinic["listing_id"].str.startswith(OPERATOR)]
        chosen = theirs["listing_id"].isin(listing_ids)
        if others := set(listing_ids) - {*theirs["listing_id"]}:
            raise SchemaError(f"{min(others)!r} is no listing of a source of clinic {clinic_id!r}.")
        if not chosen.any() or chosen.all():
            raise SchemaError("Name some listings to split off, and leave the clinic at least one.")
        first = theirs[chosen].iloc[0]
        new_id = name_clinic(workspace, {str(name): str(value) for name, value in first.items()})
        decided = decisions.record(
            workspace,
            "split",
            f"clinic:{clinic_id}",
            {"listings": sorted(listing_ids), "clinic_id": new_id},
            who=who,
            reason=reason,
        )
        moved, stay = theirs.loc[chosen, "listing_id"], theirs.loc[~chosen, "listing_id"]
        listing_versions.assign(
            connection,
            decided,
            [(listing, new_id, f"split from {clinic_id}", None) for listing in moved],
        )
        listing_versions.answer_pairs(
            connection, decided, [(one, other) for one in moved for other in stay], same=False
        )
    return new_id, decided


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
        operator_assertions.find_clinic(workspace, clinic_id)
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
        clinic, _ = operator_assertions.find_clinic(workspace, clinic_id)
        decided = decisions.record(
            workspace, kind, f"clinic:{clinic_id}", asserted, who=who, reason=reason
        )
        operator_assertions.state_status(workspace, decided, clinic, **asserted)
        return decided


def _fill_gaps(
    workspace: Workspace,
    decision_id: int,
    clinic: dict[str, Any],
    of_clinic: pd.DataFrame,
    of_absorbed: pd.DataFrame,
) -> None:
    """State for a clinic what operators said of one that it absorbs, where it knew nothing."""
    clinic_id = str(clinic["clinic_id"])
    status = _find_said(of_absorbed, status=True)
    if gaps := find_gaps(clinic, of_absorbed):
        operator_assertions.state_facts(workspace, decision_id, [(clinic, of_clinic, gaps)])
    # That the other one was withdrawn, most often as a duplicate, does not withdraw this one.
    stated = operator_assertions.status_id(clinic_id) in set(of_clinic["listing_id"])
    if status and not stated and status["operating"] != "withdrawn":
        own = {
            "clinic_id": clinic_id,
            "listing_id": operator_assertions.status_id(clinic_id),
            "name": "",
        }
        copied = {str(key): str(value) for key, value in (status | own).items()}
        operator_assertions.write(workspace, decision_id, [copied])


def _find_said(of_clinic: pd.DataFrame, *, status: bool) -> dict[Any, Any]:
    """Return the operator's own listing of facts, or of the status; empty for none."""
    own = of_clinic["listing_id"].str.startswith(OPERATOR)
    own &= of_clinic["listing_id"].str.endswith(":status") == status
    return next(iter(of_clinic[own].to_dict("records")), {})


def _no_listings() -> pd.DataFrame:
    return listing_versions.table([], ("listing_id", *operator_assertions.EDITABLE))
