"""The draft that everybody looks at: left by a refresh, as if a job had made it."""

import dataclasses
import json
import os
from datetime import date

import pytest

from geo import jobs, releases
from geo.errors import WorkspaceError
from geo.jobs import drafts, job_state
from geo.publishing.diff import compare
from geo.publishing.publishing import Draft
from geo.releases import folders

AS_OF = date(2026, 11, 28)


@pytest.fixture(scope="module")
def few():
    """Of the shipped release four clinics, with their listings and fields."""
    shipped = releases.load(folders.SHIPPED)
    return {
        name: shipped.tables[name][
            shipped.tables[name]["clinic_id"].isin(shipped.clinics["clinic_id"][:4])
        ]
        for name in ("clinics", "listings", "fields")
    }


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def base(few):
    tables = {name: table.reset_index(drop=True) for name, table in few.items()}
    return releases.load(releases.write(tables, folders.root(), as_of=AS_OF, inputs={}))


@pytest.fixture
def draft(base):
    """A clinic less."""
    tables = {
        name: table[table["clinic_id"].ne(base.clinics["clinic_id"][0])].reset_index(drop=True)
        for name, table in base.tables.items()
    }
    return Draft(
        tables=tables,
        as_of=AS_OF,
        inputs={"workspace/listings": "ab"},
        base=base.id,
        diff=compare(base, tables),
        refusals=("A clinic less.",),
        state="cd",
        without_odbl=True,
        open_cases=3,
    )


def test_a_draft_is_a_release_and_says_the_same_when_it_is_read(home, draft):
    drafts.keep(draft)
    drafts._read.cache_clear()
    read = drafts.load()

    (folder,) = (home / "jobs" / "draft.releases").iterdir()
    assert releases.load(folder).id == folder.name
    content = {releases.content_sha256(each.tables, each.as_of) for each in (draft, read)}
    assert len(content) == 1
    assert folder.name.endswith(next(iter(content))[:8])
    names = [
        field.name for field in dataclasses.fields(Draft) if field.name not in {"tables", "diff"}
    ]
    for name in names:
        assert getattr(read, name) == getattr(draft, name), name
    for name, table in draft.diff.tables.items():
        assert read.diff.tables[name].equals(table), name
    assert len(read.diff.removed) == 1


def test_a_draft_that_was_left_is_shown_as_one_that_a_job_made(draft):
    assert drafts.leave(draft, who="refresh")

    job = jobs.read("draft")
    assert (job.state, job.who) == (job_state.DONE, "refresh")
    assert drafts.load().base == draft.base


def test_none_is_left_while_a_job_builds_one(draft):
    lock = job_state.take_lock("draft")
    try:
        assert not drafts.leave(draft, who="refresh")
    finally:
        os.close(lock)

    assert drafts.load() is None


def test_the_next_draft_takes_the_place_of_the_one_before(home, draft, base):
    drafts.keep(draft)
    (home / "jobs" / "draft.releases" / ".half-written").mkdir()
    drafts.keep(dataclasses.replace(draft, tables=base.tables))

    assert [path.name for path in (home / "jobs" / "draft.releases").iterdir()] == [base.id]
    assert drafts.load().diff.is_empty


def test_a_draft_against_another_release_is_cleared_and_one_against_this_stays(home, draft):
    drafts.keep(draft)
    drafts.forget_stale(draft.base)
    assert drafts.load().base == draft.base

    drafts.forget_stale("b")
    assert drafts.load() is None
    assert not (home / "jobs" / "draft.releases").exists()

    job_state.find_file("draft", "pickle").write_bytes(b"of another version")
    drafts.forget_stale("a")
    assert drafts.load() is None


def test_a_draft_of_an_earlier_version_is_told_of_in_a_sentence_and_never_opened():
    job_state.find_file("draft", "pickle").write_bytes(b"cno.such\nThing\n.")

    with pytest.raises(WorkspaceError, match=r"earlier version.*build it anew; the listings are"):
        drafts.load()


def test_a_draft_that_is_not_whole_is_to_be_built_anew(draft):
    drafts.keep(draft)
    path = drafts._find_facts()
    facts = json.loads(path.read_bytes())
    for harm in (
        {"form": 2}, {"release": "2026-01-01-00000000"}, {"release": "../../releases"},
        {"base": "2026-01-01-00000000"}, {"base": 3}, {"refusals": None},
    ):  # fmt: skip
        path.write_text(json.dumps(facts | harm))
        with pytest.raises(WorkspaceError, match="build it anew"):
            drafts.load()
    path.write_text("{")
    with pytest.raises(WorkspaceError, match="build it anew"):
        drafts.load()
