"""What Medicare's payments say of clinics: of the one that stands there, and of no other."""

import pytest

from geo.clinics.resolving import resolve
from geo.enriching import enriching_run
from geo.enriching.answers import FOUND
from geo.enriching.paid_providers import ask_payments
from geo.sources import medicare
from geo.workspace import case_resolving, cases, decisions, ingestion, stored_listings, undoing
from tests.handmade.payments import row, write_payments
from tests.handmade.sites_home import CONTACT
from tests.handmade.workspace import WHO, open_small

BLANK = dict.fromkeys(
    ("name", "street", "unit", "city", "state", "zip", "phone", "website", "npi", "payment"), ""
)


def clinic(key, name, street="", unit="", **more):
    told = {"city": "Bend", "state": "OR", "name": name, "street": street, "unit": unit}
    return {**BLANK, **told, "clinic_id": key, **more}


@pytest.fixture
def ask(tmp_path):
    def run(rows, *clinics):
        path = write_payments(tmp_path / "Prov_Svc_2023.csv", *rows)
        paid = [one for batch in medicare.read(path) for one in batch.listings.to_dict("records")]
        return {one.clinic_id: one for one in ask_payments(clinics, clinics, paid)}

    return run


def only(answer):
    [proposal] = answer.proposals
    [source] = proposal["sources"]
    return proposal, source


def test_an_organisation_of_its_name_at_its_address_supports_it(ask):
    rows = [row("O", "BIRCH KETAMINE CLINIC LLC", "5 ELM STREET", "SUITE 200")]
    found = ask(rows, clinic("birch", "Birch Ketamine Clinic", "5 Elm St", "Ste 200", zip="97701"))
    proposal, source = only(found["birch"])
    assert (proposal["field"], proposal["values"]) == ("treatments", {"treatments": "esketamine"})
    assert not proposal["sure"]  # a registered address is no proof
    assert source["score"] == 0.9
    assert source["reason"] == (
        "a provider registered here was paid by Medicare for esketamine in 2023; alike: the address, "
        "the unit, the organization's name"
    )
    assert source["date"] == "2023"


def test_an_organisation_of_another_name_at_its_address_supports_it_less(ask):
    rows = [row("O", "Mercy Hospital", "5 Elm St", "Ste 200")]
    _, source = only(ask(rows, clinic("birch", "Birch", "5 Elm St", "Ste 200"))["birch"])
    assert source["score"] == 0.65
    assert "name" not in source["reason"]


def test_individuals_at_its_address_support_it_less_and_have_no_name(ask):
    found = ask([row("I", "Roe", "5 Elm St")], clinic("birch", "Birch", "5 Elm St"))
    _, source = only(found["birch"])
    assert source["score"] == 0.65
    assert source["listing"] == {"name": "Birch"}


@pytest.mark.parametrize(
    ("street", "unit", "city", "zip"),
    [
        ("5 Elm St", "Ste 300", "Bend", "97701"),
        ("7 Elm St", "Ste 200", "Bend", "97701"),
        ("5 Oak St", "Ste 200", "Bend", "97701"),
        ("5 Elm St", "Ste 200", "Medford", "97501"),
    ],
    ids=["another unit", "another house", "another street", "another town"],
)
def test_an_address_beside_it_is_not_its_own(ask, street, unit, city, zip):  # noqa: A002
    rows = [row("O", "Cedar Group", street, unit, city=city, zip=zip)]
    found = ask(rows, clinic("birch", "Birch Ketamine Clinic", "5 Elm St", "Ste 200", zip="97701"))
    assert found["birch"].proposals == ()
    assert found["birch"].outcome == "no payment is known at its address"


def test_of_two_clinics_in_one_building_the_one_whose_unit_or_name_it_is_is_meant(ask):
    aster = clinic("aster", "Aster Ketamine", "1600 Tower Plaza", "Suite 100")
    bracken = clinic("bracken", "Bracken Wellness", "1600 Tower Plaza", "Suite 900")

    def told(*parts, **more):
        found = ask([row(*parts, **more)], aster, bracken)
        return {key for key, answer in found.items() if answer.outcome == FOUND}

    assert told("I", "Roe", "1600 Tower Plaza", "Suite 900") == {"bracken"}
    assert told("O", "Aster Ketamine LLC", "1600 Tower Plaza") == {"aster"}
    assert told("I", "Roe", "1600 Tower Plaza") == set()
    assert told("O", "Tower Hospital", "1600 Tower Plaza") == set()


def test_an_organisation_of_its_name_in_its_town_gives_a_street_that_it_lacks(ask):
    birch = clinic("birch", "Birch Ketamine Clinic")
    rows = [row("O", "Birch Ketamine Clinic LLC", "5 Elm St", "Ste 2")]
    proposal, _ = only(ask(rows, birch)["birch"])
    assert proposal["values"] == {
        "street": "5 Elm St", "unit": "Ste 2", "city": "Bend", "state": "OR", "zip": "97701",
    }  # fmt: skip
    assert not proposal["sure"]
    both = [*rows, row("O", "Birch Ketamine Clinic LLC", "9 Fir St", npi="7")]
    assert ask(both, birch)["birch"].proposals == ()
    twins = ask(rows, birch, {**birch, "clinic_id": "other"})
    assert all(one.proposals == () for one in twins.values())
    assert ask([row("I", "Birch", "5 Elm St")], birch)["birch"].proposals == ()
    salem = {**birch, "city": "Salem"}
    assert ask(rows, salem)["birch"].proposals == ()


def test_what_is_taken_is_evidence_of_its_own_kind_and_can_be_undone(tmp_path, monkeypatch):
    with open_small(tmp_path, monkeypatch) as small:
        monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "home"))
        (tmp_path / "home" / "geocoding.toml").write_text(f'contact = "{CONTACT}"\n')
        path = write_payments(
            tmp_path / "Prov_Svc_2023.csv",
            row("I", "Roe", "1 OAK STREET", "STE 2", city="SALEM", zip="97301"),
        )
        ingestion.ingest(small, ingestion.open_file(small, "medicare", path), who=WHO)
        assert cases.open_cases(small).empty
        before = stored_listings.current(small)
        done = enriching_run.enrich(small, ["medicare"], who=WHO)
        assert (done.requests, done.cases, list(done.proposals)) == (0, 1, ["alder-salem-or"])
        [case_id] = cases.open_cases(small, "facts")["case_id"]
        decided = case_resolving.resolve_case(small, case_id, "accept", who=WHO)
        told = (
            stored_listings.of_clinic(small, "alder-salem-or").set_index("evidence").loc["claims"]
        )
        assert (told["name"], told["source_date"], told["treatments"], told["payment"]) == (
            "Alder", "2023", "esketamine", "medicare",
        )  # fmt: skip
        clinics, _ = resolve(stored_listings.current(small), decisions.now().date())
        alder = clinics.set_index("clinic_id").loc["alder-salem-or"]
        assert alder["treatments"] == "iv;im;esketamine;oral"
        assert alder["evidence"] == "registry"
        undoing.undo(small, decided, who=WHO)
        assert stored_listings.current(small).equals(before)
        path = path.rename(tmp_path / "Prov_Svc_2024.csv")
        ingestion.ingest(small, ingestion.open_file(small, "medicare", path), who=WHO)
        assert cases.open_cases(small)["case_id"].tolist() == [case_id]
