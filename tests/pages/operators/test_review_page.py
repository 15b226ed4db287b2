"""What waits for an operator, settled on the pages Refresh and Review, without a browser."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo import workspace
from geo.server import operators
from geo.sources import curated
from geo.workspace import cases, decisions, editing, intake, linking, runs, stored_listings
from tests.handmade.workspace import WHO, gather, make_source, ship

PAGES = Path(__file__).resolve().parents[3] / "pages" / "operators"
ALDER = "alder-salem-or"
TEN = tuple((f"k{number}", {}) for number in range(10))
NPI = "1234567893"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(operators.MODE_VARIABLE, operators.LOCAL)
    monkeypatch.setattr(operators, "admit", lambda *_: WHO)
    monkeypatch.setattr(curated, "PATH", ship(tmp_path / "shipped.csv"))


def open_page(name, **state):
    app = AppTest.from_file(str(PAGES / f"{name}.py"), default_timeout=60)
    for key, kept in state.items():
        app.session_state[key] = kept
    app.run()
    assert not app.exception
    return app


def press(app, key):
    app.button(key=key).click()
    app.run()
    assert not app.exception


def take_in(*records, notes=()):
    with workspace.open() as opened:
        batch = gather(*[(key, dict(fields)) for key, fields in records], notes=notes)
        return intake.ingest(opened, make_source(), [batch], file_name="", file_sha256="", who=WHO)


def count_listings():
    with workspace.open() as opened:
        return int(stored_listings.current(opened)["listing_id"].str.startswith("table:a").sum())


def waiting(kind):
    with workspace.open() as opened:
        return cases.open_cases(opened, kind)["case_id"].tolist()


@pytest.mark.parametrize(
    ("key", "state", "kept"), [("accept_run", "complete", 10), ("discard_run", "discarded", 10)]
)
def test_a_source_that_shrank_waits_for_a_word(key, state, kept):
    take_in(*TEN)
    held = take_in(*TEN[:3])
    assert held.state == "held"
    app = open_page("refresh", refresh_step="2 Look at it")
    assert any("3 listings instead of 10" in each.value for each in app.warning)
    app.text_input(key=f"held_why_{held.id}").set_value("the register was cleaned up")

    press(app, key)

    with workspace.open() as opened:
        assert runs.summarise(opened, held.id).state == state
        resolved = next(each for each in decisions.history(opened) if each.kind == "settle")
        assert (resolved.who, resolved.reason) == (WHO, "the register was cleaned up")
        gone = stored_listings.missing(opened)["listing_id"].tolist()
    assert len(gone) == (7 if state == "complete" else 0)
    assert count_listings() == kept
    assert waiting("shrunk") == []


@pytest.mark.parametrize(("key", "said"), [("choose_keep", {""}), ("choose_close", {"", "closed"})])
def test_a_deactivated_number_is_asked_about(key, said):
    take_in(("a", {"npi": NPI}))
    with workspace.open() as opened:
        linking.assign_new(opened)
    note = (NPI, "deactivated", "2026-05-01", "The NPI was deactivated.")
    take_in(("a", {"npi": NPI}), notes=[note])
    with workspace.open() as opened:
        (clinic_id,) = cases.open_cases(opened, "deactivated")["clinic_id"]
    app = open_page("review", review_kind="deactivated")

    press(app, key)

    assert waiting("deactivated") == []
    with workspace.open() as opened:
        assert set(stored_listings.of_clinic(opened, clinic_id)["operating"]) == said


def test_a_report_is_read_and_done_with_and_taken_up_again():
    with workspace.open() as opened:
        editing.enter_report(opened, ALDER, "They moved to <b>Elm St</b>.", who=WHO)
    app = open_page("review", review_kind="report")
    assert "They moved to <b>Elm St</b>." in [text.value for text in app.text]

    press(app, "choose_done")
    assert waiting("report") == []
    (undo,) = [button.key for button in app.button if "undo" in (button.key or "")]
    press(app, undo)

    assert len(waiting("report")) == 1
