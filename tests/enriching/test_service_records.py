"""Records of services taken for clinics: which fit, which are another's, and what failing does."""

import json
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from geo.enriching import service_records
from geo.enriching.answers import FOUND
from geo.enriching.page_store import open_store
from geo.enriching.service_records import Service, ask_service
from geo.errors import FetchError, FetchFault
from geo.fetching.client import Reply
from geo.workspace import case_resolving, cases, proposals, stored_listings
from tests.handmade.sites_home import Clock
from tests.handmade.workspace import WHO, open_small

BIRCH = {
    "clinic_id": "birch-bend-or", "name": "Birch Ketamine Clinic", "street": "", "unit": "",
    "city": "Bend", "state": "OR", "zip": "", "phone": "", "website": "https://birch.example/",
    "treatments": "", "npi": "", "hours": "", "payment": "",
}  # fmt: skip
POINT = {"birch-bend-or": (44.058, -121.315)}


def organisation(number, name, street, *, city="Bend", state="OR", kind="NPI-2", other=(), **more):
    address = {
        "address_purpose": "LOCATION", "address_1": street, "address_2": "", "city": city,
        "state": state, "postal_code": "977010000", "country_code": "US",
        "telephone_number": "541-555-0111",
    }  # fmt: skip
    return {
        "number": number,
        "enumeration_type": kind,
        "basic": {"organization_name": name, "status": "A", "last_updated": "2026-01-02"},
        "addresses": [address],
        "other_names": [{"code": code, "organization_name": text} for code, text in other],
        **more,
    }


class Asking:
    """A client that answers every address with one reply."""

    def __init__(self, document, status=200):
        self.document, self.status, self.asked = document, status, []

    def fetch(self, url, **_):
        self.asked.append(url)
        if isinstance(self.document, Exception):
            raise self.document
        text = (
            self.document
            if isinstance(self.document, bytes)
            else json.dumps(self.document).encode()
        )
        return Reply(self.status, httpx.Headers(), text, url)


@pytest.fixture
def ask(tmp_path):
    clock = Clock()
    with open_store(tmp_path, clock, clock.sleep) as store:

        def start(name, client, *clinics, assigned=None):
            service = Service(name, store, client, {})
            return list(ask_service(service, clinics or (BIRCH,), POINT, assigned or {}))

        yield start


def values_of(answer):
    return {one["field"]: one["values"] for one in answer.proposals}


def test_the_registry_is_asked_by_name_and_state_and_its_fitting_record_proposed(ask):
    client = Asking(
        {
            "results": [
                organisation("1234567893", "BIRCH KETAMINE CLINIC LLC", "5 Elm St"),
                organisation("1987654320", "BIRCH DENTAL", "9 Pine St"),
            ]
        }
    )
    [answer] = ask("npi_registry", client)
    assert answer.outcome == FOUND
    assert values_of(answer) == {
        "address": {
            "street": "5 Elm St",
            "unit": "",
            "city": "Bend",
            "state": "OR",
            "zip": "97701",
        },
        "phone": {"phone": "+15415550111"},
    }
    assert answer.proposals[0]["sources"][0]["listing"]["npi"] == "1234567893"
    assert not answer.proposals[0]["sure"]
    query = parse_qs(urlsplit(client.asked[0]).query)
    assert query["organization_name"] == ["birch*"]
    assert query["state"] == ["OR"]
    assert query["enumeration_type"] == ["NPI-2"]
    assert query["address_purpose"] == ["LOCATION"]
    ask("npi_registry", client)
    assert len(client.asked) == 1


@pytest.mark.parametrize(
    "record",
    [
        organisation("1234567893", "Birch Ketamine Clinic", "5 Elm St", kind="NPI-1"),
        organisation("1234567893", "Birch Ketamine Clinic", "5 Elm St", city="Boise", state="ID"),
        organisation(
            "1234567893", "Other Dental", "5 Elm St", other=[("4", "Birch Ketamine Clinic")]
        ),
        organisation("1234567893", "Cedar Ketamine Clinic", "5 Elm St"),
    ],
    ids=["an individual", "another state", "a former name", "another name"],
)
def test_a_record_of_somebody_else_is_not_proposed(ask, record):
    [answer] = ask("npi_registry", Asking({"results": [record]}))
    assert answer.proposals == ()


def test_of_two_records_that_fit_as_well_and_of_one_that_is_another_clinics_none_is(ask):
    both = [
        organisation("1234567893", "Birch Ketamine Clinic", "5 Elm St"),
        organisation("1987654320", "Birch Ketamine Clinic", "7 Oak St"),
    ]
    assert ask("npi_registry", Asking({"results": both}))[0].proposals == ()
    held = dict.fromkeys(
        ("npi_registry:1234567893:0", "npi_registry:1987654320:0"), "other-bend-or"
    )
    [answer] = ask(
        "npi_registry",
        Asking({"results": both[:1]}),
        {**BIRCH, "name": "Birch Ketamine"},
        assigned=held,
    )
    assert answer.proposals == ()


def test_samhsa_is_asked_around_the_point_and_what_agrees_on_name_site_and_city_is_sure(ask):
    row = {
        "frid": "f1", "name1": "Birch Ketamine Clinic", "street1": "5 Elm St", "city": "Bend",
        "state": "OR", "zip": "97701", "phone": "541-555-0111", "website": "http://www.birch.example",
        "latitude": "44.06", "longitude": "-121.31",
        "services": [{"f1": "Payment/Insurance/Funding Accepted", "f2": "PAY", "f3": "Medicare; Medicaid"}],
    }  # fmt: skip
    client = Asking({"recordCount": 1, "totalPages": 1, "rows": [row]})
    [answer] = ask("samhsa", client)
    assert values_of(answer)["payment"] == {"payment": "medicare;medicaid"}
    assert [one["sure"] for one in answer.proposals] == [True] * 3
    query = parse_qs(urlsplit(client.asked[0]).query)
    assert query["sAddr"] == ['"44.06,-121.31"']
    assert query["limitValue"] == ["40234"]


def test_openstreetmap_keeps_its_point_and_licence(ask, tmp_path, monkeypatch):
    tags = {
        "name": "Birch Ketamine Clinic", "addr:housenumber": "5", "addr:street": "Elm St",
        "addr:city": "Bend", "addr:state": "OR", "addr:postcode": "97701", "amenity": "clinic",
        "opening_hours": "Mo-Fr 09:00-17:00",
    }  # fmt: skip
    element = {"type": "node", "id": 7, "lat": 44.06, "lon": -121.31, "tags": tags}
    [answer] = ask("osm", Asking({"elements": [element]}))
    assert values_of(answer)["hours"] == {"hours": "Mo-Fr 09:00-17:00"}
    with open_small(tmp_path, monkeypatch) as opened:
        proposals.propose(opened, {"birch-bend-or": list(answer.proposals)}, who=WHO)
        [case_id] = cases.open_cases(opened, "facts")["case_id"]
        case_resolving.resolve_case(opened, case_id, "accept", who=WHO)
        points = stored_listings.points(opened).to_numpy().tolist()
        kept = stored_listings.of_clinic(opened, "birch-bend-or").set_index("listing_id")
    assert points == [["osm:node:7", 44.06, -121.31, "ODbL (OpenStreetMap)"]]
    assert kept.loc["osm:node:7", "source_url"] == "https://www.openstreetmap.org/node/7"


@pytest.mark.parametrize(
    "client",
    [
        Asking(b"<html>busy</html>"),
        Asking({"Errors": [{"description": "too short"}]}),
        Asking({"results": []}, status=500),
        Asking(FetchError("It did not answer in time.", FetchFault.LATE)),
        Asking(b'{"results": [\xff]}'),
    ],
    ids=["a web page", "an error", "a status", "late", "wrong encoding"],
)
def test_a_service_that_fails_is_given_up_and_nothing_of_it_is_kept(ask, client):
    names = [{**BIRCH, "name": f"{tree} Ketamine"} for tree in ("Aspen", "Beech", "Hazel", "Larch")]
    answers = ask("npi_registry", client, *names)
    assert [answer.proposals for answer in answers] == [()] * 4
    assert all(answer.outcome.startswith("the service failed") for answer in answers[:3])
    assert answers[3].outcome == "not asked: the service was given up"
    good = Asking({"results": [organisation("1234567893", "Aspen Ketamine", "5 Elm St")]})
    assert ask("npi_registry", good, names[0])[0].outcome == FOUND


def test_every_service_is_one_that_a_run_can_ask():
    assert service_records.NAMES == ("npi_registry", "samhsa", "osm")
