"""From a question in plain words to a plan: the best sites, and what they change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from geo import reference
from geo.coverage import demand
from geo.coverage.counting import ANY
from geo.coverage.need import describe_need, weigh_adults
from geo.coverage.need_rates import read_rates
from geo.roads.shared_roads import share_roads
from geo.siting import effect
from geo.siting.candidate_sites import (
    LEAST_POPULATION,
    list_candidates,
    place_candidates,
    read_candidates,
)
from geo.siting.child import Solving
from geo.siting.question import COVERAGE, QuestionError, pose
from geo.siting.site_drives import (
    SiteDrives,
    check_minutes,
    count_served,
    draw_minutes,
    find_reached,
    join_zips,
)
from geo.siting.sites import count_listings, describe_sites
from geo.siting.siting_context import SitingContext
from geo.siting.siting_exports import Plan
from geo.siting.study_area import find_area
from geo.siting.supply import find_supply

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from geo.releases import Release
    from geo.siting.solving import Answer

_WAIT_SECONDS: Final = 1.0


def plan_sites(
    release: Release,
    *,
    add: int,
    within_miles: float,
    within_minutes: float | None = None,
    region: str = "",
    objective: str = COVERAGE,
    treatment: str | None = None,
    least_population: float = LEAST_POPULATION,
    candidates: pd.DataFrame | str | Path | None = None,
    rates: pd.DataFrame | str | Path | None = None,
) -> Plan:
    """Return the sites that would help most, and what they change.

    The clinics' draws are measured while a process of its own solves (`geo.siting.child`), so a
    script that calls this guards itself by `if __name__ == "__main__":`.

    Parameters
    ----------
    release : whose clinics exist.
    add : how many sites, >= 1.
    within_miles : how near is near, in statute miles of a straight line.
    within_minutes : instead, in minutes' drive without traffic, up to 300; working out the drives
        takes half a millisecond for each candidate.
    region : a census region, division or state, as `geo.siting.study_area.find_area` takes it; ""
        for the nation.
    objective : `coverage` or `distance`.
    treatment : count only clinics known to offer it; None for all.
    least_population : only cities and ZIPs of so many people.
    candidates : sites of one's own instead: a table as `place_candidates` of
        `geo.siting.candidate_sites` takes it, or a CSV file of the same columns; those outside of
        the region are left out.
    rates : of a condition, as `geo.coverage.need_rates.read_rates` takes them: then adults with the
        condition count in the place of all adults.

    Returns
    -------
    The plan, its question beside it.

    Raises
    ------
    PlaceError : there is no such region, or a site of one's own lies outside of the United States.
    QuestionError : no site to choose from, a number or distance that is none, or no rate in the
        region.
    SchemaError : sites of one's own cannot be read, or lack a column or a coordinate; there are no
        such minutes; or the rates are not what they should be.
    SolverError : the process was ended, or the script has no guard or was piped in.
    SourceError : a reference table, or a file of the roads, is missing or damaged.
    SupplyError : no listed clinic with a known place offers the treatment.
    """
    people = demand.load_demand()
    area = find_area(people, region)
    supply = find_supply(release.clinics, people, treatment or ANY)
    if within_minutes is not None:
        check_minutes(within_minutes)
    if candidates is None:
        places = list_candidates(people, area, reference.load("cities"), least_population)
    else:
        counties = reference.load("counties")
        places = (
            place_candidates(candidates, people, counties)
            if isinstance(candidates, pd.DataFrame)
            else read_candidates(Path(candidates), people, counties)
        )
        places = places[places["state"].isin(area.states)].reset_index(drop=True)
    near: float | SiteDrives = within_miles
    drawn: NDArray[np.int32] | None = None
    if within_minutes is not None:
        zips = join_zips(share_roads(), people)
        drawn = draw_minutes(zips, supply, people, effect.find_farthest(within_minutes))
        served = count_served(drawn, within_minutes)
        near = SiteDrives(within_minutes, zips, served, find_reached(zips, places, within_minutes))
    weighted, said = people, []
    if rates is not None:
        need = weigh_adults(people, read_rates(rates, people))
        weighted, said = need.demand, describe_need(need)
        if not weighted.adults[area.inside].any():
            raise QuestionError(
                f"{need.rates.source} has no rate in {area.name}; choose another area."
            )
    context = SitingContext(weighted, area, supply, near)
    question = pose(context, places, objective=objective, add=add)
    solving = Solving(question)
    try:
        baseline = effect.measure_baseline(supply, weighted)
        if drawn is not None:
            baseline = effect.add_drives(baseline, weighted, drawn)
        found = _wait_for(solving)
    finally:
        solving.cancel()
    sites = describe_sites(places.take([*found.sites]), context, objective)
    sites = pd.concat([sites, count_listings(sites, release.clinics, release.listings)], axis=1)
    changed = effect.measure_effect(sites, context, baseline)
    return Plan(
        context, objective, release.id, sites, changed, found.gap, question, weighted_by=tuple(said)
    )


def _wait_for(solving: Solving) -> Answer:
    """Return the final answer."""
    while True:
        found = solving.poll(_WAIT_SECONDS)
        if found is not None and found.is_final:
            return found
