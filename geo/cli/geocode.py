"""What `geocode` takes and does: the clinics of the workspace through the chain of geocoders."""

from __future__ import annotations

import json
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bars

from geo import workspace
from geo.cli.shell import OUTAGE, ShortFormat, answer, note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geo.geocoding.asking import Progress


class Provider(StrEnum):
    """Who is asked."""

    CENSUS = "census"
    NOMINATIM = "nominatim"
    GAZETTEER = "gazetteer"


def geocode(
    provider: Annotated[
        Provider | None,
        typer.Option(help="Only this one. [default: those of geocoding.toml in turn, else census]"),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="At most so many clinics, new ones first."),
    ] = None,
    output: Annotated[ShortFormat, typer.Option("--format", help="How to print.")] = (
        ShortFormat.TABLE
    ),
) -> None:
    """Find where the clinics of the workspace stand.

    Addresses go from the cache to the services, then to the ZIP, then to the city. What is not sure
    waits in `review`, and the clinic stays where it was. A run that was killed goes on where it was.
    `gazetteer` asks nobody. Where a service failed, the exit code is 3, and what was found is kept.

    For instance:

    ```
    clinic-finder geocode
    clinic-finder geocode --provider gazetteer
    clinic-finder geocode --provider census --limit 100
    ```
    """
    from geo.cli import printing  # noqa: PLC0415  # 840 ms
    from geo.workspace import geocoding_run  # noqa: PLC0415  # 1040 ms

    with workspace.open() as opened, _show_progress() as progress:
        done = geocoding_run.geocode(
            opened, None if provider is None else provider.value, limit, progress=progress
        )
    for failure in done.failures:
        note(failure)
    facts = {"clinics": done.clinics, **done.counts}
    if output is ShortFormat.JSON:
        answer(json.dumps(facts | {"failures": list(done.failures)}, indent=2))
    else:
        printing.print_facts({name.replace("_", " "): value for name, value in facts.items()})
    if done.failures:
        raise typer.Exit(OUTAGE)


@contextmanager
def _show_progress() -> Iterator[Callable[[Progress], None]]:
    """Give a function that keeps a bar on stderr: addresses done, of which kind, rate, time left."""
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Bars(*columns, console=Console(stderr=True)) as bars:
        bar = bars.add_task("", total=None)
        yield lambda at: bars.update(
            bar, completed=at.done, total=at.total, description=_describe(at)
        )


def _describe(at: Progress) -> str:
    counts = [f"{count:,} {kind.value.replace('_', ' ')}" for kind, count in at.counts.items()]
    rate = [f"{at.per_second:.1f} a second"] if at.per_second else []
    left = [] if at.seconds_left is None else [f"{at.seconds_left / 60:.0f} min left"]
    return ", ".join([*counts, *rate, *left])
