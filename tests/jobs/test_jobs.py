"""Jobs: they outlive who starts them, tell how far they are, stop when asked, and are done again."""

import io
import math
import os
import signal
import time

import pytest

from geo import jobs, workspace
from geo.errors import SourceError, WorkspaceError
from geo.jobs import drafts, job_state, uploads
from geo.workspace import decisions, runs
from tests.servers.census import CensusService, Known
from tests.servers.loopback import HANG, serve

pytestmark = pytest.mark.service

WHO = "ann@example.org"
PATIENCE_SECONDS = 60
TABLE = b"Facility,State\nFresh Ketamine Care,CA\n,TX\n"
TASK = {"columns": {"name": "Facility", "state": "State"}, "table": {"title": "A list"}}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    return tmp_path


def wait_for(kind, is_so=lambda job: not job.is_running):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        job = jobs.read(kind)
        if is_so(job):
            return job
        time.sleep(0.05)
    pytest.fail(f"{job} after {PATIENCE_SECONDS} s")


def wait_until(is_so):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_uploaded_table_is_taken_in_for_its_operator_and_removed(home):
    path = uploads.keep(io.BytesIO(TABLE), "../of clinics.csv")
    assert path.name == "of-clinics.csv"

    jobs.start("ingest", {"source": "table", "path": str(path), **TASK}, who=WHO)
    job = wait_for("ingest")

    assert (job.state, job.who, job.done, job.unit) == ("done", WHO, 2, "records")
    with workspace.open() as opened:
        run = runs.summarise(opened, job.result["run_id"])
        assert decisions.find(opened, run.decision_id).who == WHO
    assert (run.accepted, run.rejected, run.file_name) == (1, 1, "of-clinics.csv")
    assert list((home / "uploads").iterdir()) == []


def test_a_job_that_fails_says_why_and_its_upload_is_gone_too(home):
    path = uploads.keep(io.BytesIO(b"%PDF-1.7"), "list.pdf")

    jobs.start("ingest", {"source": "table", "path": str(path), **TASK}, who=WHO)
    job = wait_for("ingest")

    assert job.state == "failed"
    assert "a PDF" in job.told
    assert list((home / "uploads").iterdir()) == []


def test_geocoding_is_alone_stops_when_asked_and_goes_on_where_it_was(home):
    table = b"Facility,Street,City,State,Zip\nFresh Ketamine Care,100 Main St,Fresno,CA,93721\n"
    path = home / "list.csv"
    path.write_bytes(table)
    columns = {name.lower(): name for name in ("Street", "City", "State", "Zip")}
    columns["name"] = "Facility"
    known = Known("100 Main St", "Fresno", "CA", "93721", 36.735, -119.79)
    with serve(CensusService({"100 MAIN ST": [known]})) as service:
        (home / "geocoding.toml").write_text(
            f'[census]\nurl = "{service.url}"\nbatch_rows = 60\nrequests_per_second = 100\n'
        )
        jobs.start(
            "ingest", {"source": "table", "path": str(path), **TASK, "columns": columns}, who=WHO
        )
        assert wait_for("ingest").state == "done"
        assert path.exists()  # no upload: it is not ours to remove
        service.faults.extend([lambda reply: reply, HANG])

        jobs.start("geocode", {"provider": None}, who=WHO)
        wait_until(lambda: len(service.requests) == 2)
        with pytest.raises(WorkspaceError, match=f"started by {WHO}"):
            jobs.start("geocode", {"provider": None}, who="bob@example.org")
        jobs.stop("geocode")
        assert wait_for("geocode").state == "stopped"
        with workspace.open() as opened:
            kept = opened.read("SELECT COUNT(*) FROM geocoding_outcomes")[0][0]
        assert kept == 60

        jobs.start("geocode", {"provider": None}, who=WHO)
        job = wait_for("geocode")

    assert job.state == "done"
    assert job.result["failures"] == []
    assert job.done == job.total > 60
    asked = [request.body.count(b"\n") for request in service.requests]
    # The first batch was not asked for again, but the one that was stopped.
    assert len(asked) == 1 + math.ceil(job.total / 60)


def test_a_job_whose_process_is_killed_is_cut_off():
    now = "2026-11-23T00:00:00Z"
    lock = job_state.take_lock("draft")
    job_state.write(jobs.Job("draft", "1", WHO, now, now))
    child = os.fork()
    if not child:
        signal.pause()
    os.close(lock)
    assert jobs.read("draft").is_running
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

    assert jobs.read("draft").state == "cut off"
    assert drafts.load() is None
    assert job_state.take_lock("draft") is not None


def test_a_file_beyond_the_limit_is_refused_and_not_kept(home, monkeypatch):
    monkeypatch.setattr(uploads, "LARGEST_BYTES", 10)

    with pytest.raises(SourceError, match="copy it to the server"):
        uploads.keep(io.BytesIO(b"x" * 11), "large.csv")

    assert list((home / "uploads").iterdir()) == []


def test_uploads_that_nobody_took_go_after_a_day(home):
    old = uploads.keep(io.BytesIO(b"x"), "old.csv")
    os.utime(old.parent, (0, 0))

    new = uploads.keep(io.BytesIO(b"x"), "new.csv")

    assert [folder.name for folder in (home / "uploads").iterdir()] == [new.parent.name]


def test_only_uploads_are_removed(tmp_path):
    other = tmp_path / "folder" / "list.csv"
    other.parent.mkdir()
    other.write_bytes(TABLE)

    uploads.remove(other)

    assert other.exists()


def test_nothing_was_started_and_an_unknown_kind_is_named(home):
    assert jobs.read("geocode") is None
    jobs.stop("geocode")
    with pytest.raises(WorkspaceError, match="There is no job 'bake'"):
        jobs.read("bake")
    (home / "jobs" / "geocode.json").write_text("{")
    with pytest.raises(WorkspaceError, match="remove it"):
        jobs.read("geocode")
