"""What each kind of job does: take in a source, fill in, geocode, build a draft of the next release."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from geo import workspace
from geo.enriching import enriching_run
from geo.jobs import drafts, uploads
from geo.publishing import publishing
from geo.sources import descriptors
from geo.workspace import geocoding_run, ingestion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from geo.geocoding.asking import Progress
    from geo.sources.reading import Batch
    from geo.workspace import Workspace

Report: TypeAlias = "Callable[..., None]"
"""Called with what changed of a `Job`: `done`, `total`, `unit`, `counts`, `seconds_left`."""


def ingest(task: Mapping[str, Any], report: Report, who: str) -> dict[str, Any]:
    """Take in a source; an upload is removed, whatever comes of it.

    Parameters
    ----------
    task : `source`; `path`, "" for the service itself; of a table also `columns` (field -> column),
        `layout` (of `geo.sources.table.Layout`) and `table`, what else
        `geo.workspace.ingestion.open_table` takes.

    Returns
    -------
    `run_id`, and `geo.workspace.linking.Counts`.

    Raises
    ------
    SchemaError : as `geo.workspace.ingestion.ingest`.
    SourceError : the source cannot be read; nothing was taken in.
    WorkspaceError : another program is taking in a source, or the disk fails.
    """
    path = Path(task["path"]) if task["path"] else None
    try:
        with workspace.open() as opened:
            reading = _open(opened, task, path)
            reported = replace(reading, batches=_tell(reading.batches, report))
            summary, counts = ingestion.ingest(opened, reported, who=who)
    finally:
        if path is not None:
            uploads.remove(path)
    return {"run_id": summary.id, **asdict(counts)}


def enrich(task: Mapping[str, Any], report: Report, who: str) -> dict[str, Any]:
    """Look for what clinics lack, and propose it.

    Parameters
    ----------
    task : `sources`, `lacking` and `state`, as `geo.enriching.enriching_run.enrich` takes them.

    Returns
    -------
    `clinics`, `outcomes`, `fields` (proposals by field: how many, how many of them sure), `cases`.

    Raises
    ------
    GeocodingError, SchemaError, WorkspaceError : as `geo.enriching.enriching_run.enrich`.
    """

    def tell(at: enriching_run.Progress) -> None:
        report(done=at.done, total=at.total, unit="clinics", counts=dict(at.counts))

    with workspace.open() as opened:
        done = enriching_run.enrich(
            opened,
            task["sources"],
            lacking=task["lacking"],
            state=task["state"],
            who=who,
            progress=tell,
        )
    return {
        "clinics": done.clinics,
        "outcomes": dict(done.outcomes),
        "fields": {name: list(counts) for name, counts in done.count_fields().items()},
        "cases": done.cases,
    }


def geocode(task: Mapping[str, Any], report: Report, who: str) -> dict[str, Any]:  # noqa: ARG001  as all
    """Locate the clinics of the workspace.

    Parameters
    ----------
    task : `provider`, as `geo.workspace.geocoding_run.geocode` takes it.

    Returns
    -------
    `clinics`, `counts` and `failures` of `geo.workspace.geocoding_run.Geocoded`.

    Raises
    ------
    GeocodingError, SchemaError, SourceError, WorkspaceError : as
        `geo.workspace.geocoding_run.geocode`.
    """

    def tell(at: Progress) -> None:
        report(
            done=at.done,
            total=at.total,
            unit="addresses",
            counts={str(kind): count for kind, count in at.counts.items()},
            seconds_left=at.seconds_left,
        )

    with workspace.open() as opened:
        done = geocoding_run.geocode(opened, task["provider"], progress=tell)
    return {"clinics": done.clinics, "counts": done.counts, "failures": list(done.failures)}


def draft(task: Mapping[str, Any], report: Report, who: str) -> dict[str, Any]:  # noqa: ARG001  as all
    """Build the next release and keep it as the draft to look at.

    Parameters
    ----------
    task : `without_odbl` and `draws`, as `geo.publishing.publishing.prepare` takes them.

    Returns
    -------
    Nothing; the draft is in `drafts`.

    Raises
    ------
    GeoError : as `geo.publishing.publishing.prepare`.
    """
    drafts.forget()
    with workspace.open() as opened:
        drafts.keep(
            publishing.prepare(opened, without_odbl=task["without_odbl"], draws=task["draws"])
        )
    return {}


TASKS: Final[Mapping[str, Callable[[Mapping[str, Any], Report, str], dict[str, Any]]]] = {
    "ingest": ingest,
    "enrich": enrich,
    "geocode": geocode,
    "draft": draft,
}


def _open(opened: Workspace, task: Mapping[str, Any], path: Path | None) -> ingestion.Reading:
    if path is None:
        return ingestion.open_service(task["source"])
    if not descriptors.find(task["source"]).is_mapped:
        return ingestion.open_file(opened, task["source"], path)
    from geo.sources.table import Layout  # noqa: PLC0415  # 70 ms
    from geo.sources.table import Mapping as Columns  # noqa: PLC0415  # 60 ms

    layout = Layout(**task.get("layout", {}))
    return ingestion.open_table(path, Columns(task["columns"]), layout=layout, **task["table"])


def _tell(batches: Iterator[Batch], report: Report) -> Iterator[Batch]:
    read = 0
    for batch in batches:
        read += batch.read
        report(done=read, unit="records")
        yield batch
