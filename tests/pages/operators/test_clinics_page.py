"""The operators' page of clinics without a browser: what each action leaves in the workspace."""

import csv
import io
import json
from pathlib import Path

import pytest
import shapely
from streamlit.testing.v1 import AppTest

from geo import workspace
from geo.errors import AccessError
from geo.publishing import call_findings
from geo.server import operators
from geo.sources import curated
from geo.sources.table.delimited import Form
from geo.workspace import (
    cases,
    clinic_facts,
    decisions,
    editing,
    merging,
    positions,
    stored_listings,
)
from geo.workspace.clinic_filters import UNDATED
from pages.operators.parts import clinics_bulk, workspace_loaders
from tests.handmade.workspace import WHO, content, ship

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[3]
ALDER, BIRCH, CEDAR = "alder-salem-or", "birch-bend-or", "cedar-boise-id"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(operators.MODE_VARIABLE, operators.LOCAL)
    monkeypatch.setattr(operators, "admit", lambda *_: WHO)
    monkeypatch.setattr(curated, "PATH", ship(tmp_path / "shipped.csv"))
    return tmp_path / "home"


@pytest.fixture
def app():
    page = ROOT / "pages" / "operators" / "clinics.py"
    return AppTest.from_file(str(page), default_timeout=60).run()


def see(app, clinic_id, action="Note a call"):
    app.query_params["clinic"] = clinic_id
    app.session_state["clinic_action"] = action
    app.run()
    assert not app.exception
    return app


def press(app, key):
    """Click the button of this key, or the first one whose key begins so."""
    keys = [button.key for button in app.button]
    found = key if key in keys else next(each for each in keys if each.startswith(key))
    app.button(key=found).click()
    app.run()
    assert not app.exception


def field(app, kind, label):
    return next(each for each in getattr(app, kind) if each.label == label)


def faults(app):
    return [html.proto.body for html in app.get("html") if 'role="alert"' in html.proto.body]


def kept():
    """Return all that the workspace says: listings with their clinics, and the points."""
    with workspace.open() as opened:
        return content(stored_listings.current(opened)), positions.agreed(opened).to_dict("records")


def clinic(clinic_id):
    with workspace.open() as opened:
        return clinic_facts.find_clinic(opened, clinic_id)[0]


def newest():
    with workspace.open() as opened:
        return decisions.history(opened, limit=1)[0]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("alder", [ALDER]),
        ("ald ketam", [ALDER]),
        ("SALEM or", [ALDER]),
        ("Oregon", [ALDER, BIRCH]),
        ("or", [ALDER, BIRCH]),
        ("97301", [ALDER]),
        ("(503) 555-0199", [ALDER]),
        ("555 0111", [ALDER]),
        (CEDAR, [CEDAR]),
        ("boise", [CEDAR]),
        ("lder", []),
        ("503 555 0000", []),
    ],
)
def test_any_clinic_is_found_by_what_any_listing_says(typed, found):
    hits = workspace_loaders.load_working_list().find(typed)
    assert sorted(hits["clinic_id"]) == sorted(found)


def test_a_closed_clinic_is_found_and_opened(app):
    app.text_input(key="clinics_typed").set_value("cedar").run()
    press(app, f"found_cedar_open_{CEDAR}")
    assert app.query_params["clinic"] == CEDAR
    assert any(
        "Closed" in html.proto.body and "Cedar" in html.proto.body for html in app.get("html")
    )


def test_a_new_phone_is_the_operators_and_its_undo_leaves_no_trace(app):
    before = kept()
    see(app, ALDER, "Edit")
    field(app, "text_input", "Phone").set_value("541 555 0123")
    field(app, "text_input", "How you know (kept with the change)").set_value("Its own page")
    press(app, "save_edit")
    assert clinic(ALDER)["phone"] == "+15415550123"
    assert (newest().who, newest().reason, set(newest().payload["fields"])) == (
        WHO,
        "Its own page",
        {"phone"},
    )
    press(app, "undo_last")
    assert kept() == before
    assert newest().kind == "undo"


def test_who_can_drive_to_a_clinic_is_told_and_laid_over_its_map(app):
    see(app, ALDER)
    assert not [text for text in app.text if "minutes' drive" in text.value]
    app.session_state[f"drive_minutes_{ALDER}"] = 60
    app.run()

    assert not app.exception
    (told,) = [text.value for text in app.text if "minutes' drive" in text.value]
    assert told.startswith("About ")
    assert any("© OpenStreetMap contributors, ODbL 1.0" in each.value for each in app.caption)
    assert {"GeoJSON", "GeoParquet"} <= {each.label for each in app.get("download_button")}
    sent = json.loads(app.get("component_instance")[0].proto.json_args)["feature_group"]
    reach = json.JSONDecoder().raw_decode(sent.split("window.clinicLayer.set(", 1)[1])[0]["reach"]
    assert shapely.geometry.shape(reach).contains(shapely.Point(-122.68, 45.52))  # Portland


def test_what_was_typed_stays_where_it_cannot_be_used(app):
    before = kept()
    see(app, ALDER, "Edit")
    field(app, "text_input", "Phone").set_value("555")
    field(app, "text_input", "City").set_value("Eugene")
    press(app, "save_edit")
    assert len(faults(app)) == 1
    assert "phone" in faults(app)[0]
    assert field(app, "text_input", "Phone").value == "555"
    assert field(app, "text_input", "City").value == "Eugene"
    assert kept() == before


def test_a_form_says_only_what_was_changed_in_it(app):
    see(app, ALDER, "Edit")
    with workspace.open() as opened:
        editing.edit(opened, ALDER, {"phone": "541 555 0123"}, who="another@example.org")
    field(app, "text_input", "Website").set_value("")
    press(app, "save_edit")
    assert clinic(ALDER)["phone"] == "+15415550123"
    assert clinic(ALDER)["website"] == ""


def test_facts_told_on_a_call_are_noted_as_a_call(app):
    see(app, BIRCH, "Edit")
    field(app, "text_input", "Phone").set_value("541 555 0123")
    field(app, "checkbox", "This was told on a call today, and the clinic operates").set_value(True)
    press(app, "save_edit")
    assert newest().kind == "call"
    assert (clinic(BIRCH)["status"], clinic(BIRCH)["phone"]) == ("open", "+15415550123")


def test_a_clinic_is_added_once(app):
    app.segmented_control(key="clinics_view").set_value("Add a clinic").run()
    field(app, "text_input", "Name").set_value("alder")
    field(app, "selectbox", "State").set_value("OR")
    press(app, "add_clinic")
    assert "may be the same clinic" in faults(app)[0]
    assert newest().kind == "start"
    field(app, "text_input", "Name").set_value("Dogwood Ketamine")
    field(app, "text_input", "City").set_value("Salem")
    press(app, "add_clinic")
    added = "dogwood-ketamine-salem-or"
    assert app.query_params["clinic"] == added
    assert (clinic(added)["status"], clinic(added)["city"]) == ("open", "Salem")
    assert newest().kind == "add"


def test_a_clinic_without_a_state_is_not_added(app):
    app.segmented_control(key="clinics_view").set_value("Add a clinic").run()
    field(app, "text_input", "Name").set_value("Dogwood")
    press(app, "add_clinic")
    assert "needs a state" in faults(app)[0]
    assert field(app, "text_input", "Name").value == "Dogwood"
    assert newest().kind == "start"


def test_a_withdrawal_needs_a_reason_and_a_withdrawn_clinic_can_come_back(app):
    see(app, ALDER, "Close or withdraw")
    press(app, "withdraw")
    assert "for a reason" in faults(app)[0]
    assert clinic(ALDER)["status"] == "open"
    field(app, "text_input", "Why (needed; readers of the list see it)").set_value("A spa.")
    press(app, "withdraw")
    assert clinic(ALDER)["status"] == "withdrawn"
    press(app, "reopen")
    assert clinic(ALDER)["status"] == "open"


def test_a_closing_bears_its_day(app):
    see(app, ALDER, "Close or withdraw")
    field(app, "text_input", "Closed on (as far as known)").set_value("last spring")
    press(app, "close_clinic")
    assert "YYYY-MM-DD" in faults(app)[0]
    field(app, "text_input", "Closed on (as far as known)").set_value("2026-05")
    press(app, "close_clinic")
    assert (clinic(ALDER)["status"], clinic(ALDER)["status_date"]) == ("closed", "2026-05")


def test_a_merge_shows_both_and_its_undo_brings_both_back(app):
    before = kept()
    see(app, ALDER, "Merge")
    app.text_input[-1].set_value("birch").run()
    field(app, "selectbox", "The other clinic").set_value(BIRCH).run()
    tables = [html.proto.body for html in app.get("html") if "Side by side" in html.proto.body]
    assert "Alder" in tables[0]
    assert "Birch" in tables[0]
    press(app, "merge")
    with workspace.open() as opened:
        known = stored_listings.current(opened).set_index("listing_id")["clinic_id"]
    assert known.to_dict() == {"S1": ALDER, "S2": ALDER, "S3": ALDER, "S4": CEDAR}
    press(app, "undo_last")
    assert kept() == before


def test_listings_that_leave_are_another_clinic(app):
    see(app, ALDER, "Split")
    press(app, "split")
    assert "Name some listings" in faults(app)[0]
    next(box for box in app.checkbox if "S2" in box.key).set_value(True)
    press(app, "split")
    with workspace.open() as opened:
        known = stored_listings.current(opened).set_index("listing_id")["clinic_id"]
    assert known["S1"] == ALDER
    assert known["S2"] == "alder-ketamine-salem-or"


def test_a_click_in_the_work_list_notes_a_call(app):
    order = [button.key for button in app.button if button.key.startswith("calls_open_")]
    assert order == [f"calls_open_{BIRCH}", f"calls_open_{ALDER}"]
    page = " ".join(str(one.value) for one in app.get("html"))
    assert '<a href="https://alder.example/" target="_blank"' in page
    press(app, f"called_no_answer_{BIRCH}")
    assert newest().payload["outcome"] == "no_answer"
    order = [button.key for button in app.button if button.key.startswith("calls_open_")]
    assert order == [f"calls_open_{ALDER}", f"calls_open_{BIRCH}"]
    press(app, f"called_open_{BIRCH}")
    assert clinic(BIRCH)["status"] == "open"


def test_a_report_comes_first_until_it_is_looked_into(app):
    see(app, ALDER, "Report")
    press(app, "enter_report")
    assert "says nothing" in faults(app)[0]
    field(app, "text_area", "What it says").set_value("The number is a bakery's.")
    press(app, "enter_report")
    press(app, "back")
    order = [button.key for button in app.button if button.key.startswith("calls_open_")]
    assert order[0] == f"calls_open_{ALDER}"
    see(app, ALDER, "Report")
    press(app, "report_done_")
    with workspace.open() as opened:
        assert cases.open_cases(opened).empty


def test_a_pin_is_verified_and_a_point_elsewhere_is_refused(app):
    see(app, ALDER, "Pin")
    press(app, "verify_pin")
    assert "only the area is known" in faults(app)[0]
    place = "The pin's latitude, longitude"
    field(app, "text_input", place).set_value("44.9429, 123.0351").run()
    press(app, "verify_pin")
    assert "minus sign" in faults(app)[0]
    assert kept()[1] == []
    field(app, "text_input", place).set_value("44.9429, -123.0351").run()
    press(app, "verify_pin")
    (pin,) = kept()[1]
    assert (pin["clinic_id"], pin["latitude"], pin["longitude"], pin["precision"]) == (
        ALDER,
        44.9429,
        -123.0351,
        "verified",
    )


def test_every_action_asks_again_who_does_it(app, monkeypatch):
    asked = []

    def admit(*_):
        asked.append(None)
        if len(asked) > 1:
            raise AccessError("You signed out; sign in again.")
        return WHO

    monkeypatch.setattr(operators, "admit", admit)
    press(app, f"called_open_{BIRCH}")
    assert len(asked) == 2
    assert newest().kind == "start"


def test_a_clinic_that_is_no_more_says_what_was_decided_of_it(app):
    with workspace.open() as opened:
        merging.merge(opened, ALDER, BIRCH, who=WHO)
    app.query_params["clinic"] = BIRCH
    app.run()
    assert not app.exception
    assert any("There is no such clinic now" in html.proto.body for html in app.get("html"))
    press(app, "undo_2")
    assert clinic(BIRCH)["name"] == "Birch"


def test_the_list_comes_back_from_a_spreadsheet(app, home):
    table = workspace_loaders.load_working_list().tabulate()
    table.loc[table["clinic_id"].eq(ALDER), "city"] = "Keizer"
    table.loc[table["clinic_id"].eq(BIRCH), "phone"] = "12"
    app.segmented_control(key="clinics_view").set_value("Many at once").run()
    app.file_uploader[0].set_value(("a.csv", table.to_csv(index=False).encode(), "text/csv")).run()
    assert not app.exception
    assert any("1 change of 1 clinic; 1 row refused; 1 row " in m.value for m in app.markdown)
    assert newest().kind == "start"
    press(app, "bulk_apply")
    assert clinic(ALDER)["city"] == "Keizer"
    assert newest().kind == "bulk"
    assert [path.name for path in home.iterdir() if path.name.startswith(".upload")] == []
    press(app, "undo_last")
    assert clinic(ALDER)["city"] == "Salem"


def test_clinics_are_chosen_by_what_is_known_of_them(app):
    app.segmented_control(key="clinics_view").set_value("By what is known").run()

    def shown():
        assert not app.exception
        return sorted(
            key.removeprefix("filtered_open_")
            for key in (button.key for button in app.button)
            if key.startswith("filtered_open_")
        )

    assert shown() == [ALDER, BIRCH, CEDAR]
    sent = json.loads(app.get("component_instance")[0].proto.json_args)["feature_group"]
    assert sent.count("Cedar") == 1
    app.pills(key="filter_lacks").set_value(["phone", "beyond_city"]).run()
    assert shown() == [BIRCH, CEDAR]
    app.selectbox(key="filter_status").set_value("unconfirmed").run()
    assert shown() == [BIRCH]
    app.selectbox(key="filter_age").set_value(UNDATED).run()
    assert shown() == []
    assert any("No clinic is like that" in one.value for one in app.caption)
    app.selectbox(key="filter_age").set_value(24).run()
    assert shown() == [BIRCH]
    app.pills(key="filter_lacks").set_value([]).run()
    app.selectbox(key="filter_status").set_value("").run()
    app.selectbox(key="filter_age").set_value(6).run()
    assert shown() == ([ALDER, BIRCH, CEDAR] if decisions.today() > "2026-09-01" else [BIRCH])
    app.selectbox(key="filter_state").set_value("OR").run()
    app.selectbox(key="filter_age").set_value(0).run()
    assert shown() == [ALDER, BIRCH]


def test_what_a_file_holds_and_is_not_read_is_named(app):
    app.segmented_control(key="clinics_view").set_value("Many at once").run()
    text = f"clinic_id\tcity\tstatus\tlatitude\tlongitude\twhy\n{ALDER}\tSalem\topen\t44.94\t-123.03\tseen\n"
    app.file_uploader[0].set_value(("a.csv", text.encode("utf-16"), "text/csv")).run()
    assert not app.exception
    assert any("Columns that were ignored: status" in one.value for one in app.caption)
    press(app, "bulk_apply")
    (pin,) = kept()[1]
    assert (pin["clinic_id"], pin["latitude"], pin["precision"]) == (ALDER, 44.94, "verified")


def test_an_unreadable_file_changes_nothing_and_says_why(app):
    app.segmented_control(key="clinics_view").set_value("Many at once").run()
    app.file_uploader[0].set_value(("a.csv", b"name;city\nA;B\n", "text/csv")).run()
    assert not app.exception
    assert "heading" in faults(app)[0]


def test_refused_rows_come_back_mended_and_refused_again():
    heading = "clinic_id,name,phone\n"
    rows = f'{ALDER},"Alder, Inc.",12\n{BIRCH},Birch,\n{CEDAR},"=A\nB",1\n'
    reasons = {2: "no number", 5: "no number"}
    first = clinics_bulk.write_rejects((heading + rows).encode(), reasons, Form(",", "utf-8"))
    read = list(csv.reader(io.StringIO(first)))
    assert read == [
        ["reason", "clinic_id", "name", "phone"],
        ["no number", ALDER, "Alder, Inc.", "12"],
        ["no number", CEDAR, "'=A\nB", "1"],
    ]
    assert clinics_bulk.write_rejects(first.encode(), {2: "still none"}, Form(",", "utf-8")) == (
        f'reason,clinic_id,name,phone\nstill none,{ALDER},"Alder, Inc.",12\n'
    )


def test_a_call_day_is_drawn_answered_told_and_shown_on_coverage(app):
    app.segmented_control(key="clinics_view").set_value("Call day").run()
    app.number_input(key="call_size").set_value(2)
    press(app, "call_draw")
    assert newest().kind == "sample"
    assert {"Sheets to print (HTML)", "File for the answers (CSV)"} <= {
        each.label for each in app.get("download_button")
    }
    field(app, "text_input", "5 First appointment in how many days?").set_value("soon")
    press(app, "call_form_take")
    assert "open: an answered call says" in faults(app)[0]
    field(app, "text_input", "5 First appointment in how many days?").set_value("9")
    field(app, "selectbox", "1 Open, and gives ketamine or esketamine?").set_value("yes")
    press(app, "call_form_take")
    assert newest().kind == "answers"
    (first,) = (row["clinic_id"] for row in newest().payload["answers"])
    other = {ALDER: BIRCH, BIRCH: ALDER}[first]
    assert any("fewer than two calls" in one.value for one in app.caption)
    text = f"clinic_id;outcome;open;new_patients\n{other};answered;no;\nnowhere;answered;no;\n"
    app.file_uploader[0].set_value(("a.csv", text.encode("utf-16"), "text/csv")).run()
    press(app, "call_take")
    assert "line 3: It is not in this sample" in app.success[0].value.replace("\\", "")
    assert clinic(other)["status"] == "closed"
    tables = " ".join(html.proto.body for html in app.get("html"))
    assert "50% (50%–50%)" in tables  # both clinics were called
    assert "9 days (9–9)" in tables
    press(app, "call_publish_show")
    assert call_findings.read_published().called == 2
    press(app, "call_publish_hide")
    assert call_findings.read_published() is None
    press(app, "undo_last")
