"""The command `coverage`: how census areas are served, by the release or by files of one's own.

What it may be asked stands here with what goes together; each way loads its work when it is run.
"""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import Annotated

import typer

from geo.cli.shell import Format, Level
from geo.clinics.vocabulary import Treatment  # noqa: TC001  # typer reads the annotations


def coverage(
    *,
    by: Annotated[Level, typer.Option(help="Which areas; Puerto Rico is in no region.")] = (
        Level.REGION
    ),
    treatment: Annotated[
        Treatment | None, typer.Option(help="Count only clinics known to offer this.")
    ] = None,
    demand: Annotated[
        str | None,
        typer.Option(
            metavar="FILES",
            help="Parquet files of people at points instead of ZIPs, as 'blocks/*.parquet'.",
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Measure files on a Dask cluster, as tcp://host:8786."
        ),
    ] = None,
    by_road: Annotated[
        bool,
        typer.Option(
            "--by-road", help="Say also how long the people of files drive, by the nearest ZIP."
        ),
    ] = False,
    everyone: Annotated[
        bool,
        typer.Option(
            "--all-people",
            help="Compare the shares of adults with those of all people, and both verdicts.",
        ),
    ] = False,
    over_releases: Annotated[
        bool,
        typer.Option(
            "--over-releases",
            help="One measure over all kept releases, and what each change comes of.",
        ),
    ] = False,
    measure: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=(
                "Which measure over releases: a column of the JSON. [default: share_within_30_miles]"
            ),
            show_default=False,
        ),
    ] = None,
    rates: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Count adults with a condition instead: a CSV file of rates by ZIP or county.",
        ),
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
) -> None:
    """Say how census regions, divisions, states or counties are served by the listed clinics.

    Distances are straight lines from where adults live to the nearest listed clinic in any state.
    Most clinics are known to their city only, so each figure is the median of 200 draws of where
    they may stand, and its range goes from the 5th to the 95th percentile.

    For instance:

    ```
    clinic-finder coverage --by region
    clinic-finder coverage --by state --treatment esketamine
    clinic-finder coverage --by county --format csv > counties.csv
    clinic-finder coverage --by state --format geojson > states.geojson
    clinic-finder coverage --by county --demand 'blocks/*.parquet' --by-road
    clinic-finder coverage --by state --all-people
    clinic-finder coverage --over-releases --measure clinics --format csv > clinics.csv
    clinic-finder coverage --by state --rates places.csv
    ```

    Files need latitude, longitude (or GeoParquet points) and people; a GEOID saves the join to
    counties. They are streamed, so that their size does not matter. Rates are those of depression in
    a file of CDC PLACES, or a column `rate` beside `geoid`: percent where one is above 1, else shares.
    """
    chosen = None if treatment is None else treatment.value
    if measure is not None and not over_releases:
        raise typer.BadParameter("--measure is of --over-releases; name both.")
    if demand is None and (scheduler is not None or by_road):
        raise typer.BadParameter("--scheduler and --by-road are of files; name them with --demand.")
    if over_releases:
        if everyone or demand is not None or rates is not None or output is Format.GEOJSON:
            raise typer.BadParameter(
                "--over-releases stands alone, without --all-people, --demand and --rates, as table, "
                "json or csv."
            )
        from geo.cli.release_series import print_series  # noqa: PLC0415  # 330 ms: pandas

        print_series(by.value, measure or "share_within_30_miles", chosen, output)
        return
    if rates is not None:
        if demand is not None or everyone or output is Format.GEOJSON:
            raise typer.BadParameter(
                "--rates goes with --by and --treatment alone, as table, json or csv."
            )
        from geo.cli.need_table import print_need  # noqa: PLC0415  # 330 ms: pandas

        print_need(rates, by.value, chosen, output)
        return
    if everyone:
        if demand is not None or by in {Level.NATION, Level.COUNTY} or output is Format.GEOJSON:
            raise typer.BadParameter(
                "--all-people is of regions, divisions or states, without --demand, as table, json "
                "or csv."
            )
        from geo.cli.all_people import print_everyone  # noqa: PLC0415  # 330 ms: pandas

        print_everyone(by.value, chosen, output)
        return
    if demand is not None:
        from geo.cli.demand_files import print_demand  # noqa: PLC0415  # 330 ms: pandas

        print_demand(demand, by.value, chosen, scheduler, output, by_road=by_road)
        return
    from geo.cli.coverage import print_coverage  # noqa: PLC0415  # 330 ms: pandas

    print_coverage(by.value, chosen, output)
