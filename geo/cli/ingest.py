"""What `ingest` takes and does: a source's file or service into the workspace."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from itertools import groupby
from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from geo.cli.prompts import confirm, find_operator
from geo.cli.shell import ShortFormat, answer, note
from geo.clinics import vocabulary
from geo.sources import descriptors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.sources.reading import Batch
    from geo.sources.table import Mapping
    from geo.workspace import Workspace
    from geo.workspace.ingestion import Reading
    from geo.workspace.runs import RunSummary

_SHOWN_REJECTS: Final = 5


class Source(StrEnum):
    """The words for the sources that are taken in, those of their descriptors."""

    _ignore_ = "members word"
    members = vars()
    for word in descriptors.list_commands():
        members[word.upper()] = word


class Evidence(StrEnum):
    """The kinds of `geo.clinics.vocabulary.EVIDENCE` that a table can be."""

    OWN_PAGE = vocabulary.Evidence.OWN_PAGE.value
    REGISTRY = vocabulary.Evidence.REGISTRY.value
    PRESS = vocabulary.Evidence.PRESS.value
    DIRECTORY = vocabulary.Evidence.DIRECTORY.value


def describe_sources() -> str:
    """Return what each source is, those that are taken in alike together."""
    found = descriptors.list_commands().values()
    return "; ".join(
        f"{', '.join(source.command for source in alike)} ({files})"
        for files, alike in groupby(found, key=lambda source: source.files)
    )


def ingest(
    source: Annotated[
        Source,
        typer.Argument(metavar="SOURCE", help=f"Which source it is: {describe_sources()}."),
    ],
    path: Annotated[
        Path | None,
        typer.Argument(help="Its file. Without one a service is asked itself, over the network."),
    ] = None,
    *,
    mapping: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help='Of a table: which column holds what, a line each, as name = "Facility".',
        ),
    ] = None,
    title: Annotated[
        str | None,
        typer.Option(
            help="Of a table: its name in plain words, the same for each edition. [default: the "
            "name of its file]"
        ),
    ] = None,
    licence: Annotated[
        str,
        typer.Option(
            help="Of a table: what its records may be used for. Words that name the ODbL are left "
            "out by `publish --without-odbl`; any others are kept."
        ),
    ] = "",
    url: Annotated[str, typer.Option(help="Of a table: its web address.")] = "",
    evidence: Annotated[
        Evidence, typer.Option(help="Of a table: what kind of source it is.")
    ] = Evidence.DIRECTORY,
    dated: Annotated[
        str, typer.Option(metavar="DATE", help="Of a table: when it was made, as 2026-11-23.")
    ] = "",
    rejects: Annotated[
        bool,
        typer.Option(
            "--rejects", help="Write what was rejected beside the file, to mend and feed again."
        ),
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Take the guessed mapping of a table.")
    ] = False,
    output: Annotated[ShortFormat, typer.Option("--format", help="How to print.")] = (
        ShortFormat.TABLE
    ),
) -> None:
    """Take a source into the workspace: nothing of it is published before you say so.

    Doubtful duplicates wait in `review`; so do the addresses of `medicare`, which founds no clinic.

    For instance:

    ```
    clinic-finder ingest nppes NPPES_Data_Dissemination_November_2026.zip
    clinic-finder ingest table clinics.xlsx --title "State list of clinics" --dated 2026-11-01
    clinic-finder ingest osm
    ```
    """
    from geo import workspace  # noqa: PLC0415  # pandas
    from geo.workspace import ingestion, linking, runs, shipped  # noqa: PLC0415  # pandas

    chosen = descriptors.list_commands()[source.value]
    if chosen is descriptors.CURATED:
        with workspace.open() as opened:
            decided = shipped.take(opened, who=find_operator())
            linking.assign_new(opened)
        answer(str(decided))
        return
    with workspace.open() as opened:
        reading = _open(opened, chosen, path, mapping=mapping, yes=yes, options={
            "title": title, "url": url, "licence": licence,
            "evidence": evidence.value, "source_date": dated,
        })  # fmt: skip
        renamed = ingestion.Reading(
            reading.source, _tell_progress(reading.batches), reading.file_name, reading.file_sha256
        )
        summary, counts = ingestion.ingest(opened, renamed, who=find_operator())
        rejected = runs.rejects(opened, summary.id)
        cleared_fields = len(runs.cleared_fields(opened, summary.id))
        notices = len(runs.notices(opened, summary.id))
    facts = _list_facts(summary) | {"mended": cleared_fields, "notices": notices} | asdict(counts)
    for row in rejected.head(_SHOWN_REJECTS).to_dict("records"):
        note(f"  line {row['line']}: {row['reason']}" if row["line"] else f"  {row['reason']}")
    if len(rejected) > _SHOWN_REJECTS:
        note(f"  and {len(rejected) - _SHOWN_REJECTS:,} more")
    if rejects and path is not None and len(rejected):
        from geo.sources.rejects import write_rejects  # noqa: PLC0415

        target = path.with_name(f"{path.stem}.rejects.csv")
        write_rejects(rejected, target)
        note(
            f"{len(rejected):,} rejects written to {target}; mend them and `ingest table {target}`."
        )
    if summary.state == "held":
        note(
            f"Held: {summary.title} suddenly holds much less than before. Look at case "
            f"{summary.case_id} with `clinic-finder review`."
        )
    if not chosen.founds_clinics:
        note(
            "None of it is a clinic by itself: `clinic-finder review` asks about organizations, the page "
            "Clinics shows individuals' addresses, and "
            f"`clinic-finder enrich --from {chosen.name}` finds clinics of the list."
        )
    _print(facts, output)


def _open(
    opened: Workspace,
    source: descriptors.Source,
    path: Path | None,
    *,
    mapping: Path | None,
    yes: bool,
    options: dict[str, Any],
) -> Reading:
    """Return the source ready to be read; of a table after its mapping was confirmed."""
    from geo.workspace import ingestion  # noqa: PLC0415

    if path is None:
        return ingestion.open_service(source.name)
    if not source.is_mapped:
        return ingestion.open_file(opened, source.name, path)
    columns = _confirm_mapping(path, mapping, yes=yes)
    title = options["title"] or path.stem.removesuffix(".rejects")
    return ingestion.open_table(path, columns, **(options | {"title": title}))


def _confirm_mapping(path: Path, file: Path | None, *, yes: bool) -> Mapping:
    """Return which column holds what: as the file says, or as guessed, shown and agreed to."""
    from geo.sources import table  # noqa: PLC0415

    guessed = table.guess(path)
    if file is not None:
        return _read_mapping(file)
    for row in guessed.to_table().query("column != ''").to_dict("records"):
        note(f"  {row['field']} = {row['column']} ({row['sure']:.0%} sure): {row['samples']}")
    confirm("Are these the columns?", yes=yes)
    return guessed


def _read_mapping(file: Path) -> Mapping:
    """Return the mapping that a TOML file of `field = "column"` tells."""
    import tomllib  # noqa: PLC0415

    from geo.errors import SourceError  # noqa: PLC0415
    from geo.sources.table import Mapping  # noqa: PLC0415

    try:
        columns = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SourceError(f"The mapping {file} cannot be read ({error}).") from error
    if wrong := [name for name, column in columns.items() if not isinstance(column, str)]:
        raise SourceError(
            f'The mapping {file} names no column for {wrong[0]}; write {wrong[0]} = "..."'
        )
    return Mapping(columns)


def _tell_progress(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Give the batches on, counting on stderr how many records were read."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.completed:,} records read"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        for batch in batches:
            progress.advance(task, batch.read)
            yield batch


def _list_facts(summary: RunSummary) -> dict[str, Any]:
    names = (
        "id", "source", "title", "state", "read", "not_relevant", "accepted", "rejected",
        "added", "changed", "unchanged", "missing",
    )  # fmt: skip
    return {("run" if name == "id" else name): getattr(summary, name) for name in names}


def _print(facts: dict[str, Any], output: ShortFormat) -> None:
    from geo.cli import printing  # noqa: PLC0415

    if output is ShortFormat.JSON:
        answer(json.dumps(facts, indent=2))
    else:
        printing.print_facts({name.replace("_", " "): value for name, value in facts.items()})
