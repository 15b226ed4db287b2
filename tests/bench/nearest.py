"""Nearest clinics, against pyproj, scikit-learn and a bare tree."""

from itertools import cycle

import numpy as np
import pandas as pd
from pyproj import Geod
from scipy.spatial import cKDTree
from sklearn.neighbors import BallTree

from geo import nearest
from geo.units import METRES_PER_MILE, geodesic_miles, to_ecef
from tests.bench import SEED, Row, draw_points, time_side_by_side

CLINICS = 20_000
QUERIES = 1_000_000
K = 10
CHECKED = 200

GEOD = Geod(ellps="WGS84")


def run() -> list[Row]:
    """Return the measurements."""
    rng = np.random.default_rng(SEED)
    places = draw_points(CLINICS, rng)
    clinics = pd.DataFrame(
        {
            "clinic_id": [f"clinic-{row}" for row in range(CLINICS)],
            "latitude": places[:, 0],
            "longitude": places[:, 1],
        }
    )
    index = nearest.build_index(clinics)
    origins = draw_points(QUERIES, rng)
    exact = np.array([rank_all(places, *origin) for origin in origins[:CHECKED]])
    return [*run_single(index, places, origins, exact), *run_batch(index, places, origins, exact)]


def rank_all(places: np.ndarray, latitude: float, longitude: float) -> np.ndarray:
    """Return the nearest by geodesics to all clinics: what needs no index."""
    count = len(places)
    metres = GEOD.inv(
        np.full(count, longitude), np.full(count, latitude), places[:, 1], places[:, 0]
    )[2]
    few = np.argpartition(metres, K)[:K]
    return few[np.argsort(metres[few])]


def run_single(
    index: nearest.ClinicIndex, places: np.ndarray, origins: np.ndarray, exact: np.ndarray
) -> list[Row]:
    """Measure one origin at a time."""
    checked = origins[: len(exact)]
    found = np.array([nearest.nearest_one(index, *origin, K)[0] for origin in checked])
    right = (found == exact).all(axis=1)
    ball = BallTree(np.radians(places), metric="haversine")
    ball_right = (ball.query(np.radians(checked), k=K)[1] == exact).all(axis=1)

    def ask(function):
        turns = cycle(origins[:1000])
        return lambda: function(*next(turns))

    one = ask(lambda latitude, longitude: nearest.nearest_one(index, latitude, longitude, K))
    everyone = ask(lambda latitude, longitude: rank_all(places, latitude, longitude))
    haversine = ask(lambda *origin: ball.query(np.radians([origin]), k=K))
    name = f"one query, the nearest {K} of {CLINICS:,}"
    return [
        Row(
            name,
            "`pyproj.Geod` to all",
            *time_side_by_side(one, everyone, 25),
            agreement=f"{right.mean():.1%} the same order",
            agrees=bool(right.all()),
            least_ratio=3,
            goal="at least 3 times as fast",
        ),
        Row(
            name,
            "scikit-learn `BallTree`, haversine",
            *time_side_by_side(one, haversine, 25),
            agreement=f"geodesic order: ours {right.mean():.1%}, haversine {ball_right.mean():.1%}",
            agrees=bool(right.all()),
            least_ratio=1,
            goal="no slower",
        ),
    ]


def run_batch(
    index: nearest.ClinicIndex, places: np.ndarray, origins: np.ndarray, exact: np.ndarray
) -> list[Row]:
    """Measure all origins at once: the order, then the distances."""
    tree = cKDTree(to_ecef(places[:, 0], places[:, 1]))
    xyz = to_ecef(origins[:, 0], origins[:, 1])
    ordered = nearest.order(index, origins, K)
    right = (ordered[: len(exact)] == exact).all(axis=1)
    rows = []
    for workers, threads in ((1, "one thread"), (-1, "all threads")):
        times = time_side_by_side(
            lambda workers=workers: nearest.order(index, origins, K, workers=workers),
            lambda workers=workers: tree.query(xyz, K, workers=workers),
            5,
        )
        rows.append(
            Row(
                f"order of the nearest {K} of {CLINICS:,} for {QUERIES:,} points, {threads}",
                "bare `cKDTree`, chords only",
                *times,
                agreement=f"{right.mean():.1%} the geodesic order",
                agrees=bool(right.all()),
                least_ratio=1 / 1.5,
                goal="at most 1.5 times the time",
            )
        )
    some = slice(0, QUERIES // K)
    pairs = (*origins[some].repeat(K, axis=0).T, *places[ordered[some].ravel()].T)
    series = nearest.distances(index, origins[some], ordered[some]).ravel()
    off = np.abs(series - geodesic_miles(*pairs)).max() * METRES_PER_MILE
    times = time_side_by_side(
        lambda: nearest.distances(index, origins[some], ordered[some]),
        lambda: geodesic_miles(*pairs),
        3,
    )
    name = f"the distances of {QUERIES:,} such pairs"
    agreement = f"within {off * 1e6:.2g} µm"
    rows.append(Row(name, "`pyproj.Geod`", *times, agreement=agreement, agrees=bool(off < 1e-4)))
    return rows
