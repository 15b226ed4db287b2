"""Coverage: its speed, and whether ZIP points give the shares that census tracts would."""

import math
import os
import sys
import time
from collections.abc import Iterator

import numpy as np
import pandas as pd

from geo import releases
from geo.coverage import measures
from geo.coverage.counting import ANY, list_treatments, pick_clinics
from geo.coverage.coverage_draws import PER_MILE, nearest_distances
from geo.coverage.demand import Demand, load_demand
from geo.coverage.position_draws import draw_positions, stated_positions
from geo.units import to_ecef
from tests.bench import Row
from tests.bench.apart import measure_cost, run_apart

TRACTS = "CLINIC_FINDER_TRACTS"
"""Names a Parquet file of tracts: STATEFP, POPULATION, LATITUDE, LONGITUDE."""

CLINICS = (500, 5_000, 50_000)
DRAWS = 20
MILES = (30, 60)
MOST_APART = 0.01
MOST_SECONDS = 2.0


def run() -> list[Row]:
    """Return the measurements, on the clinics of the shipped release at their recorded points."""
    demand = load_demand()
    clinics = pick_clinics(releases.load(releases.SHIPPED).clinics)
    located = clinics[clinics["latitude"].notna()]
    rows = [time_all_levels(clinics), *grow()]
    path = os.environ.get(TRACTS)
    if path is None:
        sys.stderr.write(f"{TRACTS} names no file, so shares are not compared with tracts.\n")
        return rows
    return [*rows, *compare_with_tracts(pd.read_parquet(path), located, demand)]


def time_all_levels(clinics: pd.DataFrame) -> Row:
    """Time the table of every level and treatment without the draws; its peer is the goal."""
    located = clinics[clinics["latitude"].notna()]
    start = time.perf_counter()
    demand = load_demand()
    positions = stated_positions(located, demand)
    areas = 0
    for treatment in list_treatments(clinics):
        reached = measures.measure(located, demand, positions, treatment)
        areas += len(measures.tabulate(clinics, demand, positions, reached, treatment))
    return Row(
        "coverage of all levels and treatments without the draws, tables read",
        "the goal",
        time.perf_counter() - start,
        MOST_SECONDS,
        agreement=f"{areas:,} rows",
        least_ratio=1,
        goal=f"under {MOST_SECONDS:g} s",
    )


def grow() -> Iterator[Row]:
    """Measure how the table of all levels grows with the clinics; there is no peer."""
    for count in CLINICS:
        seconds, peak = run_apart(measure_here, count)
        yield Row(
            f"coverage of all levels by {count:,} clinics, {DRAWS} draws of their places",
            "",
            seconds,
            math.nan,
            agreement="",
            family=f"coverage of all levels with {DRAWS} draws, by clinics",
            size=count,
            peak_bytes=peak,
        )


def measure_here(count: int) -> tuple[float, float]:
    """Return the seconds and the peak in bytes of so many clinics: the shipped ones, repeated."""
    clinics = pick_clinics(releases.load(releases.SHIPPED).clinics)
    clinics = clinics[clinics["latitude"].notna()]
    clinics = clinics.iloc[np.arange(count) % len(clinics)].reset_index(drop=True)
    clinics["clinic_id"] += "-" + clinics.index.astype(str)  # each has its own draws
    demand = load_demand()

    def tabulate() -> None:
        positions = draw_positions(clinics, demand, DRAWS)
        reached = measures.measure(clinics, demand, positions, ANY)
        measures.tabulate(clinics, demand, positions, reached, ANY)

    cost = measure_cost(tabulate)
    return cost.seconds, cost.peak_bytes


def compare_with_tracts(
    tracts: pd.DataFrame, located: pd.DataFrame, demand: Demand
) -> Iterator[Row]:
    """Compare, by region, the share of all people within 30 and 60 miles; the peer is tracts."""
    points = located["latitude"].to_numpy(), located["longitude"].to_numpy()
    regions = demand.areas["region"]["name"]
    of_state = dict(
        zip(demand.areas["state"]["geoid"], demand.of_state["region"].tolist(), strict=True)
    )
    region_of_tract = tracts["STATEFP"].map(of_state).fillna(-1).to_numpy(np.intp)
    by_zip = demand.xyz, demand.population, demand.area["region"]
    by_tract = (
        to_ecef(tracts["LATITUDE"], tracts["LONGITUDE"]),
        tracts["POPULATION"].to_numpy(),
        region_of_tract,
    )
    seconds, shares = zip(
        *(find_shares(*people, *points, size=len(regions)) for people in (by_zip, by_tract)),
        strict=True,
    )
    for row, region in enumerate(regions):
        ours, theirs = (share[row] for share in shares)
        apart = np.abs(ours - theirs).max()
        told = (
            f"within {miles} miles {one:.1%}, by tracts {other:.1%}"
            for miles, one, other in zip(MILES, ours, theirs, strict=True)
        )
        yield Row(
            f"people near a clinic in the {region}, by {len(demand.zip):,} ZIP points",
            f"{len(tracts):,} census tracts",
            *seconds,
            agreement="; ".join(told),
            agrees=bool(apart <= MOST_APART),
            goal=f"within {MOST_APART * 100:g} point of the tracts",
        )


def find_shares(
    xyz: np.ndarray,
    people: np.ndarray,
    region: np.ndarray,
    latitude: np.ndarray,
    longitude: np.ndarray,
    *,
    size: int,
) -> tuple[float, np.ndarray]:
    """Return the seconds it takes, and (regions, miles) shares of people near a clinic."""
    start = time.perf_counter()
    distances = nearest_distances(xyz, latitude, longitude)
    seconds = time.perf_counter() - start
    inside = region >= 0
    total = np.bincount(region[inside], weights=people[inside], minlength=size)
    near = [
        np.bincount(
            region[inside],
            weights=(people * (distances <= miles * PER_MILE))[inside],
            minlength=size,
        )
        for miles in MILES
    ]
    return seconds, (np.array(near) / total).T
