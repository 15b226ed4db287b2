"""The same work on real worker processes of Dask, some of which die in the middle of it."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from distributed import LocalCluster

from geo import releases
from geo.errors import SchemaError, SourceError
from geo.scale.cluster import connect, count_people_on, measure_on
from geo.scale.files import plan
from geo.scale.reaching import measure, place_clinics
from geo.scale.zip_people import count_people
from tests.handmade.blocks import scatter_blocks, write_files

pytestmark = [
    pytest.mark.service,
    pytest.mark.timeout(180),
    # Dask's own loops, while workers are killed on purpose.
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module")
def supply():
    return place_clinics(releases.current().clinics)


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    """Some forty units, each of a noticeable part of a second with the join to counties."""
    blocks = scatter_blocks(40_000).drop(columns="geoid")
    pattern = write_files(blocks, tmp_path_factory.mktemp("blocks"), 4, 1_000)
    return plan(pattern, unit_rows=1_000)


@pytest.fixture(scope="module")
def expected(work, supply):
    units, layout = work
    return digest(measure(units, layout, supply))


def digest(partial):
    return [getattr(partial, name).tobytes() for name in ("county", "sums", "bins", "people")]


@pytest.fixture
def cluster():
    """A scheduler and two workers with their nannies, which start dead workers anew."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as started:
        yield started


@pytest.mark.parametrize("killed", [0, pytest.param(1, marks=pytest.mark.nightly), 2])
def test_workers_give_the_same_bits_also_when_killed_in_the_middle(
    cluster, work, supply, expected, killed
):
    units, layout = work
    done = []
    with connect(cluster.scheduler_address) as client:
        victims = list(client.run(os.getpid).values())[:killed]

        def kill_early(unit):
            done.append(unit)
            if len(done) == len(units) // 8:
                for victim in victims:
                    os.kill(victim, signal.SIGKILL)

        assert digest(measure_on(client, units, layout, supply, kill_early)) == expected
        if killed:
            alive = set(client.run(os.getpid).values())
            assert not alive & set(victims)
        else:
            there, here = count_people_on(client, units, layout), count_people(units, layout)
            assert there.key.tobytes() == here.key.tobytes()
            assert there.people.tobytes() == here.people.tobytes()
    assert len(done) >= len(units)


def test_a_file_that_is_wrong_is_said_from_whichever_worker(cluster, tmp_path, supply):
    pattern = write_files(scatter_blocks(300).assign(population=-1), tmp_path)
    units, layout = plan(pattern)
    with connect(cluster.scheduler_address) as client, pytest.raises(SchemaError, match="below 0"):
        measure_on(client, units, layout, supply)


@pytest.mark.nightly
def test_workers_started_apart_take_part(work, supply, expected, tmp_path):
    units, layout = work
    address_file = tmp_path / "scheduler.json"
    start = [sys.executable, "-W", "ignore", "-m", "distributed.cli.dask_scheduler"]
    started = [
        subprocess.Popen(
            [*start, "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
             "--scheduler-file", str(address_file)],
            stderr=subprocess.DEVNULL,
        )
    ]  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not address_file.exists():
            assert time.monotonic() < deadline, "the scheduler did not start"
            time.sleep(0.1)
        started += [
            subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "distributed.cli.dask_worker",
                 "--scheduler-file", str(address_file), "--nthreads", "1", "--no-dashboard",
                 "--host", "127.0.0.1", "--local-directory", str(tmp_path)],
                stderr=subprocess.DEVNULL,
            )
            for _ in range(2)
        ]  # fmt: skip
        with connect(json.loads(address_file.read_text())["address"]) as client:
            client.wait_for_workers(2, timeout=60)
            assert digest(measure_on(client, units, layout, supply)) == expected
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(30)


def test_nobody_at_the_address_is_said(monkeypatch):
    monkeypatch.setattr("geo.scale.cluster._CONNECT_SECONDS", 1)
    with pytest.raises(SourceError, match="No Dask scheduler answers"):
        connect("tcp://127.0.0.1:9")
