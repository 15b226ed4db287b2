"""A refresh against services on this machine: what comes, what fails, what is published."""

import pytest

from geo import releases, workspace
from geo.errors import BusyError, SourceError
from geo.jobs import drafts
from geo.refreshing import refresh_report, refresh_run
from geo.workspace import cases, decisions, stored_listings, visitor_reports
from tests.handmade import small_home
from tests.servers import loopback
from tests.servers.refreshed import Services, element, facility, organise, point_at

ALL = ("npi_registry", "samhsa", "osm")
STEPS = refresh_run.Steps(as_of=small_home.AS_OF)


@pytest.fixture(autouse=True)
def services(program, tmp_path, monkeypatch):
    small_home.use_program(program, monkeypatch)
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "home"))
    held = Services()
    held.organisations = [organise("1234567893", "KETAMINE CARE LLC")]
    held.facilities = [facility("f1", "Gulf Center")]
    held.elements = [element(7, "Panhandle Ketamine")]
    with loopback.serve(held):
        point_at(held.url, monkeypatch)
        yield held


def go(sources=ALL, *, publish_if_safe=True):
    with workspace.open() as opened, refresh_run.hold():
        return refresh_run.refresh(opened, sources, publish_if_safe=publish_if_safe, steps=STEPS)


def read_listings():
    with workspace.open() as opened:
        return stored_listings.current(opened).set_index("listing_id")


@pytest.mark.service
def test_three_refreshes_with_an_outage_in_the_middle(services):
    base = releases.current_id()
    draft = go(publish_if_safe=False)
    assert draft.result == refresh_report.DRAFT
    assert draft.reasons == ("It was not asked for that it be published (--publish-if-safe).",)
    assert releases.current_id() == draft.release_id == base
    assert len(drafts.load().diff.added) == 3

    first = go()
    assert first.result == refresh_report.PUBLISHED
    assert not first.failed
    assert drafts.load() is None  # it is published
    assert [one.counts["accepted"] for one in first.asked] == [1, 1, 1]
    assert len(releases.current().clinics) == small_home.CLINICS + 3
    before = read_listings()

    services.down = {"npi_registry": 503, "osm": 500}
    services.facilities[0]["phone"] = "409-555-0999"
    second = go()
    assert second.failed
    assert [one.outcome for one in second.asked] == ["failed", "taken in", "failed"]
    assert second.asked[0].told == "127.0.0.1 answered with status 503; try again later."
    assert second.result == refresh_report.PUBLISHED
    now = read_listings()
    assert now.drop("samhsa:f1").equals(before.drop("samhsa:f1"))
    assert now.loc["samhsa:f1", "phone"] == "+14095550999"
    assert releases.current_id() == second.release_id != first.release_id

    services.down = {}
    services.organisations.append(
        organise("1003000126", "KETAMINE OF WACO", "WACO", "TX", postal_code="76701")
    )
    third = go()
    assert not third.failed
    assert third.result == refresh_report.PUBLISHED
    assert third.asked[0].counts["added"] == 1
    assert len(releases.current().clinics) == small_home.CLINICS + 4
    assert [entry.who for entry in releases.history()] == ["refresh"] * 3

    again = go()
    assert again.result == refresh_report.NOTHING
    assert again.release_id == third.release_id == releases.current_id()
    assert refresh_report.list_reports()[0] == again


@pytest.mark.long
def test_what_is_in_doubt_is_left_as_a_draft(services):
    go()
    used = releases.current_id()
    with workspace.open() as opened:
        listings = stored_listings.current(opened).set_index("listing_id")
        paired, reported = (
            listings.loc[name, "clinic_id"] for name in ("npi_registry:1234567893:0", "osm:node:7")
        )
        with opened.change():
            decided = decisions.record(opened, "enrich", who="ann")
            cases.add(
                opened,
                decided,
                "duplicate",
                "pair:npi_registry:1234567893:0|somebody",
                reason="Are these one clinic?",
                facts={
                    "listing_a": "npi_registry:1234567893:0",
                    "listing_b": "somebody",
                    "score": 0.5,
                },
            )
        visitor_reports.add(opened, reported, "phone")
    services.facilities.clear()
    services.organisations[0]["addresses"][0]["telephone_number"] = "206-555-0199"
    services.elements[0]["tags"]["phone"] = "806-555-0105"

    done = go()

    assert done.asked[1].outcome == "held"
    assert "suddenly holds much less" in done.asked[1].told
    assert "samhsa:f1" in read_listings().index
    assert done.result == refresh_report.DRAFT
    shrunk, doubtful = done.reasons
    assert shrunk.startswith("Past a limit: The source shrank")
    assert doubtful.startswith("2 clinics change that a case of Review asks about: ")
    assert paired in doubtful
    assert reported in doubtful
    assert releases.current_id() == used


def test_a_second_refresh_is_refused():
    with (
        workspace.open(),
        refresh_run.hold(),
        pytest.raises(BusyError, match="Another refresh is at work"),
        refresh_run.hold(),
    ):
        pass


def test_all_that_can_be_asked_are_the_default():
    assert refresh_run.choose_sources("") == [*ALL, "medicare"]
    assert refresh_run.choose_sources("osm, npi_registry,osm") == ["npi_registry", "osm"]
    with pytest.raises(SourceError, match="'nppes' cannot be asked"):
        refresh_run.choose_sources("nppes")


def test_websites_need_to_be_told_whom_to_write_to():
    with workspace.open() as opened:
        done = refresh_run._ask(opened, "website", is_online=True)

    assert done.outcome == refresh_report.FAILED
    assert "geocoding.toml" in done.told
