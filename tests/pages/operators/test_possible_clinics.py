"""Possible clinics on the page Review, and addresses to look into under Whom to call."""

import html
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo import workspace
from geo.server import operators
from geo.sources import curated
from geo.workspace import cases, ingestion, possible_clinics, stored_listings
from tests.handmade.payments import row, write_payments
from tests.handmade.workspace import WHO, ship

PAGES = Path(__file__).resolve().parents[3] / "pages" / "operators"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(operators.MODE_VARIABLE, operators.LOCAL)
    monkeypatch.setattr(operators, "admit", lambda *_: WHO)
    monkeypatch.setattr(curated, "PATH", ship(tmp_path / "shipped.csv"))
    rows = (
        row("O", "Dogwood <b>PC</b>", "12 Pine St", city="Eugene", zip="97401"),
        row("I", "Roe", "9 Fir Ave", city="Boise", state="ID", zip="83702", npi="2"),
        row("I", "Doe", "8 Fir Ave", city="Eugene", zip="97401", npi="3", services="1,900"),
    )
    path = write_payments(tmp_path / "Prov_Svc_2023.csv", *rows)
    with workspace.open() as opened:
        ingestion.ingest(opened, ingestion.open_file(opened, "medicare", path), who=WHO)


def open_page(name):
    app = AppTest.from_file(str(PAGES / f"{name}.py"), default_timeout=60).run()
    assert not app.exception
    return app


def words_of(app):
    return " ".join(str(one.value) for one in app.get("html"))


def test_review_asks_about_an_organisation_and_adds_it():
    app = open_page("review")
    words = words_of(app)
    assert "Is this a clinic that the list lacks?" in words
    assert "12 Pine St" in words
    assert "<b>PC</b>" not in words
    app.button(key="choose_add").click().run()
    assert not app.exception
    with workspace.open() as opened:
        assert cases.open_cases(opened).empty
        assert "claims" in set(stored_listings.current(opened)["evidence"])


def test_whom_to_call_shows_addresses_to_look_into_by_state():
    app = open_page("clinics")
    words = words_of(app)
    assert '<a href="https://alder.example/" target="_blank" rel="noreferrer noopener">' in words
    assert "Addresses to look into (2)" in words
    assert words.index("8 Fir Ave") < words.index("9 Fir Ave")
    assert "In Medicare's payments for esketamine, 2023 · 1,900 services" in html.unescape(words)
    app.selectbox(key="calls_state").set_value("ID").run()
    words = words_of(app)
    assert "Addresses to look into (1)" in words
    assert "8 Fir Ave" not in words
    next(one for one in app.button if str(one.key).startswith("lead_done_")).click().run()
    assert not app.exception
    with workspace.open() as opened:
        left = [listing["street"] for _, listing in possible_clinics.list_leads(opened)]
    assert left == ["8 Fir Ave"]


def test_the_preview_says_where_its_addresses_wait():
    app = open_page("refresh")
    app.button(key="refresh_next").click().run()
    told = " ".join(one.value for one in app.caption)
    assert "Organizations that wait in Review: 1." in told
    assert "under Whom to call on Clinics: 2." in told
