"""What was decided: who, when, what, why; each can be undone by one more decision."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from geo.errors import SchemaError, WorkspaceError
from geo.files.stamps import stamp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.workspace.database import Workspace

_COLUMNS: Final = "id, at, who, kind, subject, payload, why, undoes"

# The decisions about a clinic: its own, those that brought or took a listing, those that place or
# state it in passing, such as a bulk edit; and whatever undid one of them.
_ABOUT_CLINIC: Final = """
WITH about (id) AS (
    SELECT id FROM decisions WHERE subject = 'clinic:' || :clinic
    UNION SELECT decision_id FROM assignments WHERE listing_id IN (
        SELECT listing_id FROM assignments WHERE clinic_id = :clinic)
    UNION SELECT decision_id FROM sightings
        WHERE listing_id IN ('operator:' || :clinic, 'operator:' || :clinic || ':status')
    UNION SELECT decision_id FROM positions WHERE clinic_id = :clinic
    UNION SELECT decision_id FROM calls WHERE clinic_id = :clinic
    UNION SELECT decision_id FROM refusals WHERE clinic_id = :clinic
    UNION SELECT decision_id FROM cases WHERE clinic_id = :clinic
    UNION SELECT settlements.decision_id FROM settlements
        JOIN cases ON cases.id = settlements.case_id WHERE cases.clinic_id = :clinic)
SELECT id FROM about
UNION SELECT id FROM decisions WHERE undoes IN (SELECT id FROM about)
"""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision.

    Parameters
    ----------
    id : ascending in time.
    at : UTC, ISO 8601 to the second.
    who : an operator's name or address; "rule" or "geocoder" for the program, "shipped" for what
        the program came with.
    kind : `start`, `ingest`, `hold`, `assign`, `add`, `edit`, `close`, `reopen`, `withdraw`,
        `merge`, `split`, `call`, `sample`, `answers`, `report`, `enrich`, `bulk`, `locate`,
        `verify`, `settle`, `undo`.
    subject : what it is about: `clinic:<clinic_id>`, `run:<id>`, `case:<id>`, `decision:<id>`, "".
    payload : its particulars, such as the fields of an edit.
    reason : the reason given; "" where none was.
    undoes : the decision it undoes; None for all but an undo.
    standing : whether it counts at present: it was not undone, or its undo was.
    """

    id: int
    at: str
    who: str
    kind: str
    subject: str
    payload: Mapping[str, Any]
    reason: str
    undoes: int | None
    standing: bool


def now() -> datetime:
    """Return the time in UTC; the date of every decision and of what an operator says."""
    return datetime.now(UTC)


def today() -> str:
    """Return the date in UTC, `YYYY-MM-DD`."""
    return now().date().isoformat()


def record(
    workspace: Workspace,
    kind: str,
    subject: str = "",
    payload: Mapping[str, Any] | None = None,
    *,
    who: str,
    reason: str = "",
    undoes: int | None = None,
) -> int:
    """Append a decision, and return its id; what it brings is written in the same `change`.

    Parameters
    ----------
    kind, subject, payload, who, reason, undoes : as in `Decision`.

    Raises
    ------
    SchemaError : nobody is named.
    WorkspaceError : the workspace cannot be written.
    """
    if not who.strip():
        raise SchemaError("Nobody is named who decides; give a name or an address in 'who'.")
    with workspace.change() as connection:
        cursor = connection.execute(
            "INSERT INTO decisions (at, who, kind, subject, payload, why, undoes) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                stamp(now()),
                who.strip(),
                kind,
                subject,
                json.dumps(payload or {}),
                reason.strip(),
                undoes,
            ),
        )
        return int(cursor.lastrowid or 0)


def find(workspace: Workspace, decision_id: int) -> Decision:
    """Return one decision.

    Raises
    ------
    WorkspaceError : there is none of that id.
    """
    found = _select(workspace, "WHERE id = ?", (decision_id,))
    if not found:
        raise WorkspaceError(f"There is no decision {decision_id}; see the history for its number.")
    return found[0]


def history(workspace: Workspace, subject: str = "", limit: int = 200) -> list[Decision]:
    """Return the decisions about a subject, or all, the newest first.

    Parameters
    ----------
    subject : as in `Decision`; of a clinic also those that moved a listing to it or away.
    limit : how many at most.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    order = f"ORDER BY id DESC LIMIT {int(limit)}"
    if not subject:
        return _select(workspace, order, ())
    if subject.startswith("clinic:"):
        ids = workspace.read(_ABOUT_CLINIC, {"clinic": subject.removeprefix("clinic:")})
        chosen = json.dumps([row[0] for row in ids])
        within = "WHERE id IN (SELECT value FROM json_each(?))"
        return _select(workspace, f"{within} {order}", (chosen,))
    return _select(workspace, f"WHERE subject = ? {order}", (subject,))


def head(workspace: Workspace) -> int:
    """Return the id of the newest decision, which tells whether anything was decided since.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    return int(workspace.read("SELECT MAX(id) FROM decisions")[0][0])


def _select(workspace: Workspace, where: str, values: Sequence[Any]) -> list[Decision]:
    rows = workspace.read(
        f"SELECT {_COLUMNS}, NOT EXISTS (SELECT 1 FROM undone WHERE decision_id = id) "  # noqa: S608  constants
        f"FROM decisions {where}",
        values,
    )
    return [
        Decision(id_, at, who, kind, subject, json.loads(payload), reason, undoes, bool(standing))
        for id_, at, who, kind, subject, payload, reason, undoes, standing in rows
    ]
