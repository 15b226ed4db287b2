"""Taking in a source: read in batches out of sight, then seen all at once or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from geo.sources.reading import Batch
    from geo.workspace.opening import Workspace


class Source(Protocol):
    """What a source module tells of itself."""

    NAME: str
    TITLE: str
    URL: str
    LICENCE: str


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One reading of a source.

    Parameters
    ----------
    id : of the run.
    source, title, file_name, file_sha256, who, started_at, finished_at : what was read by whom.
    state : `complete`; `held` until an operator accepts it; `discarded`; `undone`.
    decision_id : of the decision that made it count; None while it is held or was discarded.
    case_id : of the case `shrunk` of a held run, else None.
    read, not_relevant, accepted, rejected : records; read = not_relevant + accepted + rejected.
    added, changed, unchanged : listings accepted: new, with another content, as they were.
    missing : listings that an earlier run of the source held and this one does not; they stay.
    """

    id: int
    source: str
    title: str
    file_name: str
    file_sha256: str
    who: str
    started_at: str
    finished_at: str
    state: str
    decision_id: int | None
    case_id: int | None
    read: int
    not_relevant: int
    accepted: int
    rejected: int
    added: int
    changed: int
    unchanged: int
    missing: int


def ingest(
    workspace: Workspace,
    source: Source,
    batches: Iterable[Batch],
    *,
    file_name: str,
    file_sha256: str,
    who: str,
) -> RunSummary:
    """Take in all batches of a source; until the last one, nothing of them is to be seen.

    Parameters
    ----------
    source : a source module; runs of one `NAME` are compared with each other.
    batches : as they are read; whatever the reading raises ends the run, and nothing was taken in.
    file_name, file_sha256 : what was read; "" for a service.

    Raises
    ------
    WorkspaceError : another program is taking in a source, or the disk fails.
    SchemaError : a batch breaks the contract of `geo.listings`.
    """
    raise NotImplementedError


def summarise(workspace: Workspace, run_id: int) -> RunSummary:
    """Return one run."""
    raise NotImplementedError


def list_runs(workspace: Workspace) -> list[RunSummary]:
    """Return the runs that came to an end, the newest first."""
    raise NotImplementedError


def rejects(workspace: Workspace, run_id: int) -> pd.DataFrame:
    """Return what a run rejected: `line`, `record`, `reason`, `raw`."""
    raise NotImplementedError


def mended(workspace: Workspace, run_id: int) -> pd.DataFrame:
    """Return which optional fields a run emptied: `listing_id`, `column`, `was`, `reason`."""
    raise NotImplementedError


def notices(workspace: Workspace, run_id: int) -> pd.DataFrame:
    """Return what a run told an operator to look at: `npi`, `kind`, `date`, `reason`."""
    raise NotImplementedError
