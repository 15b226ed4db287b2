"""What an operator has to look at, each once: opened, settled by a choice, opened again by undo."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geo.errors import WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.i18n.reasons import Reason
    from geo.workspace.database import Workspace

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "duplicate": ("same", "different"),
    "position": ("leave", "candidate:<n>"),
    "deactivated": ("keep", "close"),
    "status": ("operates", "close", "keep"),
    "shrunk": ("accept", "discard"),
    "report": ("done",),
    "facts": ("accept", "reject", "accept:<n>,<n>"),
    "possible": ("add", "dismiss"),
    "lead": ("done",),
}
"""Kind of case -> how it is resolved by `case_resolving.resolve_case`; a position also by
`positions.verify`."""
REASONS: Final = "reasons"
"""The fact that holds why a case was opened: a list of `code` and `figures`."""

# Of the cases of one subject the last one counts. It is moot once what it asks is no question any
# more: both listings are one clinic's, the clinic is no more, the run was overtaken, the listing
# says something else of whether it operates, the place is some clinic's or gone from its source. A
# listing's clinic is the one that it has by now.
_OPEN: Final = """
SELECT cases.id, cases.kind, cases.subject,
    CASE cases.kind WHEN 'status' THEN COALESCE((
        SELECT clinic_id FROM assigned
        WHERE assigned.listing_id = json_extract(cases.facts, '$.listing_id')), '')
        ELSE cases.clinic_id END,
    cases.reason, cases.facts, decisions.at
FROM (
    SELECT MAX(cases.id) AS id FROM cases
    WHERE NOT EXISTS (SELECT 1 FROM undone WHERE undone.decision_id = cases.decision_id)
    GROUP BY kind, subject) AS last
JOIN cases ON cases.id = last.id
JOIN decisions ON decisions.id = cases.decision_id
WHERE NOT EXISTS (
    SELECT 1 FROM settlements WHERE settlements.case_id = cases.id
    AND NOT EXISTS (SELECT 1 FROM undone WHERE undone.decision_id = settlements.decision_id))
AND NOT (cases.clinic_id <> '' AND cases.kind <> 'duplicate' AND NOT EXISTS (
    SELECT 1 FROM assigned WHERE assigned.clinic_id = cases.clinic_id))
AND NOT (cases.kind = 'duplicate' AND EXISTS (
    SELECT 1 FROM assigned AS a JOIN assigned AS b ON a.clinic_id = b.clinic_id
    WHERE a.listing_id = json_extract(cases.facts, '$.listing_a')
    AND b.listing_id = json_extract(cases.facts, '$.listing_b')))
AND NOT (cases.kind IN ('possible', 'lead') AND (EXISTS (
    SELECT 1 FROM assigned WHERE assigned.listing_id = json_extract(cases.facts, '$.listing_id'))
    OR NOT EXISTS (SELECT 1 FROM sighted WHERE version_id IS NOT NULL
    AND sighted.listing_id = json_extract(cases.facts, '$.listing_id'))))
AND NOT (cases.kind = 'shrunk' AND EXISTS (
    SELECT 1 FROM runs JOIN runs AS newer ON newer.source = runs.source AND newer.id > runs.id
    JOIN standing ON standing.id = newer.decision_id
    WHERE cases.subject = 'run:' || runs.id))
AND NOT (cases.kind = 'status' AND NOT EXISTS (
    SELECT 1 FROM sighted JOIN versions ON versions.id = sighted.version_id
    WHERE sighted.listing_id = json_extract(cases.facts, '$.listing_id')
    AND versions.operating = 'unconfirmed'))
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One question for an operator.

    Parameters
    ----------
    id : of the case.
    kind : one of `CHOICES`.
    subject : what it is about; at most one case of a kind is open for each.
    clinic_id : the clinic it concerns; "" where it concerns none alone.
    reason : why it was opened, a sentence.
    facts : of a duplicate `listing_a`, `listing_b`, `score`; of a position `candidates`; of a
        deactivated NPI `npi`, `date`; of a status `listing_id`, `says`; of a shrunk run `run_id`,
        `before`, `after`, `states`; of a report `says`, `received`; of facts that were found
        `proposals` (`geo.workspace.proposals`); of a possible clinic or a lead `listing_id`.
    opened_at : UTC.
    """

    id: int
    kind: str
    subject: str
    clinic_id: str
    reason: str
    facts: Mapping[str, Any]
    opened_at: str


def open_cases(workspace: Workspace, kind: str | None = None) -> pd.DataFrame:
    """Return the cases that nobody has settled, the oldest first.

    Parameters
    ----------
    kind : only those of one kind. Unless it is told, all but leads, which wait for whoever calls
        (`geo.workspace.possible_clinics.list_leads`) and are many.

    Returns
    -------
    `case_id` (int), then the columns of `Case`.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    found = _find_open(
        workspace, "AND (cases.kind = ?1 OR ?1 = '' AND cases.kind <> 'lead')", kind or ""
    )
    columns = ("kind", "subject", "clinic_id", "reason", "opened_at")
    table = pd.DataFrame(
        {name: pd.Series([getattr(case, name) for case in found], dtype="str") for name in columns}
    )
    table.insert(0, "case_id", pd.Series([case.id for case in found], dtype="int64"))
    table.insert(5, "facts", pd.Series([case.facts for case in found], dtype="object"))
    return table


def find_open(workspace: Workspace, case_id: int) -> Case:
    """Return one open case.

    Raises
    ------
    WorkspaceError : there is none of that id, or it was settled or became moot.
    """
    found = _find_open(workspace, "AND cases.id = ?1", case_id)
    if not found:
        raise WorkspaceError(f"Case {case_id} is not open; look at the list of open cases again.")
    return found[0]


def add(
    workspace: Workspace,
    decision_id: int,
    kind: str,
    subject: str,
    *,
    clinic_id: str = "",
    reason: str,
    facts: Mapping[str, Any],
    reasons: Sequence[Reason] = (),
) -> None:
    """Open a case as part of a decision, unless the last one of its subject asked the very same.

    Parameters
    ----------
    decision_id, kind, subject, clinic_id, reason, facts : as in `Case`.
    reasons : those of which `reason` is the English; they go with the facts.

    Raises
    ------
    WorkspaceError : the workspace cannot be written.
    """
    codes = [{"code": one.code, "figures": dict(one.figures)} for one in reasons]
    asked = {**facts, **({REASONS: codes} if codes else {})}
    content = json.dumps(asked, sort_keys=True)
    with workspace.change() as connection:
        last = workspace.read(
            "SELECT reason, facts FROM cases WHERE kind = ? AND subject = ? AND NOT EXISTS "
            "(SELECT 1 FROM undone WHERE undone.decision_id = cases.decision_id) "
            "ORDER BY id DESC LIMIT 1",
            (kind, subject),
        )
        if not any(
            _asks_the_same((words, json.loads(before)), (reason, json.loads(content)))
            for words, before in last
        ):
            connection.execute(
                "INSERT INTO cases (decision_id, kind, subject, clinic_id, reason, facts) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (decision_id, kind, subject, clinic_id, reason, content),
            )


def _asks_the_same(before: tuple[str, dict[str, Any]], after: tuple[str, dict[str, Any]]) -> bool:
    """Tell whether two cases of one subject, each words and facts, ask the same.

    Their facts tell, if they hold the reasons by code; one that was opened without codes has only
    its words to tell it by.
    """
    if REASONS in before[1]:
        return before[1] == after[1]
    facts = {name: value for name, value in after[1].items() if name != REASONS}
    return before == (after[0], facts)


def close(workspace: Workspace, decision_id: int, case_id: int, choice: str) -> None:
    """Note as part of a decision that it settles a case.

    Raises
    ------
    WorkspaceError : the workspace cannot be written.
    """
    with workspace.change() as connection:
        connection.execute(
            "INSERT INTO settlements (decision_id, case_id, choice) VALUES (?, ?, ?)",
            (decision_id, case_id, choice),
        )


def close_positions(workspace: Workspace, decision_id: int, clinic_id: str, choice: str) -> None:
    """Note as part of a decision that it settles the open cases of a clinic's position.

    Raises
    ------
    WorkspaceError : the workspace cannot be written.
    """
    for case in _find_open(
        workspace, "AND cases.kind = 'position' AND cases.clinic_id = ?1", clinic_id
    ):
        close(workspace, decision_id, case.id, choice)


def _find_open(workspace: Workspace, which: str, value: str | int) -> list[Case]:
    rows = workspace.read(f"{_OPEN} {which} ORDER BY cases.id", (value,))
    return [
        Case(case_id, kind, subject, clinic_id, reason, json.loads(facts), at)
        for case_id, kind, subject, clinic_id, reason, facts, at in rows
    ]
