"""Eighty million points in one process: the memory of one stretch, and no point lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.handmade.blocks import scatter_blocks

ROOT = Path(__file__).resolve().parents[2]
FILES = 80
ROWS = 1_000_000
CLINICS = 20_000
MOST_BYTES = 300_000_000
MEASURE = """
import json, re, sys, time
import numpy as np
from geo.scale import files, partial, reaching
clinics = reaching.Clinics(*np.load(sys.argv[2]))
units, layout = files.plan(sys.argv[1])
start = time.process_time()
found = reaching.measure(units, layout, clinics)
seconds = time.process_time() - start
peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1]) * 1024
again = reaching.measure(units[::-1], layout, clinics)
same = all(np.array_equal(getattr(found, n), getattr(again, n)) for n in found.__dataclass_fields__)
people = found.sums[:, partial.COLUMNS.index("people")]
print(json.dumps([sum(u.rows for u in units), int(people.sum()), bool(same), peak, seconds]))
"""


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_eighty_million_points_take_the_memory_of_one_stretch(tmp_path: Path) -> None:
    at = scatter_blocks(CLINICS, FILES)
    np.save(tmp_path / "clinics.npy", at[["latitude", "longitude"]].to_numpy().T)
    people = 0
    for number in range(FILES):
        blocks = scatter_blocks(ROWS, number)
        people += int(blocks["population"].to_numpy(np.int64).sum())
        table = pa.Table.from_pandas(blocks, preserve_index=False)
        pq.write_table(table, tmp_path / f"{number:02}.parquet", row_group_size=ROWS // 4)
    told = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path / "*.parquet"), str(tmp_path / "clinics.npy")],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    points, counted, same, peak_bytes, cpu_seconds = json.loads(told)
    sys.stdout.write(f"{points:,} points: {cpu_seconds:.0f} s of CPU, {peak_bytes / 1e6:.0f} MB\n")
    assert (points, counted) == (FILES * ROWS, people)
    assert same
    assert peak_bytes < MOST_BYTES
