"""What `ingest` shows and takes of files as they come; the small program and one home for all."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from geo import cli, workspace
from geo.errors import ServiceError
from geo.sources import replies
from geo.workspace import cases, runs
from tests.handmade import small_home


@pytest.fixture(autouse=True)
def home(program, tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "home"))
    small_home.use_program(program, monkeypatch)


def run(*words, says=None):
    return CliRunner().invoke(cli.app, [str(word) for word in words], input=says)


def page(*facilities, count=2):
    rows = [
        {"frid": frid, "name1": f"{frid} Ketamine", "city": "Boise", "state": "ID", "zip": "83702"}
        for frid in facilities
    ]
    return json.dumps({"recordCount": count, "rows": rows})


def last_run():
    with workspace.open() as opened:
        return runs.list_runs(opened)[0]


def test_a_table_is_shown_with_counts_before_it_is_taken_in(tmp_path):
    table = tmp_path / "list.csv"
    table.write_text(
        "State list\nName,Address,City,State,Status,Services,Fax\n"
        "Calm,1 Main St,Boise,ID,Active,IV ketamine,1\n"
        "Bay,2 Main St,Boise,ID,Revoked,Ketamine,\n"
        "House,3 Main St,Boise,ID,Zone 4,Detox,\n"
    )
    shown = run("ingest", "table", table, says="n\n")

    assert shown.exit_code == 1
    assert "Row 2 names the columns; above it stands 'State list'" in shown.stderr
    assert "-> name: Calm; street: 1 Main St; city: Boise; state: ID" in shown.stderr
    assert "not read: Fax" in shown.stderr
    assert "2 name the treatment, 1 do not" in shown.stderr
    assert "1 open, 1 closed, or not open yet, 1 in doubt" in shown.stderr
    assert "Of the records 1 do not name the treatment" in shown.stderr
    assert "Say --rows naming otherwise." in shown.stderr
    with workspace.open() as opened:
        assert all(run.source != "table:list" for run in runs.list_runs(opened))

    assert run("ingest", "table", table, "--rows", "all", "--yes").exit_code == 0
    with workspace.open() as opened:
        assert len(cases.open_cases(opened, "status")) == 1
    assert run("ingest", "table", table, "--rows", "naming", "--yes").exit_code == 0
    assert (last_run().accepted, last_run().not_relevant) == (2, 1)


@pytest.mark.parametrize("as_folder", [True, False])
def test_saved_pages_are_one_run_and_it_is_taken_back(tmp_path, as_folder):
    files = [tmp_path / "p" / f"page_{number}.json" for number in (1, 2, 10)]
    files[0].parent.mkdir()
    for number, file in enumerate(files):
        file.write_text(page(f"a{number}", count=4))
    given = [files[0].parent] if as_folder else files
    result = run("ingest", "samhsa", *given)

    assert result.exit_code == 0, result.stderr
    assert "The pages hold 3 of 4 facilities; fetch the missing pages." in result.stderr
    taken = last_run()
    assert (taken.read, taken.state) == (3, "complete")
    assert taken.file_name == ("p" if as_folder else "page_1.json and 2 more")

    undone = run("ingest", "--undo", taken.id)
    assert undone.exit_code == 0
    assert f"Run {taken.id} is taken back" in undone.stderr
    assert last_run().state == "undone"
    again = run("ingest", "--undo", taken.id)
    assert (again.exit_code, again.stdout) == (1, "")
    assert f"Run {taken.id} is undone" in again.stderr


@pytest.mark.parametrize(
    "words", [[], ["table", "--undo", "1"], ["--undo", "0"], ["nppes", "--heading-row", "-1"]]
)
def test_a_source_or_a_run_is_wanted(words):
    assert run("ingest", *words).exit_code == 2


def test_several_tables_are_not_one(tmp_path):
    refused = run("ingest", "table", tmp_path / "a.csv", tmp_path / "b.csv", "--yes")

    assert refused.exit_code == 1
    assert "A table is one file" in refused.stderr


@pytest.mark.parametrize(
    "answer",
    [ServiceError("findtreatment.gov answered with status 503; try again later."), b"<html>"],
)
def test_a_service_that_fails_is_a_sentence_and_an_exit_code_of_its_own(monkeypatch, answer):
    def get(_url, *_more):
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(replies, "get_bytes", get)
    failed = run("ingest", "samhsa")

    assert (failed.exit_code, failed.stdout) == (3, "")
    assert ("status 503" if isinstance(answer, Exception) else "web page") in failed.stderr


def test_a_file_that_cannot_be_read_is_no_outage():
    assert run("ingest", "samhsa", Path("/none/x.json")).exit_code == 1
