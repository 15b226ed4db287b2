"""Several processes on one workspace: writing at once, and killed in the middle of a source."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from geo.sources import curated
from geo.workspace import decisions, intake, opening, runs, stored_listings
from tests.handmade.workspace import WHO, content, gather, make_source, open_small

pytestmark = pytest.mark.service

PRELUDE = """
    import sys, time
    from pathlib import Path
    from geo.workspace import editing, intake, opening
    from tests.handmade.workspace import WHO, gather, make_source
    home = Path(sys.argv[1])
"""
WRITER = """
    with opening.open(home) as opened:
        print("ready", flush=True)
        sys.stdin.readline()
        for number in range(5):
            editing.add(opened, {"name": f"Clinic {number}", "state": "OR"}, who=sys.argv[2])
"""
INGEST = """
    def batches():
        for number in range(1000):
            yield gather((f"k{number}", {}))
            print(number, flush=True)
            if number == int(sys.argv[2]):
                time.sleep(60)
    with opening.open(home) as opened:
        intake.ingest(opened, make_source(), batches(), file_name="", file_sha256="", who=WHO)
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    open_small(tmp_path, monkeypatch).close()
    monkeypatch.setattr(curated, "PATH", tmp_path / "gone.csv")
    return tmp_path / "home"


def launch(script, home, *arguments):
    code = textwrap.dedent(PRELUDE) + textwrap.dedent(script)
    return subprocess.Popen(
        [sys.executable, "-c", code, str(home), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=os.getcwd(),  # noqa: PTH109
    )


def test_two_processes_write_at_once_and_nothing_is_lost(home):
    writers = [launch(WRITER, home, name) for name in ("first", "second")]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=120)
        assert writer.returncode == 0

    with opening.open(home) as opened:
        made = [one for one in decisions.history(opened) if one.kind == "add"]
        assert sorted(one.who for one in made) == ["first"] * 5 + ["second"] * 5
        assert len({one.subject for one in made}) == 10
        assert len(stored_listings.current(opened)) == 4 + 2 * 10


def test_a_source_killed_at_any_moment_leaves_nothing_and_the_next_run_is_whole(home):
    with opening.open(home) as opened:
        before = content(stored_listings.current(opened))
        child = launch(INGEST, home, 3)
        try:
            while child.stdout.readline() != "3\n":
                assert child.poll() is None
            assert opened.read("SELECT COUNT(*) FROM staged") == [(4,)]
            assert content(stored_listings.current(opened)) == before
        finally:
            child.send_signal(signal.SIGKILL)
            child.communicate(timeout=60)

        assert content(stored_listings.current(opened)) == before
        assert [one.source for one in runs.list_runs(opened)] == ["curated"]
        batch = gather(("k1", {}))
        summary = intake.ingest(
            opened, make_source(), [batch], file_name="", file_sha256="", who=WHO
        )
        assert (summary.state, summary.added) == ("complete", 1)
        assert opened.read("SELECT COUNT(*) FROM staged") == [(0,)]
        assert opened.read("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seconds", [0.01 * number for number in range(1, 41)])
def test_a_source_killed_at_many_moments(home, seconds):
    with opening.open(home) as opened:
        before = content(stored_listings.current(opened))
        child = launch(INGEST, home, -1)
        child.stdout.readline()
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        child.communicate(timeout=60)
        known = content(stored_listings.current(opened))
        assert known == before or len(known) == len(before) + 1000
        assert opened.read("PRAGMA integrity_check") == [("ok",)]
