"""Which sites are checked when, and which of them an operator hears of; who asks is made by hand."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from geo import workspace
from geo.enriching.page_store import open_store
from geo.enriching.site_checks import check_sites
from geo.enriching.site_fetching import SiteFetcher
from geo.enriching.site_history import open_history
from geo.enriching.site_reports import open_reports
from geo.errors import FetchError, FetchFault
from geo.fetching.client import Reply
from geo.workspace import cases, stored_listings
from tests.handmade.sites_home import CONTACT, Clock

FIRST = datetime(2026, 11, 1, 3, tzinfo=UTC)
UNREACHABLE = FetchError("It cannot be reached.", FetchFault.UNREACHABLE)
PAGE = "<html><body><p>Ketamine, 1 Oak St, Salem, OR 97301</p></body></html>"
MOVED = "<html><body><p>Ketamine, 9 Elm St, Salem, OR 97301</p></body></html>"
FOR_SALE = "<html><body><p>This domain is for sale.</p></body></html>"
SHUT = "<html><body><p>Our ketamine clinic is permanently closed.</p></body></html>"


class Sites:
    """Answers by host, as the client does, and notes what was asked."""

    def __init__(self, **pages):
        self.pages = pages
        self.asked = []

    def fetch(self, url, *, limits, headers, head=False):  # noqa: ARG002
        parts = httpx.URL(url)
        if parts.path == "/robots.txt":
            return Reply(404, httpx.Headers(), b"", url)
        self.asked.append(("HEAD" if head else "GET", url))
        page = self.pages[parts.host.partition(".")[0]]
        if isinstance(page, FetchError):
            raise page
        status, text, *more = (200, page) if isinstance(page, str) else page
        named = {"content-type": "text/html", **(more[0] if more else {})}
        return Reply(status, httpx.Headers(named), b"" if head else text.encode(), url)


def clinic(name, website=""):
    return {"clinic_id": name, "website": website or f"http://{name}.example/"}


@pytest.fixture
def check(tmp_path):
    """Check sites some days after the first time; every time by a fresh process."""

    def check(client, *clinics, days=0, **options):
        now = FIRST + timedelta(days=days)
        clock = Clock()
        clock.now = now.timestamp()
        with open_store(tmp_path, clock, clock.sleep) as store, open_history(tmp_path) as history:
            fetcher = SiteFetcher(store, CONTACT, client)
            return check_sites(fetcher, history, clinics, now=now, **options)

    return check


def test_a_site_is_checked_at_most_monthly_and_by_its_headers_where_they_tell(check):
    client = Sites(a=(200, PAGE, {"etag": '"1"'}))
    assert check(client, clinic("a")).counts == {"there": 1}
    assert [method for method, _ in client.asked] == ["HEAD", "GET"]

    assert check(client, clinic("a"), days=29).counts == {}
    again = check(client, clinic("a"), days=30)

    assert again.counts == {"there": 1}
    assert not again.changed
    assert [method for method, _ in client.asked] == ["HEAD", "GET", "HEAD"]


def test_a_site_that_says_something_else_is_told(check):
    client = Sites(a=PAGE, b=PAGE)
    assert not check(client, clinic("a"), clinic("b")).changed  # seen for the first time
    client.pages["a"] = MOVED

    found = check(client, clinic("a"), clinic("b"), days=31)
    assert found.changed == {"a"}
    assert [one.url for one in found.unread] == ["http://a.example/"]
    assert check(client, clinic("a"), clinic("b"), days=62).changed == {"a"}  # nobody has read it


def test_three_failures_in_three_weeks_are_reported_and_two_are_not(check):
    client = Sites(a=UNREACHABLE, b=(404, ""), c=PAGE)
    clinics = [clinic("a"), clinic("b"), clinic("c")]
    assert check(client, *clinics).counts == {"gone": 2, "there": 1}
    assert check(client, *clinics, days=1).counts == {}  # too soon to count twice
    assert check(client, *clinics, days=7).reports == []

    third = check(client, *clinics, days=14)

    assert {report.clinic_id for report in third.reports} == {"a", "b"}
    assert third.reports[0].says == (
        "Its website http://a.example/ has failed each time since 2026-11-01 (It cannot be "
        "reached); call, or look for another."
    )
    client.pages["a"] = PAGE
    assert [one.clinic_id for one in check(client, *clinics, days=21).reports] == ["b"]


def test_failures_are_not_counted_where_nothing_can_be_reached(check):
    client = Sites(**dict.fromkeys("abcdef", PAGE))
    clinics = [clinic(name) for name in "abcdef"]
    check(client, *clinics)
    client.pages = dict.fromkeys("abcde", UNREACHABLE) | {"f": PAGE}

    dark = check(client, *clinics, days=30)
    assert dark.is_offline
    again = check(client, *clinics, days=31)  # what was not counted is due still
    assert again.counts["gone"] == 5
    assert not check(client, *clinics, days=31, is_online=True).is_offline


@pytest.mark.parametrize(
    ("page", "outcome", "reported"),
    [
        (FOR_SALE, "parked", True),
        (SHUT, "closed", True),
        ((403, ""), "left alone", False),
        ((429, ""), "left alone", False),
        ((500, ""), "gone", False),
        (PAGE, "there", False),
    ],
)
def test_what_a_site_says_of_its_end_is_reported_at_once(check, page, outcome, reported):
    found = check(Sites(a=page), clinic("a"))

    assert found.counts == {outcome: 1}
    assert bool(found.reports) == reported


def test_a_page_of_several_clinics_closes_none_of_them(check):
    shared = [clinic("a"), clinic("b", "http://a.example/")]

    assert check(Sites(a=SHUT), *shared).counts == {"there": 1}


def test_a_site_without_https_is_asked_without(check):
    class Old(Sites):
        def fetch(self, url, **options):
            if url.startswith("https:"):
                raise UNREACHABLE
            return super().fetch(url, **options)

    assert check(Old(a=PAGE), clinic("a", "https://a.example/")).counts == {"there": 1}


def test_a_report_is_a_case_once_and_closes_nothing(check, tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FINDER_HOME", str(tmp_path / "home"))
    with workspace.open() as opened:
        before = stored_listings.current(opened)
        clinic_id = before["clinic_id"].iloc[0]
        found = check(Sites(a=FOR_SALE), clinic(clinic_id, "http://a.example/"))

        assert open_reports(opened, found.reports, who="refresh") == 1
        assert open_reports(opened, found.reports, who="refresh") == 0
        [case] = cases.open_cases(opened, "report").to_dict("records")
        assert case["clinic_id"] == clinic_id
        assert "is for sale" in case["reason"]
        assert stored_listings.current(opened).equals(before)
