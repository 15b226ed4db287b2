"""What `site` takes and does: where the next clinics would help most, from the release in use."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Final, cast

import typer

from geo.cli.shell import Format, answer, check_miles, note
from geo.clinics.vocabulary import Treatment  # noqa: TC001  # typer reads the annotations
from geo.coverage.coverage_table import NATION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.siting.question import Question
    from geo.siting.siting_exports import Plan

_LEAST_POPULATION: Final = 5_000
_MOST_SITES: Final = 100
_DEFAULT_MILES: Final = 60.0


class Objective(StrEnum):
    """The codes of `geo.siting.question.OBJECTIVES` that take a number of sites."""

    COVERAGE = "coverage"
    DISTANCE = "distance"


def site(
    *,
    add: Annotated[
        int, typer.Option(metavar="K", min=1, max=_MOST_SITES, help="How many clinics more.")
    ] = 5,
    within: Annotated[
        float | None,
        typer.Option(
            metavar="MILES",
            callback=check_miles,
            help="How near is near, in a straight line. [default: 60]",
            show_default=False,
        ),
    ] = None,
    within_minutes: Annotated[
        float | None,
        typer.Option(
            metavar="MINUTES",
            callback=check_miles,
            help="How near is near by road, without traffic, instead of miles.",
        ),
    ] = None,
    region: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="A census region, division or state, as Midwest or OH. [default: the nation]",
            show_default=False,
        ),
    ] = "",
    objective: Annotated[
        Objective,
        typer.Option(help="Most adults newly within the distance, or least mean distance."),
    ] = Objective.COVERAGE,
    treatment: Annotated[
        Treatment | None, typer.Option(help="Count only clinics known to offer this.")
    ] = None,
    least_population: Annotated[
        int, typer.Option(metavar="N", min=0, help="Only cities and ZIPs of so many people.")
    ] = _LEAST_POPULATION,
    candidates: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Choose from the sites of a CSV file instead: latitude, longitude, name.",
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
    """Say where the next clinics would help most, and what would change.

    Sites lie in the region, and what they gain is counted for its adults; clinics that exist count
    wherever they are. The answer is the best possible, or says how far from it it may be. It looks
    at straight-line distances, or drives, and listed clinics alone: not at cost or staff, and at need
    only with `--rates`, a file as `clinic-finder coverage --rates` takes it.

    For instance:

    ```
    clinic-finder site --add 5 --within 60 --region Midwest
    clinic-finder site --add 3 --within-minutes 60 --region CO
    clinic-finder site --add 3 --within 30 --region MT --objective distance
    clinic-finder site --add 5 --region "New England" --treatment esketamine --format json
    clinic-finder site --add 2 --region Texas --candidates ours.csv --format geojson
    clinic-finder site --add 3 --within 30 --region MT --rates places.csv
    ```
    """
    from geo.api.area_verbs import choose_sites  # noqa: PLC0415  # 330 ms: pandas
    from geo.api.export_verb import export  # noqa: PLC0415  # 330 ms: pandas
    from geo.cli.site_tables import print_plan  # noqa: PLC0415  # 330 ms: pandas
    from geo.coverage.clinic_count import count_clinics, describe_count  # noqa: PLC0415  # 330 ms: pandas
    from geo.releases import current  # noqa: PLC0415  # 330 ms: pandas

    if within is not None and within_minutes is not None:
        raise typer.BadParameter("Give --within or --within-minutes, not both.")
    release = current()
    plan = choose_sites(
        add,
        within_miles=_DEFAULT_MILES if within is None else within,
        within_minutes=within_minutes,
        region=region,
        objective=objective.value,
        treatment=None if treatment is None else treatment.value,
        least_population=least_population,
        candidates=candidates,
        rates=rates,
        release=release,
    )
    context = plan.context
    note(
        describe_count(
            count_clinics(release.clinics, context.demand, NATION, context.supply.treatment)
        )
    )
    question = cast("Question", plan.question)
    for sentence in _tell_shortcomings(plan, question):
        note(sentence)
    if output is Format.TABLE:
        kinds = f"cities and ZIPs of {least_population:,} people or more"
        among = f"{len(question.site_latitude):,} {'sites' if candidates else kinds}"
        print_plan(plan, among)
    else:
        answer(export(plan, output.value))


def _tell_shortcomings(plan: Plan, question: Question) -> Iterator[str]:
    """Give what makes the answer less than was asked for."""
    from geo.siting.plan_words import tell_fewer, tell_little  # noqa: PLC0415  # 330 ms: pandas

    fewer = tell_fewer(len(plan.sites), question.add, plan.objective)
    yield from filter(None, (fewer, tell_little(plan.sites)))
    if question.left_out:
        yield (
            f"{question.left_out:,} of the least populous candidates were left out to keep within "
            "memory; a higher --least-population leaves them out too."
        )
