"""Drives that map companies were asked for, and the ways they take by whatever paces."""

import dataclasses

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.reference.road_tables import DENSITY_EDGES
from geo.roads.joining import join_points, measure_wet
from geo.roads.network import load_roads, measure_minutes
from geo.roads.pace import LOCAL_DETOUR, Pace
from geo.roads.ways import DIRECT_MILES, KM_PER_MILE
from geo.units import from_ecef, geodesic_miles

BATCH = 16
LEAST_MILES = 1.0
MOST_WET_KM = 0.8
DENSITIES = len(DENSITY_EDGES) + 1


@dataclasses.dataclass(frozen=True)
class Ways:
    """What drives are made of; NaN where no way is found, and for drives that were not asked for.

    Parameters
    ----------
    parts : (n, k) kilometres by class of highway, as `Pace.road` lies, then by class of local roads,
        all as much longer as roads are slower there; then how many ends lie in each class.
    km : (n,) by road.
    easting : by which `Pace.easting` the parts are longer.
    """

    parts: np.ndarray
    km: np.ndarray
    easting: float


class Drives:
    """The measured drives, their ends joined to the highways.

    Parameters
    ----------
    table : a row a drive.
    pace : any, whose classes are counted.
    """

    def __init__(self, table: pd.DataFrame, pace: Pace) -> None:
        """Join all ends to the roads."""
        ends = ["from_latitude", "from_longitude", "to_latitude", "to_longitude"]
        miles = geodesic_miles(*(table[name] for name in ends))
        keep = miles > LEAST_MILES
        self.table, self.miles = table[keep].reset_index(drop=True), miles[keep]
        self.minutes = self.table["google_minutes"].to_numpy()
        self.measured_miles = self.table["esri_kilometres"].to_numpy() / KM_PER_MILE
        self.roads = load_roads(pace=pace)
        self.joins = [
            join_points(self.roads, self.table[f"{end}_latitude"], self.table[f"{end}_longitude"])
            for end in ("from", "to")
        ]
        self.east = [from_ecef(j.xyz * 1000)[1] for j in self.joins]
        self.density = [
            np.digitize(self.roads.adults.measure(j.xyz * 1000), DENSITY_EDGES) for j in self.joins
        ]
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
        self.dry = measure_wet(self.roads, one, other, 30) <= MOST_WET_KM
        self.dry &= self.miles <= DIRECT_MILES
        pieces, count = self.roads.pieces, len(self.roads.xyz)
        self.keys = np.minimum(pieces.start, pieces.end) * count
        self.keys += np.maximum(pieces.start, pieces.end)

    def find_ways(self, pace: Pace, chosen: np.ndarray) -> Ways:
        """Return what each drive that is chosen is made of by the quickest way."""
        pieces, count = self.roads.pieces, len(self.roads.xyz)
        minutes = measure_minutes(pace, self.roads.xyz, pieces)
        order = np.lexsort((minutes, self.keys))  # of two between the same nodes the quicker counts
        keys, first = np.unique(self.keys[order], return_index=True)
        piece = order[first]
        start, end = np.divmod(keys, count)
        graph = csr_array(
            (np.tile(minutes[piece], 2), (np.r_[start, end], np.r_[end, start])),
            shape=(count, count),
        )
        slow = [pace.slow(east) for east in self.east]
        local = [pace.local[d] * s for d, s in zip(self.density, slow, strict=True)]
        out = [km * unit[:, None] for km, unit in zip(self.km, local, strict=True)]
        found, steps = self._search(graph, out, chosen)
        classes, rows = pace.road.size, np.arange(len(self.miles))
        parts, km = np.zeros((len(rows), classes + 2 * DENSITIES)), np.zeros(len(rows))
        drive, near, far = np.array(steps, dtype=np.int64).T
        walked = piece[np.searchsorted(keys, near * count + far)]
        unit = minutes[walked] / pace.road.ravel()[pieces.road_class[walked]]
        np.add.at(parts, (drive, pieces.road_class[walked]), unit)
        np.add.at(km, drive, pieces.km[walked])
        straight = self.dry & (self.line_km * (local[0] + local[1]) / 2 < found[:, 0])
        parts[straight], km[straight] = 0, 0
        for end, density in enumerate(self.density):
            far = np.where(straight, self.line_km / 2, found[:, 1 + end])
            np.add.at(parts, (rows, classes + density), far * slow[end])
            np.add.at(parts, (rows, classes + DENSITIES + density), 1)
            km += LOCAL_DETOUR * far
        lost = ~chosen | (~straight & np.isinf(found[:, 0]))
        parts[lost], km[lost] = np.nan, np.nan
        return Ways(parts, km, pace.easting)

    def _search(
        self, graph: csr_array, out: list[np.ndarray], chosen: np.ndarray
    ) -> tuple[np.ndarray, list[tuple[int, int, int]]]:
        """Return of each drive its minutes and the kilometres to the highways at both ends; all steps."""
        count = graph.shape[0]
        found, steps = np.full((len(self.miles), 3), np.inf), []
        rows = np.flatnonzero(chosen)[np.argsort(self.minutes[chosen])]
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
                # A drive of twice its measured time is an error whatever its way.
                limit=20 + 2 * float(self.minutes[some].max()),
                return_predecessors=True,
            )
            for row, way, before in zip(some.tolist(), ways, befores, strict=True):
                ends = way[self.joins[1].node[row]] + out[1][row]
                last = int(ends.argmin())
                if np.isinf(ends[last]):
                    continue
                node = int(self.joins[1].node[row][last])
                to_km = self.km[1][row][last]
                while before[node] < count:
                    steps.append((row, min(node, before[node]), max(node, before[node])))
                    node = int(before[node])
                from_km = self.km[0][row][self.joins[0].node[row] == node].min()
                found[row] = ends[last], from_km, to_km
        return found, steps
