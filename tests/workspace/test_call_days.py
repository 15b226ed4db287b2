"""A call day: drawn, called, taken back; what it tells, and that all of it can be undone."""

import pandas as pd
import pytest

from geo.errors import SchemaError, WorkspaceError
from geo.exporting import call_sheets
from geo.publishing import call_findings
from geo.sources import curated
from geo.workspace import (
    call_answers,
    call_days,
    clinic_facts,
    decisions,
    opening,
    stored_listings,
)
from tests.handmade.workspace import WHO, content, ship

STATES = ("OR", "ID", "NY", "TX")


@pytest.fixture
def opened(tmp_path, monkeypatch):
    rows = [
        {
            "listing_id": f"S{at}",
            "clinic_id": f"c{at}",
            "name": f"Clinic {at} <b>",
            "state": STATES[at % 4],
            "city": "Salem",
            "phone": f"+120655501{at:02}" if at % 2 else "",
            "street": "1 Elm St" if at % 3 else "",
            "payment": "medicaid;self_pay",
            "source_date": "2026-05",
        }
        for at in range(40)
    ]
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(curated, "PATH", ship(tmp_path / "shipped.csv", *rows))
    with opening.open(tmp_path / "home") as opened:
        yield opened


def clinics(opened):
    known = stored_listings.current(opened)
    found = clinic_facts.find_clinics(known, known["clinic_id"])
    return {clinic_id: {k: str(v) for k, v in row.items()} for clinic_id, (row, _) in found.items()}


def draw(opened, by="region"):
    table = pd.DataFrame(list(clinics(opened).values()))
    return call_days.draw(opened, table, 20, by=by, seed=4, who=WHO)


def answer(clinic_id, **told):
    return 0, call_answers.clean({"clinic_id": clinic_id, "outcome": "answered", **told})


def test_a_sample_is_kept_and_its_sheets_and_file_are_finite(opened, tmp_path):
    day = draw(opened)
    assert call_days.list_days(opened)[0].drawn.equals(day.drawn)
    assert set(day.drawn["area"]) == {"West", "Northeast", "South"}
    assert (day.by, day.seed, day.day) == ("region", 4, decisions.today())

    sheets = call_sheets.draw(day.drawn, clinics(opened), title="Call day <1>")
    assert sheets.count("<section>") == len(day.drawn) + day.drawn["second"].sum()
    assert f"sheet {len(day.drawn)} of {len(day.drawn)}" in sheets
    assert "Clinic 0 <b>" not in sheets
    assert "<1>" not in sheets
    for question, _ in call_sheets.QUESTIONS:
        assert sheets.count(question) == sheets.count("<section>")
    assert len(call_sheets.QUESTIONS) == 6

    path = tmp_path / "answers.csv"
    path.write_text(
        call_sheets.write_answers(day.drawn, clinics(opened), call_answers.COLUMNS), "utf-8"
    )
    assert call_answers.read(path) == ([], [])  # nobody was called yet


def test_answers_come_back_from_a_file_and_become_the_operators(opened, tmp_path):
    day = draw(opened)
    before = content(stored_listings.current(opened))
    first, other, third, fourth = day.drawn["clinic_id"].head(4)
    path = tmp_path / "answers.csv"
    path.write_bytes(
        (
            "clinic_id;caller;outcome;open;medicaid;medicare;wait_days;ride_home;treatments;phone\r\n"
            f"{first};1;answered;y;n;Y;9;taxi, companion;iv;(206) 555-0177\r\n"
            f"{other};;Answered;no;;;;;;\r\n{third};1;no answer;;;;;;;\r\n"
            f"{fourth};1;answered;;;;;;;\r\n{fourth};1;wrong number;;;;;;;12\r\n"
            f"nowhere;1;answered;yes;;;;;;\r\n{first};2;answered;yes;;;;;;\r\n{fourth};;;;;;;;;\r\n"
        ).encode("utf-16")
    )
    answers, faults = call_answers.read(path)
    assert [line for line, *_ in faults] == [5]
    assert "says whether the clinic operates" in faults[0][2]

    taken = call_days.take(opened, day, answers, who=WHO)

    assert taken.answers == 4
    assert [line for line, *_ in taken.rejects] == [6, 7]
    now = clinics(opened)
    assert (now[first]["phone"], now[first]["treatments"]) == ("+12065550177", "iv")
    assert now[first]["payment"] == "medicare;self_pay"
    assert (now[first]["status"], now[other]["status"]) == ("open", "closed")
    assert taken.decision_id in [one.id for one in decisions.history(opened, f"clinic:{third}")]
    again = call_days.take(opened, day, answers, who=WHO)
    assert (again.decision_id, len(again.rejects)) == (None, 6)
    with pytest.raises(WorkspaceError, match="has answers"):
        call_days.undo(opened, day.id, who=WHO)
    call_days.undo(opened, taken.decision_id, who=WHO)
    assert content(stored_listings.current(opened)) == before
    assert call_days.tabulate(opened, day).empty
    call_days.undo(opened, day.id, who=WHO)
    assert call_days.list_days(opened) == []
    with pytest.raises(WorkspaceError, match="no sample"):
        call_days.find(opened, day.id)


@pytest.mark.parametrize(
    "fault",
    [
        {"caller": "3"},
        {"outcome": "perhaps"},
        {"called_on": "2999-01-01"},
        {"called_on": "yesterday"},
        {"medicaid": "sometimes"},
        {"open": ""},
        {"wait_days": "two weeks"},
        {"ride_home": "a dog"},
    ],
)
def test_an_answer_that_cannot_be_used_says_which(fault):
    with pytest.raises(SchemaError, match=next(iter(fault))):
        call_answers.clean({"clinic_id": "c1", "outcome": "answered", "open": "yes"} | fault)


def test_what_the_calls_find_is_told_for_the_list_and_shown_once_it_is_said_so(opened, tmp_path):
    day = draw(opened)
    with pytest.raises(SchemaError, match="fewer than two"):
        call_findings.estimate(opened, day)
    told = []
    for at, row in enumerate(day.drawn.to_dict("records")):
        open_now = "no" if at % 5 == 0 else "yes"
        address = "" if at % 4 == 0 else "yes"
        told.append(
            answer(row["clinic_id"], open=open_now, wait_days=str(at), address_right=address)
        )
        if row["second"]:
            told.append(answer(row["clinic_id"], open="yes", caller="2"))
    call_days.take(opened, day, told, who=WHO)

    found = call_findings.estimate(opened, day)

    assert (found.clinics, found.called) == (40, 20)
    assert found.first_day == found.last_day == decisions.today()
    one = found.estimates["operating"]
    assert 0 < one.low < one.value < one.high < 1
    assert one.answers == 20
    assert found.estimates["reached"].value == 1
    # Whoever answers was reached at the number that is listed, where there is one.
    assert found.estimates["right_phone"].value == pytest.approx(0.5, abs=0.01)
    assert found.estimates["right_address"].answers == 15
    assert found.estimates["wait_days"].answers == 16
    assert "medicaid" not in found.estimates
    assert found.estimates["callers_agree_operating"].answers == 2
    assert call_findings.read_published() is None
    call_findings.publish(found)
    assert call_findings.read_published() == found
    path = tmp_path / "home" / call_findings.FILE
    assert "c1" not in path.read_text()
    path.write_text('{"first_day": 1, "estimates": {"operating": [1]}}')
    assert call_findings.read_published() is None
    call_findings.take_off()
    call_findings.take_off()
    assert not path.exists()


def test_a_sample_of_an_area_that_is_none_leaves_nothing(opened):
    head = decisions.head(opened)
    with pytest.raises(SchemaError, match="region, division or state"):
        draw(opened, by="planet")
    assert decisions.head(opened) == head
    with pytest.raises(WorkspaceError, match="neither"):
        call_days.undo(opened, 1, who=WHO)
