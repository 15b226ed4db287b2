"""Settling many cases of one kind alike: one decision, so that one undo takes all of it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from geo.errors import GeoError, SchemaError
from geo.workspace import case_resolving, cases, decisions, operator_assertions, pair_cases

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geo.workspace.cases import Case
    from geo.workspace.database import Workspace

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "duplicate": ("same", "different"),
    "position": ("candidate:0", "leave"),
    "deactivated": ("keep", "close"),
    "report": ("done",),
    "facts": ("accept", "reject"),
}
"""Kind of case -> how many of it may be settled at once. A source that shrank is looked at for itself."""


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
    with workspace.change() as connection:
        # A decision names the clinics that it ends, and is never changed: so it is tried before.
        connection.execute("SAVEPOINT tried")
        _, settled, left, ended = _settle(workspace, wanted, choice, {}, who=who, reason=reason)
        connection.execute("ROLLBACK TO tried")
        connection.execute("RELEASE tried")
        if not settled:
            because = next(iter(left.values()), "there is none")
            raise SchemaError(f"None of the cases was settled: {because}")
        done = [case.id for case in settled]
        payload: dict[str, Any] = {"kind": settled[0].kind, "choice": choice, "cases": done}
        if ended:
            payload["absorbed"] = ended
        decided, *_ = _settle(workspace, done, choice, payload, who=who, reason=reason)
        return Settled(decided, tuple(done), left)


def _settle(
    workspace: Workspace,
    case_ids: Iterable[int],
    choice: str,
    payload: Mapping[str, Any],
    *,
    who: str,
    reason: str,
) -> tuple[int, list[Case], dict[int, str], list[str]]:
    """Return the decision, the cases settled by it, why others were not, and the clinics it ended."""
    settled: list[Case] = []
    left: dict[int, str] = {}
    ended: list[str] = []
    with workspace.change() as connection:
        decided = decisions.record(workspace, "settle", "", payload, who=who, reason=reason)
        for case_id in case_ids:
            connection.execute("SAVEPOINT one_case")
            try:
                case = cases.find_open(workspace, case_id)
                absorbed = _check(workspace, case, choice, settled)
                case_resolving.carry_out(workspace, decided, case, choice)
            except GeoError as error:
                connection.execute("ROLLBACK TO one_case")
                left[case_id] = str(error)
            else:
                settled.append(case)
                ended += absorbed
            connection.execute("RELEASE one_case")
    return decided, settled, left, ended


def _check(workspace: Workspace, case: Case, choice: str, settled: list[Case]) -> list[str]:
    """Return the clinics that a choice would end.

    Raises
    ------
    SchemaError : the choice is not for many cases of this kind, or this one wants a look.
    WorkspaceError : a clinic is no more.
    """
    if settled and settled[0].kind != case.kind:
        raise SchemaError("Cases of one kind alone are settled at once; choose a kind.")
    if choice not in CHOICES.get(case.kind, ()):
        raise SchemaError(f"Cases of the kind {case.kind} are not settled at once by {choice!r}.")
    case_resolving.check_choice(case, choice)
    if choice != "same":
        return []
    stays, absorbed = (
        operator_assertions.find_clinic(workspace, clinic_id)[0]
        for clinic_id in pair_cases.find_pair(workspace, case)
    )
    if apart := pair_cases.tell_apart(stays, absorbed):
        raise SchemaError(
            f"“{stays['name']}” and “{absorbed['name']}” are not joined unseen: "
            f"{' and '.join(apart)}."
        )
    return [str(absorbed["clinic_id"])]
