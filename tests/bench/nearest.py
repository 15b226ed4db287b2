"""Nearest clinics, against what else finds neighbours; exact is the order by the geodesic."""

import math
from collections.abc import Callable
from itertools import cycle

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
from pyproj import Geod
from scipy.spatial import cKDTree
from sklearn.neighbors import BallTree

from geo.search import nearest
from geo.units import METRES_PER_MILE, geodesic_miles, to_ecef
from tests.bench import SEED, Row, draw_points, postgis, time_side_by_side
from tests.bench.apart import Cost, measure_cost, run_apart

CLINICS = (2_000, 20_000, 200_000)
QUERIES = 1_000_000
SOME_QUERIES = 20_000  # for peers that would take minutes for all
FEW_QUERIES = 200  # for those that look at every clinic
K = 10
CHECKED = 200
ROUNDS = 15
BATCH_ROUNDS = 3
AT_ONCE = 1_000  # single queries that are gone through, so that no cache holds the answer
PROJECTED = 5070  # Albers, equal areas in the contiguous states

GEOD = Geod(ellps="WGS84")
ORDER = f"order of the nearest {K} for {QUERIES:,} points"
ONE = f"one query, the nearest {K}"
DUCKDB_NEAREST = """
    SELECT id FROM clinics ORDER BY
        pow(sin((latitude - $1) / 2), 2) +
        cos(latitude) * cos($1) * pow(sin((longitude - $2) / 2), 2)
    LIMIT $3
"""


class Places:
    """Clinics, the origins of the queries, and the exact answers to the first of them."""

    def __init__(self, count: int) -> None:
        """Draw them and build our index."""
        rng = np.random.default_rng(SEED)
        self.clinics = draw_points(count, rng)
        self.origins = draw_points(QUERIES, rng)
        self.index = build_index(self.clinics)
        self.checked = self.origins[:CHECKED]
        self.exact = np.array([rank_all(self.clinics, *origin) for origin in self.checked])

    def ask(self, function: Callable[..., object]) -> Callable[[], object]:
        """Return a function that asks for another origin each time."""
        turns = cycle(self.origins[:AT_ONCE].tolist())
        return lambda: function(*next(turns))

    def ask_ours(self) -> Callable[[], object]:
        """Return the same of ours."""
        return self.ask(lambda *origin: nearest.nearest_one(self.index, *origin, K))

    def share_right(self, found: np.ndarray) -> float:
        """Return the share of the checked origins with the exact order in all columns given."""
        return float((found == self.exact[:, : found.shape[1]]).all(axis=1).mean())


def run() -> list[Row]:
    """Return the measurements."""
    rows = []
    with postgis.connect() as connection:
        for count in CLINICS:
            places = Places(count)
            rows += [*run_single(places, connection), *run_batch(places, connection)]
            if count == CLINICS[1]:
                rows += [run_threads(places), run_distances(places)]
    return rows


def build_index(places: np.ndarray) -> nearest.ClinicIndex:
    """Return our index of points."""
    clinic_id = [f"clinic-{row}" for row in range(len(places))]
    return nearest.build_index(
        pd.DataFrame({"clinic_id": clinic_id, "latitude": places[:, 0], "longitude": places[:, 1]})
    )


def rank_all(places: np.ndarray, latitude: float, longitude: float) -> np.ndarray:
    """Return the nearest by geodesics to all clinics: what needs no index."""
    count = len(places)
    metres = GEOD.inv(
        np.full(count, longitude), np.full(count, latitude), places[:, 1], places[:, 0]
    )[2]
    few = np.argpartition(metres, K)[:K]
    return few[np.argsort(metres[few])]


def run_single(places: Places, connection: psycopg.Connection | None) -> list[Row]:
    """Measure one origin at a time."""
    found = np.array([nearest.nearest_one(places.index, *one, K)[0] for one in places.checked])
    right = places.share_right(found)
    ball = BallTree(np.radians(places.clinics), metric="haversine")
    tree = cKDTree(to_ecef(*places.clinics.T))
    clinics, project = project_points(places.clinics)
    brute = load_duckdb(places.clinics)

    def ask_duckdb(*origin):
        rows = brute.execute(DUCKDB_NEAREST, [*np.radians(origin).tolist(), K]).fetchall()
        return [row for (row,) in rows]

    def ask_sjoin(*origin):
        return join_nearest(project(np.array([origin])), clinics)

    peers = {
        "`pyproj.Geod` to all": (lambda *origin: rank_all(places.clinics, *origin), 3.0),
        "bare scipy `cKDTree`, chords": (lambda *origin: tree.query(to_ecef(*origin), K)[1], None),
        "scikit-learn `BallTree`, haversine": (
            lambda *origin: ball.query(np.radians([origin]), K)[1][0],
            1.0,
        ),
        "`geopandas.sjoin_nearest`, projected, nearest 1 only": (ask_sjoin, None),
        "DuckDB, haversine to all": (ask_duckdb, None),
        "PostGIS `<->`, GiST, prepared, over a socket": (None, 3.0),
    }
    if connection is not None:
        postgis.load_clinics(connection, places.clinics)
        name = list(peers)[-1]
        peers[name] = (lambda *origin: postgis.rank(connection, *origin, K), 3.0)
    rows = []
    for name, (peer, least_ratio) in peers.items():
        goal = {None: "none", 1.0: "no slower"}.get(least_ratio, "at least 3 times as fast")
        said, times = f"ours {right:.1%} the geodesic order", (math.nan, math.nan)
        if peer is None:
            times = (time_side_by_side(places.ask_ours(), lambda: None, 1)[0], math.nan)
            said += "; no server here"
        else:
            share = places.share_right(np.array([peer(*one) for one in places.checked]))
            times = time_side_by_side(places.ask_ours(), places.ask(peer), ROUNDS)
            said += f", the peer's {share:.1%}"
        if "PostGIS" in name and connection is not None:
            server = np.median(
                [postgis.read_server_seconds(connection, *one, K) for one in places.checked]
            )
            said += f"; {server * 1e6:.0f} µs of it in the server"
        rows.append(
            Row(
                f"{ONE} of {len(places.clinics):,} clinics",
                name,
                *times,
                agreement=said,
                agrees=right == 1,
                least_ratio=least_ratio,
                goal=goal,
                family=f"{ONE}, by clinics",
                size=len(places.clinics),
            )
        )
    return rows


def run_batch(places: Places, connection: psycopg.Connection | None) -> list[Row]:
    """Measure many origins at once, one thread each."""
    count = len(places.clinics)
    tree, xyz = cKDTree(to_ecef(*places.clinics.T)), to_ecef(*places.origins.T)
    right = places.share_right(nearest.order(places.index, places.checked, K))
    costs = [Cost(*run_apart(f, count)) for f in (order_ours_apart, order_tree_apart)]
    rows = [
        Row(
            f"{ORDER}, {count:,} clinics, one thread",
            "bare scipy `cKDTree`, chords",
            *time_side_by_side(
                lambda: nearest.order(places.index, places.origins, K),
                lambda: tree.query(xyz, K),
                BATCH_ROUNDS,
            ),
            agreement=f"{right:.1%} the geodesic order",
            agrees=right == 1,
            least_ratio=1 / 1.5,
            goal="at most 1.5 times the time",
            family=f"{ORDER}, by clinics",
            size=count,
            peak_bytes=costs[0].peak_bytes,
            peer_peak_bytes=costs[1].peak_bytes,
        )
    ]
    ball = BallTree(np.radians(places.clinics), metric="haversine")
    clinics, project = project_points(places.clinics)
    brute = load_duckdb(places.clinics)

    def ask_ball(origins):
        return ball.query(np.radians(origins), K)[1]

    def ask_sjoin(origins):
        return join_nearest(project(origins), clinics)[:, np.newaxis]

    peers = [
        ("scikit-learn `BallTree`, haversine", SOME_QUERIES, K, ask_ball),
        ("`geopandas.sjoin_nearest`, projected", SOME_QUERIES, 1, ask_sjoin),
        ("DuckDB, haversine to all", FEW_QUERIES, K, lambda origins: rank_brute(brute, origins)),
    ]
    if connection is not None:
        peers.append(
            (
                "PostGIS `<->`, GiST, `LATERAL`",
                SOME_QUERIES,
                K,
                lambda origins: postgis.rank_many(connection, origins, K),
            )
        )
    for name, queries, k, peer in peers:
        some = places.origins[:queries]
        share = places.share_right(np.asarray(peer(places.checked)))
        rows.append(
            Row(
                f"order of the nearest {k} for {queries:,} points, {count:,} clinics",
                name,
                *time_side_by_side(
                    lambda some=some, k=k: nearest.order(places.index, some, k),
                    lambda some=some, peer=peer: peer(some),
                    1,
                ),
                agreement=f"ours {right:.1%} the geodesic order, the peer's {share:.1%}",
                agrees=right == 1,
                least_ratio=1,
                goal="no slower",
            )
        )
    return rows


def order_ours_apart(count: int) -> Cost:
    """Return what ordering all origins costs us, in a process of its own."""
    rng = np.random.default_rng(SEED)
    index, origins = build_index(draw_points(count, rng)), draw_points(QUERIES, rng)
    return measure_cost(lambda: nearest.order(index, origins, K))


def order_tree_apart(count: int) -> Cost:
    """Return what a bare tree costs, in a process of its own."""
    rng = np.random.default_rng(SEED)
    tree, xyz = cKDTree(to_ecef(*draw_points(count, rng).T)), to_ecef(*draw_points(QUERIES, rng).T)
    return measure_cost(lambda: tree.query(xyz, K))


def run_threads(places: Places) -> Row:
    """Measure many origins at once on all processors."""
    tree, xyz = cKDTree(to_ecef(*places.clinics.T)), to_ecef(*places.origins.T)
    ordered, chords = (
        nearest.order(places.index, places.origins, K, workers=-1),
        tree.query(xyz, K, workers=-1)[1],
    )
    same = (ordered == chords).all(axis=1).mean()
    right = places.share_right(ordered[:CHECKED])
    return Row(
        f"{ORDER}, {len(places.clinics):,} clinics, all threads",
        "bare scipy `cKDTree`, chords",
        *time_side_by_side(
            lambda: nearest.order(places.index, places.origins, K, workers=-1),
            lambda: tree.query(xyz, K, workers=-1),
            BATCH_ROUNDS,
        ),
        agreement=f"{right:.1%} the geodesic order; chords order {same:.4%} alike",
        agrees=right == 1,
        least_ratio=1 / 1.5,
        goal="at most 1.5 times the time",
    )


def run_distances(places: Places) -> Row:
    """Measure the distances to what was found."""
    some = places.origins[: QUERIES // K]
    ordered = nearest.order(places.index, some, K)
    pairs = (*some.repeat(K, axis=0).T, *places.clinics[ordered.ravel()].T)
    series = nearest.distances(places.index, some, ordered).ravel()
    off = np.abs(series - geodesic_miles(*pairs)).max() * METRES_PER_MILE
    return Row(
        f"the distances of {QUERIES:,} such pairs",
        "`pyproj.Geod`",
        *time_side_by_side(
            lambda: nearest.distances(places.index, some, ordered),
            lambda: geodesic_miles(*pairs),
            BATCH_ROUNDS,
        ),
        agreement=f"within {off * 1e6:.2g} µm",
        agrees=bool(off < 1e-4),
    )


def project_points(
    places: np.ndarray,
) -> tuple[gpd.GeoDataFrame, Callable[[np.ndarray], gpd.GeoDataFrame]]:
    """Return clinics as projected points, and what makes such points of origins."""

    def project(points: np.ndarray) -> gpd.GeoDataFrame:
        geometry = gpd.points_from_xy(points[:, 1], points[:, 0], crs=4326)
        return gpd.GeoDataFrame(geometry=geometry).to_crs(PROJECTED)

    return project(places), project


def join_nearest(origins: gpd.GeoDataFrame, clinics: gpd.GeoDataFrame) -> np.ndarray:
    """Return the nearest clinic of each origin on the plane."""
    joined = gpd.sjoin_nearest(origins, clinics)["index_right"]
    return joined[~joined.index.duplicated()].to_numpy()


def load_duckdb(places: np.ndarray) -> duckdb.DuckDBPyConnection:
    """Return a database of clinics in radians."""
    connection = duckdb.connect()
    latitude, longitude = np.radians(places).T
    table = pd.DataFrame(
        {"id": np.arange(len(places)), "latitude": latitude, "longitude": longitude}
    )
    connection.register("given", table)
    connection.execute("CREATE TABLE clinics AS SELECT * FROM given")
    return connection


def rank_brute(connection: duckdb.DuckDBPyConnection, origins: np.ndarray) -> np.ndarray:
    """Return the (n, K) nearest to many origins by comparing all pairs."""
    latitude, longitude = np.radians(origins).T
    table = pd.DataFrame({"origin": np.arange(len(origins)), "north": latitude, "east": longitude})
    connection.register("origins", table)
    question = f"""
        SELECT min_by(id, pow(sin((latitude - north) / 2), 2)
            + cos(latitude) * cos(north) * pow(sin((longitude - east) / 2), 2), {K})
        FROM origins CROSS JOIN clinics GROUP BY origin ORDER BY origin
    """  # noqa: S608  a number of ours
    return np.array([ids for (ids,) in connection.execute(question).fetchall()])
