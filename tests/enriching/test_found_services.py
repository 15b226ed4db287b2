"""Every service of filling in, asked over the wire: together, and failing in each way that services fail."""

import functools
import json
from collections import Counter

import pytest

from geo.enriching import enriching_run, page_store, service_records, site_fetching
from geo.enriching.answers import FOUND
from geo.enriching.service_records import Service, ask_service
from geo.enriching.site_fetching import SiteFetcher
from geo.fetching.client import Limits
from geo.sources import curated
from geo.workspace import opening, positions
from tests.handmade.sites_home import CONTACT, Clock, make_home
from tests.handmade.workspace import WHO
from tests.servers.clinic_sites import CLINICS, TRUTH
from tests.servers.found_services import HOSTS, PLACES, FoundServices, PlainClient
from tests.servers.loopback import DRIP, HANG, HTML, RESET, Reply, half, serve

pytestmark = pytest.mark.service

SOON = 0.4
"""Seconds, in which a reply has to be there."""

FAULTS = {
    "an error": Reply(b"{}", 500),
    "too many": Reply(b"{}", 429, headers={"Retry-After": "5"}),
    "refused": Reply(b"{}", 403),
    "reset": RESET,
    "half": half,
    "hang": HANG,
    "drip": DRIP,
    "too large": Reply(b" " * 21_000_000),
    "packed wrongly": Reply(b"\x1f\x8b no gzip", headers={"Content-Encoding": "gzip"}),
    "to the metadata": Reply(b"", 302, headers={"Location": "http://169.254.169.254/latest"}),
    "to this machine": Reply(b"", 302, headers={"Location": "http://127.0.0.1/admin"}),
    "to a file": Reply(b"", 302, headers={"Location": "file:///etc/passwd"}),
    "in circles": Reply(b"", 302, headers={"Location": "?again"}),
    "html": HTML,
    "nothing": Reply(b""),
    "ten megabytes": Reply(b" " * 10_000_000 + b"x"),
    "latin-1": Reply('{"results": "é", "rows": "é", "elements": "é"}'.encode("latin-1")),
    "utf-16": Reply('{"results": []}'.encode("utf-16")),
    "another service's": Reply(b'{"facilities": []}'),
    "a list": Reply(b"[1, 2]"),
}
AT_ONCE = {"html", "latin-1", "another service's"}
CASES = [
    # One way leads to all of them: most of what goes wrong is tried with one, and with all at night.
    pytest.param(
        name,
        fault,
        id=f"{name}, {fault}",
        marks=() if name == "npi_registry" or fault in AT_ONCE else pytest.mark.nightly,
    )
    for name in HOSTS
    for fault in FAULTS
]
ASKED = {"npi_registry": "marked0", "samhsa": "micro0", "osm": "element0"}


@pytest.fixture(scope="module")
def services():
    with serve(FoundServices()) as service:
        yield service


@pytest.fixture(autouse=True)
def _fresh(services):
    services.faults.clear()
    services.requests.clear()


@pytest.fixture
def client(services):
    return PlainClient(proxies={"http": services.url})


@pytest.fixture
def store(tmp_path):
    clock = Clock()
    with page_store.open_store(tmp_path, clock, clock.sleep) as opened:
        yield opened


@pytest.fixture
def wire(services, store, client):
    return services, store, client


def find_clinic(key):
    blank = dict.fromkeys(
        ("street", "unit", "zip", "phone", "treatments", "npi", "hours", "payment"), ""
    )
    return blank | next(one for one in CLINICS if one["clinic_id"] == key)


def ask(name, store, client):
    clinic = find_clinic(ASKED[name])
    points = {clinic["clinic_id"]: PLACES[clinic["city"]]}
    [answer] = ask_service(Service(name, store, client, {}), [clinic], points, {})
    return answer


@pytest.mark.parametrize(("name", "fault"), CASES)
def test_a_service_that_fails_is_told_keeps_nothing_and_is_asked_again(
    wire, monkeypatch, name, fault
):
    services, store, client = wire
    if fault in {"hang", "drip"}:
        monkeypatch.setattr(service_records, "_LIMITS", Limits(SOON, 20_000_000))
    services.faults.extend([FAULTS[fault]] * 6)
    answer = ask(name, store, client)
    assert answer.outcome.startswith("the service failed: ")
    assert "Traceback" not in answer.outcome
    assert {request.headers["host"] for request in services.requests} == {HOSTS[name]}
    services.faults.clear()
    monkeypatch.undo()
    again = ask(name, store, client)
    assert again.outcome == FOUND
    told = {key: text for one in again.proposals for key, text in one["values"].items()}
    assert told["phone"] == TRUTH[ASKED[name]]["phone"]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(one, marks=() if one == "drip" else pytest.mark.nightly)
        for one in FAULTS
        if one not in {"a list", "another service's"}
    ],
)
def test_a_site_that_fails_gives_nothing(services, store, client, monkeypatch, fault):
    if fault in {"hang", "drip"}:
        monkeypatch.setattr(site_fetching, "LIMITS", Limits(SOON, 2_000_000))
    services.faults.extend([Reply(b"", 404), *[FAULTS[fault]] * 6])
    page = SiteFetcher(store, CONTACT, client).fetch("http://marked1.example/")
    assert page.places == ()
    asked = {request.headers["host"] for request in services.requests}
    assert asked == {"marked1.example"}
    if fault not in {"html", "half"}:
        assert page.outcome != "read"
        assert page.fault


@pytest.mark.nightly
def test_all_of_them_fill_in_together_and_two_that_agree_are_sure(
    services, client, tmp_path, monkeypatch
):
    keys = {"marked0", "micro0", "element0", "person"}
    chosen = [one for one in CLINICS if one["clinic_id"] in keys]
    home, shipped = make_home(tmp_path, chosen)
    monkeypatch.setattr(curated, "PATH", shipped)
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(home))
    clock = Clock()
    store = functools.partial(page_store.open_store, clock=clock, sleep=clock.sleep)
    with opening.open(home) as opened:
        for one in chosen:
            positions.verify(opened, one["clinic_id"], *PLACES[one["city"]], who=WHO)
        sources = ["website", *HOSTS, "medicare"]
        done = enriching_run.enrich(opened, sources, who=WHO, open_store=store, client=client)
        asked = Counter(
            (one.headers["host"], one.path, json.dumps(one.query)) for one in services.requests
        )
        enriching_run.enrich(opened, sources, who=WHO, open_store=store, client=client)
    assert max(asked.values()) == 1
    assert len(services.requests) == asked.total()
    assert {host for host, *_ in asked} >= set(HOSTS.values())
    for key in keys:
        told = {}
        for one in done.proposals[key]:
            told |= {name: text for name, text in one["values"].items() if text}
        assert told["street"].casefold() == TRUTH[key]["street"].casefold()
        assert told["phone"] == TRUTH[key]["phone"]
    by_both = [
        {source["source"] for source in one["sources"]}
        for key in ("marked0", "micro0", "element0")
        for one in done.proposals[key]
        if one["field"] == "address"
    ]
    assert by_both == [{"website", "npi_registry"}, {"website", "samhsa"}, {"website", "osm"}]
    assert all(one["sure"] for one in done.proposals["marked0"] if one["field"] == "address")
    assert [one["sure"] for one in done.proposals["person"]] == [False] * 2
