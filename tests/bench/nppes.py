"""The full NPPES file: finding the relevant organisations, against Polars and DuckDB."""

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl

from geo.sources import nppes
from tests.bench import SEED, Row, read_peak_bytes
from tests.bench.apart import run_apart
from tests.handmade.nppes import (
    FORMER,
    MAIN,
    NAME,
    OTHER_NAME,
    OTHER_NAME_KIND,
    OTHER_NAMES,
    write_nppes,
)

ROWS = "CLINIC_FINDER_NPPES_ROWS"
"""How many rows to generate beyond those of `SIZES`; the real file has some 8,000,000."""

SIZES = (50_000, 500_000)
JUDGED = 500_000  # fewer are read before any reader has got going
WARM_UP_ROWS = 2_000
BYTES_A_ROW = 1_300
ROUNDS = 5
MANY, FEW_ROUNDS = 1_000_000, 3  # a file of minutes is read less often
LEAST_RATIO = 1 / 1.2
MEGABYTE = 1e6
MOST_BYTES = 300e6
WORDS = "(?i)ketamine|spravato"


def run() -> list[Row]:
    """Return the measurements, each in a process of its own, in turns.

    Ours also reads the secondary locations and makes listings of what it finds; the peers answer
    which organisations are relevant, by the main file and the other names, and no more.
    """
    sizes = [*SIZES, *(int(size) for size in [os.environ.get(ROWS)] if size)]
    return [row for size in sizes for row in run_size(size)]


def run_size(rows: int) -> list[Row]:
    """Return the measurements of a file of so many rows, which is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        if shutil.disk_usage(folder).free < 1.2 * rows * BYTES_A_ROW:
            sys.stderr.write(f"{folder} has no room for {rows:,} rows of NPPES: not measured.\n")
            return []
        return measure_file(Path(folder), rows)


def measure_file(folder: Path, rows: int) -> list[Row]:
    """Write a file of so many rows and measure it."""
    planted = write_nppes(folder, rows, seed=SEED)
    (folder / "small").mkdir()
    write_nppes(folder / "small", WARM_UP_ROWS)
    expected = sorted([*(one.npi for one in planted.organisations), *planted.rejected])
    seconds = {who: [] for who in READERS}
    processor = {who: [] for who in READERS}
    peaks = dict.fromkeys(READERS, 0.0)
    same = dict.fromkeys(READERS, True)
    for _ in range(ROUNDS if rows <= MANY else FEW_ROUNDS):
        for who, taken in seconds.items():
            npis, once, of_processor, peak = run_apart(measure_here, who, str(folder))
            taken.append(once)
            processor[who].append(of_processor)
            peaks[who] = max(peaks[who], peak)
            same[who] &= npis == expected
    size = (folder / MAIN).stat().st_size / 1e9
    return [
        Row(
            f"relevant organisations of {rows:,} NPPES rows ({size:.2g} GB), in a process of its own",
            peer_name,
            statistics.median(seconds["ours"]),
            statistics.median(seconds[who]),
            agreement=f"{'the same' if same['ours'] and same[who] else 'OTHER'} organisations; peak "
            f"{peaks['ours'] / MEGABYTE:.0f} MB, the peer's {peaks[who] / MEGABYTE:.0f} MB; of the "
            f"processor {statistics.median(processor['ours']):.3g} s, the peer's "
            f"{statistics.median(processor[who]):.3g} s",
            agrees=same["ours"] and same[who] and peaks["ours"] < MOST_BYTES,
            least_ratio=least_ratio if rows >= JUDGED else None,
            goal=goal if rows >= JUDGED else "none",
            family="relevant organisations, by NPPES rows",
            size=rows,
            peak_bytes=peaks["ours"],
            peer_peak_bytes=peaks[who],
        )
        for who, peer_name, least_ratio, goal in (
            ("polars", "Polars, streaming", LEAST_RATIO, "at most 1.2 times as long, under 300 MB"),
            ("duckdb", "DuckDB", None, "none"),
        )
    ]


def measure_here(who: str, place: str) -> tuple[list[str], float, float, float]:
    """Return what one reader finds, its seconds by the clock and of the processor, and its peak.

    A small file comes first, to warm up.
    """
    folder = Path(place)
    READERS[who](folder / "small")
    start, of_processor = time.perf_counter(), time.process_time()
    npis = READERS[who](folder)
    taken = time.perf_counter() - start, time.process_time() - of_processor
    return sorted(npis), *taken, read_peak_bytes()


def find_ours(folder: Path) -> list[str]:
    """Return the NPIs whose first location became a listing or a reject."""
    npis = []
    for batch in nppes.read(folder / MAIN):
        keys = [*batch.listings["listing_id"].str.removeprefix("nppes:"), *batch.rejects["record"]]
        npis += [npi for npi, _, place in (key.partition(":") for key in keys) if place == "0"]
    return npis


def find_with_polars(folder: Path) -> list[str]:
    """Return the NPIs of relevant organisations."""
    in_use = pl.col(OTHER_NAME_KIND) != FORMER
    other = pl.col(OTHER_NAME).str.contains(WORDS) & in_use
    others = pl.scan_csv(folder / OTHER_NAMES, infer_schema=False)
    by_other_name = others.filter(other).select("NPI").collect()
    named = pl.col(NAME).str.contains(WORDS) | other
    relevant = named | pl.col("NPI").is_in(by_other_name["NPI"].implode())
    rows = pl.scan_csv(folder / MAIN, infer_schema=False).filter(
        (pl.col("Entity Type Code") == "2") & relevant
    )
    return rows.select("NPI").collect(engine="streaming")["NPI"].to_list()


def find_with_duckdb(folder: Path) -> list[str]:
    """Return the NPIs of relevant organisations."""
    named = f"""(regexp_matches("{OTHER_NAME}", '{WORDS}') AND "{OTHER_NAME_KIND}" <> '{FORMER}')"""
    question = f"""
        SELECT NPI FROM read_csv('{folder / MAIN}', all_varchar = true, header = true)
        WHERE "Entity Type Code" = '2' AND (regexp_matches("{NAME}", '{WORDS}') OR {named}
        OR NPI IN (
            SELECT NPI FROM read_csv('{folder / OTHER_NAMES}', all_varchar = true, header = true)
            WHERE {named}
        ))
    """  # noqa: S608  our own words and paths
    return [npi for (npi,) in duckdb.sql(question).fetchall()]


READERS: dict[str, Callable[[Path], list[str]]] = {
    "ours": find_ours,
    "polars": find_with_polars,
    "duckdb": find_with_duckdb,
}
