"""What `data build`, `data check` and `data release` do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from geo import reference, releases, roads
from geo.cli import printing
from geo.cli.shell import answer, note
from geo.publishing import building
from geo.reference.crossings import read_crossings
from geo.roads.audit import find_long_drives
from geo.roads.crossing_positions import check_crossings

if TYPE_CHECKING:
    from datetime import date


def build_reference() -> None:
    """Build the reference tables and map assets where they ship, with a progress bar on stderr.

    Raises
    ------
    SourceError : a package cannot be fetched, is not the pinned one, or holds another thing.
    GeoError : what is built, or the shipped release, cannot be read.
    """
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=None)
        reference.build(
            reference.DATA,
            lambda step, done, total: progress.update(
                task, description=step, completed=done, total=total
            ),
        )
    check_reference()


def check_reference() -> None:
    """Verify the reference tables, crossings, map assets and the shipped release; write their coverage.

    Raises
    ------
    GeoError : a file is missing or not what was built.
    """
    covered = reference.check()
    crossings = read_crossings()
    check_crossings(roads.load_roads(), crossings)
    release = releases.load(releases.SHIPPED)
    printing.print_facts(
        {
            "states and DC": covered.states,
            "counties": covered.counties,
            "divisions": covered.divisions,
            "people by ZIP": covered.population,
            "adults by ZIP": covered.adults,
            "people of Puerto Rico": covered.population_pr,
            "ZIPs": covered.zips,
            "cities": covered.cities,
            "people counted": covered.people_vintage,
            "county shares": covered.shares_vintage,
            "crossings": len(crossings),
            "shipped release": release.id,
        }
    )


def audit_drives() -> None:
    """Write the pairs of ZIPs within 10 miles that take over an hour to drive.

    Raises
    ------
    GeoError : a file of the roads or the ZIPs is missing or damaged.
    """
    found, pairs = find_long_drives(roads.load_roads(), reference.load("zips"))
    answer(found.round({"line_miles": 1}).to_csv(index=False).rstrip("\n"))
    note(f"{len(found):,} of {pairs:,} pairs of ZIPs within 10 miles take over an hour to drive.")


def build_shipped(as_of: date | None) -> None:
    """Build the shipped release from the curated listings and write its id.

    Raises
    ------
    GeoError : the listings or a reference table cannot be read, or the release not be written.
    """
    shipped = building.rebuild_shipped(as_of)
    counts = shipped.manifest["counts"]
    note(
        f"{counts['listings']:,} listings, {counts['clinics']:,} clinics, "
        f"{counts['located']:,} with a point, as of {shipped.as_of}."
    )
    answer(shipped.id)
