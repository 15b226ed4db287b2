"""A source into the workspace: opened in its own way, taken in whole, its listings given clinics."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from geo import sources
from geo.clinics.licensing import read_licence
from geo.errors import ServiceError, SourceError, WorkspaceError
from geo.sources import descriptors, replies
from geo.sources.rejects import REASON
from geo.workspace import intake, linking, runs, stored_listings, undoing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo.sources.descriptors import Source
    from geo.sources.reading import Batch
    from geo.sources.table import Layout, Mapping
    from geo.workspace import Workspace
    from geo.workspace.linking import Counts
    from geo.workspace.runs import RunSummary

_REPLIES: Final = ("json",)
"""The names of files that are a service's saved replies end so, and in nothing else."""

_CHUNK_BYTES: Final = 1 << 20


@dataclass(frozen=True)
class Reading:
    """A source that is ready to be read, once.

    Parameters
    ----------
    source : what its runs are filed under.
    batches : what it says; not read yet.
    file_name, file_sha256 : of its file; "" for a service.
    """

    source: Source
    batches: Iterator[Batch]
    file_name: str
    file_sha256: str


def open_file(workspace: Workspace, name: str, path: Path | Sequence[Path]) -> Reading:
    """Return the file of a source, ready to be read; of a service several replies are one run.

    Parameters
    ----------
    workspace : whose clinics' NPIs are looked up, where the source tells which are no more.
    name : of a source whose files need no mapping.
    path : the file; of what a service replies also a folder of files, or several of them.

    Raises
    ------
    SourceError : there is no such source or file, or several of a source that has one.
    WorkspaceError : the workspace cannot be read.
    """
    names = [one.name for one in descriptors.list_files().values() if not one.is_mapped]
    if name not in names:
        raise SourceError(f"There is no source of files {name!r}; there are {', '.join(names)}.")
    source, module = descriptors.find(name), sources.get(name)
    given = [path] if isinstance(path, Path) else list(path)
    if source.service and source.suffixes == _REPLIES:
        files = replies.list_replies(given)
        digests = [hash_file(file) for file in files]
        whole = hashlib.sha256("".join(digests).encode()).hexdigest()
        digest = digests[0] if len(digests) == 1 else whole
        return Reading(source, module.read(files), _name(given, files), digest)
    if len(given) > 1:
        raise SourceError(f"{source.title} is one file; give one at a time.")
    (file,) = given
    digest = hash_file(file)
    if source.checks_npis:
        known = frozenset(stored_listings.current(workspace)["npi"]) - {""}
        return Reading(source, module.read(file, known), file.name, digest)
    return Reading(source, module.read(file), file.name, digest)


def open_service(name: str) -> Reading:
    """Return a service, ready to be asked.

    Parameters
    ----------
    name : of one of `geo.sources.descriptors.list_services`.

    Raises
    ------
    SourceError : it is no service.
    ServiceError : while it is read, the service fails.
    """
    services = descriptors.list_services()
    if name not in services:
        raise SourceError(f"{name!r} is no service; give a file. Services: {', '.join(services)}.")

    return Reading(services[name], _tell(sources.get(name).fetch(replies.get_bytes)), "", "")


def open_table(
    path: Path,
    mapping: Mapping,
    *,
    title: str,
    url: str = "",
    licence: str = "",
    evidence: str = descriptors.TABLE.evidence,
    source_date: str = "",
    layout: Layout | None = None,
    only_naming: bool = False,
) -> Reading:
    """Return a table, ready to be read by a mapping that was confirmed.

    Rejects that were mended are filed for themselves: what they do not hold is not missing, and
    each of their listings is the one that it would be in the whole table.

    Parameters
    ----------
    path, mapping, title, url, licence, evidence, source_date, only_naming : as
        `geo.sources.table.read` takes them.
    layout : how it lies in its file; found unless told.

    Raises
    ------
    CrsError : it is in a reference system that is not known or not stated.
    SourceError : there is no such file, or it cannot be read so.
    """
    from geo.sources import table  # noqa: PLC0415  # 160 ms

    digest = hash_file(path)
    layout = layout or table.Layout()
    is_mended = table.sample(path, layout).heading[-1:] == [REASON]
    filed_under = f"{title}, mended {digest[:8]}" if is_mended else title
    # Its runs are compared with each other, not with other tables'.
    source = replace(
        table.SOURCE,
        name=f"{table.SOURCE.name}:{filed_under}",
        title=filed_under,
        url=url,
        licence=read_licence(licence),
    )
    batches = table.read(
        path,
        mapping,
        title=title,
        url=url,
        licence=licence,
        evidence=evidence,
        source_date=source_date,
        layout=layout,
        only_naming=only_naming,
    )
    return Reading(source, batches, path.name, digest)


def ingest(workspace: Workspace, reading: Reading, *, who: str) -> tuple[RunSummary, Counts]:
    """Take in a source, and give each of its listings a clinic; doubtful pairs become cases.

    Parameters
    ----------
    workspace : where to.
    reading : of one of the `open_...`.
    who : the operator.

    Returns
    -------
    What was read, and how its listings were assigned; a run that is held has none to assign yet.

    Raises
    ------
    SchemaError : a batch breaks its contract, or nobody is named.
    SourceError : the source cannot be read; nothing was taken in.
    WorkspaceError : another program is taking in a source, or the disk fails.
    """
    summary = intake.ingest(
        workspace,
        reading.source,
        reading.batches,
        file_name=reading.file_name,
        file_sha256=reading.file_sha256,
        who=who,
    )
    return summary, linking.assign_new(workspace)


def take_back(workspace: Workspace, run_id: int, *, who: str, reason: str = "") -> int:
    """Take a run back, and what was matched by rule after it; return the decision's id.

    Raises
    ------
    WorkspaceError : there is no such run, it does not count, or later decisions build on it.
    SchemaError : nobody is named.
    """
    with workspace.change():
        run = runs.summarise(workspace, run_id)
        if run.decision_id is None:
            hint = (
                "discard it in review" if run.state == "held" else "there is nothing to take back"
            )
            raise WorkspaceError(f"Run {run_id} is {run.state}: {hint}.")
        matched = linking.find_matching(workspace, run.decision_id)
        if matched is not None:
            undoing.undo(workspace, matched, who=who, reason=reason)
        return undoing.undo(workspace, run.decision_id, who=who, reason=reason)


def _tell(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Give the batches of a service on; what cannot be read of it is the service's failure."""
    try:
        yield from batches
    except ServiceError:
        raise
    except SourceError as error:
        raise ServiceError(str(error)) from error


def _name(given: Sequence[Path], files: Sequence[Path]) -> str:
    """Return how a run of several files is called: its folder, or its first file and how many more."""
    if len(given) == 1:
        return given[0].resolve().name
    return f"{files[0].name} and {len(files) - 1:,} more"


def hash_file(path: Path) -> str:
    """Return the sha256 of a file of any size.

    Raises
    ------
    SourceError : it cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
    except OSError as error:
        raise SourceError(f"The file {path} cannot be read: {error.strerror}.") from error
    return digest.hexdigest()
