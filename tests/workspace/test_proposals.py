"""Found facts: proposed once, taken as their source's listings, undone each for itself."""

import pytest

from geo.clinics.resolving import resolve
from geo.errors import SchemaError
from geo.workspace import (
    case_resolving,
    cases,
    clinic_facts,
    decisions,
    proposals,
    stored_listings,
    undoing,
)
from tests.handmade.workspace import WHO, open_small

BIRCH = "birch-bend-or"
STREET = {"street": "5 Elm St", "unit": "", "city": "Bend", "state": "OR", "zip": "97701"}


@pytest.fixture
def small(tmp_path, monkeypatch):
    with open_small(tmp_path, monkeypatch) as opened:
        yield opened


def said_by(source="website", key=f"website:{BIRCH}", score=0.85, **listing):
    return {
        "source": source,
        "listing_id": key,
        "url": "https://birch.example/contact",
        "where": "text",
        "reason": "its own site, its town",
        "score": score,
        "listing": listing,
    }


def proposal(field="phone", values=None, *, sure=False, source=None):
    return {
        "field": field,
        "values": values or {"phone": "+15415550111"},
        "sure": sure,
        "sources": [source or said_by()],
    }


def propose(small, *found, clinic=BIRCH):
    return proposals.propose(small, {clinic: list(found)}, who=WHO)


def only_case(small):
    [case_id] = cases.open_cases(small, "facts")["case_id"]
    return cases.find_open(small, case_id)


def now(small, clinic=BIRCH):
    return clinic_facts.find_clinic(small, clinic)[0]


def test_a_proposal_changes_nothing_until_it_is_taken(small):
    before = now(small)
    assert propose(small, proposal(), proposal("address", STREET)) == 1
    assert now(small) == before
    case = only_case(small)
    assert case.reason == "Found for it: address and phone."
    assert [one["field"] for one in case.facts["proposals"]] == ["address", "phone"]


def test_what_is_taken_is_a_listing_of_its_source_and_one_undo_takes_it_back(small):
    propose(small, proposal(), proposal("address", STREET))
    before = now(small)
    done = case_resolving.resolve_case(small, only_case(small).id, "accept", who=WHO)
    clinic = now(small)
    assert (clinic["street"], clinic["zip"], clinic["phone"]) == (
        "5 Elm St",
        "97701",
        "+15415550111",
    )
    assert clinic["evidence"] == "clinic_own_page"
    assert clinic["status"] == "open"
    rows = stored_listings.of_clinic(small, BIRCH).set_index("listing_id")
    own = rows.loc[f"website:{BIRCH}"]
    assert own["source"] == "the clinic's own website"
    assert own["source_url"] == "https://birch.example/contact"
    assert own["source_date"] == decisions.today()
    assert cases.open_cases(small, "facts").empty
    undoing.undo(small, done, who=WHO)
    assert now(small) == before
    assert only_case(small).facts["proposals"]


def test_a_choice_takes_some_and_is_not_asked_again(small):
    found = (proposal(), proposal("address", STREET))
    propose(small, *found)
    case_resolving.resolve_case(small, only_case(small).id, "accept:1", who=WHO)
    assert (now(small)["phone"], now(small)["street"]) == ("+15415550111", "")
    assert propose(small, *found) == 0
    other = proposal("address", {**STREET, "street": "6 Elm St"})
    assert propose(small, *found, other) == 1
    assert [one["values"]["street"] for one in only_case(small).facts["proposals"]] == ["6 Elm St"]
    case_resolving.resolve_case(small, only_case(small).id, "reject", who=WHO)
    assert propose(small, other) == 0


@pytest.mark.parametrize("choice", ["accept:2", "accept:", "same", "accept:x"])
def test_a_choice_that_is_none_is_refused(small, choice):
    propose(small, proposal(), proposal("address", STREET))
    with pytest.raises(SchemaError, match="is no choice for case"):
        case_resolving.resolve_case(small, only_case(small).id, choice, who=WHO)


def test_two_independent_sources_that_agree_make_it_sure(small):
    registry = said_by("npi_registry", "npi_registry:1234567893:0", 0.9, npi="1234567893")
    nppes = said_by("nppes", "nppes:1234567893:0", 0.9)
    propose(small, proposal(source=registry), proposal(source=nppes))
    assert not only_case(small).facts["proposals"][0]["sure"]  # one registry by two ways
    propose(small, proposal())
    [one] = only_case(small).facts["proposals"]
    assert one["sure"]
    assert [source["source"] for source in one["sources"]] == ["npi_registry", "nppes", "website"]
    [done] = case_resolving.accept_sure(small, who=WHO)
    assert now(small)["npi"] == "1234567893"
    undoing.undo(small, done, who=WHO)
    assert now(small)["npi"] == ""


def test_what_is_not_sure_waits_on_when_the_sure_is_taken(small):
    propose(small, proposal(sure=True), proposal("address", STREET))
    propose(small, proposal("hours", {"hours": "24/7"}), clinic="alder-salem-or")
    [done] = case_resolving.accept_sure(small, who=WHO)
    assert now(small)["phone"] == "+15415550111"
    rest = cases.open_cases(small, "facts")
    assert sorted(rest["clinic_id"]) == ["alder-salem-or", BIRCH]
    assert case_resolving.accept_sure(small, who=WHO) == []
    undoing.undo(small, done, who=WHO)
    assert now(small)["phone"] == ""
    assert len(cases.open_cases(small, "facts")) == 2


def test_of_two_values_of_a_field_the_better_is_taken(small):
    better = proposal(values={"phone": "+15415550222"}, source=said_by(score=0.95))
    propose(small, proposal(), better)
    case_resolving.resolve_case(small, only_case(small).id, "accept", who=WHO)
    assert now(small)["phone"] == "+15415550222"


def test_the_licence_of_a_source_goes_with_what_is_taken(small):
    propose(small, proposal(source=said_by("osm", "osm:node:1")))
    case_resolving.resolve_case(small, only_case(small).id, "accept", who=WHO)
    licences = stored_listings.licences(small).set_index("listing_id")["licence"]
    assert licences["osm:node:1"] == "ODbL (OpenStreetMap)"
    clinics, fields = resolve(stored_listings.current(small), decisions.now().date())
    assert len(clinics) == 3
    assert "osm:node:1" in set(fields["listing_id"])
