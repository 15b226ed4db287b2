"""Filling the list in from the page Refresh: which clinics are asked for, and what came of it."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo import jobs, workspace
from geo.enriching import enriching_run
from geo.jobs import job_state, tasks
from geo.server import operators
from geo.sources import curated
from geo.workspace import stored_listings
from pages.operators.parts import fill_in
from tests.handmade.workspace import WHO, ship

PAGE = Path(__file__).resolve().parents[3] / "pages" / "operators" / "refresh.py"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(operators.MODE_VARIABLE, operators.LOCAL)
    monkeypatch.setattr(operators, "admit", lambda *_: WHO)
    monkeypatch.setattr(curated, "PATH", ship(tmp_path / "shipped.csv"))


def open_page():
    app = AppTest.from_file(str(PAGE), default_timeout=60).run()
    source = next(one for one in app.selectbox if one.label == "Source")
    source.set_value(fill_in.NAME).run()
    assert not app.exception
    return app


def test_a_run_is_started_for_the_clinics_that_are_chosen(monkeypatch):
    started = []

    def start(kind, task, *, who):
        started.append((kind, task, who))
        return jobs.Job(kind, "1", who, "", "")

    monkeypatch.setattr(jobs, "start", start)
    app = open_page()
    app.selectbox(key="fill_in_state").set_value("OR").run()
    app.button(key="fill_in").click().run()
    task = {"sources": ["website"], "lacking": "any", "state": "OR"}
    assert started == [("enrich", task, WHO)]
    assert set(fill_in._LACKING) == set(enriching_run.LACKING)
    assert "enrich" in job_state.KINDS


def test_what_the_last_run_came_to_is_shown(monkeypatch):
    done = enriching_run.Enriched(clinics=2)
    done.outcomes.update({"something was found": 1, "its domain is for sale": 1})
    done.proposals = {"a": [{"field": "address", "sure": True}]}
    monkeypatch.setattr(enriching_run, "enrich", lambda *_, **__: done)
    result = tasks.enrich(
        {"sources": ["website"], "lacking": "any", "state": ""}, lambda **_: None, WHO
    )
    job = jobs.Job("enrich", "1", WHO, "", "", state=job_state.DONE, result=result)
    monkeypatch.setattr(jobs, "read", lambda kind: job if kind == "enrich" else None)
    page = " ".join(str(one.value) for one in open_page().get("html"))
    assert "The last run, of 2 clinics" in page
    assert "its domain is for sale" in page
    assert "Address" in page


@pytest.mark.parametrize(
    ("lacking", "found"),
    [
        ("any", {"alder-salem-or", "birch-bend-or"}),
        ("street", {"birch-bend-or"}),
        ("phone", {"birch-bend-or"}),
        ("city_only", {"birch-bend-or"}),
    ],
)
def test_clinics_are_looked_for_by_what_they_lack(lacking, found):
    with workspace.open() as opened:
        assert len(stored_listings.current(opened)) == 4
        clinics = enriching_run.list_clinics(opened)
    assert {one["clinic_id"] for one in clinics if enriching_run.lacks(one, lacking)} == found
