"""What `refresh` takes and does: sources asked, and a release of what they say."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Final

import typer

from geo import workspace
from geo.cli.shell import OUTAGE, ShortFormat, answer, note
from geo.errors import BusyError
from geo.refreshing.refresh_report import DRAFT
from geo.refreshing.report_text import summarise_result, write_report
from geo.sources import descriptors

if TYPE_CHECKING:
    from geo.refreshing.refresh_report import RefreshReport

DRAFT_WAITS: Final = 4
BUSY: Final = 5


def refresh(
    sources: Annotated[
        str,
        typer.Option(
            metavar="SOURCES",
            help=f"Which are asked, joined by commas: {', '.join(descriptors.list_refreshable())}. "
            "[default: all; `website` where geocoding.toml names a contact]",
        ),
    ] = "",
    publish_if_safe: Annotated[
        bool,
        typer.Option(
            "--publish-if-safe",
            help="Publish where nothing passes a limit and no case of Review touches what changes.",
        ),
    ] = False,
    print_timer: Annotated[
        bool,
        typer.Option(
            "--print-timer",
            help="Only print a systemd timer and service that run this each week as it is given.",
        ),
    ] = False,
    output: Annotated[ShortFormat, typer.Option("--format", help="How to print.")] = (
        ShortFormat.TABLE
    ),
) -> None:
    """Ask the sources that can be asked, take in what they say, and make a release of it.

    Made for a timer. What fails leaves what was there, and says so in a sentence; doubts wait in
    `review`; what is not published is the draft on the page Refresh. The report is printed, kept in
    `refreshes` of the home folder, and mailed where CLINIC_FINDER_REFRESH_ADDRESS is set.

    Exit codes: 0 published, or nothing changes; 3 a source, a geocoder or the release failed,
    whatever else was done; 4 a draft waits for an operator; 5 another refresh is at work.

    For instance:

    ```
    clinic-finder refresh --publish-if-safe
    clinic-finder refresh --sources npi_registry,osm
    clinic-finder refresh --publish-if-safe --print-timer
    ```
    """
    if print_timer:
        from geo.refreshing.timer import write_units  # noqa: PLC0415  # 12 ms

        options = ["--sources", sources] if sources else []
        answer(write_units([*options, *(["--publish-if-safe"] if publish_if_safe else [])]))
        return
    from geo.refreshing import refresh_report, refresh_run, report_mail  # noqa: PLC0415  # 1760 ms

    address = report_mail.read_address()
    chosen = refresh_run.choose_sources(sources)
    with workspace.open() as opened:
        try:
            with refresh_run.hold():
                done = refresh_run.refresh(
                    opened,
                    chosen,
                    publish_if_safe=publish_if_safe,
                    steps=refresh_run.Steps(tell=note),
                )
                text = write_report(done)
                kept = refresh_report.keep(done, text)
        except BusyError as error:
            note(str(error))
            raise typer.Exit(BUSY) from error
    answer(json.dumps(asdict(done), indent=2) if output is ShortFormat.JSON else text.rstrip())
    note(f"The report is kept as {kept}.")
    if address:
        fault = report_mail.send(address, f"Clinic Finder: {summarise_result(done)}", text)
        if fault:
            note(fault)
    raise typer.Exit(_find_code(done))


def _find_code(report: RefreshReport) -> int:
    if report.failed:
        return OUTAGE
    return DRAFT_WAITS if report.result == DRAFT else 0
