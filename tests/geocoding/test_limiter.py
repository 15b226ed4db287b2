"""One pace for the whole installation, whatever the processes, the clock and the service do."""

import sqlite3
import subprocess
import sys
from itertools import pairwise

import pytest

from geo.errors import GeocodingError
from geo.geocoding.cache import SCHEMA, open_cache
from geo.geocoding.limiter import LONGEST_WAIT_SECONDS, Limiter
from tests.handmade.geocoding import START, Clock

WORKER = """
import sys, time
from pathlib import Path
from geo.geocoding.cache import open_cache
with open_cache(Path(sys.argv[1])) as cache:
    limiter = cache.limit("service", 40, 1000)
    for _ in range(8):
        limiter.acquire()
        print(time.time(), flush=True)
"""


@pytest.fixture
def connection():
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(SCHEMA)
    yield connection
    connection.close()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def limiter(connection, clock):
    return Limiter(connection, "service", 2, 5, clock=clock, sleep=clock.sleep)


def test_requests_go_out_at_the_pace(limiter, clock):
    moments = []
    for _ in range(4):
        limiter.acquire()
        moments.append(clock.now - START)

    assert moments == [0, 0.5, 1.0, 1.5]


def test_a_request_after_a_pause_waits_for_nothing(limiter, clock):
    limiter.acquire()
    clock.now += 60
    limiter.acquire()

    assert clock.slept == []


def test_services_do_not_slow_each_other_down(connection, limiter, clock):
    other = Limiter(connection, "another", 2, clock=clock, sleep=clock.sleep)
    limiter.acquire()
    other.acquire()

    assert clock.slept == []


def test_three_processes_keep_one_pace(tmp_path):
    path = tmp_path / "workspace.sqlite"
    with open_cache(path) as cache:
        workers = [
            subprocess.Popen(
                [sys.executable, "-c", WORKER, path], stdout=subprocess.PIPE, text=True
            )
            for _ in range(3)
        ]
        outputs = [worker.communicate(timeout=60)[0] for worker in workers]
        used = cache.limit("service", 40, 1000).left_today()

    moments = sorted(float(line) for output in outputs for line in output.split())
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert len(moments) == 24
    assert used == 1000 - 24
    # Each is printed a moment after it was given out, so that single gaps may look shorter.
    assert moments[-1] - moments[0] >= 23 / 40 - 0.02
    assert min(late - early for early, late in zip(moments, moments[4:], strict=False)) > 2 / 40


def test_a_pause_the_service_asks_for_holds_for_all(connection, limiter, clock):
    other = Limiter(connection, "service", 2, clock=clock, sleep=clock.sleep)
    limiter.backoff(30)
    other.acquire()

    assert clock.now == START + 30


def test_a_shorter_pause_does_not_cut_a_longer_one(limiter, clock):
    limiter.backoff(30)
    limiter.backoff(1)
    limiter.acquire()

    assert clock.now == START + 30


def test_a_pause_too_long_to_wait_for_is_an_error_that_names_its_end(limiter, clock):
    limiter.backoff(LONGEST_WAIT_SECONDS + 1)

    with pytest.raises(
        GeocodingError, match="service asks to be left alone until 2027-01-15 08:10"
    ):
        limiter.acquire()
    assert clock.slept == []


def test_a_pause_that_begins_while_we_wait_is_kept(connection, clock):
    def sleep(seconds):
        if not clock.slept:
            Limiter(connection, "service", 2, clock=clock, sleep=clock.sleep).backoff(10)
        clock.sleep(seconds)

    limiter = Limiter(connection, "service", 2, clock=clock, sleep=sleep)
    limiter.acquire()
    limiter.acquire()

    assert clock.now == START + 10


@pytest.mark.parametrize("jump", [-86_400 * 365, -3600, -0.2])
def test_a_clock_set_back_adds_no_wait(limiter, clock, jump):
    limiter.acquire()
    clock.now += jump
    limiter.acquire()

    assert sum(clock.slept) == pytest.approx(0.5)


def test_a_clock_set_forward_and_back_adds_no_wait(limiter, clock):
    clock.now += 86_400 * 3650
    limiter.acquire()
    clock.now -= 86_400 * 3650
    limiter.acquire()

    assert sum(clock.slept) == pytest.approx(0.5)


def test_the_daily_cap_ends_the_day_and_a_new_one_begins(limiter, clock):
    assert limiter.left_today() == 5
    for _ in range(5):
        limiter.acquire()
    assert limiter.left_today() == 0

    with pytest.raises(GeocodingError, match="5 requests a day to service are used up"):
        limiter.acquire()
    clock.now += 86_400
    limiter.acquire()
    assert limiter.left_today() == 4


def test_without_a_cap_nothing_is_left_to_count(connection, clock):
    assert Limiter(connection, "service", 2, clock=clock).left_today() is None


def test_a_refused_request_takes_no_moment(limiter, clock, connection):
    for _ in range(5):
        limiter.acquire()
    before = list(connection.execute("SELECT * FROM geocoding_pace"))
    clock.now += 1
    with pytest.raises(GeocodingError):
        limiter.acquire()

    assert list(connection.execute("SELECT * FROM geocoding_pace")) == before
    assert not connection.in_transaction


def test_moments_never_go_back(limiter, clock):
    moments = []
    for step in (0.0, 0.3, 0.1, 2.0):
        clock.now += step
        limiter.acquire()
        moments.append(clock.now)

    assert all(late - early >= 0.5 - 1e-6 for early, late in pairwise(moments))
