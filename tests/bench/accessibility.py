"""Accessibility scores from coordinates, against PySAL `access`, which is handed its pairs."""

import json
import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from access import Access, weights

from geo import reference
from geo.accessibility import ZONE_WEIGHTS, Steps, three_step, two_step
from geo.catchments import build_pairs
from tests.bench import SEED, Row, draw_points, read_peak_bytes, time_side_by_side

CLINICS = 2_000
CATCHMENT_MILES = 60.0
ZONES = (20.0, 40.0, 60.0)
ROUNDS = 7
TRACTS = 84_000
GIGABYTE = 1e9
GOALS = {"2SFCA": 2.5, "E2SFCA": 20.0, "3SFCA": 20.0}

logging.getLogger("access").disabled = True


def run() -> list[Row]:
    """Return the measurements."""
    return [*run_zips(), run_tracts()]


def run_zips() -> list[Row]:
    """Measure the ZIP points with adults.

    The peer's tables have the keys of ours, ZIP and `clinic_id`; then, without a goal, the least it
    can do with, which are row numbers.
    """
    zips = reference.load("zips")
    zips = zips[zips["latitude"].notna() & (zips["adults"] > 0)].reset_index(drop=True)
    places, adults = zips[["latitude", "longitude"]].to_numpy(), zips["adults"].to_numpy()
    clinics = draw_points(CLINICS, np.random.default_rng(SEED))
    clinic_id = pd.Series([f"clinic-{row}" for row in range(CLINICS)], dtype="str")
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
    return rows


def run_tracts() -> Row:
    """Measure census tracts, each library in a process of its own, and the memory it takes."""
    (ours, peak), (theirs, peer_peak) = (measure_apart(who) for who in ("ours", "access"))
    places, _, what = load_tracts()
    return Row(
        f"3SFCA of {len(places):,} {what} and {CLINICS:,} clinics, in a process of its own",
        "PySAL `access`, handed its pairs by row numbers",
        ours,
        theirs,
        agreement=f"peak {peak / GIGABYTE:.2f} GB, the peer's {peer_peak / GIGABYTE:.2f} GB",
        agrees=peak < GIGABYTE,
        least_ratio=1,
        goal="less than 1 GB, and no slower",
    )


def load_tracts() -> tuple[np.ndarray, np.ndarray, str]:
    """Return the points and people of the tracts in `CLINIC_FINDER_TRACTS`, else of points drawn."""
    file = os.environ.get("CLINIC_FINDER_TRACTS")
    if not file:
        points = draw_points(TRACTS, np.random.default_rng(SEED))
        return points, np.full(TRACTS, 3_900.0), "points drawn around ZIPs"
    tracts = pd.read_parquet(file)
    tracts = tracts[tracts["POPULATION"] > 0]
    points = tracts[["LATITUDE", "LONGITUDE"]].to_numpy(np.float64)
    return points, tracts["POPULATION"].to_numpy(np.float64), "census tracts"


def measure_apart(who: str) -> tuple[float, float]:
    """Return the seconds of a run in a new process, and the most bytes it ever held."""
    command = [sys.executable, "-m", "tests.bench.accessibility", who]
    told = subprocess.run(command, cwd=Path(__file__).parents[2], check=True, capture_output=True)
    seconds, peak = json.loads(told.stdout)
    return seconds, peak


def measure_here(who: str) -> tuple[float, float]:
    """Return the seconds that the tracts take, and the most bytes this process has held."""
    places, people, _ = load_tracts()
    clinics = draw_points(CLINICS, np.random.default_rng(SEED))
    if who == "access":
        numbers = (pd.Series(range(count)) for count in (len(places), CLINICS))
        peer = hand_over(places, people, clinics, *numbers)
    start = time.perf_counter()
    if who == "access":
        ask_peer(peer, "3SFCA")
    else:
        score("3SFCA", places, people, clinics)
    seconds = time.perf_counter() - start
    return seconds, read_peak_bytes()


def score(method: str, places: np.ndarray, demand: np.ndarray, clinics: np.ndarray) -> np.ndarray:
    """Return our scores, from coordinates."""
    pairs = build_pairs(*places.T, *clinics.T, CATCHMENT_MILES)
    supply = np.ones(len(clinics))
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
) -> Access:
    """Return `access` with the tables it needs, that of the pairs among them."""
    pairs = build_pairs(*places.T, *clinics.T, CATCHMENT_MILES)
    place = np.repeat(np.arange(len(places)), np.diff(pairs.starts))
    cost = {
        "origin": place_key.array.take(place),
        "dest": clinic_key.array.take(pairs.clinic),
        "cost": pairs.miles(),
    }
    return Access(
        demand_df=pd.DataFrame({"key": place_key, "demand": demand}),
        demand_index="key",
        demand_value="demand",
        supply_df=pd.DataFrame({"key": clinic_key, "supply": 1.0}),
        supply_index="key",
        supply_value="supply",
        cost_df=pd.DataFrame(cost),
        cost_origin="origin",
        cost_dest="dest",
        cost_name="cost",
    )


def ask_peer(peer: Access, method: str) -> pd.Series:
    """Return the peer's scores by the place's key; NaN or no row where out of range."""
    if method == "2SFCA":
        return peer.two_stage_fca(name="of", max_cost=CATCHMENT_MILES)["of_supply"]
    kernel = peer.enhanced_two_stage_fca if method == "E2SFCA" else peer.three_stage_fca
    steps = weights.step_fn(dict(zip(ZONES, ZONE_WEIGHTS, strict=True)))
    return kernel(name="of", max_cost=CATCHMENT_MILES, weight_fn=steps)["of_supply"]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure_here(sys.argv[1])))
