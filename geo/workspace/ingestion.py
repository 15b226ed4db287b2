"""A source into the workspace: opened in its own way, taken in whole, its listings given clinics."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo import sources
from geo.errors import SourceError
from geo.sources.rejects import REASON
from geo.workspace import intake, linking, stored_listings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geo.sources.reading import Batch
    from geo.sources.table import Mapping
    from geo.workspace import Workspace
    from geo.workspace.intake import Source
    from geo.workspace.linking import Counts
    from geo.workspace.runs import RunSummary

SERVICES: Final = ("npi_registry", "samhsa", "osm")
"""Sources that can be asked themselves, where no saved reply is given."""

FILES: Final = ("nppes", "npi_registry", "samhsa", "osm")
"""Sources whose files need no mapping."""

DIRECTORY: Final = "secondary_directory"
"""The kind of evidence that a table is unless more is said of it."""

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


@dataclass(frozen=True)
class TableSource:
    """A table of a title of its own: its runs are compared with each other, not with other tables'."""

    NAME: str
    TITLE: str
    URL: str
    LICENCE: str


def open_file(workspace: Workspace, name: str, path: Path) -> Reading:
    """Return the file of a source, ready to be read.

    Parameters
    ----------
    workspace : whose clinics' NPIs are looked up in NPPES.
    name : one of `FILES`.
    path : the file.

    Raises
    ------
    SourceError : there is no such source or file.
    """
    if name not in FILES:
        raise SourceError(f"There is no source of files {name!r}; there are {', '.join(FILES)}.")
    module = sources.get(name)
    digest = hash_file(path)
    if name == "nppes":
        known = frozenset(stored_listings.current(workspace)["npi"]) - {""}
        return Reading(module, module.read(path, known), path.name, digest)
    return Reading(module, module.read(path), path.name, digest)


def open_service(name: str) -> Reading:
    """Return a service, ready to be asked.

    Parameters
    ----------
    name : one of `SERVICES`.

    Raises
    ------
    SourceError : it is no service; or, while it is read, the service fails.
    """
    if name not in SERVICES:
        raise SourceError(f"{name!r} is no service; give a file. Services: {', '.join(SERVICES)}.")
    from geo.sources.replies import get_bytes  # noqa: PLC0415  only here is the network reached

    module = sources.get(name)
    return Reading(module, module.fetch(get_bytes), "", "")


def open_table(
    path: Path,
    mapping: Mapping,
    *,
    title: str,
    url: str = "",
    licence: str = "",
    evidence: str = DIRECTORY,
    source_date: str = "",
) -> Reading:
    """Return a table, ready to be read by a mapping that was confirmed.

    Rejects that were mended are filed for themselves: what they do not hold is not missing, and
    each of their listings is the one that it would be in the whole table.

    Parameters
    ----------
    path, mapping, title, url, licence, evidence, source_date : as `geo.sources.table.read` takes
        them.

    Raises
    ------
    SourceError : there is no such file, or it cannot be read so.
    """
    from geo.sources import table  # noqa: PLC0415  openpyxl

    digest = hash_file(path)
    is_mended = table.sample(path).heading[-1:] == [REASON]
    filed_under = f"{title}, mended {digest[:8]}" if is_mended else title
    source = TableSource(f"{table.NAME}:{filed_under}", filed_under, url, licence)
    batches = table.read(
        path,
        mapping,
        title=title,
        url=url,
        licence=licence,
        evidence=evidence,
        source_date=source_date,
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
