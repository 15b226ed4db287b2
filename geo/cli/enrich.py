"""What `enrich` takes and does: what clinics lack, looked for and proposed, never put in the list."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bars

from geo import workspace
from geo.cli.prompts import find_operator
from geo.cli.shell import ShortFormat, answer, note
from geo.exporting.terminal import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geo.enriching.enriching_run import Enriched, Progress


def enrich(
    sources: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="SOURCES",
            help="Who is asked, joined by commas: website, npi_registry, samhsa, osm, medicare.",
        ),
    ] = "website",
    state: Annotated[str, typer.Option(metavar="ST", help="Only clinics of this state.")] = "",
    limit: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="At most so many clinics, without a street first."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Ask, and print what was found; propose nothing.")
    ] = False,
    output: Annotated[ShortFormat, typer.Option("--format", help="How to print.")] = (
        ShortFormat.TABLE
    ),
) -> None:
    """Look for the streets, telephones, hours and ways to pay that clinics of the list lack.

    Nothing is changed: what is found waits in `review`, with where it stands, why it is thought the
    same clinic, and how sure that is; `review --sure` takes what is sure in one step. `website` reads
    the clinics' own sites: a few pages each, one request a second, as their robots.txt allow. The others
    are asked for records that fit a clinic by name and place, whether or not these name ketamine; of
    `medicare` what `ingest medicare` took in is looked through. All are told the `contact` of
    geocoding.toml as whom to write to. A run that was killed goes on where it was.

    For instance:

    ```
    clinic-finder enrich
    clinic-finder enrich --from website,npi_registry
    clinic-finder enrich --state OR --limit 20 --dry-run
    clinic-finder review --sure
    ```
    """
    from geo.enriching import enriching_run  # noqa: PLC0415  # 730 ms

    chosen = enriching_run.read_sources(sources)
    with workspace.open() as opened, _show_progress() as progress:
        done = enriching_run.enrich(
            opened,
            chosen,
            state=state.upper(),
            limit=limit,
            dry_run=dry_run,
            who=find_operator(),
            progress=progress,
        )
    _print(done, output, is_listed=dry_run)
    if not dry_run:
        note("What was found waits in `clinic-finder review`; `review --sure` takes what is sure.")


def _print(done: Enriched, output: ShortFormat, *, is_listed: bool) -> None:
    from geo.cli import printing  # noqa: PLC0415  # 840 ms
    from geo.workspace.proposals import write_values  # noqa: PLC0415  # 330 ms: pandas

    if output is ShortFormat.JSON:
        facts = {
            "clinics": done.clinics,
            "outcomes": dict(done.outcomes),
            "found": {
                name: {"proposed": count, "sure": sure}
                for name, (count, sure) in done.count_fields().items()
            },
            "cases": done.cases,
            "requests": done.requests,
            "left": done.left,
            "proposals": done.proposals,
        }
        answer(json.dumps(facts, indent=2))
        return
    if is_listed:
        for clinic_id, found in sorted(done.proposals.items()):
            for one in found:
                first = one["sources"][0]
                sure = ", sure" if one["sure"] else ""
                answer(
                    plain(
                        f"{clinic_id}: {write_values(one)} ({first['score']:.2f}{sure}; {first['url']})"
                    )
                )
    printing.print_facts(
        {
            "clinics": done.clinics,
            **done.outcomes,
            **{
                name: f"{count:,} found, {sure:,} of them sure"
                for name, (count, sure) in done.count_fields().items()
            },
            "cases opened": done.cases,
            "requests": done.requests,
        }
    )


@contextmanager
def _show_progress() -> Iterator[Callable[[Progress], None]]:
    """Give a function that keeps a bar on stderr: clinics done, and what became of them."""
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Bars(*columns, console=Console(stderr=True)) as bars:
        bar = bars.add_task("", total=None)

        def tell(at: Progress) -> None:
            words = ", ".join(f"{count:,} {name}" for name, count in at.counts.items())
            bars.update(bar, completed=at.done, total=at.total, description=words)

        yield tell
