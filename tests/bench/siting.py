"""The best sites, against the plain mixed-integer program and spopt."""

import math
import subprocess
import time
import warnings
from dataclasses import replace

import numpy as np
import pulp
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, csr_array, eye_array
from spopt.locate import MCLP, PMedian

from geo import reference, releases
from geo.coverage.demand import load_demand
from geo.coverage.position_draws import DRAWS
from geo.siting.candidate_sites import list_candidates
from geo.siting.coverage_gains import build_coverage_gains
from geo.siting.question import COVERAGE, DISTANCE, Question, pose
from geo.siting.siting_context import SitingContext
from geo.siting.solving import answer_first, solve
from geo.siting.study_area import find_area
from geo.siting.supply import find_supply
from geo.units import geodesic_miles
from tests.bench import Row, read_peak_bytes, time_side_by_side
from tests.bench.apart import run_apart

GIGABYTE = 1e9
SITES = 20
SIZES = (750, 1_500, 3_000)
FAMILY = f"proof of {SITES} sites, by candidates"
PEER_SECONDS = 60.0
NOWHERE = 12_000_000  # thousandths of a mile: as good as no clinic


def run() -> list[Row]:
    """Return the measurements."""
    return [run_at_scale(), *run_sizes(), run_over_draws(), run_nation(), *run_spopt()]


def ask(
    name: str,
    within: float,
    add: int,
    *,
    objective: str = COVERAGE,
    least: int = 5_000,
    empty: bool = False,
    most: int | None = None,
) -> Question:
    """Return a question on the shipped data; without clinics, or of few candidates, if asked for."""
    demand = load_demand()
    clinics = releases.load(releases.SHIPPED).clinics
    supply = find_supply(clinics, demand, draws=1 if empty else DRAWS)
    if empty:
        supply = replace(supply, distances=np.full_like(supply.distances, NOWHERE))
    area = find_area(demand, name)
    sites = list_candidates(demand, area, reference.load("cities"), least)
    context = SitingContext(demand, area, supply, within)
    return pose(context, sites.head(most or len(sites)), objective=objective, add=add)


def prove(question: Question):
    """Return the final answer."""
    *_, answer = solve(question)
    return answer


def run_at_scale() -> Row:
    """Measure a country without clinics, each way in a process of its own."""
    first, seconds, gap, peak = run_apart(measure_here, "ours")
    try:
        _, peer, peer_gap, _ = run_apart(measure_here, "plain", timeout=PEER_SECONDS + 20)
        said = f"the peer's {peer_gap:.2%}"
    except subprocess.TimeoutExpired:
        peer, said = PEER_SECONDS, "the peer was ended then with nothing said"
    question = ask_at_scale()
    return Row(
        f"proof of {question.add} sites within 60 miles, {len(question.adults):,} places by "
        f"{len(question.site_latitude):,} candidates, no clinic yet",
        f"HiGHS on the plain program, {PEER_SECONDS:g} s allowed",
        seconds,
        peer,
        agreement=f"gap {gap:.2%}, {said}; first answer after {first:.2f} s, "
        f"peak {peak / GIGABYTE:.2f} GB",
        agrees=bool(gap < 0.01 and first < 2 and seconds < 60 and peak < 2 * GIGABYTE),
        least_ratio=1,
        goal="first answer in 2 s, proof in 60 s, less than 2 GB",
        family=FAMILY,
        size=SIZES[-1],
        peak_bytes=peak,
    )


def run_sizes() -> list[Row]:
    """Measure how the proof grows with the candidates, up to those of `run_at_scale`; no peer."""
    rows = []
    for candidates in SIZES[:-1]:
        _, seconds, _, peak = run_apart(measure_here, "ours", candidates)
        rows.append(
            Row(
                f"proof with {candidates:,} candidates",
                "",
                seconds,
                math.nan,
                agreement="",
                family=FAMILY,
                size=candidates,
                peak_bytes=peak,
            )
        )
    return rows


def run_over_draws() -> Row:
    """Measure the mean over all draws of where the shipped clinics may stand; no peer has draws."""
    first, seconds, gap, peak = run_apart(measure_here, "ours", SIZES[-1], DISTANCE)
    return Row(
        f"proof of {SITES} sites for the least mean distance over {DRAWS} draws, "
        f"{SIZES[-1]:,} candidates",
        "the goal",
        seconds,
        PEER_SECONDS,
        agreement=f"gap {gap:.2%}; first answer after {first:.2f} s, peak {peak / GIGABYTE:.2f} GB",
        agrees=bool(gap < 0.01 and first < 2 and seconds < 60 and peak < 2 * GIGABYTE),
        least_ratio=1,
        goal="first answer in 2 s, proof in 60 s, less than 2 GB",
        peak_bytes=peak,
    )


def ask_at_scale(candidates: int = SIZES[-1]) -> Question:
    """Return a question of 33,000 places, so many candidates and 20 sites."""
    return ask("", 60, SITES, empty=True, most=candidates)


def measure_here(
    who: str, candidates: int = SIZES[-1], objective: str = COVERAGE
) -> tuple[float, float, float, float]:
    """Return the seconds to a first and to the last answer, its gap, and the peak in bytes."""
    question = (
        ask_at_scale(candidates)
        if objective == COVERAGE
        else ask("", 60, SITES, objective=objective, most=candidates)
    )
    start = time.perf_counter()
    if who == "ours":
        answer_first(question)
        first = time.perf_counter() - start
        answer = prove(question)
        seconds, gap = answer.seconds, answer.gap
    else:
        value, bound = solve_plainly(question, PEER_SECONDS)
        first = seconds = time.perf_counter() - start
        gap = max(1 - value / bound, 0.0)
    return first, seconds, gap, read_peak_bytes()


def run_nation() -> Row:
    """Measure the shipped clinics."""
    question = ask("", 60, 10, least=10_000)
    ours = round(prove(question).value * question.draws)
    theirs = solve_plainly(question, PEER_SECONDS)[0]
    return Row(
        f"proof of 10 more sites within 60 miles, {len(question.adults):,} by "
        f"{len(question.site_latitude):,}",
        "HiGHS on the plain program",
        *time_side_by_side(
            lambda: prove(question), lambda: solve_plainly(question, PEER_SECONDS), 1
        ),
        agreement="the same optimum" if ours == theirs else f"{ours:,.0f}, peer's {theirs:,.0f}",
        agrees=ours == theirs,
        least_ratio=5,
        goal="at least 5 times as fast",
    )


def run_spopt() -> list[Row]:
    """Measure a small question of each kind; spopt gets its distances beforehand."""
    rows = []
    for objective, name, within, add in ((COVERAGE, "ME", 30.0, 5), (DISTANCE, "VT", 30.0, 3)):
        question = ask(name, within, add, objective=objective, least=1_000, empty=True)
        cost = np.rint(
            1000
            * geodesic_miles(
                question.latitude[:, None],
                question.longitude[:, None],
                question.site_latitude,
                question.site_longitude,
            )
        )

        def theirs(question=question, cost=cost):
            return ask_spopt(question, cost)

        ours = prove(question).value
        if objective == DISTANCE:
            ours = question.nearest[:, 0] @ question.adults - ours
        value = theirs()
        rows.append(
            Row(
                f"proof of {add} sites for {objective} in {name}, {cost.shape[0]} by {cost.shape[1]}",
                "spopt with CBC, its distances given",
                *time_side_by_side(lambda question=question: prove(question), theirs, 1),
                agreement="the same optimum" if ours == value else f"{ours}, peer's {value}",
                agrees=bool(ours == value),
                least_ratio=5,
                goal="at least 5 times as fast",
            )
        )
    return rows


def ask_spopt(question: Question, cost: np.ndarray) -> float:
    """Return spopt's optimum, of distances in thousandths of a mile."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of PuLP, about spopt's use of it
        model = (
            MCLP.from_cost_matrix(
                cost, question.adults, question.within * 1000, p_facilities=question.add
            )
            if question.objective == COVERAGE
            else PMedian.from_cost_matrix(cost, question.adults, p_facilities=question.add)
        )
        return pulp.value(model.solve(pulp.PULP_CBC_CMD(msg=False)).problem.objective)


def solve_plainly(question: Question, seconds: float) -> tuple[float, float]:
    """Return the most adults, and the bound, by the program of the textbook."""
    coverage_gains = build_coverage_gains(question)
    places, sites = coverage_gains.by_place.shape
    program = block_array(
        [[coverage_gains.by_place, -eye_array(places)], [csr_array(np.ones((1, sites))), None]],
        format="csc",
    )
    low = np.append(np.zeros(places), -np.inf)
    high = np.append(np.full(places, np.inf), question.add)
    solved = milp(
        np.concatenate([np.zeros(sites), -coverage_gains.adults]),
        constraints=LinearConstraint(program, low, high),
        integrality=np.concatenate([np.ones(sites), np.zeros(places)]),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0, "time_limit": seconds},
    )
    nothing = coverage_gains.adults.sum()
    bound = solved.mip_dual_bound
    return round(-(solved.fun or 0.0)), float(nothing if bound is None else -bound)
