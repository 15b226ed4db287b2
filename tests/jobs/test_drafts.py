"""The draft that everybody looks at: left by a refresh, as if a job had made it."""

import os

import pytest

from geo import jobs
from geo.jobs import drafts, job_state
from geo.publishing.publishing import Draft


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))


def make_draft(base):
    return Draft({}, None, {}, base, None, (), "", without_odbl=False, open_cases=0)


def test_a_draft_that_was_left_is_shown_as_one_that_a_job_made():
    assert drafts.leave(make_draft("a"), who="refresh")

    job = jobs.read("draft")
    assert (job.state, job.who) == (job_state.DONE, "refresh")
    assert drafts.load().base == "a"


def test_none_is_left_while_a_job_builds_one():
    lock = job_state.take_lock("draft")
    try:
        assert not drafts.leave(make_draft("a"), who="refresh")
    finally:
        os.close(lock)

    assert drafts.load() is None


def test_a_draft_against_another_release_is_cleared_and_one_against_this_stays():
    drafts.keep(make_draft("a"))
    drafts.forget_stale("a")
    assert drafts.load().base == "a"

    drafts.forget_stale("b")
    assert drafts.load() is None

    job_state.find_file("draft", "pickle").write_bytes(b"of another version")
    drafts.forget_stale("a")
    assert drafts.load() is None
