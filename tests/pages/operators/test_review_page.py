"""What waits for an operator, settled on the pages Refresh and Review, without a browser."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo import workspace
from geo.i18n.reasons import Reason
from geo.server import operators
from geo.sources import curated
from geo.workspace import (
    cases,
    decisions,
    editing,
    intake,
    linking,
    proposals,
    runs,
    stored_listings,
    visitor_reports,
)
from tests.handmade.workspace import WHO, gather, make_source, ship

pytestmark = pytest.mark.long

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


def test_found_facts_are_ticked_taken_and_brought_back():
    found = {
        "field": "phone",
        "values": {"phone": "+15415550111"},
        "sure": True,
        "sources": [
            {
                "source": "website",
                "listing_id": "website:birch-bend-or",
                "url": "https://birch.example/contact",
                "where": "text",
                "reason": "its own site, its town",
                "score": 0.85,
                "listing": {},
            }
        ],
    }
    other = {**found, "field": "hours", "values": {"hours": "Mo-Fr 09:00-17:00"}, "sure": False}
    source = {**found["sources"][0], "listing_id": f"website:{ALDER}"}
    alder = {**found, "sources": [source]}
    with workspace.open() as opened:
        proposals.propose(opened, {"birch-bend-or": [found, other], ALDER: [alder]}, who=WHO)
    app = open_page("review", review_kind="facts")
    assert app.button(key="take_sure").label == "Take what is sure (2)"
    page = " ".join(str(one.value) for one in app.get("html"))
    assert 'href="https://birch.example/contact"' in page
    assert [one.value for one in app.checkbox] == [True] * len(app.checkbox)
    press(app, "choose_accept")
    assert len(waiting("facts")) == 1
    press(app, "review_undo")
    assert len(waiting("facts")) == 2
    press(app, "take_sure")
    with workspace.open() as opened:
        kept = stored_listings.of_clinic(opened, "birch-bend-or").set_index("listing_id")
    assert kept.loc["website:birch-bend-or", "phone"] == "+15415550111"
    assert kept.loc["website:birch-bend-or", "hours"] == ""
    assert len(waiting("facts")) == 1
    press(app, "choose_reject")
    assert waiting("facts") == []


def ask_about_pairs():
    """Open a case of each two clinics of the shipped list: in one town of no street, and in two towns."""
    with workspace.open() as opened, opened.change():
        decided = decisions.record(opened, "assign", who="rule")
        for one, other, code in (("S1", "S3", "same_name"), ("S3", "S4", "same_phone")):
            cases.add(
                opened,
                decided,
                "duplicate",
                f"pair:{one}|{other}",
                reason=code,
                facts={"listing_a": one, "listing_b": other, "score": 0.7},
                reasons=[Reason(code)],
            )


def clinics():
    with workspace.open() as opened:
        return set(stored_listings.current(opened)["clinic_id"])


def test_a_pair_in_two_towns_is_joined_only_once_that_was_asked_again():
    ask_about_pairs()
    app = open_page("review", review_kind="duplicate")
    shown = " ".join(html.proto.body for html in app.get("html"))
    assert "3 · another candidate" in shown
    assert any("Their towns differ" in one.value for one in app.caption)

    press(app, "choose_same")
    assert len(clinics()) == 3
    assert "leaves the list" in app.warning[0].value
    press(app, "choose_back")
    press(app, "choose_same")
    press(app, "choose_same_surely")

    assert clinics() == {ALDER, "cedar-boise-id"}
    assert "“Birch” is part of “Alder” now" in app.success[0].value.replace("\\", "")


def test_cases_are_chosen_by_reason_and_state_and_settled_as_one():
    ask_about_pairs()
    app = open_page("review", review_kind="duplicate")
    assert app.selectbox(key="review_reasons").options == [
        "Any",
        "same name (1)",
        "same phone (1)",
    ]
    app.selectbox(key="review_states").set_value("ID").run()
    assert len(waiting("duplicate")) == 2
    assert "1 of 1" in " ".join(one.value for one in app.markdown)
    app.selectbox(key="review_states").set_value("").run()

    press(app, "all_same")
    shown = " ".join(html.proto.body for html in app.get("html"))
    assert "None of the cases was settled" in shown
    assert "The clinics behind it" in shown  # the page goes on
    press(app, "all_different")
    assert waiting("duplicate") == []
    press(app, "review_undo")
    assert len(waiting("duplicate")) == 2


def test_what_visitors_report_stands_beside_the_listing_a_few_at_a_time():
    with workspace.open() as opened:
        for clinic_id, wrong in ((ALDER, "phone"), ("gone", "other"), *((ALDER, "closed"),) * 4):
            visitor_reports.add(opened, clinic_id, wrong, "<i>541</i>" if wrong == "phone" else "")
    app = open_page("review")
    shown = [html.proto.body for html in app.get("html")]
    assert any("<mark>(503) 555-0111</mark>" in one and "1 Oak St" in one for one in shown)
    assert any("“&lt;i&gt;541&lt;/i&gt;”" in one and "deleted in 90 days" in one for one in shown)
    assert any(f'href="operators?clinic={ALDER}"' in one for one in shown)
    assert any("has this clinic no more" in one for one in shown)
    assert app.button(key="visitor_reports_more").label == "Show more reports (2)"

    press(app, "visitor_reports_more")
    press(app, next(one.key for one in app.button if one.key.startswith("visitor_report_done_")))

    with workspace.open() as opened:
        assert len(visitor_reports.list_waiting(opened)) == 5
