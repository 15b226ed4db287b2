"""Deduplication at scale, its time and memory those of a process of its own."""

import math
import time

import pandas as pd

from geo.dedupe import assign
from tests.bench import Row, read_peak_bytes
from tests.bench.apart import run_apart
from tests.bench.tables import say_bytes
from tests.handmade.duplicates import HELD_OUT_SEED, draw_listings, measure

SIZES = (10_000, 30_000, 100_000)
LISTINGS = SIZES[-1]
MOST_SECONDS = 30.0
MOST_BYTES = 1e9
UNDECIDED = pd.DataFrame({"listing_a": [], "listing_b": [], "same": []})


def run() -> list[Row]:
    """Return the measurements; the peer of the largest is the goal."""
    rows = []
    for count in SIZES:
        told = measure_apart(count)
        judged = count == LISTINGS
        rows.append(
            Row(
                f"duplicates among {count:,} listings",
                "the goal" if judged else "",
                told["seconds"],
                MOST_SECONDS if judged else math.nan,
                agreement=f"precision {told['precision']:.4f}, recall of merges "
                f"{told['recall_of_merges']:.4f}, with reviews "
                f"{told['recall_of_merges_and_reviews']:.4f}, peak {say_bytes(told['bytes'])}",
                agrees=not judged
                or (
                    told["bytes"] < MOST_BYTES
                    and told["precision"] >= 0.97
                    and told["recall_of_merges"] >= 0.98
                ),
                least_ratio=1 if judged else None,
                goal=f"under {MOST_SECONDS:g} s and 1 GB, precision .97, recall .98",
                family="duplicates among listings",
                size=count,
                peak_bytes=told["bytes"],
            )
        )
    return rows


def measure_apart(count: int) -> dict[str, float]:
    """Return what `measure_here` returns of a new process.

    Raises
    ------
    subprocess.TimeoutExpired : it took much longer than allowed.
    """
    return run_apart(measure_here, count, timeout=10 * MOST_SECONDS)


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
