"""What `ingest` takes and does: a source's file or service into the workspace."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from itertools import groupby
from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from geo import workspace
from geo.cli.prompts import find_operator
from geo.cli.shell import ShortFormat, answer, note
from geo.cli.table_columns import confirm_table
from geo.clinics import vocabulary
from geo.errors import SourceError
from geo.sources import descriptors
from geo.sources.rejects import write_rejects

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.sources.reading import Batch
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


class Rows(StrEnum):
    """Which rows of a table are clinics of ours."""

    ALL = "all"
    NAMING = "naming"


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
        Source | None,
        typer.Argument(metavar="SOURCE", help=f"Which source it is: {describe_sources()}."),
    ] = None,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATH]...",
            help="Its file; of what a service replies also a folder, or several files, as one run. "
            "Without one a service is asked itself, over the network.",
        ),
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
    rows: Annotated[
        Rows | None,
        typer.Option(
            help="Of a table: whether `all` its rows are such clinics, or only those `naming` the "
            "treatment. [default: those, where a column tells what they offer and fewer than half "
            "name it]"
        ),
    ] = None,
    sheet: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Of a workbook: its sheet. [default: the first with clinics]"
        ),
    ] = "",
    heading_row: Annotated[
        int,
        typer.Option(
            metavar="N", min=0, help="Of a table: the row that names its columns. [default: found]"
        ),
    ] = 0,
    undo: Annotated[
        int | None,
        typer.Option(metavar="RUN", min=1, help="Take back the run of this number, as a whole."),
    ] = None,
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

    Of a table it shows first how it would be read, and what would come of it. Doubtful duplicates,
    and words of status that are not known, wait in `review`; so do the addresses of
    `medicare`, which founds no clinic. Where a service failed, the exit code is 3.

    For instance:

    ```
    clinic-finder ingest nppes NPPES_Data_Dissemination_November_2026.zip
    clinic-finder ingest table clinics.xlsx --title "State list of clinics" --dated 2026-11-01
    clinic-finder ingest table licences.xlsx --sheet Active --heading-row 4 --rows naming
    clinic-finder ingest samhsa pages/
    clinic-finder ingest osm
    clinic-finder ingest --undo 7
    ```
    """
    if (source is None) == (undo is None) or (undo is not None and paths):
        raise typer.BadParameter("give a source to take in, or a run to take back with --undo.")
    from geo.workspace import cases, ingestion, linking, runs, shipped  # noqa: PLC0415  # 330 ms: pandas

    if source is None:
        with workspace.open() as opened:
            decided = ingestion.take_back(opened, undo or 0, who=find_operator())
        note(f"Run {undo} is taken back, with all that rested on it; decision {decided} says so.")
        answer(str(decided))
        return
    chosen = descriptors.list_commands()[source.value]
    given = paths or []
    if chosen is descriptors.CURATED:
        with workspace.open() as opened:
            decided = shipped.take(opened, who=find_operator())
            linking.assign_new(opened)
        answer(str(decided))
        return
    with workspace.open() as opened:
        layout = (sheet, heading_row)
        naming = None if rows is None else rows is Rows.NAMING
        told = {
            "title": title, "url": url, "licence": licence, "evidence": evidence.value,
            "source_date": dated,
        }  # fmt: skip
        reading = _open(
            opened, chosen, given,
            mapping=mapping, layout=layout, naming=naming, yes=yes, options=told,
        )  # fmt: skip
        renamed = ingestion.Reading(
            reading.source, _tell_progress(reading.batches), reading.file_name, reading.file_sha256
        )
        summary, counts = ingestion.ingest(opened, renamed, who=find_operator())
        rejected = runs.rejects(opened, summary.id)
        cleared_fields = len(runs.cleared_fields(opened, summary.id))
        notices = runs.notices(opened, summary.id)
        waiting = len(cases.open_cases(opened))
    beside = {"mended": cleared_fields, "notices": len(notices)}
    facts = _list_facts(summary) | beside | asdict(counts)
    for row in notices.to_dict("records"):
        note(f"{row['npi']}: {row['reason']}" if row["npi"] else row["reason"])
    for row in rejected.head(_SHOWN_REJECTS).to_dict("records"):
        note(f"  line {row['line']}: {row['reason']}" if row["line"] else f"  {row['reason']}")
    if len(rejected) > _SHOWN_REJECTS:
        note(f"  and {len(rejected) - _SHOWN_REJECTS:,} more")
    if rejects and given and len(rejected):
        target = given[0].with_name(f"{given[0].stem}.rejects.csv")
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
    _tell_waiting(waiting)
    _print(facts, output)


def _tell_waiting(waiting: int) -> None:
    if waiting:
        question = "1 question waits" if waiting == 1 else f"{waiting:,} questions wait"
        note(f"{question} in `clinic-finder review`.")


def _open(
    opened: Workspace,
    source: descriptors.Source,
    given: list[Path],
    *,
    mapping: Path | None,
    layout: tuple[str, int],
    naming: bool | None,
    yes: bool,
    options: dict[str, Any],
) -> Reading:
    """Return the source ready to be read; of a table after its mapping was confirmed."""
    from geo.workspace import ingestion  # noqa: PLC0415  # 530 ms

    if not given:
        return ingestion.open_service(source.name)
    if not source.is_mapped:
        return ingestion.open_file(opened, source.name, given)
    if len(given) > 1:
        raise SourceError("A table is one file; take in one at a time, each under its own title.")
    from geo.sources.table import Layout  # noqa: PLC0415  # 330 ms: pandas

    (path,) = given
    sheet, heading_row = layout
    columns, found, only = confirm_table(
        path, mapping, Layout(sheet=sheet, heading_row=heading_row), only_naming=naming, yes=yes
    )
    title = options["title"] or path.stem.removesuffix(".rejects")
    more = {"title": title, "layout": found, "only_naming": only}
    return ingestion.open_table(path, columns, **(options | more))


def _tell_progress(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Give the batches on, counting on stderr how many records were read."""
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
    from geo.cli import printing  # noqa: PLC0415  # 840 ms

    if output is ShortFormat.JSON:
        answer(json.dumps(facts, indent=2))
    else:
        printing.print_facts({name.replace("_", " "): value for name, value in facts.items()})
