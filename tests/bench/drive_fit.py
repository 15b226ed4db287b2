"""Fit the paces of drive time on measured drives, and tell how well they do on others.

python -m tests.bench.drive_fit TRUTH.csv [--write data/reference/roads_pace.json]

TRUTH.csv has a row a drive: `state`, `from_latitude`, `from_longitude`, `to_latitude`,
`to_longitude`, `google_minutes`, `bing_minutes`, `osrm_minutes` (without traffic),
`esri_kilometres`. The way of each is found with the paces there are, its kilometres by class are
counted, and the paces are fitted to the minutes; twice over, since other paces find other ways. That is done for half of the drives and for every second state, and tested on the rest; what
ships is fitted on all.
"""

import argparse
import dataclasses
import json
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import nnls
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.roads.joining import join_points, measure_wet
from geo.roads.network import load_roads
from geo.roads.pace import LOCAL_DETOUR, Pace
from geo.roads.ways import DIRECT_MILES
from geo.units import METRES_PER_MILE, geodesic_miles
from tests.bench import SEED

KM_PER_MILE = METRES_PER_MILE / 1000
ROUNDS = 2
BATCH = 16
RIDGE = 2.0
LEAST_MILES = 1.0
FASTEST = 60 / 120  # minutes for a kilometre
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


class Drives:
    """The measured drives, and their ways by whatever paces."""

    def __init__(self, table: pd.DataFrame) -> None:
        """Join all ends to the roads."""
        ends = ["from_latitude", "from_longitude", "to_latitude", "to_longitude"]
        miles = geodesic_miles(*(table[name] for name in ends))
        keep = miles > LEAST_MILES
        self.table, self.miles = table[keep].reset_index(drop=True), miles[keep]
        self.minutes = self.table["google_minutes"].to_numpy()
        self.pace = Pace(
            60 / START_KMH,
            60 / START_LOCAL_KMH,
            3.0,
            1.05,
            *np.array([[1, 0.5, 2], [99, 0.5, 2]]).T,
        )
        self.roads = load_roads(pace=self.pace)
        self.joins = [
            join_points(self.roads, self.table[f"{end}_latitude"], self.table[f"{end}_longitude"])
            for end in ("from", "to")
        ]
        unit = self.pace.local
        self.density = [np.abs(j.local[:, None] - unit).argmin(axis=1) for j in self.joins]
        self.km = [
            np.where(
                np.isfinite(j.way),
                np.linalg.norm(self.roads.xyz[j.node] - j.xyz[:, None], axis=2),
                np.inf,
            )
            for j in self.joins
        ]
        one, other = (j.xyz for j in self.joins)
        self.line_km = np.linalg.norm(one - other, axis=1)
        self.dry = (measure_wet(self.roads, one, other, 30) <= 0.8) & (self.miles <= DIRECT_MILES)
        pieces = self.roads.pieces
        count = len(self.roads.xyz)
        keys = np.minimum(pieces.start, pieces.end) * count + np.maximum(pieces.start, pieces.end)
        self.order = np.lexsort((pieces.km, keys))
        self.keys = keys[self.order]

    def find_ways(self, pace: Pace, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return what each drive is made of, a column a coefficient, and its kilometres.

        NaN where no way is found, and for drives that are not chosen.
        """
        pieces, count = self.roads.pieces, len(self.roads.xyz)
        minutes = np.maximum(pace.road.ravel()[pieces.road_class] * pieces.km, 1e-3)
        first = np.unique(self.keys, return_index=True)[1]
        quickest = np.minimum.reduceat(minutes[self.order], first)
        start, end = np.divmod(self.keys[first], count)
        graph = csr_array(
            (np.tile(quickest, 2), (np.r_[start, end], np.r_[end, start])), shape=(count, count)
        )
        classes = pace.road.size
        parts = np.zeros((len(self.miles), classes + len(pace.local) + 1))
        parts[:, -1] = 1
        out = [km * pace.local[d][:, None] for km, d in zip(self.km, self.density, strict=True)]
        # A drive of twice its measured time is an error whatever its way.
        rows = np.flatnonzero(chosen)[np.argsort(self.minutes[chosen])]
        sequence = []
        whole = np.full(len(self.miles), np.inf)
        for some in (rows[begin : begin + BATCH] for begin in range(0, len(rows), BATCH)):
            usable = np.isfinite(out[0][some])
            starts, here = self.joins[0].node[some], np.maximum(out[0][some], 1e-3)
            pointer = graph.indptr[-1] + np.cumsum(usable.sum(axis=1))
            matrix = csr_array(
                (
                    np.r_[graph.data, here[usable]],
                    np.r_[graph.indices, starts[usable]],
                    np.r_[graph.indptr, pointer],
                ),
                shape=(count + len(some), count + len(some)),
            )
            ways, befores = dijkstra(
                matrix,
                indices=np.arange(count, count + len(some)),
                limit=20 + 2 * float(self.minutes[some].max()),
                return_predecessors=True,
            )
            for row, way, before in zip(some.tolist(), ways, befores, strict=True):
                ends = way[self.joins[1].node[row]] + out[1][row]
                last = int(ends.argmin())
                whole[row] = ends[last]
                if np.isinf(ends[last]):
                    continue
                node = int(self.joins[1].node[row][last])
                parts[row, classes + self.density[1][row]] += self.km[1][row][last]
                while before[node] < count:
                    sequence.append((row, min(node, before[node]), max(node, before[node])))
                    node = int(before[node])
                first_km = self.km[0][row][self.joins[0].node[row] == node].min()
                parts[row, classes + self.density[0][row]] += first_km
        walked = np.array(sequence, dtype=np.int64)
        piece = self.order[np.searchsorted(self.keys, walked[:, 1] * count + walked[:, 2])]
        np.add.at(parts, (walked[:, 0], pieces.road_class[piece]), pieces.km[piece])
        km = parts[:, :classes].sum(axis=1) + LOCAL_DETOUR * parts[:, classes:-1].sum(axis=1)
        direct = self.line_km * (pace.local[self.density[0]] + pace.local[self.density[1]]) / 2
        straight = self.dry & (direct < whole)
        rows = np.arange(len(whole))
        parts[straight, :-1] = 0
        for density in self.density:
            np.add.at(
                parts, (rows[straight], classes + density[straight]), self.line_km[straight] / 2
            )
        km[straight] = LOCAL_DETOUR * self.line_km[straight]
        lost = ~chosen | (~straight & np.isinf(whole))
        parts[lost], km[lost] = np.nan, np.nan
        return parts, km

    def fit(self, train: np.ndarray, ways: tuple[np.ndarray, np.ndarray]) -> Pace:
        """Return the paces that give the drives of `train` their minutes; `ways` by the start."""
        pace = self.pace
        for number in range(ROUNDS):
            parts, km = ways if number == 0 else self.find_ways(pace, train)
            before = np.r_[pace.road.ravel(), pace.local, pace.terminal_minutes]
            known = np.isfinite(km)
            error = np.abs(np.where(known, parts.T, 0).T @ before / self.minutes - 1)
            keep = train & known & (error < np.quantile(error[train & known], 0.97))
            weight = 1 / np.maximum(self.minutes, 8) / np.sqrt(np.maximum(error, 0.03))
            ridge = np.r_[np.full(len(before) - 1, RIDGE), 0.1]
            found, _ = nnls(
                np.r_[parts[keep] * weight[keep, None], np.diag(ridge)],
                np.r_[self.minutes[keep] * weight[keep], ridge * before],
            )
            road = np.clip(found[: pace.road.size], FASTEST, 8).reshape(pace.road.shape)
            local = np.clip(found[pace.road.size : -1], 60 / 75, 9)
            measured = self.table["esri_kilometres"].to_numpy()
            some = train & known & (measured > 0)
            factor = float(np.median(measured[some] / km[some]))
            pace = dataclasses.replace(
                pace, road=road, local=local, terminal_minutes=float(found[-1]), miles_factor=factor
            )
        return pace

    def estimate(self, pace: Pace, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return minutes and miles of the drives chosen."""
        parts, km = self.find_ways(pace, chosen)
        minutes = parts @ np.r_[pace.road.ravel(), pace.local, pace.terminal_minutes]
        return minutes, km / KM_PER_MILE * pace.miles_factor


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
    drives = Drives(pd.read_csv(options.truth))
    every = np.ones(len(drives.miles), np.bool_)
    ways = drives.find_ways(drives.pace, every)
    states = sorted(drives.table["state"].unique())
    half = np.random.default_rng(SEED).random(len(drives.miles)) < 0.5
    every_second = (
        drives.table["state"].map({s: k % 2 == 0 for k, s in enumerate(states)}).to_numpy()
    )
    print("| drives not used | n | minutes | up to 60 minutes | within 30 | within 60 |")  # noqa: T201
    print("| --- | --- | --- | --- | --- | --- |", flush=True)  # noqa: T201
    ranges = []
    for name, train in (("half of the drives", half), ("half of the states", every_second)):
        pace = drives.fit(train, ways)
        minutes, miles = drives.estimate(pace, ~train)
        measured = drives.table["esri_kilometres"].to_numpy() / KM_PER_MILE
        rows = [
            tell(f"{name}: graph", minutes, drives.minutes, ~train),
            tell(f"{name}: best line", fit_line(drives, train), drives.minutes, ~train),
            tell(f"{name}: Bing", drives.table["bing_minutes"].to_numpy(), drives.minutes, ~train),
            tell(f"{name}: OSRM", drives.table["osrm_minutes"].to_numpy(), drives.minutes, ~train),
            tell(f"{name}: miles, graph", miles, measured, ~train),
            tell(f"{name}: miles, 1.4 lines", 1.4 * drives.miles, measured, ~train),
        ]
        print("\n".join(rows), flush=True)  # noqa: T201
        ratio = drives.minutes / minutes
        ranges.append(find_range(ratio, drives.miles, ~train))
        for (low, high), (_, least, most) in zip(CLASSES, ranges[0], strict=True):
            some = ~train & np.isfinite(ratio) & (drives.miles >= low) & (drives.miles < high)
            held = ((ratio >= least) & (ratio <= most))[some].mean()
            print(f"range of {low} to {high} miles holds {held:.1%} of {some.sum()}", flush=True)  # noqa: T201
    if options.write:
        pace = drives.fit(every, ways)
        held = {
            "about": "Paces of geo/roads, fitted by `python -m tests.bench.drive_fit`.",
            "road_minutes_per_km": pace.road.round(4).tolist(),
            "local_minutes_per_km": pace.local.round(4).tolist(),
            "terminal_minutes": round(pace.terminal_minutes, 3),
            "miles_factor": round(pace.miles_factor, 4),
            "range": ranges[0],
        }
        options.write.write_text(json.dumps(held, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
