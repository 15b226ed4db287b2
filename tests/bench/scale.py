"""Coverage of files of demand of any size: processor time, memory, and a second worker."""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo.coverage.demand import load_demand
from geo.scale.cluster import count_people_on, measure_on
from geo.scale.files import plan
from geo.scale.partial import Partial
from geo.scale.reaching import Clinics, measure
from geo.scale.zip_people import ZipPeople, count_people, count_unit
from tests.bench import SEED, Row, draw_points
from tests.bench.apart import Cost, measure_cost, run_apart
from tests.bench.tables import say_bytes
from tests.handmade.blocks import scatter_blocks

POINTS = "CLINIC_FINDER_SCALE_POINTS"
"""How many points to measure beyond those of `SIZES`, as 80,000,000."""

SIZES = (250_000, 1_000_000, 8_000_000)
JUDGED = 8_000_000
SECONDS = 5.0
BYTES = 225e6  # 215 MiB
CLINICS = 20_000
FILE_ROWS = 1_000_000
ROW_GROUP_ROWS = 250_000
BYTES_A_ROW = 32


def run() -> list[Row]:
    """Return the measurements, each in a process of its own."""
    sizes = [*SIZES, *(int(size) for size in [os.environ.get(POINTS)] if size)]
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            if shutil.disk_usage(folder).free < 2 * size * BYTES_A_ROW:
                sys.stderr.write(f"{folder} has no room for {size:,} blocks: not measured.\n")
                continue
            clinics = run_apart(write_blocks, folder, size)
            rows += [run_one(folder, clinics, size), run_by_zip(folder, size)]
            if size == JUDGED:
                rows += [run_workers(folder, clinics), *run_workers_by_zip(folder)]
    return rows


def write_blocks(folder: str, size: int) -> str:
    """Write blocks and clinics, and return the clinics' file."""
    for number, first in enumerate(range(0, size, FILE_ROWS)):
        blocks = scatter_blocks(min(FILE_ROWS, size - first), seed=number)
        table = pa.Table.from_pandas(blocks, preserve_index=False)
        pq.write_table(table, f"{folder}/{number:03d}.parquet", row_group_size=ROW_GROUP_ROWS)
    file = f"{folder}/clinics.npy"
    np.save(file, draw_points(CLINICS, np.random.default_rng(SEED)))
    return file


def run_one(folder: str, clinics: str, size: int) -> Row:
    """Measure one process; the peer is the goal, in seconds of the processor."""
    cost, people = run_apart(measure_apart, folder, clinics)
    cost = Cost(*cost)
    expected = count_written(folder)
    judged = size == JUDGED
    return Row(
        f"coverage of {size:,} blocks, {CLINICS:,} clinics, one process, processor time",
        "the goal",
        cost.processor_seconds,
        SECONDS * size / JUDGED,
        agreement=f"{'all' if people == expected else 'NOT ALL'} people counted; peak "
        f"{say_bytes(cost.peak_bytes)}, {say_bytes(cost.base_bytes)} of it imports and clinics; "
        f"{cost.seconds:.3g} s by the clock",
        agrees=people == expected and (not judged or cost.peak_bytes <= 1.05 * BYTES),
        least_ratio=1 if judged else None,
        goal=f"{SECONDS:g} s and about {say_bytes(BYTES)}" if judged else "none",
        family=f"coverage of blocks, {CLINICS:,} clinics, processor time",
        size=size,
        peak_bytes=cost.peak_bytes,
    )


def count_written(folder: str) -> int:
    """Return how many people the files hold."""
    return sum(
        int(pd.read_parquet(file, columns=["population"])["population"].sum())
        for file in Path(folder).glob("*.parquet")
    )


def run_workers(folder: str, clinics: str) -> Row:
    """Measure two worker processes of Dask against one."""
    (one, first), (two, second) = (
        run_apart(measure_workers_apart, folder, clinics, workers) for workers in (1, 2)
    )
    return Row(
        f"coverage of {JUDGED:,} blocks on 2 Dask workers, started",
        "1 Dask worker",
        two,
        one,
        agreement="the same bits" if first == second else "OTHER BITS",
        agrees=first == second,
        least_ratio=1.6,
        goal="at least 1.6 times as fast",
    )


def run_by_zip(folder: str, size: int) -> Row:
    """Measure one process that adds people up by county and ZIP, as drives are looked up by."""
    cost, people = run_apart(count_apart, folder)
    cost = Cost(*cost)
    expected = count_written(folder)
    return Row(
        f"people of {size:,} blocks by county and ZIP, for drives, one process, processor time",
        "the goal of straight lines",
        cost.processor_seconds,
        SECONDS * size / JUDGED,
        agreement=f"{'all' if people == expected else 'NOT ALL'} people counted; "
        f"{1e6 * cost.processor_seconds / size:.2g} µs a block; {cost.seconds:.3g} s by the clock",
        agrees=people == expected,
        family="people of blocks by county and ZIP, processor time",
        size=size,
        peak_bytes=cost.peak_bytes,
    )


def run_workers_by_zip(folder: str) -> list[Row]:
    """Measure the same on 2 and on 4 workers of Dask against one.

    What counts is the processor time of all workers by their number: how long they would take if
    each had a processor to itself, whatever else this machine does. How evenly the units are dealt out
    is told beside it, since that depends on what else there is to do.
    """
    (one, clock, first), *more = (
        run_apart(count_on_workers_apart, folder, workers) for workers in (1, 2, 4)
    )
    return [
        Row(
            f"people of {JUDGED:,} blocks by county and ZIP on {workers} Dask workers, started, "
            "processor time of each",
            "1 Dask worker",
            sum(taken) / workers,
            *one,
            agreement=f"{'the same bits' if digest == first else 'OTHER BITS'}; the busiest "
            f"{max(taken):.3g} s; by the clock {seconds:.3g} s, with one {clock:.3g} s",
            agrees=digest == first,
            least_ratio=least_ratio,
            goal=f"at least {least_ratio:g} times as fast" if least_ratio else "none",
        )
        for workers, least_ratio, (taken, seconds, digest) in zip(
            (2, 4), (1.8, None), more, strict=True
        )
    ]


def measure_apart(folder: str, clinics: str) -> tuple[Cost, int]:
    """Return what all files cost here, and how many people were counted."""
    supply = Clinics(*np.load(clinics).T)
    done: list[Partial] = []

    def work():
        units, layout = plan(f"{folder}/*.parquet")
        done.append(measure(units, layout, supply))

    return measure_cost(work), int(done[0].sums[:, 1].sum())


def measure_workers_apart(folder: str, clinics: str, workers: int) -> tuple[float, str]:
    """Return the seconds that workers take once they have started, and a digest of the sums."""
    from hashlib import sha256  # noqa: PLC0415  the memory of `measure_apart` is looked at

    from distributed import Client, LocalCluster  # noqa: PLC0415

    supply = Clinics(*np.load(clinics).T)
    units, layout = plan(f"{folder}/*.parquet")
    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        measure_on(client, units[:workers], layout, supply)  # each imports what it needs
        start = time.perf_counter()
        partial = measure_on(client, units, layout, supply)
        seconds = time.perf_counter() - start
    return seconds, sha256(partial.sums.tobytes() + partial.people.tobytes()).hexdigest()


def count_apart(folder: str) -> tuple[Cost, int]:
    """Return what it costs here to add up by ZIP, and how many people were counted."""
    done: list[ZipPeople] = []

    def work():
        units, layout = plan(f"{folder}/*.parquet")
        done.append(count_people(units, layout))

    load_demand()  # its imports
    return measure_cost(work), int(done[0].people.sum())


def count_on_workers_apart(folder: str, workers: int) -> tuple[list[float], float, str]:
    """Return each worker's processor seconds, those by the clock, and a digest."""
    from hashlib import sha256  # noqa: PLC0415  the memory of `measure_apart` is looked at

    from distributed import Client, LocalCluster  # noqa: PLC0415

    units, layout = plan(f"{folder}/*.parquet", unit_rows=ROW_GROUP_ROWS)
    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        client.run(count_unit, units[0], layout)  # each imports what it needs
        before, start = client.run(time.process_time), time.perf_counter()
        people = count_people_on(client, units, layout)
        seconds, after = time.perf_counter() - start, client.run(time.process_time)
    digest = sha256(people.key.tobytes() + people.people.tobytes()).hexdigest()
    return [after[worker] - before[worker] for worker in after], seconds, digest
