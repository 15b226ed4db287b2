"""Drive time: what is promised of its speed and memory, and the same search by other libraries."""

import importlib.util
import math
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from geo import releases
from geo.coverage.counting import pick_clinics
from geo.reference import load
from geo.roads import drive_matrix, drive_rows, drive_to_all, join_points, load_roads
from geo.roads.isochrones import find_isochrones
from geo.roads.joining import Joins
from geo.roads.network import Roads
from tests.bench import SEED, Row, time_side_by_side
from tests.bench.apart import Cost, measure_cost, run_apart

MOST_BYTES = 300_000_000
SIZES = (1_000, 4_000, 16_000)
SAMPLE = 300  # ZIPs of which the time of the whole matrix is told
LIMIT = 240.0
NEAR_LIMIT = 120.0
CHICAGO = (41.88, -87.63)
ROUNDS = 5


def run() -> list[Row]:
    """Return the measurements; where a goal is an amount of time it stands as the peer."""
    network = load_roads()
    shown = pick_clinics(releases.load(releases.SHIPPED).clinics)
    shown = shown[shown["latitude"].notna()]
    clinics = join_points(network, shown["latitude"], shown["longitude"])
    zips = join_points(network, *find_zips())
    chicago = join_points(network, *CHICAGO)
    cost = Cost(*run_apart(measure_load))
    some = zips.take(np.random.default_rng(SEED).choice(len(zips), SAMPLE, replace=False))
    share = len(zips) / SAMPLE
    rows = [
        promise("the highways loaded", load_roads, 0.5, peak_bytes=cost.own_bytes),
        promise(
            f"one place to {len(clinics)} clinics within {LIMIT:g} minutes",
            lambda: drive_to_all(network, chicago, clinics, limit_minutes=LIMIT),
            0.04,
        ),
        promise(
            f"{len(zips):,} ZIPs to {len(clinics)} clinics within {LIMIT:g} minutes",
            lambda: drive_matrix(network, zips, clinics, limit_minutes=LIMIT),
            4.0,
            rounds=1,
        ),
        promise(
            f"{SAMPLE} of {len(zips):,} ZIPs to all within {NEAR_LIMIT:g} minutes",
            lambda: [*drive_rows(network, some, zips, limit_minutes=NEAR_LIMIT)],
            40.0 / share,
            rounds=3,
        ),
        promise(
            "an isochrone of 60 minutes",
            lambda: find_isochrones(network, *CHICAGO, (60.0,)),
            0.1,
        ),
    ]
    return [*rows, *compare(network, chicago), *grow(network, zips, clinics)]


def find_zips() -> tuple[pd.Series, pd.Series]:
    """Return the points of the populated ZIPs."""
    zips = load("zips")
    zips = zips[zips["adults"].gt(0)]
    return zips["latitude"], zips["longitude"]


def measure_load() -> Cost:
    """Return what loading costs, in a process of its own."""
    held = []
    return measure_cost(lambda: held.append(load_roads()))


def promise(
    name: str,
    work: Callable[[], object],
    goal_seconds: float,
    *,
    rounds: int = ROUNDS,
    peak_bytes: float = math.nan,
) -> Row:
    """Hold the processor's seconds of work against what is promised of one core."""
    work()  # caches are warm
    taken = sorted(measure_cost(work).processor_seconds for _ in range(rounds))
    seconds = taken[rounds // 2]
    return Row(
        f"{name}, of one processor",
        "the goal",
        seconds,
        goal_seconds,
        agreement="",
        agrees=not peak_bytes > MOST_BYTES,
        least_ratio=1,
        goal=f"under {goal_seconds:.3g} s",
        peak_bytes=peak_bytes,
    )


def compare(network: Roads, origin: Joins) -> Iterator[Row]:
    """Time the search from one node to all others beside other libraries, where they are here."""
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415  # beside its peers

    node = int(origin.node[0, 0])
    ours = dijkstra(network.matrix, indices=node)
    matrix = network.matrix.tocoo()
    edges = [
        (int(a), int(b), float(w))
        for a, b, w in zip(matrix.row, matrix.col, matrix.data, strict=True)
    ]
    for name, make in (("networkit", make_networkit), ("rustworkx", make_rustworkx)):
        if importlib.util.find_spec(name) is None:
            seconds, right = (math.nan, math.nan), True
        else:
            search = make(len(network.xyz), edges, node)
            found = search()
            reached = np.isfinite(ours)
            right = bool(np.allclose(np.asarray(found)[reached], ours[reached]))
            seconds = time_side_by_side(
                lambda: dijkstra(network.matrix, indices=node), search, ROUNDS
            )
        yield Row(
            "scipy's search from one node to all, as it is used",
            name,
            *seconds,
            agreement="the same minutes" if right else "other minutes",
            agrees=right,
        )


def make_networkit(
    count: int, edges: list[tuple[int, int, float]], node: int
) -> Callable[[], np.ndarray]:
    """Return a search by networkit, its graph built."""
    import networkit  # noqa: PLC0415  # not where it is not installed

    graph = networkit.Graph(count, weighted=True, directed=True)
    for start, end, weight in edges:
        graph.addEdge(start, end, weight)

    def search() -> np.ndarray:
        found = networkit.distance.Dijkstra(graph, node, storePaths=False)
        found.run()
        return np.array(found.getDistances())

    return search


def make_rustworkx(
    count: int, edges: list[tuple[int, int, float]], node: int
) -> Callable[[], np.ndarray]:
    """Return a search by rustworkx, its graph built."""
    import rustworkx  # noqa: PLC0415  # as above

    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(edges)

    def search() -> np.ndarray:
        minutes = np.full(count, np.inf)
        for other, length in rustworkx.dijkstra_shortest_path_lengths(graph, node, float).items():
            minutes[other] = length
        minutes[node] = 0
        return minutes

    return search


def grow(network: Roads, zips: Joins, clinics: Joins) -> Iterator[Row]:
    """Time the matrix at three sizes; there is no peer."""
    for size in SIZES:
        some = zips.take(np.arange(size))
        seconds, _ = time_side_by_side(
            lambda some=some: drive_matrix(network, some, clinics, limit_minutes=LIMIT),
            lambda: None,
            1,
        )
        yield Row(
            f"{size:,} ZIPs to {len(clinics)} clinics within {LIMIT:g} minutes",
            "",
            seconds,
            math.nan,
            agreement="",
            family="minutes from ZIPs to all clinics, by ZIPs",
            size=size,
        )
