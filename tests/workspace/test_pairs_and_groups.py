"""Pairs are joined with what that ends in sight; many cases are settled, and taken back, as one."""

import pytest

from geo.errors import SchemaError, WorkspaceError
from geo.sources import curated
from geo.workspace import (
    case_group_resolving,
    case_outcomes,
    case_resolving,
    cases,
    clinic_facts,
    decisions,
    editing,
    merging,
    opening,
    pair_cases,
    stored_listings,
    undoing,
)
from tests.handmade.workspace import WHO, content, ship

CALM = {"state": "OR", "city": "Salem", "source_date": "2026-05", "name": "Calm Ketamine"}
CLINICS = (
    {"listing_id": "A", "clinic_id": "a", "street": "12 Elm St", "phone": "+15035550111"},
    {
        "listing_id": "B",
        "clinic_id": "b",
        "street": "12 Elm Street",
        "website": "https://b.example/",
    },
    {"listing_id": "C", "clinic_id": "c", "street": "45 Oak Ave", "name": "Calm of Oak"},
    {"listing_id": "D", "clinic_id": "d", "street": ""},
)


@pytest.fixture
def opened(tmp_path, monkeypatch):
    rows = [CALM | row for row in CLINICS]
    monkeypatch.setattr(curated, "PATH", ship(tmp_path / "shipped.csv", *rows))
    with opening.open(tmp_path / "home") as opened:
        yield opened


def ask(opened, *pairs):
    """Open a case of each pair, and return their ids."""
    with opened.change():
        decided = decisions.record(opened, "assign", who="rule")
        for one, other in pairs:
            facts = {"listing_a": one, "listing_b": other, "score": 0.7}
            cases.add(
                opened, decided, "duplicate", f"pair:{one}|{other}", reason="alike", facts=facts
            )
    return cases.open_cases(opened, "duplicate")["case_id"].tolist()


def held(opened):
    return dict(stored_listings.current(opened)[["listing_id", "clinic_id"]].to_numpy().tolist())


def test_what_a_join_ends_is_told_before_and_is_so_afterwards(opened):
    editing.edit(opened, "c", {"hours": "Mo-Fr 09:00-17:00", "phone": "503 555 0177"}, who=WHO)
    (case_id,) = ask(opened, ("A", "C"))

    stays, ends = (clinic_facts.find_clinic(opened, one)[0] for one in ("a", "c"))
    join = pair_cases.foresee(stays, ends, stored_listings.current(opened))

    assert join.apart == ("their streets or house numbers differ",)
    assert ("c", "street", "45 Oak Ave") in join.gone
    assert ("c", "phone", "+15035550177") in join.gone
    assert not {field for _, field, _ in join.gone} & {"hours", "state", "city"}
    said = pair_cases.describe_gone(join, {"street": "Street"})
    assert said.startswith("“Calm of Oak” (45 Oak Ave, Salem, OR) leaves the list; its 1 listing")
    assert "street 45 Oak Ave" in said
    case_resolving.resolve_case(opened, case_id, "same", who=WHO)
    assert set(held(opened).values()) == {"a", "b", "d"}
    joined, _ = clinic_facts.find_clinic(opened, "a")
    assert not [value for _, field, value in join.gone if joined[field] == value]
    assert joined["hours"] == "Mo-Fr 09:00-17:00"


@pytest.mark.parametrize(
    ("changes", "apart"),
    [
        ({}, ()),
        ({"street": "12 Elm Street"}, ()),
        ({"street": ""}, ()),
        ({"street": "12 Oak St"}, ("their streets or house numbers differ",)),
        ({"street": "14 Elm St"}, ("their streets or house numbers differ",)),
        ({"unit": "Suite 9"}, ("their suites differ",)),
        ({"city": "Bend"}, ("their towns differ",)),
        ({"city": "", "street": ""}, ()),
    ],
)
def test_what_tells_two_clinics_apart(changes, apart):
    one = {"street": "12 Elm St", "unit": "Suite 2", "city": "Salem", "state": "OR"}
    assert pair_cases.tell_apart(one, one | changes) == apart


def test_all_that_may_be_the_same_are_candidates(opened):
    first, other, _ = ask(opened, ("A", "B"), ("A", "C"), ("D", "C"))

    assert pair_cases.list_candidates(opened, cases.find_open(opened, first)) == [("c", other)]


def test_many_are_settled_as_one_but_no_street_is_swallowed_by_way_of_a_third(opened):
    before = content(stored_listings.current(opened))
    ids = ask(opened, ("A", "B"), ("C", "D"), ("D", "A"))

    done = case_group_resolving.resolve_all(opened, ids, "same", who=WHO, reason="seen")

    assert done.cases == tuple(ids[:2])
    assert list(done.left) == [ids[2]]
    assert "their streets or house numbers differ" in done.left[ids[2]]
    assert held(opened) == {"A": "a", "B": "a", "C": "c", "D": "c"}
    assert cases.open_cases(opened)["case_id"].tolist() == [ids[2]]
    assert decisions.find(opened, done.decision_id).payload["absorbed"] == ["b", "d"]
    undoing.undo(opened, done.decision_id, who=WHO)
    assert content(stored_listings.current(opened)) == before
    assert cases.open_cases(opened)["case_id"].tolist() == ids


def test_what_ended_a_clinic_in_a_group_stands_in_the_way_of_an_undo(opened):
    merging.merge(opened, "b", "d", who=WHO)
    _, split = merging.split(opened, "b", ["D"], who=WHO)
    ids = ask(opened, ("A", "B"))
    case_group_resolving.resolve_all(opened, ids, "same", who=WHO)

    with pytest.raises(WorkspaceError, match="settle"):
        undoing.undo(opened, split, who=WHO)


def test_a_group_of_several_kinds_or_of_none_that_can_be_is_refused_and_leaves_nothing(opened):
    ids = ask(opened, ("A", "C"))
    editing.enter_report(opened, "d", "It moved.", who=WHO)
    head = decisions.head(opened)
    every = cases.open_cases(opened)["case_id"].tolist()

    for wanted, choice in ((ids, "same"), (every, "nonsense"), ([], "same"), ([99], "done")):
        with pytest.raises(SchemaError, match="None of the cases"):
            case_group_resolving.resolve_all(opened, wanted, choice, who=WHO)

    assert decisions.head(opened) == head
    done = case_group_resolving.resolve_all(opened, every, "different", who=WHO)
    assert set(done.left) == set(every) - set(ids)


def test_every_choice_says_what_it_does(opened):
    (pair,) = ask(opened, ("A", "C"))
    editing.enter_report(opened, "d", "It moved.", who=WHO)
    report = cases.open_cases(opened, "report")["case_id"].tolist()[0]
    said = {
        choice: case_outcomes.describe(opened, cases.find_open(opened, case_id), choice)
        for case_id, choice in ((pair, "same"), (pair, "different"), (report, "done"))
    }
    assert said["same"] == (
        "“Calm of Oak” is part of “Calm Ketamine” now; c is on the list no more, a is."
    )
    assert "stay two clinics" in said["different"]
    assert "“Calm Ketamine” is done with" in said["done"]
