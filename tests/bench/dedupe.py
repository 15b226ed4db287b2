"""Deduplication at scale, its time and memory those of a process of its own."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd

from geo.dedupe import assign
from tests.bench import Row, read_peak_bytes
from tests.handmade_duplicates import HELD_OUT_SEED, draw_listings, measure

LISTINGS = 100_000
MOST_SECONDS = 30.0
MOST_BYTES = 1e9
UNDECIDED = pd.DataFrame({"listing_a": [], "listing_b": [], "same": []})


def run() -> list[Row]:
    """Return the measurement; its peer is the goal."""
    told = measure_apart(LISTINGS)
    return [
        Row(
            f"duplicates among {LISTINGS:,} listings",
            "the goal",
            told["seconds"],
            MOST_SECONDS,
            agreement=f"precision {told['precision']:.4f}, recall of merges "
            f"{told['recall_of_merges']:.4f}, with reviews "
            f"{told['recall_of_merges_and_reviews']:.4f}, peak {told['bytes'] / 1e9:.2f} GB",
            agrees=told["bytes"] < MOST_BYTES
            and told["precision"] >= 0.97
            and told["recall_of_merges"] >= 0.98,
            least_ratio=1,
            goal=f"under {MOST_SECONDS:g} s and 1 GB, precision .97, recall .98",
        )
    ]


def measure_apart(count: int) -> dict[str, float]:
    """Return what `measure_here` returns of a new process.

    Raises
    ------
    subprocess.TimeoutExpired : it took much longer than allowed.
    """
    told = subprocess.run(
        [sys.executable, "-m", "tests.bench.dedupe", str(count)],
        cwd=Path(__file__).parents[2],
        check=True,
        capture_output=True,
        timeout=10 * MOST_SECONDS,
    )
    return json.loads(told.stdout)


def measure_here(count: int) -> dict[str, float]:
    """Return the seconds of an assignment, the process's peak in bytes, and how right it is."""
    drawn = draw_listings(count, HELD_OUT_SEED)
    listings = drawn.drop(columns="truth")
    # It runs on one core, so its own time is what it takes where nothing else runs.
    start = time.process_time()
    assignment = assign(listings, UNDECIDED)
    seconds = time.process_time() - start
    # The peak is read before the truth is compared: that is the test's memory, not the product's.
    peak = read_peak_bytes()
    found = measure(drawn, assignment.assigned, assignment.reviews)
    return {"seconds": seconds, "bytes": peak, **vars(found)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure_here(int(sys.argv[1]))))
