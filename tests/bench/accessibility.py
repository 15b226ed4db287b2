"""Accessibility scores from coordinates, against PySAL `access`, which is handed its pairs."""

import logging
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo import reference
from geo.accessibility.catchments import Pairs, build_pairs
from geo.accessibility.floating import ZONE_WEIGHTS, Steps, three_step, two_step
from geo.units import METRES_PER_MILE
from tests.bench import SEED, Row, draw_points, time_side_by_side
from tests.bench.apart import Cost, measure_cost, run_apart
from tests.bench.tables import say_bytes

if TYPE_CHECKING:
    from access import Access

CLINICS = 2_000
CATCHMENT_MILES = 60.0
ZONES = (20.0, 40.0, 60.0)
ROUNDS = 7
TRACTS = 84_000
SIZES = (10_000, 30_000)
PROJECTED = 5070  # Albers, equal areas in the contiguous states
MEMORY_RATIO = 5
MOST_OFF = 1e-3
GOALS = {"2SFCA": 2.5, "E2SFCA": 20.0, "3SFCA": 20.0}
GOAL_OF_PAIRS = {"E2SFCA": 40.0}

logging.getLogger("access").disabled = True


def run() -> list[Row]:
    """Return the measurements."""
    return [*run_zips(), *run_tracts()]


def run_zips() -> list[Row]:
    """Measure the ZIP points with adults.

    The peer's tables have the keys of ours, ZIP and `clinic_id`; then the least it can do with,
    which are row numbers: without a goal where we build our pairs in the time, which it does not,
    and with one where we are handed them too.
    """
    zips = reference.load("zips")
    zips = zips[zips["latitude"].notna() & (zips["adults"] > 0)].reset_index(drop=True)
    places, adults = zips[["latitude", "longitude"]].to_numpy(), zips["adults"].to_numpy()
    clinics = draw_points(CLINICS, np.random.default_rng(SEED))
    clinic_id = pd.Series([f"clinic-{row}" for row in range(CLINICS)], dtype="str")
    pairs = build_pairs(*places.T, *clinics.T, CATCHMENT_MILES)
    rows = []
    for keys, place_key, clinic_key in (
        ("ZIP and `clinic_id`", zips["zip"], clinic_id),
        ("row numbers", pd.Series(zips.index), pd.Series(clinic_id.index)),
    ):
        peer = hand_over(places, adults, clinics, place_key, clinic_key)
        for method, least_ratio in GOALS.items():
            ours = score(method, places, adults, clinics)
            theirs = ask_peer(peer, method).reindex(place_key).fillna(0.0).to_numpy()
            off = np.abs(ours - theirs).max() / ours.max()
            times = time_side_by_side(
                lambda method=method: score(method, places, adults, clinics),
                lambda method=method, peer=peer: ask_peer(peer, method),
                ROUNDS,
            )
            judged = keys != "row numbers"
            rows.append(
                Row(
                    f"{method} of {len(zips):,} ZIPs and {CLINICS:,} clinics within "
                    f"{CATCHMENT_MILES:g} miles, pairs built in the time",
                    f"PySAL `access`, handed its pairs by {keys}",
                    *times,
                    agreement=f"within {off:.0e} of the highest score",
                    agrees=bool(off < 1e-9),
                    least_ratio=least_ratio if judged else None,
                    goal=f"at least {least_ratio:g} times as fast" if judged else "none",
                )
            )
            if not judged:
                rows.append(time_handed(method, rows[-1], peer, pairs, adults))
    return rows


def time_handed(
    method: str, building: Row, peer: "Access", pairs: Pairs, adults: np.ndarray
) -> Row:
    """Return a row of the same question, with our pairs handed over as well."""
    ours, theirs = time_side_by_side(
        lambda: score_pairs(method, pairs, adults), lambda: ask_peer(peer, method), ROUNDS
    )
    least_ratio = GOAL_OF_PAIRS.get(method)
    return replace(
        building,
        name=building.name.replace("pairs built in the time", "pairs handed to both"),
        ours=ours,
        peer=theirs,
        least_ratio=least_ratio,
        goal=f"at least {least_ratio:g} times as fast" if least_ratio else "none",
    )


def run_tracts() -> list[Row]:
    """Measure 3SFCA of census tracts at three sizes, each library in a process of its own.

    The peer's cost table is made of a join within the distance on a plane, since its own way,
    `create_euclidean_distance`, makes a row of every pair before it looks at the distance.
    """
    points, people, what = load_tracts()
    chosen = np.random.default_rng(SEED).permutation(len(points))
    clinics = draw_points(CLINICS, np.random.default_rng(SEED))
    rows = []
    for count in (*SIZES, len(points)):
        some = np.sort(chosen[:count])  # neighbours still follow one another
        with tempfile.TemporaryDirectory() as folder:
            file = str(Path(folder) / "points.npz")
            np.savez(file, places=points[some], people=people[some], clinics=clinics)
            ours = Cost(*run_apart(score_apart, file))
            building, scoring, together, off = run_apart(score_peer_apart, file)
        table, given, theirs = Cost(*building), Cost(*scoring), Cost(*together)
        memory = (
            f"peak {say_bytes(ours.peak_bytes)}, the peer's {say_bytes(theirs.peak_bytes)}; beyond "
            f"imports and input {say_bytes(ours.own_bytes)}, the peer's "
            f"{say_bytes(theirs.own_bytes)} ({theirs.own_bytes / ours.own_bytes:.1f} times)"
        )
        for name, seconds, least_ratio, goal, said, agrees in (
            (
                "PySAL `access`, its cost table not in the time",
                given.seconds,
                1,
                "no slower",
                f"within {off:.0e} of the highest score on the median, by planar distances",
                off < MOST_OFF,
            ),
            (
                "PySAL `access`, its cost table in the time",
                given.seconds + table.seconds,
                1,
                "no slower, and a fifth of the memory",
                memory,
                MEMORY_RATIO * ours.own_bytes <= theirs.own_bytes,
            ),
        ):
            rows.append(
                Row(
                    f"3SFCA of {count:,} {what} and {CLINICS:,} clinics, processes of their own",
                    name,
                    ours.seconds,
                    seconds,
                    agreement=said,
                    agrees=bool(agrees),
                    least_ratio=least_ratio,
                    goal=goal,
                    family=f"3SFCA, by {what}",
                    size=count,
                    peak_bytes=ours.peak_bytes,
                    peer_peak_bytes=theirs.peak_bytes,
                )
            )
    return rows


def load_tracts() -> tuple[np.ndarray, np.ndarray, str]:
    """Return the points and people of the tracts in `CLINIC_FINDER_TRACTS`, else of points drawn."""
    file = os.environ.get("CLINIC_FINDER_TRACTS")
    if not file:
        points = draw_points(TRACTS, np.random.default_rng(SEED))
        points = points[np.lexsort((points[:, 0], np.floor(points[:, 1])))]  # neighbours together
        return points, np.full(TRACTS, 3_900.0), "points drawn around ZIPs"
    tracts = pd.read_parquet(file)
    tracts = tracts[tracts["POPULATION"] > 0]
    points = tracts[["LATITUDE", "LONGITUDE"]].to_numpy(np.float64)
    return points, tracts["POPULATION"].to_numpy(np.float64), "census tracts"


def score_apart(file: str) -> Cost:
    """Return what 3SFCA costs us from coordinates."""
    given = np.load(file)
    places, people, clinics = (given[name] for name in ("places", "people", "clinics"))
    return measure_cost(lambda: score("3SFCA", places, people, clinics))


def score_peer_apart(file: str) -> tuple[Cost, Cost, Cost, float]:
    """Return what the peer's table costs, then its scores, then both; and how far off they are."""
    import access  # noqa: F401, PLC0415  before the memory is looked at
    import geopandas as gpd  # noqa: PLC0415  its memory is not ours

    given = np.load(file)
    places, people, clinics = (given[name] for name in ("places", "people", "clinics"))
    held = {}

    def build():
        near, far = (
            gpd.GeoDataFrame(
                geometry=gpd.points_from_xy(points[:, 1], points[:, 0], crs=4326).to_crs(PROJECTED)
            )
            for points in (places, clinics)
        )
        metres = CATCHMENT_MILES * METRES_PER_MILE
        pairs = gpd.sjoin(near, far, predicate="dwithin", distance=metres)["index_right"]
        origin, dest = pairs.index.to_numpy(), pairs.to_numpy()
        apart = near.geometry.array[origin].distance(far.geometry.array[dest])
        cost = {"origin": origin, "dest": dest, "cost": apart / METRES_PER_MILE}
        numbers = (pd.Series(range(len(points))) for points in (places, clinics))
        held["peer"] = make_access(people, *numbers, pd.DataFrame(cost))

    def ask():
        held["scores"] = ask_peer(held["peer"], "3SFCA")

    building = measure_cost(build)
    scoring = measure_cost(ask)
    together = Cost(
        building.seconds + scoring.seconds,
        building.processor_seconds + scoring.processor_seconds,
        building.base_bytes,
        max(building.peak_bytes, scoring.peak_bytes),
    )
    ours = score("3SFCA", places, people, clinics)
    theirs = held["scores"].reindex(range(len(places))).fillna(0.0).to_numpy()
    return building, scoring, together, float(np.median(np.abs(ours - theirs)) / ours.max())


def score(method: str, places: np.ndarray, demand: np.ndarray, clinics: np.ndarray) -> np.ndarray:
    """Return our scores, from coordinates."""
    return score_pairs(method, build_pairs(*places.T, *clinics.T, CATCHMENT_MILES), demand)


def score_pairs(method: str, pairs: Pairs, demand: np.ndarray) -> np.ndarray:
    """Return our scores, from pairs."""
    supply = np.ones(pairs.shape[1])
    if method == "2SFCA":
        return two_step(pairs, demand, supply)
    kernel = two_step if method == "E2SFCA" else three_step
    return kernel(pairs, demand, supply, Steps(ZONES, ZONE_WEIGHTS))


def hand_over(
    places: np.ndarray,
    demand: np.ndarray,
    clinics: np.ndarray,
    place_key: pd.Series,
    clinic_key: pd.Series,
) -> "Access":
    """Return `access` with the tables it needs, that of the pairs among them."""
    pairs = build_pairs(*places.T, *clinics.T, CATCHMENT_MILES)
    place = np.repeat(np.arange(len(places)), np.diff(pairs.starts))
    cost = {
        "origin": place_key.array.take(place),
        "dest": clinic_key.array.take(pairs.clinic),
        "cost": pairs.miles(),
    }
    return make_access(demand, place_key, clinic_key, pd.DataFrame(cost))


def make_access(
    demand: np.ndarray, place_key: pd.Series, clinic_key: pd.Series, cost: pd.DataFrame
) -> "Access":
    """Return `access` with its tables."""
    from access import Access  # noqa: PLC0415  its memory is not ours

    return Access(
        demand_df=pd.DataFrame({"key": place_key, "demand": demand}),
        demand_index="key",
        demand_value="demand",
        supply_df=pd.DataFrame({"key": clinic_key, "supply": 1.0}),
        supply_index="key",
        supply_value="supply",
        cost_df=cost,
        cost_origin="origin",
        cost_dest="dest",
        cost_name="cost",
    )


def ask_peer(peer: "Access", method: str) -> pd.Series:
    """Return the peer's scores by the place's key; NaN or no row where out of range."""
    from access import weights  # noqa: PLC0415  its memory is not ours

    if method == "2SFCA":
        return peer.two_stage_fca(name="of", max_cost=CATCHMENT_MILES)["of_supply"]
    kernel = peer.enhanced_two_stage_fca if method == "E2SFCA" else peer.three_stage_fca
    steps = weights.step_fn(dict(zip(ZONES, ZONE_WEIGHTS, strict=True)))
    return kernel(name="of", max_cost=CATCHMENT_MILES, weight_fn=steps)["of_supply"]
