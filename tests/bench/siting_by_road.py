"""Sites by minutes of road over the whole country: a first plan, and the best, in processor time."""

import time
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from geo import reference, releases
from geo.coverage.demand import load_demand
from geo.roads.shared_roads import share_roads
from geo.siting.candidate_sites import list_candidates
from geo.siting.question import pose
from geo.siting.shared_drives import DrawnMinutes, ReachTable
from geo.siting.shortlist import plan_first
from geo.siting.site_drives import SiteDrives, count_served, join_zips
from geo.siting.siting_context import SitingContext
from geo.siting.solving import solve
from geo.siting.study_area import find_area
from geo.siting.supply import find_supply
from tests.bench import Row, read_peak_bytes
from tests.bench.apart import run_apart

SITES = (5, 20)
MINUTES = 60
FIRST_SECONDS = 2.0
PROOF_SECONDS = 60.0
GIGABYTE = 1e9


class Measured(NamedTuple):
    """Processor seconds, and what they bought."""

    first: float
    whole: float
    draws: float
    looked_at: int
    candidates: int
    share: float
    gap: float
    peak: float


def run() -> list[Row]:
    """Return the measurements, each number of sites in a process of its own."""
    return [row for add in SITES for row in tell(add, Measured(*run_apart(measure_here, add)))]


def tell(add: int, cost: Measured) -> list[Row]:
    """Return the rows of what was measured."""
    asked = f"{add} sites within {MINUTES} minutes' drive, the nation, processor time"
    return [
        Row(
            f"a first plan of {asked}",
            "the goal",
            cost.first,
            FIRST_SECONDS,
            agreement=f"over {cost.looked_at:,} of {cost.candidates:,} candidates, {cost.share:.1%} of "
            "the best plan; the draws of the clinics, which straight lines need too, "
            f"{cost.draws:.1f} s beside",
            agrees=cost.share <= 1,
            least_ratio=1,
            goal=f"{FIRST_SECONDS:g} s",
        ),
        Row(
            f"the best of {asked}, proven",
            "the goal",
            cost.whole,
            PROOF_SECONDS,
            agreement=f"gap {cost.gap:.2%}, peak {cost.peak / GIGABYTE:.2f} GB",
            agrees=cost.gap == 0,
            least_ratio=1,
            goal=f"{PROOF_SECONDS:g} s",
            peak_bytes=cost.peak,
        ),
    ]


def measure_here(add: int) -> Measured:
    """Return the processor seconds to a first and to the best plan, and what they are worth.

    The highways are loaded in the time of the first; that of the best comes on top of it.
    """
    demand = load_demand()
    clinics = releases.load(releases.SHIPPED).clinics
    start = time.process_time()
    supply = find_supply(clinics, demand)
    draws = time.process_time() - start
    area = find_area(demand, "")
    candidates = list_candidates(demand, area, reference.load("cities"))
    nothing: pd.DataFrame = candidates[:0]

    start = time.process_time()
    zips = join_zips(share_roads(), demand)
    first = plan_first(
        demand, area, supply, zips, candidates, minutes=MINUTES, add=add, locked=nothing
    )
    first_seconds = time.process_time() - start

    start = time.process_time()
    reach = ReachTable(zips, MINUTES)
    reach.fill(candidates)
    served = count_served(DrawnMinutes(zips, supply, demand).find(), MINUTES)
    context = SitingContext(demand, area, supply, SiteDrives(MINUTES, zips, served, reach.known))
    question = replace(pose(context, candidates, add=add), start=first.answer.sites)
    *_, best = solve(question)
    whole_seconds = time.process_time() - start
    return Measured(
        first_seconds,
        whole_seconds,
        draws,
        first.looked_at,
        len(candidates),
        first.answer.value / best.value,
        best.gap,
        read_peak_bytes(),
    )
