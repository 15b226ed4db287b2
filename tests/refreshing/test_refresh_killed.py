"""Three weeks of refreshes with an outage in the middle, killed at random moments."""

import contextlib
import json
import random
import sqlite3
import subprocess
import sys

import pytest

from geo import releases, workspace
from geo.jobs import drafts
from geo.releases import folders
from geo.workspace import positions, stored_listings
from tests.handmade import small_home
from tests.servers import loopback
from tests.servers.refreshed import Services, element, facility, organise

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(3600)]

SEED = 20261129
KILLS = 50
ORGANISATIONS = [
    organise("1234567893", "KETAMINE CARE LLC"),
    organise("1003000126", "KETAMINE OF WACO", "WACO", "TX", postal_code="76701"),
]
FACILITIES = [
    facility("f1", "Gulf Center"),
    facility(
        "f2", "Bay Center", city="Houston", zip="77002", latitude="29.756", longitude="-95.365"
    ),
]
RESULTS = ("published", "a draft waits", "published")
"""Of the three weeks: in the second a service fails and another holds nothing any more."""


def set_week(services, week):
    services.down = {"osm": 503} if week == 1 else {}
    services.organisations = ORGANISATIONS[: 1 if week == 0 else 2]
    services.facilities = [] if week == 1 else FACILITIES
    services.elements = [element(7, "Panhandle Ketamine", phone=f"806-555-010{week}")]


class Refreshes:
    """A warm process that refreshes in children."""

    def __init__(self, process, services):
        self._process = process
        self.services = services
        set_week(services, 0)
        assert process.stdout.readline() == "ready\n"

    def go(self, home, kill_at=0):
        task = {"home": str(home), "kill_at": kill_at, "seconds": 0}
        self._process.stdin.write(f"{json.dumps(task)}\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@pytest.fixture
def refreshes(program, tmp_path, monkeypatch):
    services = Services()
    set_week(services, 0)
    with loopback.serve(services):
        command = ("tests.killed_refresh", str(program), str(tmp_path / "warm"), services.url)
        with subprocess.Popen(
            [sys.executable, "-m", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            small_home.use_program(program, monkeypatch)
            yield Refreshes(process, services)
            process.stdin.close()
            assert process.wait(60) == 0


def read_content(home, monkeypatch):
    """Return what the home holds that must be the same however often one was killed."""
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(home))
    with workspace.open() as opened:
        content = {
            "listings": stored_listings.current(opened).to_csv(),
            "positions": positions.agreed(opened).drop(columns="geocoded_date").to_csv(),
        }
    draft = drafts.load()
    return content | {
        "current": releases.current_id(),
        "published": sorted({entry.after for entry in releases.history()}),
        "draft": None if draft is None else sorted(draft.diff.added["clinic_id"]),
    }


def check_after_the_kill(home, before, after, monkeypatch):
    """Nothing that was there is lost, and in use is what was or what ought to come."""
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(home))
    assert releases.current().id in {before["current"], after["current"]}
    for folder in folders.root().glob("2*"):
        releases.load(folder)
    if (home / "workspace.sqlite").exists():
        with contextlib.closing(sqlite3.connect(home / "workspace.sqlite")) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        held = read_content(home, monkeypatch)["listings"].splitlines()
        own = {line.split(",")[1] for line in before["listings"].splitlines()}
        assert own <= {line.split(",")[1] for line in held}


def test_three_weeks_killed_at_random_moments(refreshes, tmp_path, monkeypatch):
    chance = random.Random(SEED)  # noqa: S311  no secret
    steady, expected, moments = tmp_path / "undisturbed", [], []
    for week, result in enumerate(RESULTS):
        set_week(refreshes.services, week)
        done = refreshes.go(steady)
        assert list(done["steps"]) == [result]
        moments.append(done["steps"][result])
        expected.append(read_content(steady, monkeypatch))
    assert expected[1]["current"] == expected[0]["current"]  # the draft was not published
    assert len(expected[1]["draft"]) == 1
    assert len(expected[2]["published"]) == 2

    killed = 0
    while killed < KILLS:
        home = tmp_path / f"home-{killed}"
        for week, after in enumerate(expected):
            set_week(refreshes.services, week)
            before = expected[week - 1] if week else {"current": shipped_id(), "listings": ""}
            for _ in range(chance.randint(0, 2)):
                ended = refreshes.go(home, kill_at=chance.randint(1, moments[week]))
                killed += ended["killed"]
                check_after_the_kill(home, before, after, monkeypatch)
            assert refreshes.go(home)["code"] == 0
            assert read_content(home, monkeypatch) == after
    assert killed >= KILLS


def shipped_id():
    return releases.read_manifest(folders.SHIPPED)["id"]
