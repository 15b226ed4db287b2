"""Settling a case: one decision with all that the choice brings, so that one undo takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.errors import SchemaError
from geo.workspace import (
    cases,
    decisions,
    editing,
    intake,
    listing_versions,
    operator_assertions,
    positions,
)

if TYPE_CHECKING:
    from geo.workspace.cases import Case
    from geo.workspace.database import Workspace


def resolve_case(
    workspace: Workspace, case_id: int, choice: str, *, who: str, reason: str = ""
) -> int:
    """Settle a case and do what the choice says; return the decision's id: one undo takes it back.

    - duplicate: `same` merges the clinic of `listing_b` into that of `listing_a`; `different` keeps
      them apart for good.
    - position: `leave` keeps the position agreed before; `candidate:<n>` (from 0) agrees to one of
      those offered. A pin is set by `positions.verify`.
    - deactivated: `keep` does nothing; `close` reports the clinic closed.
    - shrunk: `accept` takes the run in; `discard` does not.
    - report: `done`, once what it says was looked into.

    Raises
    ------
    SchemaError : that is no choice for the case, or nobody is named.
    WorkspaceError : there is no such open case, or what was chosen cannot be done any more.
    """
    with workspace.change() as connection:
        case = cases.find_open(workspace, case_id)
        _check(case, choice)
        payload: dict[str, Any] = {"kind": case.kind, "choice": choice}
        if choice == "same":
            stays, absorbed = _clinics_of_pair(workspace, case)
            payload |= {"clinic_id": stays, "absorbed": absorbed}
        decided = decisions.record(
            workspace, "settle", f"case:{case_id}", payload, who=who, reason=reason
        )
        cases.close(workspace, decided, case_id, choice)
        if case.kind == "duplicate":
            pair = (case.facts["listing_a"], case.facts["listing_b"])
            listing_versions.answer_pairs(connection, decided, [pair], same=choice == "same")
        if choice == "same":
            editing.join(workspace, decided, stays, absorbed)
        elif choice == "close":
            clinic, _ = operator_assertions.find_clinic(workspace, case.clinic_id)
            operator_assertions.state_status(workspace, decided, clinic, "closed")
        elif choice == "accept":
            intake.take_in(workspace, int(case.facts["run_id"]), decided)
        elif choice.startswith("candidate:"):
            chosen = case.facts["candidates"][int(choice.removeprefix("candidate:"))]
            positions.choose(workspace, decided, case.clinic_id, chosen)
        return decided


def _check(case: Case, choice: str) -> None:
    allowed = list(cases.CHOICES[case.kind])
    if case.kind == "position":
        offered = range(len(case.facts.get("candidates", [])))
        allowed = ["leave", *(f"candidate:{number}" for number in offered)]
    if choice not in allowed:
        raise SchemaError(
            f"{choice!r} is no choice for case {case.id} ({case.kind}); "
            f"choose {' or '.join(allowed)}."
        )


def _clinics_of_pair(workspace: Workspace, case: Case) -> tuple[str, str]:
    found = dict(
        workspace.read(
            "SELECT listing_id, clinic_id FROM assigned WHERE listing_id IN (?, ?)",
            (case.facts["listing_a"], case.facts["listing_b"]),
        )
    )
    return found[case.facts["listing_a"]], found[case.facts["listing_b"]]
