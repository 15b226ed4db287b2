"""The list filled in from sixty made-up clinics' sites, asked for by name through a proxy."""

import functools
import json
from collections import Counter

import pytest

from geo.enriching import enriching_run, page_store
from geo.errors import GeocodingError, SourceError, WorkspaceError
from geo.fetching.client import Client
from geo.sources import curated
from geo.workspace import cases, decisions, opening, stored_listings
from tests.handmade.sites_home import CONTACT, Clock, make_home
from tests.handmade.workspace import WHO
from tests.servers.clinic_sites import CLINICS, TRUTH, ClinicSites
from tests.servers.loopback import serve

LEAST_FOUND = 0.85
"""Of the facts that are there; the guide gives the figure that was measured."""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A function that fills in a list of some clinics; the requests that went out; the workspace."""

    def start(clinics):
        home, shipped = make_home(tmp_path, clinics)
        monkeypatch.setattr(curated, "PATH", shipped)
        monkeypatch.setenv("CLINIC_FINDER_HOME", str(home))
        return home

    clock = Clock()
    store = functools.partial(page_store.open_store, clock=clock, sleep=clock.sleep)

    class Run:
        def __init__(self, clinics, service):
            self.home, self.service, self.clock = start(clinics), service, clock

        def __call__(self, opened, **options):
            return enriching_run.enrich(
                opened,
                who=WHO,
                open_store=store,
                client=Client(proxies={"http": self.service.url}),
                **options,
            )

    return Run


def choose(*keys):
    return [clinic for clinic in CLINICS if clinic["clinic_id"] in keys]


def values_of(found):
    said = {}
    for one in found:
        said |= {name: text for name, text in one["values"].items() if text}
    return {name: text for name, text in said.items() if name not in {"city", "state"}}


@pytest.mark.service
def test_most_of_what_sites_say_is_proposed_and_nothing_of_another_clinic(run):
    with serve(ClinicSites()) as service:
        fill = run(CLINICS, service)
        with opening.open(fill.home) as opened:
            before = stored_listings.current(opened)
            done = fill(opened)
            assert stored_listings.current(opened).equals(before)
            waiting = cases.open_cases(opened, "facts")
            reports = cases.open_cases(opened, "report")["clinic_id"].tolist()
    said = {key: values_of(done.proposals.get(key, [])) for key in TRUTH}
    there = sum(len(truth) for truth in TRUTH.values())
    right = sum(
        said[key].get(name) == text for key, truth in TRUTH.items() for name, text in truth.items()
    )
    wrong = {
        (key, name): text
        for key, found in said.items()
        for name, text in found.items()
        if TRUTH[key].get(name) != text
    }
    assert wrong == {}
    assert right / there >= LEAST_FOUND, f"{right} of {there}"
    assert len(CLINICS) >= 60
    assert done.outcomes.total() == len(CLINICS)
    assert set(waiting["clinic_id"]) == set(done.proposals)
    assert reports == ["closed"]
    assert sum(any(one["sure"] for one in found) for found in done.proposals.values()) > 40
    assert "Roe" not in json.dumps(done.proposals)

    hosts = Counter(request.headers["host"] for request in service.requests)
    pages = Counter(
        request.headers["host"] for request in service.requests if request.path != "/robots.txt"
    )
    asked = Counter((request.headers["host"], request.path) for request in service.requests)
    assert max(asked.values()) == 1
    assert pages["keepout.example"] == 0
    assert ("partly.example", "/contact") not in asked
    assert ("pdf.example", "/c.pdf") not in asked
    assert all(count <= 5 for host, count in pages.items() if host != "poplar.example")
    assert hosts["poplar.example"] <= 46
    assert {CONTACT in request.headers["user-agent"] for request in service.requests} == {True}
    assert done.requests == len(service.requests) + sum(host == "127.0.0.1" for host in hosts) + 1


@pytest.mark.service
def test_a_run_that_ends_early_leaves_what_it_found_and_asks_nothing_twice(run):
    keys = ("marked1", "marked2", "footer6", "micro8")
    with serve(ClinicSites()) as service:
        fill = run(choose("marked1", "marked2", "footer0", "micro0"), service)
        with opening.open(fill.home) as opened:

            def stop(at):
                if at.done == 2:
                    raise KeyboardInterrupt

            with pytest.raises(KeyboardInterrupt):
                fill(opened, progress=stop)
            assert len(cases.open_cases(opened, "facts")) == 2
            head = decisions.head(opened)
            done = fill(opened)
            assert len(cases.open_cases(opened, "facts")) == 4
            assert decisions.head(opened) == head + 1
            fill(opened)
            assert decisions.head(opened) == head + 1
            asked = Counter((request.headers["host"], request.path) for request in service.requests)
            assert max(asked.values()) == 1
            assert done.clinics == len(keys)
            fill.clock.sleep(31 * 86_400)
            fill(opened)
            assert len(service.requests) == 2 * asked.total()
            assert decisions.head(opened) == head + 1


@pytest.mark.service
def test_a_host_is_asked_once_a_second_by_everybody(run):
    with serve(ClinicSites()) as service:
        fill = run(choose("marked0"), service)
        with opening.open(fill.home) as opened:
            start = fill.clock.now
            done = fill(opened, dry_run=True)
            assert done.requests == 4  # robots.txt and three pages
            assert fill.clock.now - start == pytest.approx(3, abs=0.01)
            assert done.proposals
            assert cases.open_cases(opened, "facts").empty
            with page_store.open_store(fill.home), pytest.raises(WorkspaceError, match="filling"):
                fill(opened)


def test_a_state_and_a_limit_choose_clinics_without_a_street_first(run):
    clinics = [
        {**one, "street": "1 Known St"} if one["clinic_id"] == "marked0" else one
        for one in choose("marked0", "moved", "keepout", "sol0")
    ]
    with serve(ClinicSites()) as service:
        fill = run(clinics, service)
        with opening.open(fill.home) as opened:
            done = fill(opened, state="OR", limit=2, dry_run=True)
    assert done.clinics == 2
    assert set(done.proposals) == {"moved"}
    assert done.left == {"keepout": "its robots.txt asks to leave it alone"}


def test_somebody_to_write_to_has_to_be_named(run):
    fill = run(choose("moved"), ClinicSites())
    (fill.home / "geocoding.toml").unlink()
    with opening.open(fill.home) as opened, pytest.raises(GeocodingError, match="contact"):
        fill(opened)


def test_only_known_sources_are_asked():
    assert enriching_run.read_sources(" website,website ") == ["website"]
    for words in ("", "yelp", "website,nppes"):
        with pytest.raises(SourceError, match="cannot be asked"):
            enriching_run.read_sources(words)
