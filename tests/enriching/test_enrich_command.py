"""`clinic-finder enrich` and `review --sure`, in this process, and killed again and again in its own."""

import json
import os
import subprocess
import sys
import time
from collections import Counter

import pytest
from typer.testing import CliRunner

from geo.cli import app
from geo.sources import curated
from geo.workspace import cases, opening, stored_listings
from tests.handmade.sites_home import make_home
from tests.servers.clinic_sites import CLINICS, ClinicSites
from tests.servers.loopback import serve

KILLS = 30
DEADLINE_SECONDS = 900


def use(tmp_path, monkeypatch, service, *keys):
    chosen = [clinic for clinic in CLINICS if clinic["clinic_id"] in keys or not keys]
    home, shipped = make_home(tmp_path, chosen)
    monkeypatch.setattr(curated, "PATH", shipped)
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(home))
    monkeypatch.setenv("http_proxy", service.url)
    monkeypatch.delenv("no_proxy", raising=False)
    opening.open(home).close()
    return home


def run(*words):
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.service
def test_the_command_proposes_and_review_takes_what_is_sure(tmp_path, monkeypatch):
    with serve(ClinicSites()) as service:
        home = use(tmp_path, monkeypatch, service, "marked1", "person", "parked")
        code, out, _ = run("enrich", "--format", "json")
        told = json.loads(out)
        assert code == 0
        assert told["outcomes"] == {"something was found": 2, "its domain is for sale": 1}
        assert told["found"]["address"] == {"proposed": 2, "sure": 1}
        assert told["cases"] == 2
        before = len(service.requests)
        code, out, _ = run("enrich", "--dry-run")
        assert code == 0
        assert "marked1: 101 Juniper St, Suite 4, Austin, TX 78703" in out
        assert len(service.requests) == before
    code, out, err = run("review", "--sure", "--why", "As its own site says.")
    assert (code, len(out.split())) == (0, 1)
    assert "Sure facts of 1 clinics were taken" in err
    with opening.open(home) as opened:
        rows = stored_listings.of_clinic(opened, "marked1").set_index("listing_id")
        [case_id] = cases.open_cases(opened, "facts")["case_id"]
    assert rows.loc["website:marked1", "street"] == "101 Juniper St"
    code, out, _ = run("review", str(case_id))
    assert (
        "--choose accept:0: address 9 Person St, Chicago, IL 60601: website http://person.example/"
        in out
    )
    assert run("review", str(case_id), "--choose", "accept:0")[0] == 0
    assert run("review", "--sure", "--same")[0] == 2
    assert run("enrich", "--from", "yelp")[0] == 1


@pytest.mark.nightly
@pytest.mark.timeout(2 * DEADLINE_SECONDS)
def test_killed_thirty_times_nothing_is_lost_or_asked_twice(tmp_path, monkeypatch):
    with serve(ClinicSites()) as service:
        home = use(tmp_path, monkeypatch, service)
        command = [sys.executable, "-m", "geo", "enrich", "--format", "json"]
        killed = 0
        until = time.monotonic() + DEADLINE_SECONDS
        while killed < KILLS:
            seen = len(service.requests)
            running = subprocess.Popen(
                command, env=dict(os.environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            # Some die at once, some after requests more: no moment is left out.
            while len(service.requests) < seen + killed % 4 and running.poll() is None:
                assert time.monotonic() < until
                time.sleep(0.01)
            running.kill()
            running.wait()
            killed += 1
        done = subprocess.run(command, env=dict(os.environ), capture_output=True, check=True)
        told = json.loads(done.stdout)
    asked = Counter((request.headers["host"], request.path) for request in service.requests)
    # A reply that was on its way when the process died was never had: each kill costs one at most.
    assert sum(count - 1 for count in asked.values()) <= KILLS
    assert sum(told["outcomes"].values()) == len(CLINICS)
    with opening.open(home) as opened:
        waiting = cases.open_cases(opened, "facts")
    assert set(waiting["clinic_id"]) == set(told["proposals"])
    assert len(waiting) >= 0.85 * len(CLINICS)
