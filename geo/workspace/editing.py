"""Clinics by hand: each change is what the operator says, dated, beside what the sources say."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.workspace.opening import Workspace


def add(
    workspace: Workspace, fields: Mapping[str, str], *, who: str, why: str = ""
) -> tuple[str, int]:
    """Add a clinic; return its id and the decision's."""
    raise NotImplementedError


def edit(
    workspace: Workspace, clinic_id: str, fields: Mapping[str, str], *, who: str, why: str = ""
) -> int:
    """Say otherwise of some fields of a clinic; return the decision's id. "" empties a field."""
    raise NotImplementedError


def close(
    workspace: Workspace, clinic_id: str, *, closed_on: str = "", who: str, why: str = ""
) -> int:
    """Report a clinic closed, on a day if it is known; return the decision's id."""
    raise NotImplementedError


def reopen(workspace: Workspace, clinic_id: str, *, who: str, why: str = "") -> int:
    """Say that a closed or withdrawn clinic operates; return the decision's id."""
    raise NotImplementedError


def withdraw(workspace: Workspace, clinic_id: str, *, who: str, why: str) -> int:
    """Take a clinic out for a reason, so that no source brings it back; return the decision's id."""
    raise NotImplementedError


def merge(
    workspace: Workspace, clinic_id: str, absorbed_id: str, *, who: str, why: str = ""
) -> int:
    """Give a clinic all listings of another one, which is then no more; return the decision's id."""
    raise NotImplementedError


def split(
    workspace: Workspace, clinic_id: str, listing_ids: Sequence[str], *, who: str, why: str = ""
) -> tuple[str, int]:
    """Make a clinic of its own of some listings of a clinic; return its id and the decision's."""
    raise NotImplementedError


def enter_report(
    workspace: Workspace, clinic_id: str, says: str, *, received: str = "", who: str
) -> int:
    """Enter what somebody wrote about a clinic; opens a case `report`. Return the decision's id."""
    raise NotImplementedError
