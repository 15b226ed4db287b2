"""`clinic-finder enrich` and `review --sure`, in this process, and killed again and again in its own."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from geo.cli import app
from geo.enriching import enriching_run
from geo.sources import curated
from geo.workspace import cases, opening, positions, stored_listings
from tests.handmade.sites_home import make_home
from tests.handmade.workspace import WHO
from tests.servers.clinic_sites import CLINICS, TRUTH, ClinicSites
from tests.servers.found_services import HOSTS, PLACES, FoundServices
from tests.servers.loopback import serve

ROOT = Path(__file__).resolve().parents[2]
KILLS = 30
KILLED = tuple(one["clinic_id"] for one in CLINICS if one["clinic_id"][-1] in "0123")
"""Of the clinics, more than twenty, each of which is found."""

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
    with serve(FoundServices()) as service:
        home = use(tmp_path, monkeypatch, service, *KILLED)
        with opening.open(home) as opened:
            for one in CLINICS:
                if one["clinic_id"] in KILLED:
                    positions.verify(opened, one["clinic_id"], *PLACES[one["city"]], who=WHO)
        command = [sys.executable, "-m", "tests.servers.found_services", "enrich"]
        command += ["--from", ",".join(enriching_run.SOURCES), "--format", "json"]
        killed = 0
        until = time.monotonic() + DEADLINE_SECONDS
        while killed < KILLS:
            seen = len(service.requests)
            running = subprocess.Popen(
                command,
                cwd=ROOT,
                env=dict(os.environ),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            # Some die at once, some after requests more: no moment is left out.
            while len(service.requests) < seen + killed % 8 and running.poll() is None:
                assert time.monotonic() < until
                time.sleep(0.01)
            running.kill()
            running.wait()
            killed += 1
        done = subprocess.run(
            command, cwd=ROOT, env=dict(os.environ), capture_output=True, check=True
        )
        told = json.loads(done.stdout)
    asked = Counter(
        (request.headers["host"], request.path, json.dumps(request.query))
        for request in service.requests
    )
    # A reply that was on its way when the process died was never had: each kill costs one at most.
    assert sum(count - 1 for count in asked.values()) <= KILLS
    assert {host for host, *_ in asked} >= set(HOSTS.values())
    assert sum(told["outcomes"].values()) == len(KILLED) * len(enriching_run.SOURCES)
    with opening.open(home) as opened:
        waiting = cases.open_cases(opened, "facts")
    assert set(waiting["clinic_id"]) == set(told["proposals"]) == set(KILLED)
    kept = dict(zip(waiting["clinic_id"], waiting["facts"], strict=True))
    for key in KILLED:
        assert kept[key]["proposals"] == told["proposals"][key]
        values = {k: v for one in told["proposals"][key] for k, v in one["values"].items() if v}
        assert values["phone"] == TRUTH[key]["phone"]
