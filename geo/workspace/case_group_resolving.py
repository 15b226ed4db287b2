"""Settling many cases of one kind alike: one decision, so that one undo takes all of it back."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from geo.errors import GeoError, SchemaError
from geo.workspace import (
    case_resolving,
    cases,
    clinic_facts,
    decisions,
    pair_cases,
    stored_listings,
)
from geo.workspace.cases import Case

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geo.workspace.database import Workspace

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "duplicate": ("same", "different"),
    "position": ("candidate:0", "leave"),
    "deactivated": ("keep", "close"),
    "report": ("done",),
    "facts": ("accept", "reject"),
}
"""Kind of case -> how many of it may be settled at once. A source that shrank is looked at for itself."""

_NOT_OPEN: Final = "It is not open, or of another kind; look at the list of open cases again."


@dataclass(frozen=True, slots=True)
class Settled:
    """What settling many did.

    Parameters
    ----------
    decision_id : that one undo takes back.
    cases : the ids of those that were settled.
    left : id of a case that was not -> why, a sentence.
    """

    decision_id: int
    cases: tuple[int, ...]
    left: Mapping[int, str]


def resolve_all(
    workspace: Workspace, case_ids: Iterable[int], choice: str, *, who: str, reason: str = ""
) -> Settled:
    """Settle cases of one kind by one choice, as one decision.

    Two clinics that differ in town, street, house number or suite are not joined so, however many
    pairs lead from one to the other; their cases stay open, as do those of which the choice cannot
    be carried out.

    Parameters
    ----------
    case_ids : open cases of one kind, settled in this order.
    choice : one of `CHOICES` of the kind.

    Raises
    ------
    SchemaError : nobody is named, the cases are of several kinds, or none could be settled so.
    WorkspaceError : the workspace cannot be written.
    """
    wanted = list(dict.fromkeys(case_ids))
    with workspace.change():
        find = _plan_joins if choice == "same" else _try_each
        planned, left, ended = find(workspace, wanted, choice)
        if not planned:
            because = next(iter(left.values()), "there is none.")
            raise SchemaError(f"None of the cases was settled: {because}")
        done = [case.id for case in planned]
        payload: dict[str, Any] = {"kind": planned[0].kind, "choice": choice, "cases": done}
        if ended:
            payload["absorbed"] = ended
        decided = decisions.record(workspace, "settle", "", payload, who=who, reason=reason)
        for case in planned:
            case_resolving.carry_out(workspace, decided, case, choice)
        return Settled(decided, tuple(done), left)


_Planned: TypeAlias = tuple[list[Case], dict[int, str], list[str]]
"""The cases to settle, why others are not, and the clinics that end."""


def _plan_joins(workspace: Workspace, case_ids: list[int], _: str) -> _Planned:
    """Return which pairs are joined: no clinic of one side differs from any of the other's."""
    waiting = _read_open(workspace)
    pairs = {
        case_id: pair_cases.find_pair(workspace, waiting[case_id])
        for case_id in case_ids
        if case_id in waiting and waiting[case_id].kind == pair_cases.KIND
    }
    known = clinic_facts.find_clinics(
        stored_listings.current(workspace), {one for pair in pairs.values() for one in pair}
    )
    clinics = {clinic_id: row for clinic_id, (row, _) in known.items()}
    part_of = {clinic_id: clinic_id for clinic_id in clinics}
    planned: list[Case] = []
    left = {case_id: _NOT_OPEN for case_id in case_ids if case_id not in pairs}
    ended: list[str] = []
    for case_id, (one, other) in pairs.items():
        stays, absorbed = part_of[one], part_of[other]
        if stays == absorbed:
            continue  # by way of others; then it asks nothing any more
        sides = [
            [clinics[each] for each, whole in part_of.items() if whole == side]
            for side in (stays, absorbed)
        ]
        apart = [
            (first, second, words)
            for first, second in itertools.product(*sides)
            if (words := pair_cases.tell_apart(first, second))
        ]
        if apart:
            first, second, words = apart[0]
            left[case_id] = (
                f"“{first['name']}” and “{second['name']}” are not joined unseen: "
                f"{' and '.join(words)}."
            )
            continue
        part_of |= {each: stays for each, whole in part_of.items() if whole == absorbed}
        planned.append(waiting[case_id])
        ended.append(absorbed)
    return planned, left, ended


def _try_each(workspace: Workspace, case_ids: list[int], choice: str) -> _Planned:
    """Return which cases a choice can be carried out of, by trying it; nothing of it stays."""
    waiting = _read_open(workspace)
    planned: list[Case] = []
    left: dict[int, str] = {}
    with workspace.change() as connection:
        connection.execute("SAVEPOINT tried")
        decided = decisions.record(workspace, "settle", who="nobody")
        for case_id in case_ids:
            connection.execute("SAVEPOINT one_case")
            case = waiting.get(case_id)
            if fault := _find_fault(case, choice, planned):
                left[case_id] = fault
            elif case is not None:
                try:
                    case_resolving.check_choice(case, choice)
                    case_resolving.carry_out(workspace, decided, case, choice)
                    planned.append(case)
                except GeoError as error:
                    connection.execute("ROLLBACK TO one_case")
                    left[case_id] = str(error)
            connection.execute("RELEASE one_case")
        connection.execute("ROLLBACK TO tried")
        connection.execute("RELEASE tried")
    return planned, left, []


def _find_fault(case: Case | None, choice: str, planned: list[Case]) -> str:
    """Return why a case is not to be settled together with others; "" where it may."""
    if case is None:
        return _NOT_OPEN
    if planned and planned[0].kind != case.kind:
        return "Cases of one kind alone are settled at once; choose a kind."
    if choice not in CHOICES.get(case.kind, ()):
        return f"Cases of the kind {case.kind} are not settled at once by {choice!r}."
    return ""


def _read_open(workspace: Workspace) -> dict[int, Case]:
    """Return the open cases by their ids."""
    rows = cases.open_cases(workspace).rename(columns={"case_id": "id"}).to_dict("records")
    return {
        int(row["id"]): Case(**{str(name): value for name, value in row.items()}) for row in rows
    }
