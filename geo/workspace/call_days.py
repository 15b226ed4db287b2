"""A call day: a random sample of clinics is drawn, called, and what was answered is taken back.

Its sample is a decision, and so is each file or form of answers, which one undo takes back. What the
first caller was told becomes what the operator says of the clinic, as a call noted by hand does; what
a second caller was told says only how well callers agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.coverage import call_sample
from geo.errors import SchemaError, WorkspaceError
from geo.reference.tables import load_shapeless
from geo.workspace import (
    call_answers,
    calling,
    clinic_facts,
    decisions,
    stored_listings,
    undoing,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geo.workspace.database import Workspace
    from geo.workspace.decisions import Decision

DRAWN: Final = "sample"
TAKEN: Final = "answers"
"""The kinds of decision."""


@dataclass(frozen=True)
class CallDay:
    """A sample of clinics to call.

    Parameters
    ----------
    id : of the decision that drew it.
    day : on which, UTC, `YYYY-MM-DD`.
    by, seed : as `call_sample.draw` takes them.
    drawn : `call_sample.COLUMNS`, in the order in which to call.
    """

    id: int
    day: str
    by: str
    seed: int
    drawn: pd.DataFrame

    @property
    def populations(self) -> pd.Series[int]:
        """Return how many clinics each stratum had, by `area` and `known`."""
        return self.drawn.groupby(["area", "known"])["population"].first()


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking answers in did.

    Parameters
    ----------
    decision_id : that one undo takes back; None where none was taken.
    answers : how many were taken.
    rejects : line (0 of a form), clinic and why, a sentence, of those that were not.
    """

    decision_id: int | None
    answers: int
    rejects: tuple[tuple[int, str, str], ...]


def draw(
    workspace: Workspace, clinics: pd.DataFrame, size: int, *, by: str, seed: int, who: str
) -> CallDay:
    """Draw a sample of the clinics as they stand, and keep it as a decision.

    Parameters
    ----------
    clinics : `clinic_id`, `status`, `state`, `phone`, `street`.
    size, by, seed : as `call_sample.draw` takes them.

    Raises
    ------
    SchemaError : nobody is named, or no sample can be drawn so.
    WorkspaceError : the workspace cannot be written.
    """
    states = load_shapeless("states").set_index("state")
    areas = {name: clinics["state"].map(states[name]).fillna("") for name in ("division", "region")}
    drawn = call_sample.draw(clinics.assign(**areas), size, by=by, seed=seed)
    rows = [list(row) for row in drawn.itertuples(index=False, name=None)]
    payload = {"by": by, "seed": seed, "drawn": rows}
    decided = decisions.record(workspace, DRAWN, "", payload, who=who)
    return find(workspace, decided)


def list_days(workspace: Workspace) -> list[CallDay]:
    """Return the samples that stand, the newest first.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    return [_read(one) for one in _list_standing(workspace, DRAWN)]


def find(workspace: Workspace, day_id: int) -> CallDay:
    """Return one sample.

    Raises
    ------
    WorkspaceError : there is none of that id, or it was taken back.
    """
    found = decisions.find(workspace, day_id)
    if found.kind != DRAWN or not found.standing:
        raise WorkspaceError(f"Decision {day_id} is no sample of clinics to call.")
    return _read(found)


def take(
    workspace: Workspace,
    day: CallDay,
    answers: Iterable[tuple[int, Mapping[str, str]]],
    *,
    who: str,
    reason: str = "",
) -> Taken:
    """Take answers in, as one decision; those that cannot be used are told and left out.

    Parameters
    ----------
    answers : line of a file (0 of a form) and what `call_answers.clean` returns.

    Raises
    ------
    SchemaError : nobody is named.
    WorkspaceError : the workspace cannot be written.
    """
    drawn = set(day.drawn["clinic_id"])
    good: list[dict[str, str]] = []
    calls: list[calling.Call] = []
    rejects: list[tuple[int, str, str]] = []
    with workspace.change():
        held = tabulate(workspace, day)
        seen = set(zip(held["clinic_id"], held["caller"], strict=True))
        known = stored_listings.current(workspace)
        clinics = clinic_facts.find_clinics(known, drawn & set(known["clinic_id"]))
        for line, row in answers:
            key = (row["clinic_id"], row["caller"])
            if key in seen or key[0] not in clinics:
                fault = _tell_fault(known=key[0] in drawn, answered=key in seen)
                rejects.append((line, key[0], fault))
                continue
            called = clinics[key[0]]
            try:
                changes = _find_changes(called, row)
            except SchemaError as error:
                rejects.append((line, key[0], str(error)))
                continue
            seen.add(key)
            good.append({name: text for name, text in row.items() if text})
            if row["caller"] == "1" and row["outcome"] != "no_number":
                outcome = _find_outcome(row, changes)
                calls.append(calling.Call(*called, outcome, changes, date=row["called_on"]))
        if not good:
            return Taken(None, 0, tuple(rejects))
        payload = {"day": day.id, "answers": good}
        decided = decisions.record(workspace, TAKEN, "", payload, who=who, reason=reason)
        calling.write_calls(workspace, decided, calls)
    return Taken(decided, len(good), tuple(rejects))


def tabulate(workspace: Workspace, day: CallDay) -> pd.DataFrame:
    """Return the answers to a sample that stand: `call_answers.COLUMNS`, all text.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    rows = [
        dict.fromkeys(call_answers.COLUMNS, "") | answer
        for one in _list_standing(workspace, TAKEN)
        if one.payload["day"] == day.id
        for answer in one.payload["answers"]
    ]
    return pd.DataFrame(rows, columns=list(call_answers.COLUMNS), dtype="str")


def undo(workspace: Workspace, decision_id: int, *, who: str) -> int:
    """Take back a sample or answers; return the decision that does so.

    Raises
    ------
    SchemaError : nobody is named.
    WorkspaceError : it is neither, was taken back already, or something builds on it.
    """
    found = decisions.find(workspace, decision_id)
    if found.kind not in {DRAWN, TAKEN}:
        raise WorkspaceError(f"Decision {decision_id} is neither a sample nor answers to one.")
    if found.kind == DRAWN and not tabulate(workspace, _read(found)).empty:
        raise WorkspaceError(f"Sample {decision_id} has answers; take those back first.")
    return undoing.undo(workspace, decision_id, who=who)


def _tell_fault(*, known: bool, answered: bool) -> str:
    if answered:
        return "It was answered already; take that answer back first."
    if known:
        return "It is no clinic of the list any more."
    return "It is not in this sample."


def _find_changes(
    called: tuple[Mapping[str, Any], pd.DataFrame], row: Mapping[str, str]
) -> dict[str, str]:
    """Return what an answer says otherwise than the clinic does now."""
    clinic, of_clinic = called
    told: dict[str, str] = {name: row[name] for name in call_answers.FACTS if row[name]}
    if row["outcome"] == "wrong_number" and not row["phone"]:
        told["phone"] = ""
    if row["open"] == "yes":
        told |= {name: row[name] for name in ("treatments", "new_patients") if row[name]}
        payment = set(str(clinic["payment"]).split(";")) - {""}
        for payer in call_answers.PAYERS:
            payment |= {payer} if row[payer] == "yes" else set()
            payment -= {payer} if row[payer] == "no" else set()
        told["payment"] = ";".join(sorted(payment))
    now = clinic_facts.find_now(clinic, of_clinic)
    cleaned = clinic_facts.clean(told, str(clinic["state"]))
    return clinic_facts.find_changes(now, cleaned)


def _find_outcome(row: Mapping[str, str], changes: Mapping[str, str]) -> str:
    """Return which of `calling.OUTCOMES` an answer is."""
    if row["outcome"] != "answered":
        return row["outcome"]
    if row["open"] == "no":
        return "closed"
    return "changed" if changes else "open"


def _list_standing(workspace: Workspace, kind: str) -> list[Decision]:
    ids = workspace.read("SELECT id FROM standing WHERE kind = ? ORDER BY id DESC", (kind,))
    return [decisions.find(workspace, int(row[0])) for row in ids]


def _read(decision: Decision) -> CallDay:
    payload = decision.payload
    drawn = pd.DataFrame(payload["drawn"], columns=list(call_sample.COLUMNS))
    day = decision.at.partition("T")[0]
    return CallDay(decision.id, day, payload["by"], int(payload["seed"]), drawn)
