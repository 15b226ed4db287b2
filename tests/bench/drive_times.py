"""Drive time: what is promised of its speed and memory, and the same search by other libraries."""

import importlib.util
import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from geo import releases
from geo.coverage.counting import pick_clinics
from geo.reference import load
from geo.roads import drive_matrix, drive_rows, drive_to_all, join_points, load_roads
from geo.roads.engine_settings import parse_engine_settings
from geo.roads.engine_tables import ask_matrix, make_engine
from geo.roads.isochrones import find_isochrones
from geo.roads.joining import Joins
from geo.roads.lengths import MOST_MINUTES
from geo.roads.network import Roads
from geo.units import from_ecef
from tests.bench import SEED, Row, time_side_by_side
from tests.bench.apart import Cost, measure_cost, run_apart
from tests.servers import real_road_engines

MOST_BYTES = 300_000_000
SIZES = (1_000, 4_000, 16_000)
SEARCHES = (1, 4, 16)  # nodes to search from, beside other libraries
ASKED = (50, 200, 800)  # ZIPs of a matrix, beside OSRM
TABLE_SIZE = 1_000
LEAST_MINUTES = 30.0  # below it, how a point gets to the highways is most of the drive
MOST_OFF = 0.05
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
    return [
        *rows,
        *compare(network, zips),
        *compare_osrm(network, zips, clinics),
        *grow(network, zips, clinics),
    ]


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


def compare(network: Roads, zips: Joins) -> Iterator[Row]:
    """Time searches from nodes to all others beside other libraries, where they are here."""
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415  # beside its peers

    parts = network.part[zips.node[:, 0]]
    joined = zips.node[parts == np.bincount(parts).argmax(), 0]  # no island, which is soon searched
    nodes = joined[np.linspace(0, len(joined) - 1, max(SEARCHES)).astype(np.intp)].tolist()
    matrix = network.matrix.tocoo()
    edges = [
        (int(a), int(b), float(w))
        for a, b, w in zip(matrix.row, matrix.col, matrix.data, strict=True)
    ]
    for name, make in (("networkit", make_networkit), ("rustworkx", make_rustworkx)):
        search = None
        if importlib.util.find_spec(name) is not None:
            search = make(len(network.xyz), edges)
        for count in SEARCHES:
            some = nodes[:count]
            seconds, right = (math.nan, math.nan), True
            if search is not None:
                ours, theirs = dijkstra(network.matrix, indices=some), search(some)
                reached = np.isfinite(ours)
                right = bool(np.allclose(theirs[reached], ours[reached]))
                seconds = time_side_by_side(
                    lambda some=some: dijkstra(network.matrix, indices=some),
                    lambda some=some, search=search: search(some),
                    ROUNDS,
                )
            yield Row(
                f"scipy's searches from {count} node{'s' * (count > 1)} to all, as they are used",
                name,
                *seconds,
                agreement="the same minutes" if right else "other minutes",
                agrees=right,
                family="searches of the highways, by the nodes they start from",
                size=count,
            )


def compare_osrm(network: Roads, zips: Joins, clinics: Joins) -> Iterator[Row]:
    """Time matrices beside OSRM on this machine, which was given the same highways and paces."""
    with ExitStack() as stack:
        ask, why = None, real_road_engines.reason_to_skip()
        if not why:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="bench-osrm-")))
            try:
                wheels = real_road_engines.fetch(folder)
            except LookupError as error:
                why = str(error)
            else:
                extract = folder / "highways.osm.pbf"
                real_road_engines.write_highways(extract, network)
                url = stack.enter_context(
                    real_road_engines.serve_osrm(wheels["osrm"], extract, folder, TABLE_SIZE)
                )
                ask = make_asker(url)
        targets = to_degrees(clinics)
        for count in ASKED:
            some = zips.take(np.linspace(0, len(zips) - 1, count).astype(np.intp))
            seconds, said, right = (math.nan, math.nan), why, True
            if ask is not None:
                origins = to_degrees(some)
                ours = drive_matrix(network, some, clinics, limit_minutes=MOST_MINUTES)
                theirs = ask(origins, targets)
                both = np.isfinite(ours) & np.isfinite(theirs) & (ours > LEAST_MINUTES)
                ratio = theirs[both] / ours[both]
                off = np.abs(ratio / np.median(ratio) - 1)
                right = bool(np.median(off) < MOST_OFF)
                said = (
                    f"half within {np.median(off):.1%} of each other, by one factor; OSRM knows "
                    f"{np.isfinite(theirs).mean():.0%}"
                )
                seconds = time_side_by_side(
                    lambda some=some: drive_matrix(
                        network, some, clinics, limit_minutes=MOST_MINUTES
                    ),
                    lambda origins=origins: ask(origins, targets),
                    3,
                )
            yield Row(
                f"{count} ZIPs to {len(clinics)} clinics, however far",
                "OSRM's table on loopback (MLD)",
                *seconds,
                agreement=said,
                agrees=right,
                family="matrices of ZIPs to all clinics, however far, by ZIPs",
                size=count,
            )
            near, _ = time_side_by_side(
                lambda some=some: drive_matrix(network, some, clinics, limit_minutes=LIMIT),
                lambda: None,
                3,
            )
            yield Row(
                f"{count} ZIPs to {len(clinics)} clinics within {LIMIT:g} minutes, as they are used",
                "OSRM's table on loopback (MLD), which has no limit",
                near,
                seconds[1],
                agreement=said,
                agrees=right,
            )


def make_asker(url: str) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Return what asks OSRM for a matrix of minutes, as the product does."""
    settings = parse_engine_settings({"engine": "osrm", "url": url, "most_pairs": TABLE_SIZE**2})
    engine = make_engine(settings)

    def ask(origins: np.ndarray, targets: np.ndarray) -> np.ndarray:
        minutes = np.full((len(origins), len(targets)), np.nan)
        for rows, columns, table in ask_matrix(engine, settings, origins, targets, math.inf):
            minutes[np.ix_(rows, columns)] = table.minutes
        return minutes

    return ask


def to_degrees(joins: Joins) -> np.ndarray:
    """Return (n, 2) latitudes and longitudes."""
    return np.column_stack(from_ecef(joins.xyz * 1000))


def make_networkit(
    count: int, edges: list[tuple[int, int, float]]
) -> Callable[[list[int]], np.ndarray]:
    """Return searches by networkit, its graph built."""
    import networkit  # noqa: PLC0415  # not where it is not installed

    networkit.setNumberOfThreads(1)  # as scipy's
    graph = networkit.Graph(count, weighted=True, directed=True)
    for start, end, weight in edges:
        graph.addEdge(start, end, weight)

    def search(nodes: list[int]) -> np.ndarray:
        minutes = []
        for node in nodes:
            found = networkit.distance.Dijkstra(graph, node, storePaths=False)
            found.run()
            minutes.append(np.array(found.getDistances()))
        return np.array(minutes)

    return search


def make_rustworkx(
    count: int, edges: list[tuple[int, int, float]]
) -> Callable[[list[int]], np.ndarray]:
    """Return searches by rustworkx, its graph built."""
    import rustworkx  # noqa: PLC0415  # as above

    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(edges)

    def search(nodes: list[int]) -> np.ndarray:
        minutes = np.full((len(nodes), count), np.inf)
        for row, node in enumerate(nodes):
            found = rustworkx.dijkstra_shortest_path_lengths(graph, node, float)
            minutes[row, list(found.keys())] = list(found.values())
            minutes[row, node] = 0
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
