"""Places of a source that founds no clinics: asked about once, made a clinic by a decision that can be undone."""

import pandas as pd
import pytest

from geo.clinics.resolving import resolve
from geo.enriching import enriching_run
from geo.errors import SchemaError, WorkspaceError
from geo.publishing import publishing
from geo.sources import descriptors
from geo.workspace import (
    call_list,
    case_resolving,
    cases,
    decisions,
    editing,
    ingestion,
    linking,
    possible_clinics,
    stored_listings,
    undoing,
)
from tests.handmade.payments import row, write_payments
from tests.handmade.workspace import WHO, open_small

ORGANISATION = row("O", "Dogwood Psychiatry LLC", "12 Pine St", city="Eugene", zip="97401", npi="1")
PERSON = row("I", "Roe", "9 Fir Ave", city="Eugene", zip="97401", npi="2", services="300")
OTHER = row("I", "Doe", "8 Fir Ave", city="Eugene", zip="97401", npi="3", services="900")
BESIDE = row("O", "Alder Ketamine PC", "1 OAK STREET", "STE 2", city="SALEM", zip="97301", npi="4")


@pytest.fixture
def small(tmp_path, monkeypatch):
    with open_small(tmp_path, monkeypatch) as opened:
        yield opened


@pytest.fixture
def take_in(small, tmp_path):
    def run(*rows, name="Prov_Svc_2023.csv"):
        path = write_payments(tmp_path / name, *rows)
        return ingestion.ingest(small, ingestion.open_file(small, "medicare", path), who=WHO)

    return run


def kinds_of(small):
    found = pd.concat([cases.open_cases(small), cases.open_cases(small, "lead")])
    return dict(zip(found["kind"], found["reason"], strict=True))


def test_an_organisation_is_asked_about_and_individuals_are_a_lead(small, take_in):
    before = stored_listings.current(small)
    summary, counts = take_in(
        ORGANISATION, PERSON, BESIDE, row("I", "Poe", "1 Elm St", code="99213")
    )
    assert (summary.read, summary.not_relevant, summary.accepted) == (4, 1, 3)
    assert (counts.founded, counts.clinics) == (0, 0)
    assert stored_listings.current(small).equals(before)
    asked = kinds_of(small)
    assert asked == {
        "possible": "Dogwood Psychiatry LLC at 12 Pine St, Eugene, OR: in Medicare's payments for "
        "esketamine, 2023; no clinic of the list is there.",
        "lead": "Individuals registered at 9 Fir Ave, Eugene, OR: in Medicare's payments for "
        "esketamine, 2023; no clinic of the list is there.",
    }
    head = decisions.head(small)
    take_in(ORGANISATION, PERSON, BESIDE, name="Prov_Svc_2024.csv")
    assert decisions.head(small) == head + 1  # the run alone: nothing is asked again
    assert kinds_of(small) == asked
    assert cases.open_cases(small)["kind"].tolist() == ["possible"]  # leads are elsewhere
    assert "Roe" not in stored_listings.awaiting(small).to_csv()


def test_a_possible_clinic_is_added_by_one_decision_and_dismissed_for_good(small, take_in):
    take_in(ORGANISATION)
    [case_id] = cases.open_cases(small, "possible")["case_id"]
    with pytest.raises(SchemaError, match="choose add or dismiss"):
        case_resolving.resolve_case(small, case_id, "done", who=WHO)
    decided = case_resolving.resolve_case(small, case_id, "add", who=WHO)
    listings = stored_listings.current(small)
    [clinic_id] = listings.loc[listings["evidence"].eq("claims"), "clinic_id"]
    assert clinic_id == "dogwood-psychiatry-llc-eugene-or"
    clinics, _ = resolve(listings, decisions.now().date())
    found = clinics.set_index("clinic_id").loc[clinic_id]
    assert (found["status"], found["treatments"], found["payment"]) == (
        "unconfirmed", "esketamine", "medicare",
    )  # fmt: skip
    assert cases.open_cases(small).empty
    undoing.undo(small, decided, who=WHO)
    assert cases.open_cases(small, "possible")["case_id"].tolist() == [case_id]
    case_resolving.resolve_case(small, case_id, "dismiss", who=WHO)
    take_in(ORGANISATION, name="Prov_Svc_2024.csv")
    linking.assign_new(small)
    assert cases.open_cases(small).empty
    assert stored_listings.awaiting(small)["source_date"].tolist() == ["2024"]


def test_leads_stand_with_the_most_services_first_until_they_are_done_with(small, take_in):
    take_in(PERSON, OTHER)
    leads = possible_clinics.list_leads(small)
    assert [listing["street"] for _, listing in leads] == ["8 Fir Ave", "9 Fir Ave"]
    assert [listing["name"] for _, listing in leads] == [
        "Provider at 8 Fir Ave", "Provider at 9 Fir Ave",
    ]  # fmt: skip
    case_resolving.resolve_case(small, leads[0][0], "done", who=WHO)
    assert [case_id for case_id, _ in possible_clinics.list_leads(small)] == [leads[1][0]]


def test_a_run_that_is_taken_back_takes_its_questions_along(small, take_in):
    take_in(ORGANISATION, PERSON)
    [ingested] = small.read("SELECT id FROM decisions WHERE kind = 'ingest'")[0]
    undoing.undo(small, ingested, who=WHO)
    assert kinds_of(small) == {}
    assert possible_clinics.list_leads(small) == []


def test_what_waits_is_in_no_release_and_in_no_list(small, take_in):
    take_in(ORGANISATION, PERSON)
    assert not set(publishing._read_inputs(small, without_odbl=False).listings["evidence"]) & {
        "claims"
    }
    assert len(enriching_run.list_clinics(small)) == 2
    assert call_list._find_missing(small) == set()
    assert not descriptors.MEDICARE.founds_clinics


def test_a_clinic_that_may_be_it_is_named_and_one_that_stands_there_by_now_is_not_doubled(
    small, take_in
):
    take_in(row("O", "Birch Ketamine PC", "5 Elm St"), ORGANISATION)
    asked = cases.open_cases(small, "possible")
    assert [reason.rpartition("there.")[2] for reason in asked["reason"]] == [
        " It may be Birch of the list.",
        "",
    ]
    fields = {"name": "Dogwood", "street": "12 Pine Street", "city": "Eugene", "state": "OR"}
    clinic_id, _ = editing.add(small, fields, who=WHO)
    with pytest.raises(WorkspaceError, match=f"'{clinic_id}' stands there by now"):
        case_resolving.resolve_case(small, int(asked["case_id"].iloc[1]), "add", who=WHO)
