"""What was decided: who, when, what, why; each can be undone by one more decision."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from geo.errors import WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.workspace.opening import Workspace


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision.

    Parameters
    ----------
    id : ascending in time.
    at : UTC, ISO 8601 to the second.
    who : an operator's name or address, "rule" or "geocoder" for the program, "shipped" for what
        the program came with.
    kind : `start`, `ingest`, `hold`, `assign`, `add`, `edit`, `close`, `reopen`, `withdraw`,
        `merge`, `split`, `call`, `report`, `bulk`, `locate`, `verify`, `settle`, `undo`.
    subject : what it is about: `clinic:<clinic_id>`, `run:<id>`, `case:<id>`, or "".
    payload : its particulars, such as the fields of an edit.
    why : the reason given; "" where none was.
    undoes : the decision it undoes; None for all but an undo.
    standing : whether it counts at present: it was not undone, or its undo was.
    """

    id: int
    at: str
    who: str
    kind: str
    subject: str
    payload: Mapping[str, Any]
    why: str
    undoes: int | None
    standing: bool


def record(
    workspace: Workspace,
    kind: str,
    subject: str = "",
    payload: Mapping[str, Any] | None = None,
    *,
    who: str,
    why: str = "",
) -> int:
    """Append a decision, and return its id; what it brings is written in the same `change`.

    Raises
    ------
    WorkspaceError : nobody is named, or the workspace cannot be written.
    """
    raise NotImplementedError


def undo(workspace: Workspace, decision_id: int, *, who: str, why: str = "") -> int:
    """Take back a decision, or take back an undo; return the id of the decision that does so.

    Raises
    ------
    WorkspaceError : there is no such decision, it does not stand, or later ones build on it: the
        sentence names them.
    """
    raise NotImplementedError


def find(workspace: Workspace, decision_id: int) -> Decision:
    """Return one decision.

    Raises
    ------
    WorkspaceError : there is none of that id.
    """
    raise NotImplementedError


def history(workspace: Workspace, subject: str = "", limit: int = 200) -> list[Decision]:
    """Return the decisions about a subject, or all, the newest first.

    Parameters
    ----------
    subject : as in `Decision`; of a clinic also those that moved a listing to it or away.
    limit : how many at most.
    """
    raise NotImplementedError
