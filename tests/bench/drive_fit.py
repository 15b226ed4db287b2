"""Fit the paces of drive time on measured drives, and tell how well they do on others.

python -m tests.bench.drive_fit TRUTH.csv [--write data/reference/roads_pace.json]

TRUTH.csv has a row a drive: `state`, `from_latitude`, `from_longitude`, `to_latitude`,
`to_longitude`, `google_minutes`, `bing_minutes`, `osrm_minutes` (without traffic),
`esri_kilometres`. The way of each is found with the paces there are, its kilometres by class are
counted, and the paces are fitted to the minutes; some times over, since other paces find other ways.
That is done for half of the drives and for every second state, and tested on the rest; what ships is
fitted on all.

What is fitted are the logarithms of how far the paces are off those to start from, and few drives have
much of one class, so that neighbours hold each other: those of a density of adults those of the next,
of a winding the next, and a class by itself hardly leaves its density and winding. How strongly, and
what a drive is made of at all, was chosen mainly by folds of ZIPs and of states within the halves that
are fitted.
"""

import argparse
import dataclasses
import json
from pathlib import Path

import numpy as np
import pandas as pd

from geo.roads.pace import LOCAL_DETOUR, Pace, measure_terminal
from geo.roads.ways import KM_PER_MILE
from tests.bench import SEED
from tests.bench.measured_drives import DENSITIES, Drives, Ways

ROUNDS = 3
STEPS = 12
FASTEST = 60 / 120  # minutes for a kilometre
SMOOTH, HELD, ALONE = 3.0, 0.9, 9.0  # of neighbours; at the start; of a class by itself
HELD_TERMINAL, HELD_EASTING = 0.3, 1.7
LEAST_MINUTES, LEAST_ERROR = 8.0, 0.2  # from which drives and errors count by their share
CLASSES = ((1, 10), (10, 30), (30, 60), (60, 1_000))
START_KMH = np.array(
    [
        [[109, 103, 98, 95], [118, 100, 92, 90]],
        [[93, 80, 75, 62], [118, 106, 97, 88]],
        [[96, 75, 72, 64], [118, 108, 90, 84]],
        [[91, 84, 72, 57], [117, 105, 95, 73]],
        [[96, 76, 61, 55], [115, 100, 82, 60]],
        [[75, 50, 50, 42], [97, 65, 55, 50]],
        [[45, 35, 30, 25], [60, 45, 35, 30]],
    ]
)
START_LOCAL_KMH = np.array([62, 58, 50, 40, 32, 25, 17]) / LOCAL_DETOUR

START = Pace(
    60 / START_KMH,
    60 / START_LOCAL_KMH,
    np.full(DENSITIES, 1.5),
    0.0,
    1.05,
    *np.array([[1, 0.5, 2], [99, 0.5, 2]]).T,
)


def make_deviations() -> tuple[np.ndarray, np.ndarray]:
    """Return what is fitted: of which numbers of a pace each is a factor, and what holds them."""
    road = np.arange(START.road.size).reshape(START.road.shape)
    local = road.size + np.arange(DENSITIES)
    groups = [[*road[:, kind]] for kind in (0, 1)]
    groups += [[*road[:, kind].T] for kind in (0, 1)]
    groups += [[[one] for one in local], [[one] for one in local + DENSITIES]]
    groups += [[[one] for one in road.ravel()]]
    factors = np.zeros((road.size + 2 * DENSITIES, sum(map(len, groups))))
    held, first = [], 0
    for number, group in enumerate(groups):
        for place, numbers in enumerate(group, start=first):
            factors[numbers, place] = 1
        some = np.eye(factors.shape[1])[first : first + len(group)]
        alone = group is groups[-1]
        held.append(some * (ALONE if alone else HELD_TERMINAL if number == 5 else HELD))
        held += [] if alone else [SMOOTH * np.diff(some, axis=0)]
        first += len(group)
    return factors, np.concatenate(held)


def fit_once(drives: Drives, train: np.ndarray, ways: Ways) -> Pace:
    """Return the paces that give the drives of `train` their minutes by these ways."""
    known = train & np.isfinite(ways.km)
    parts, minutes = ways.parts[known].copy(), drives.minutes[known]
    parts[:, -DENSITIES:] *= measure_terminal(0.5, 0.5, drives.miles[known])[:, None]
    east = dataclasses.replace(START, easting=1.0).slow(np.mean(drives.east, axis=0)[known]) - 1
    east /= 1 + ways.easting * east
    factors, held = make_deviations()
    held = np.block(
        [
            [held, np.zeros((len(held), 1))],
            [np.zeros((1, held.shape[1])), np.array([[HELD_EASTING]])],
        ]
    )
    start = np.r_[START.road.ravel(), START.local, START.terminal]
    off = np.zeros(held.shape[1])
    for _ in range(STEPS):
        values = start * np.exp(factors @ off[:-1])
        split = parts * values
        more = 1 + off[-1] * east
        split[:, :-DENSITIES] *= more[:, None]
        estimate = split.sum(axis=1)
        by_east = split[:, :-DENSITIES].sum(axis=1) * east / more
        error = np.abs(estimate / minutes - 1)
        weight = 1 / np.maximum(minutes, LEAST_MINUTES) / np.sqrt(np.maximum(error, LEAST_ERROR))
        slope = np.column_stack((split @ factors, by_east))
        step = np.linalg.lstsq(
            np.r_[slope * weight[:, None], held], np.r_[(minutes - estimate) * weight, -held @ off]
        )[0]
        off += np.clip(step, -0.5, 0.5)
    values = start * np.exp(factors @ off[:-1])
    far = drives.measured_miles[known] > 0
    ratio = drives.measured_miles[known][far] / ways.km[known][far] * KM_PER_MILE
    return dataclasses.replace(
        START,
        road=np.maximum(values[: START.road.size], FASTEST).reshape(START.road.shape),
        local=values[START.road.size : -DENSITIES],
        terminal=values[-DENSITIES:],
        easting=ways.easting + float(off[-1]),
        miles_factor=float(np.median(ratio)),
    )


def fit(drives: Drives, train: np.ndarray, ways: Ways) -> Pace:
    """Return the paces that give the drives of `train` their minutes; `ways` by the start."""
    pace = fit_once(drives, train, ways)
    for _ in range(ROUNDS - 1):
        pace = fit_once(drives, train, drives.find_ways(pace, train))
    return pace


def estimate(drives: Drives, pace: Pace, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return minutes and miles of the drives chosen."""
    ways = drives.find_ways(pace, chosen)
    parts, by_density = ways.parts[:, :-DENSITIES], ways.parts[:, -DENSITIES:]
    minutes = parts @ np.r_[pace.road.ravel(), pace.local]
    minutes += measure_terminal(by_density @ pace.terminal, 0.0, drives.miles)
    return minutes, np.maximum(ways.km / KM_PER_MILE * pace.miles_factor, drives.miles)


def tell(name: str, estimate: np.ndarray, truth: np.ndarray, chosen: np.ndarray) -> str:
    """Return a row of the table: median and 90th percentile of the relative error."""
    chosen = chosen & np.isfinite(estimate) & (truth > 0)
    told = []
    for some in (chosen, chosen & (truth <= 60)):
        error = np.abs(estimate[some] / truth[some] - 1)
        told.append(f"{np.median(error):.1%} / {np.quantile(error, 0.9):.1%}")
    told += [
        f"{((estimate <= limit) == (truth <= limit))[chosen].mean():.1%}" for limit in (30, 60)
    ]
    return f"| {name} | {chosen.sum():,} | {' | '.join(told)} |"


def find_range(ratio: np.ndarray, miles: np.ndarray, chosen: np.ndarray) -> list[list[float]]:
    """Return for each class of distance its middle and the factors that 90% lie between."""
    rows = []
    for low, high in CLASSES:
        some = chosen & np.isfinite(ratio) & (miles >= low) & (miles < high)
        middle = float(np.exp(np.mean(np.log(miles[some]))))
        rows.append([middle, *np.quantile(ratio[some], [0.05, 0.95]).tolist()])
    return [[round(number, 3) for number in row] for row in rows]


def tell_range(drives: Drives, pace: Pace, minutes: np.ndarray, chosen: np.ndarray) -> str:
    """Return how often the range of `pace` holds the measured minutes, by class of distance."""
    least, most = pace.bound(minutes, drives.miles, 0.0)
    told = []
    for low, high in CLASSES:
        some = chosen & np.isfinite(minutes) & (drives.miles >= low) & (drives.miles < high)
        held = ((drives.minutes >= least) & (drives.minutes <= most))[some].mean()
        told.append(f"{held:.1%} of {some.sum()} of {low} to {high} miles")
    return f"the range holds {', '.join(told)}"


def fit_line(drives: Drives, train: np.ndarray) -> np.ndarray:
    """Return minutes by the best model of the straight line and the density at both ends."""
    log = np.log(drives.miles)
    columns = [np.ones(len(log)), log, log**2, *(d.astype(float) for d in drives.density)]
    columns += [log * (drives.density[0] + drives.density[1])]
    design, weight = np.column_stack(columns), np.ones(len(log))
    for _ in range(30):
        found = np.linalg.lstsq(
            design[train] * weight[train, None], np.log(drives.minutes[train]) * weight[train]
        )[0]
        weight = 1 / np.sqrt(np.maximum(np.abs(np.log(drives.minutes) - design @ found), 0.02))
    return np.exp(design @ found)


def main() -> None:
    """Fit, print the table, and write the paces where asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.drive_fit", description=__doc__)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    drives = Drives(pd.read_csv(options.truth), START)
    every = np.ones(len(drives.miles), np.bool_)
    ways = drives.find_ways(START, every)
    states = sorted(drives.table["state"].unique())
    half = np.random.default_rng(SEED).random(len(drives.miles)) < 0.5
    every_second = (
        drives.table["state"].map({s: k % 2 == 0 for k, s in enumerate(states)}).to_numpy()
    )
    print("| drives not used | n | minutes | up to 60 minutes | within 30 | within 60 |")  # noqa: T201
    print("| --- | --- | --- | --- | --- | --- |", flush=True)  # noqa: T201
    range_: list[list[float]] = []
    for name, train in (("half of the drives", half), ("half of the states", every_second)):
        pace = fit(drives, train, ways)
        minutes, miles = estimate(drives, pace, ~train)
        truth, measured = drives.minutes, drives.measured_miles
        rows = [
            tell(f"{name}: graph", minutes, truth, ~train),
            tell(f"{name}: best line", fit_line(drives, train), truth, ~train),
            tell(f"{name}: Bing", drives.table["bing_minutes"].to_numpy(), truth, ~train),
            tell(f"{name}: OSRM", drives.table["osrm_minutes"].to_numpy(), truth, ~train),
            tell(f"{name}: miles, graph", miles, measured, ~train),
            tell(f"{name}: miles, 1.4 lines", 1.4 * drives.miles, measured, ~train),
        ]
        print("\n".join(rows), flush=True)  # noqa: T201
        range_ = range_ or find_range(truth / minutes, drives.miles, ~train)
        middle, low, high = np.array(range_).T
        pace = dataclasses.replace(pace, range_miles=middle, range_low=low, range_high=high)
        print(tell_range(drives, pace, minutes, ~train), flush=True)  # noqa: T201
    if options.write:
        pace = fit(drives, every, ways)
        held = {
            "about": "Paces of geo/roads, fitted by `python -m tests.bench.drive_fit`.",
            "road_minutes_per_km": pace.road.round(4).tolist(),
            "local_minutes_per_km": pace.local.round(4).tolist(),
            "terminal_minutes": pace.terminal.round(3).tolist(),
            "easting": round(pace.easting, 4),
            "miles_factor": round(pace.miles_factor, 4),
            "range": range_,
        }
        options.write.write_text(json.dumps(held, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
