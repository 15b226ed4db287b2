"""Outcomes stay once they are kept, errors are asked for again, and nothing is taken for another."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace

import pytest

from geo.errors import GeocodingError
from geo.geocoding.cache import ASK_AGAIN_DAYS, open_cache
from geo.geocoding.candidates import Candidate
from geo.geocoding.outcome import LONGEST_RAW, Kind, Outcome
from geo.places.precision import Precision
from tests.handmade.geocoding import Clock, memory_cache, query

KEY = query().key
HERE = Candidate(
    43.6, -116.2, Precision.INTERPOLATED, 0.1, "100 MAIN ST, BOISE", "100", "83702", "ID"
)


def outcome(kind, candidates=(), *, final=False):
    return Outcome(
        kind, "census", "Public_AR_Current", candidates, "public domain", "{}",
        "2027-01-15T08:00:00Z", final,
    )  # fmt: skip


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def cache(clock):
    return memory_cache(clock)


def ask(cache, key=KEY):
    return cache.answers([key], "census", "Public_AR_Current")


@pytest.mark.parametrize(
    ("kind", "candidates"),
    [
        (Kind.MATCH, (HERE,)),
        (Kind.TIE, (HERE, replace(HERE, latitude=43.7))),
        (Kind.TIE, ()),
        (Kind.NO_MATCH, ()),
    ],
)
def test_what_is_kept_comes_back(cache, kind, candidates):
    kept = outcome(kind, candidates)
    cache.put({KEY: kept})

    assert ask(cache) == {KEY: kept}


def test_an_error_is_kept_as_one_and_asked_for_again(cache):
    error = outcome(Kind.ERROR)
    cache.put({KEY: error})

    assert ask(cache) == {}
    assert cache.history([KEY], "census", "Public_AR_Current") == {KEY: error}


def test_an_address_that_was_refused_is_not_asked_for_again(cache):
    refused = outcome(Kind.ERROR, final=True)
    cache.put({KEY: refused})

    assert ask(cache) == {KEY: refused}


@pytest.mark.parametrize("kind", [Kind.NO_MATCH, Kind.TIE, Kind.ERROR])
def test_what_is_no_match_is_asked_for_again_after_half_a_year(cache, clock, kind):
    cache.put({KEY: outcome(kind, final=True), "other": outcome(Kind.MATCH, (HERE,))})
    clock.now += 86_400 * (ASK_AGAIN_DAYS - 1)
    assert set(ask(cache)) == {KEY}

    clock.now += 86_400 * 2
    assert ask(cache) == {}
    assert set(ask(cache, "other")) == {"other"}


def test_providers_and_benchmarks_are_kept_apart(cache):
    cache.put({KEY: outcome(Kind.NO_MATCH)})

    assert cache.answers([KEY], "nominatim", "Public_AR_Current") == {}
    assert cache.answers([KEY], "census", "Public_AR_Census2020") == {}


def test_a_newer_outcome_takes_the_place_of_an_error(cache):
    cache.put({KEY: outcome(Kind.ERROR)})
    cache.put({KEY: outcome(Kind.MATCH, (HERE,))})

    assert ask(cache)[KEY].kind is Kind.MATCH


def test_many_addresses_are_looked_up(cache):
    keys = [f"{number} main st" for number in range(1203)]
    cache.put(dict.fromkeys(keys, outcome(Kind.NO_MATCH)))

    found = cache.answers([*keys, "unknown"], "census", "Public_AR_Current")
    assert set(found) == set(keys)


def test_a_long_reply_is_cut(cache):
    cache.put({KEY: replace(outcome(Kind.NO_MATCH), raw="x" * (LONGEST_RAW + 5))})

    assert len(ask(cache)[KEY].raw) == LONGEST_RAW


def test_all_of_a_batch_is_kept_or_none(cache):
    broken = replace(outcome(Kind.MATCH), kind="other")
    with pytest.raises(sqlite3.IntegrityError):
        cache.put({KEY: outcome(Kind.NO_MATCH), "other": broken})

    assert ask(cache) == {}


WRITER = """
import sys
from contextlib import closing
from pathlib import Path
from geo.geocoding.cache import open_cache
from geo.geocoding.outcome import Kind, Outcome
with open_cache(Path(sys.argv[1])) as cache:
    for number in range(20):
        outcome = Outcome(Kind.MATCH, "census", "Public_AR_Current", at="2027-01-15T08:00:00Z")
        cache.put({f"{sys.argv[2]} {number}": outcome})
"""


def test_processes_write_at_once(tmp_path):
    path = tmp_path / "workspace.sqlite"
    workers = [
        subprocess.Popen([sys.executable, "-c", WRITER, path, str(worker)]) for worker in range(3)
    ]

    assert [worker.wait(60) for worker in workers] == [0, 0, 0]
    with open_cache(path) as cache:
        keys = [f"{worker} {number}" for worker in range(3) for number in range(20)]
        assert set(cache.answers(keys, "census", "Public_AR_Current")) == set(keys)


def test_a_database_that_stays_locked_is_named(tmp_path):
    path = tmp_path / "workspace.sqlite"
    with open_cache(path) as cache, closing(sqlite3.connect(path)) as other:
        cache._connection.execute("PRAGMA busy_timeout = 10")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(GeocodingError, match="database is locked"):
            cache.put({KEY: outcome(Kind.NO_MATCH)})
        other.rollback()
        cache.put({KEY: outcome(Kind.NO_MATCH)})


def test_a_file_that_is_no_database_is_named(tmp_path):
    path = tmp_path / "workspace.sqlite"
    path.write_text("no database " * 100)

    with pytest.raises(GeocodingError, match="cannot be opened"), open_cache(path):
        pass
