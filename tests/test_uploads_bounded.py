"""A file made to hurt is refused, or read, in bounded time and memory, by a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from geo.jobs import uploads
from tests.handmade import workbooks

pytestmark = pytest.mark.service

MOST_MEGABYTES = 1_800
"""Of a reading process: what it imports is a sixth of it."""

MOST_SECONDS = 60
"""Of CPU."""

LARGE = 300_000_000
READ = """
import json, re, resource, sys
from pathlib import Path
from geo import sources
from geo.errors import GeoError
from geo.sources import table
name, path = sys.argv[1], Path(sys.argv[2])
told, read = "", 0
try:
    if name == "table":
        batches = table.read(path, table.guess(path), title="T")
    else:
        batches = sources.get(name).read(path)
    for batch in batches:
        read += batch.read
except GeoError as error:
    told = str(error)
used = resource.getrusage(resource.RUSAGE_SELF)
# `ru_maxrss` would count what the process held before it became this program: all of the tests.
peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
print(json.dumps([told, read, peak / 1024, used.ru_utime + used.ru_stime]))
"""


def read(name: str, path: Path) -> tuple[str, int]:
    """Read a file as a source, in bounds; return what it was refused with, and how many records."""
    assert path.stat().st_size <= uploads.LARGEST_BYTES, "it would not get in"
    done = subprocess.run(
        [sys.executable, "-c", READ, name, str(path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=4 * MOST_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    told, count, peak, seconds = json.loads(done.stdout)
    assert peak < MOST_MEGABYTES, f"{peak:.0f} MB"
    assert seconds < MOST_SECONDS
    assert "Traceback" not in done.stderr
    return told, count


def zip_of_one_line(path: Path) -> Path:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("npidata_pfile_20261101-20261130.csv", "w", force_zip64=True) as member,
    ):
        for _ in range(LARGE // 10_000_000):
            member.write(b"x" * 10_000_000)
    return path


def line_without_end(path: Path) -> Path:
    with path.open("wb") as file:
        file.write(b"Name,State\n")
        file.truncate(uploads.LARGEST_BYTES)  # of zeros
    return path


def deep_json(path: Path) -> Path:
    path.write_text('{"results":' + "[" * 500_000)
    return path


def wide_json(path: Path) -> Path:
    path.write_text("[" + "{}," * 16_000_000 + "{}]")
    return path


def workbook_of_entities(path: Path) -> Path:
    entities = '<!ENTITY a0 "lollollollollollollol">' + "".join(
        f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 12)
    )
    text = (
        f"<?xml version='1.0'?><!DOCTYPE sst [{entities}]>"
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        "<si><t>&a11;</t></si></sst>"
    )
    return workbooks.write(path, {"xl/sharedStrings.xml": [text.encode()]})


def write_sheet(path: Path, head: bytes, piece: bytes, tail: bytes) -> Path:
    """Write a workbook whose sheet holds `LARGE` bytes between a head and a tail."""
    begin = f'<worksheet xmlns="{workbooks.MAIN}"><sheetData>'.encode()
    pieces = [piece] * (LARGE // 10_000_000)
    end = b"</sheetData></worksheet>"
    return workbooks.write(path, {workbooks.SHEET: [begin + head, *pieces, tail + end]})


def workbook_of_one_cell(path: Path) -> Path:
    head = b'<row r="1"><c r="A1" t="inlineStr"><is><t>'
    return write_sheet(path, head, b"x" * 10_000_000, b"</t></is></c></row>")


def geojson_of_columns(path: Path) -> Path:
    features = [
        {
            "type": "Feature",
            "geometry": None,
            "properties": {f"p{row}_{at}": 1 for at in range(500)},
        }
        for row in range(500)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def parquet_of_one_text(path: Path) -> Path:
    rows = 100_000
    names = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), ["x" * 1_000_000])
    pq.write_table(pa.table({"name": names, "state": pa.array(["WA"] * rows)}), path)
    return path


def workbook_of_cells(path: Path) -> Path:
    return write_sheet(path, b"<row>", b"<c/>" * 2_500_000, b"</row>")


def workbook_of_a_corner(path: Path) -> Path:
    book = Workbook()
    book.active.append(["Name", "State"])
    book.active["XFD1048576"] = "x"
    book.save(path)
    return path


def csv_of_columns(path: Path) -> Path:
    heading = ",".join(f"c{at}" for at in range(140_000))
    path.write_text(f"{heading}\n" + "x\n" * 1_000_000)
    return path


def zip_of_line_breaks(path: Path) -> Path:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("npidata_pfile_20261101-20261130.csv", "w", force_zip64=True) as member,
    ):
        member.write(b"NPI\n")
        for _ in range(LARGE // 10_000_000):
            member.write(b"\n" * 10_000_000)
    return path


FILES = [
    ("nppes", zip_of_one_line, "month.zip"),
    ("table", line_without_end, "a.csv"),
    ("table", deep_json, "a.geojson"),
    ("npi_registry", deep_json, "a.json"),
    ("samhsa", deep_json, "a.json"),
    ("osm", deep_json, "a.json"),
    ("npi_registry", wide_json, "a.json"),
    ("table", workbook_of_entities, "a.xlsx"),
    pytest.param("table", workbook_of_one_cell, "b.xlsx", marks=pytest.mark.nightly),
    ("table", workbook_of_cells, "c.xlsx"),
    ("table", workbook_of_a_corner, "d.xlsx"),
    ("table", csv_of_columns, "a.csv"),
    ("nppes", zip_of_line_breaks, "month.zip"),
    ("table", parquet_of_one_text, "a.parquet"),
    ("table", geojson_of_columns, "a.geojson"),
]


@pytest.mark.parametrize(("source", "write", "name"), FILES)
def test_a_file_made_to_hurt_is_refused_in_bounds(
    tmp_path: Path, source: str, write: Callable[[Path], Path], name: str
) -> None:
    told, count = read(source, write(tmp_path / name))
    assert (told[-1:] in {".", "?"}) == (count == 0), (told, count)
    assert count <= 1  # a workbook's row without the text that would not end


def test_the_bounds_are_measured(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Name,State\nCalm,WA\n")
    assert read("table", path) == ("", 1)


@pytest.mark.nightly
def test_many_long_rows_are_handed_over_in_parts(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    rows = 3_000
    notes = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), ["x" * 900_000])
    table = {"name": ["Calm"] * rows, "state": ["WA"] * rows, "note": notes}
    pq.write_table(pa.table(table), path)
    assert path.stat().st_size < 5_000_000  # what would be 2.7 GB
    assert read("table", path) == ("", rows)


def test_a_job_that_needs_too_much_memory_ends_and_the_server_does_not() -> None:
    code = (
        "from geo.jobs import running\n"
        "running.limit_memory()\n"
        "try:\n    bytearray(running.MOST_MEMORY_BYTES)\n"
        "except MemoryError:\n    print('ended')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "ended\n"
