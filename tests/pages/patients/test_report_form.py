"""The form by which visitors report mistakes, and where operators read them."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo import releases, workspace
from geo.server import operators
from geo.workspace import visitor_reports
from geo.workspace.visitor_reports import VisitorReport
from pages.parts import reports
from pages.patients.parts import report_form

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def switched_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path))
    monkeypatch.setenv(reports.FORM_VARIABLE, reports.FORM_ON)
    monkeypatch.delenv(reports.REPORT_ADDRESS_VARIABLE, raising=False)
    report_form._load_cap.clear()


def open_form() -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    app.switch_page("pages/patients/report.py").run()
    assert not app.exception
    return app


def send(app: AppTest, clinic: int, wrong: str | None, value: str = "") -> str:
    """Send a report of one of the clinics offered; return the page's HTML."""
    release = releases.current()
    listed = release.clinics[release.clinics["status"].eq("open")]["clinic_id"]
    app.selectbox(key="report_clinic").set_value(listed.iloc[clinic])
    if wrong:
        app.radio(key="report_wrong").set_value(wrong)
    app.text_input(key="report_value").set_value(value)
    app.button[0].click().run()
    assert not app.exception
    return "".join(part.proto.body for part in app.get("html"))


def read_waiting() -> list[VisitorReport]:
    with workspace.open() as opened:
        return visitor_reports.list_waiting(opened)


def test_a_report_is_kept_and_an_operator_is_done_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_form()
    assert "Choose the clinic" in send(app, 3, None)
    assert "Thank you" in send(app, 3, "phone", "<b>(206) 555-0100</b>")
    assert app.text_input(key="report_value").value == ""
    (kept,) = read_waiting()
    assert (kept.wrong, kept.value) == ("phone", "<b>(206) 555-0100</b>")

    monkeypatch.setenv(operators.MODE_VARIABLE, operators.LOCAL)
    monkeypatch.setattr(operators, "admit", lambda *_: "ops@example.org")
    review = AppTest.from_file(str(ROOT / "pages/operators/review.py"), default_timeout=60).run()
    assert not review.exception
    shown = "".join(part.proto.body for part in review.get("html"))
    assert "Reports by visitors (1)" in shown
    assert "Wrong phone number" in shown
    assert "&lt;b&gt;(206) 555-0100&lt;/b&gt;" in shown
    assert "As listed" in shown
    review.button(key=f"visitor_report_done_{kept.id}").click().run()
    assert not review.exception
    assert read_waiting() == []


def test_words_of_a_crisis_are_answered_and_not_kept() -> None:
    app = open_form()
    shown = send(app, 0, "other", "I want to kill myself")
    assert 'class="crisis-panel' in shown
    assert "Thank you" not in shown
    assert app.text_input(key="report_value").value == ""
    assert not workspace.exists()


def test_a_visitor_may_send_so_many_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_form, "MOST_OF_A_CLIENT", 1)
    app = open_form()
    assert "Thank you" in send(app, 0, "closed")
    assert "come back tomorrow" in send(app, 1, "closed")
    assert len(read_waiting()) == 1


def test_a_page_says_how_to_report(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reports.find_way().href == "report"
    monkeypatch.setenv(reports.REPORT_ADDRESS_VARIABLE, "list@example.org")
    assert reports.find_way().href.startswith("mailto:list%40example.org?subject=")
    assert not reports.is_form_on()
    monkeypatch.delenv(reports.REPORT_ADDRESS_VARIABLE)
    monkeypatch.setenv(reports.FORM_VARIABLE, "")
    assert reports.find_way().href == ""
    assert "takes no reports" in reports.find_way().words
