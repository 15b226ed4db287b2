"""What `site` takes and does: where the next clinics would help most, from the release in use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path  # noqa: TC003  # typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Final

import typer

from geo.cli.shell import Format, Treatment, answer, check_miles, note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.siting.child import Solving
    from geo.siting.question import Question
    from geo.siting.siting_exports import Plan
    from geo.siting.solving import Answer

_LEAST_POPULATION: Final = 5_000
_MOST_SITES: Final = 100
_WAIT_SECONDS: Final = 1.0


class Objective(StrEnum):
    """The codes of `geo.siting.question.OBJECTIVES` that take a number of sites."""

    COVERAGE = "coverage"
    DISTANCE = "distance"


@dataclass(frozen=True)
class _Asked:
    """What was typed."""

    add: int
    within_miles: float
    region: str
    objective: str
    treatment: str | None
    least_population: int
    own: Path | None


def site(
    *,
    add: Annotated[
        int, typer.Option(metavar="K", min=1, max=_MOST_SITES, help="How many clinics more.")
    ] = 5,
    within: Annotated[
        float,
        typer.Option(
            metavar="MILES", callback=check_miles, help="How near is near, in a straight line."
        ),
    ] = 60.0,
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
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
) -> None:
    """Say where the next clinics would help most, and what would change.

    Sites lie in the region, and what they gain is counted for its adults; clinics that exist count
    wherever they are. The answer is the best possible, or says how far from it it may be. It looks
    at straight-line distances and listed clinics alone: not at cost, staff or need.

    For instance:

    ```
    clinic-finder site --add 5 --within 60 --region Midwest
    clinic-finder site --add 3 --within 30 --region MT --objective distance
    clinic-finder site --add 5 --region "New England" --treatment esketamine --format json
    clinic-finder site --add 2 --region Texas --candidates ours.csv --format geojson
    ```
    """
    from geo.cli.site_tables import print_plan  # noqa: PLC0415  # pandas
    from geo.siting import siting_exports  # noqa: PLC0415

    plan, question = _make_plan(
        _Asked(
            add=add,
            within_miles=within,
            region=region,
            objective=objective.value,
            treatment=None if treatment is None else treatment.value,
            least_population=least_population,
            own=candidates,
        )
    )
    for sentence in _tell_shortcomings(plan, question):
        note(sentence)
    if output is Format.TABLE:
        kinds = f"cities and ZIPs of {least_population:,} people or more"
        among = f"{len(question.site_latitude):,} {'sites' if candidates else kinds}"
        print_plan(plan, among)
    elif output is Format.JSON:
        answer(siting_exports.to_json(plan))
    elif output is Format.GEOJSON:
        answer(siting_exports.to_geojson(plan))
    else:
        answer(siting_exports.to_csv(plan))


def _make_plan(asked: _Asked) -> tuple[Plan, Question]:
    """Return the plan, and the question it answers; clinics are drawn while a child process solves."""
    import pandas as pd  # noqa: PLC0415  # as above

    from geo import reference, releases  # noqa: PLC0415
    from geo.coverage.counting import ANY  # noqa: PLC0415
    from geo.coverage.demand import load_demand  # noqa: PLC0415
    from geo.siting.candidate_sites import list_candidates, read_candidates  # noqa: PLC0415
    from geo.siting.child import Solving  # noqa: PLC0415
    from geo.siting.effect import measure_baseline, measure_effect  # noqa: PLC0415
    from geo.siting.question import pose  # noqa: PLC0415
    from geo.siting.setting import Setting  # noqa: PLC0415
    from geo.siting.sites import count_listings, describe_sites  # noqa: PLC0415
    from geo.siting.siting_exports import Plan  # noqa: PLC0415
    from geo.siting.study_area import find_area  # noqa: PLC0415
    from geo.siting.supply import find_supply  # noqa: PLC0415

    release = releases.current()
    demand = load_demand()
    area = find_area(demand, asked.region)
    supply = find_supply(release.clinics, demand, asked.treatment or ANY)
    setting = Setting(demand, area, supply, asked.within_miles)
    if asked.own is None:
        places = list_candidates(demand, area, reference.load("cities"), asked.least_population)
    else:
        places = read_candidates(asked.own, demand, reference.load("counties"))
        places = places[places["state"].isin(area.states)].reset_index(drop=True)
    question = pose(setting, places, objective=asked.objective, add=asked.add)
    solving = Solving(question)
    try:
        baseline = measure_baseline(supply, demand)
        found = _wait_for(solving)
    finally:
        solving.cancel()
    sites = describe_sites(places.take([*found.sites]), setting, asked.objective)
    sites = pd.concat([sites, count_listings(sites, release.clinics, release.listings)], axis=1)
    effect = measure_effect(sites, setting, baseline)
    return Plan(setting, asked.objective, release.id, sites, effect, found.gap), question


def _wait_for(solving: Solving) -> Answer:
    """Return the final answer."""
    while True:
        found = solving.poll(_WAIT_SECONDS)
        if found is not None and found.is_final:
            return found


def _tell_shortcomings(plan: Plan, question: Question) -> Iterator[str]:
    """Give what makes the answer less than was asked for."""
    if len(plan.sites) < question.add:
        yield (
            f"{len(plan.sites)} of {question.add} sites: a further one among the candidates would "
            "add nothing."
        )
    if question.left_out:
        yield (
            f"{question.left_out:,} of the least populous candidates were left out to keep within "
            "memory; a higher --least-population leaves them out too."
        )
