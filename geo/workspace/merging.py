"""Two clinics made one, and one made two, by hand: each a decision that can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.errors import SchemaError, WorkspaceError
from geo.workspace import (
    clinic_facts,
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
        clinic = clinic_facts.find_clinics(of_clinic, [clinic_id])[clinic_id][0]
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
        for name in clinic_facts.GAPS
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
        _, of_clinic = clinic_facts.find_clinic(workspace, clinic_id)
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
    stated = clinic_facts.status_id(clinic_id) in set(of_clinic["listing_id"])
    if status and not stated and status["operating"] != "withdrawn":
        own = {
            "clinic_id": clinic_id,
            "listing_id": clinic_facts.status_id(clinic_id),
            "name": "",
        }
        copied = {str(key): str(value) for key, value in (status | own).items()}
        operator_assertions.write(workspace, decision_id, [copied])


def _find_said(of_clinic: pd.DataFrame, *, status: bool) -> dict[Any, Any]:
    """Return the operator's own listing of facts, or of the status; empty for none."""
    own = of_clinic["listing_id"].str.startswith(OPERATOR)
    own &= of_clinic["listing_id"].str.endswith(":status") == status
    return next(iter(of_clinic[own].to_dict("records")), {})
