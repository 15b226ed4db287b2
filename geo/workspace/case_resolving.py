"""Settling a case: one decision with all that the choice brings, so that one undo takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from geo.errors import SchemaError
from geo.workspace import (
    cases,
    clinic_facts,
    decisions,
    intake,
    listing_versions,
    merging,
    operator_assertions,
    pair_cases,
    positions,
    possible_clinics,
    proposals,
)

if TYPE_CHECKING:
    from geo.workspace.cases import Case
    from geo.workspace.database import Workspace

_STATED: Final = {"operates": "yes", "close": "closed"}


def resolve_case(
    workspace: Workspace, case_id: int, choice: str, *, who: str, reason: str = ""
) -> int:
    """Settle a case and do what the choice says; return the decision's id: one undo takes it back.

    - duplicate: `same` merges the clinic of `listing_b` into that of `listing_a`; `different` keeps
      them apart for good.
    - position: `leave` keeps the position agreed before; `candidate:<n>` (from 0) agrees to one of
      those offered. A pin is set by `positions.verify`.
    - deactivated: `keep` does nothing; `close` reports the clinic closed.
    - status: `operates` and `close` state what the source's words leave open; `keep` leaves the
      clinic unconfirmed.
    - shrunk: `accept` takes the run in; `discard` does not.
    - report: `done`, once what it says was looked into.
    - facts: `accept` takes the best that was found of each field, `accept:<n>,<n>` those (from 0);
      `reject` none. What is not taken is not asked again.
    - possible: `add` makes a clinic of the place; `dismiss` does not.
    - lead: `done`, once it was looked into.

    Raises
    ------
    SchemaError : that is no choice for the case, or nobody is named.
    WorkspaceError : there is no such open case, or what was chosen cannot be done any more.
    """
    with workspace.change():
        case = cases.find_open(workspace, case_id)
        check_choice(case, choice)
        payload: dict[str, Any] = {"kind": case.kind, "choice": choice}
        if choice == "same":
            stays, absorbed = pair_cases.find_pair(workspace, case)
            payload |= {"clinic_id": stays, "absorbed": absorbed}
        decided = decisions.record(
            workspace, "settle", f"case:{case_id}", payload, who=who, reason=reason
        )
        carry_out(workspace, decided, case, choice)
        return decided


def carry_out(workspace: Workspace, decision_id: int, case: Case, choice: str) -> None:
    """Settle a case and do what the choice says as part of a decision, which names what it ends.

    Raises
    ------
    SchemaError : that is no choice for the case.
    WorkspaceError : what was chosen cannot be done any more.
    """
    taken = proposals.read_choice(case, choice) if case.kind == proposals.KIND else []
    with workspace.change() as connection:
        if case.kind == pair_cases.KIND:
            pair = (case.facts["listing_a"], case.facts["listing_b"])
            same = choice == "same"
            if same:
                stays, absorbed = pair_cases.find_pair(workspace, case)
                merging.join(workspace, decision_id, stays, absorbed)
            listing_versions.answer_pairs(connection, decision_id, [pair], same=same)
        cases.close(workspace, decision_id, case.id, choice)
        if taken:
            proposals.take(workspace, decision_id, case, taken)
        elif choice in _STATED:
            clinic, _ = clinic_facts.find_clinic(workspace, case.clinic_id)
            operator_assertions.state_status(workspace, decision_id, clinic, _STATED[choice])
        elif choice == "accept" and case.kind == "shrunk":
            intake.take_in(workspace, int(case.facts["run_id"]), decision_id)
        elif case.kind == possible_clinics.KIND and choice == possible_clinics.ADD:
            possible_clinics.add(workspace, decision_id, case)
        elif choice.startswith("candidate:"):
            chosen = case.facts["candidates"][int(choice.removeprefix("candidate:"))]
            positions.choose(workspace, decision_id, case.clinic_id, chosen)


def accept_sure(workspace: Workspace, *, who: str, reason: str = "") -> list[int]:
    """Take all proposals that are sure, a decision a clinic; return the decisions' ids.

    Sure is what two independent sources say, or what stands under the clinic's name on its own site
    in its town. What is not sure waits on.

    Raises
    ------
    SchemaError : nobody is named.
    WorkspaceError : the workspace cannot be written.
    """
    done = []
    for case_id in cases.open_cases(workspace, proposals.KIND)["case_id"].tolist():
        with workspace.change():
            case = cases.find_open(workspace, case_id)
            chosen = proposals.choose_sure(case.facts["proposals"])
            if not chosen:
                continue
            numbers = ",".join(map(str, chosen))
            decided = resolve_case(workspace, case_id, f"accept:{numbers}", who=who, reason=reason)
            proposals.keep_rest(workspace, decided, case, chosen)
            done.append(decided)
    return done


def check_choice(case: Case, choice: str) -> None:
    """Raise where that is no choice for a case.

    Raises
    ------
    SchemaError : it is none; the sentence names those there are.
    """
    if case.kind == proposals.KIND:
        proposals.read_choice(case, choice)
        return
    allowed = list(cases.CHOICES[case.kind])
    if case.kind == "position":
        offered = range(len(case.facts.get("candidates", [])))
        allowed = ["leave", *(f"candidate:{number}" for number in offered)]
    if choice not in allowed:
        raise SchemaError(
            f"{choice!r} is no choice for case {case.id} ({case.kind}); "
            f"choose {' or '.join(allowed)}."
        )
