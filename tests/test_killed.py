"""The operator's pipeline, killed at moments between and inside its steps: nothing lost or half."""

import contextlib
import json
import random
import sqlite3
import subprocess
import sys

import pytest

from geo import releases, workspace
from geo.publishing import publishing
from geo.releases import folders
from geo.workspace import decisions, positions, stored_listings
from tests.handmade import small_home
from tests.killed_pipeline import STEPS

pytestmark = pytest.mark.service

SEED = 20261123
IN_CI = (1, 2, 1, 1, 4, 3)
"""Kills within each of `STEPS`: most where a release comes into use."""

NIGHTLY = (20, 20, 10, 5, 60, 35)


class Pipeline:
    """A warm process that runs the pipeline in children, and what one went undisturbed came to."""

    def __init__(self, process, folder):
        self._process = process
        assert process.stdout.readline() == "ready\n"
        self.home = folder / "undisturbed"
        self.undisturbed = self.go(self.home)
        assert list(self.undisturbed["steps"]) == list(STEPS)

    def go(self, home, kill_at=0, seconds=0.0):
        task = {"home": str(home), "kill_at": kill_at, "seconds": seconds}
        self._process.stdin.write(f"{json.dumps(task)}\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@pytest.fixture(scope="module")
def pipeline(program, tmp_path_factory):
    folder = tmp_path_factory.mktemp("road")
    command = [sys.executable, "-m", "tests.killed_pipeline", str(program), str(folder / "warm")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Pipeline(process, folder)
        process.stdin.close()
        assert process.wait(30) == 0


@pytest.fixture
def at(program, monkeypatch):
    """Return a function that makes a home the one that is looked at."""
    small_home.use_program(program, monkeypatch)

    def at(home):
        monkeypatch.setenv("CLINIC_FINDER_HOME", str(home))

    return at


def read_content():
    """Return what the home holds that must be the same however often one was killed."""
    with workspace.open() as opened:
        agreed = positions.agreed(opened).drop(columns="geocoded_date")
        return {
            "listings": stored_listings.current(opened).to_csv(),
            "licences": stored_listings.licences(opened).to_csv(),
            "positions": agreed.to_csv(),
            "current": releases.current_id(),
            "releases": sorted(path.name for path in folders.root().iterdir() if path.is_dir()),
            "published": {entry.after for entry in releases.history()},
        }


def check_after_the_kill(home, steps, base, new):
    """Nothing that was told of is lost, and what is in use is whole."""
    assert releases.current().id in {base, new}
    for folder in folders.root().glob("2*"):
        releases.load(folder)
    assert "published" not in steps or releases.history()
    if steps[-1:] == ["published"]:
        # The step back had begun: either release may be in use.
        assert {entry.after for entry in releases.history()} <= {base, new}
    if steps[-1:] == ["rolled back"]:
        assert releases.current_id() == base
    if not (home / "workspace.sqlite").exists():
        assert steps == []
        return
    with contextlib.closing(sqlite3.connect(home / "workspace.sqlite")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    with workspace.open() as opened:
        held = stored_listings.current(opened)["listing_id"]
        own = set(small_home.pick_listings()["listing_id"])
        assert own <= set(held)
        # All of the source is there, or nothing of it.
        assert len(held) - len(own) in {0, small_home.NEW}
        assert "ingested" not in steps or len(held) == len(own) + small_home.NEW
        assert "located" not in steps or len(positions.agreed(opened)) > small_home.CLINICS


def check_history_is_recorded():
    with workspace.open() as opened:
        recorded = [
            decision.payload["switch"]
            for decision in reversed(decisions.history(opened, limit=10_000))
            if decision.kind in {publishing.PUBLISH, publishing.ROLLBACK}
        ]
    assert recorded == [entry.id for entry in releases.history()]


def kill_and_finish(pipeline, at, home, *, kill_at=0, seconds=0.0):
    """Kill the pipeline once, look, run it again to its end, look again; return how it ended."""
    at(pipeline.home)
    expected = read_content()
    base = releases.current_id()
    (new,) = expected["published"] - {base}
    killed = pipeline.go(home, kill_at, seconds)
    at(home)
    assert killed["killed"] or seconds
    check_after_the_kill(home, list(killed["steps"]), base, new)

    finished = pipeline.go(home)

    assert finished["code"] == 0
    assert list(finished["steps"]) == list(STEPS)
    assert read_content() == expected
    with workspace.open() as opened:
        assert opened.read("SELECT id FROM runs WHERE state = 'reading'") == []
    assert not [path for path in folders.root().iterdir() if path.name.startswith(".2")]
    check_history_is_recorded()
    return killed


def pick_moments(pipeline, counts, seed):
    """Return so many moments of each step, one of each stretch of it, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311  no secret
    ends = [0, *pipeline.undisturbed["steps"].values()]
    return [
        int(start + (end - start) / count * (stretch + chance.random())) + 1
        for start, end, count in zip(ends, ends[1:], counts, strict=False)
        for stretch in range(count)
    ]


def test_the_pipeline_undisturbed_publishes_and_returns(pipeline, at):
    at(pipeline.home)

    assert releases.current_id() == releases.read_manifest(folders.SHIPPED)["id"]
    assert [entry.kind for entry in releases.history()] == ["publish", "rollback"]
    published = releases.load(releases.find(releases.history()[0].after))
    assert len(published.clinics) == small_home.CLINICS + small_home.NEW
    check_history_is_recorded()


def test_killed_at_a_dozen_moments_nothing_is_lost_and_the_next_run_finishes(
    pipeline, at, tmp_path
):
    reached = [
        tuple(kill_and_finish(pipeline, at, tmp_path / str(number), kill_at=moment)["steps"])
        for number, moment in enumerate(pick_moments(pipeline, IN_CI, SEED))
    ]

    assert len(set(reached)) >= len(STEPS) - 1


def test_killed_again_and_again_the_last_run_finishes(pipeline, at, tmp_path):
    home = tmp_path / "home"
    for moment in (100, 60, 140, 20):
        pipeline.go(home, moment)

    kill_and_finish(pipeline, at, home, kill_at=30)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_killed_at_each_of_many_moments(pipeline, at, tmp_path):
    for number, moment in enumerate(pick_moments(pipeline, NIGHTLY, SEED + 1)):
        kill_and_finish(pipeline, at, tmp_path / str(number), kill_at=moment)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_killed_after_any_time(pipeline, at, tmp_path):
    chance = random.Random(SEED + 2)  # noqa: S311  no secret
    ended = [
        kill_and_finish(pipeline, at, tmp_path / str(number), seconds=0.005 + chance.random())
        for number in range(50)
    ]

    assert sum(one["killed"] for one in ended) >= 25
