"""What an operator has to look at, each once: opened, settled by a choice, opened again by undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from geo.workspace.opening import Workspace

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "duplicate": ("same", "different"),
    "position": ("leave", "candidate:<n>"),
    "deactivated": ("keep", "close"),
    "shrunk": ("accept", "discard"),
    "report": ("done",),
}
"""Kind of case -> how it can be settled; a position also by `positions.verify`."""


def open_cases(workspace: Workspace, kind: str | None = None) -> pd.DataFrame:
    """Return the cases that nobody has settled, the oldest first.

    Returns
    -------
    `case_id`, `kind`, `subject` (what it is about; one open case each), `clinic_id` ("" for none),
    `reason` (a sentence), `facts` (a mapping), `opened_at`. Facts of a duplicate: `listing_a`,
    `listing_b`, `score`; of a position: `candidates`; of a deactivated NPI: `npi`, `date`; of a
    shrunk run: `run_id`, `before`, `after`, `states`; of a report: `says`, `received`.
    """
    raise NotImplementedError


def settle(workspace: Workspace, case_id: int, choice: str, *, who: str, why: str = "") -> int:
    """Settle a case and do what the choice says; return the decision's id: one undo takes it back.

    Parameters
    ----------
    choice : one of `CHOICES` for the kind of the case.

    Raises
    ------
    WorkspaceError : there is no such open case, or that is no choice for it.
    """
    raise NotImplementedError


def add(
    workspace: Workspace,
    decision_id: int,
    kind: str,
    subject: str,
    *,
    clinic_id: str = "",
    reason: str,
    facts: Mapping[str, Any],
) -> None:
    """Open a case as part of a decision, unless the same one was open or settled before."""
    raise NotImplementedError
