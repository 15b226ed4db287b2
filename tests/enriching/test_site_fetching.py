"""One page as robots.txt, the pace and the bounds allow it; what asks is made by hand."""

import socket

import httpx
import pytest

from geo.enriching.page_store import open_store
from geo.enriching.site_fetching import ROBOT, SiteFetcher, name_agent
from geo.errors import FetchError, FetchFault
from geo.fetching.client import Client, Reply
from tests.handmade.sites_home import CONTACT, Clock

PAGE = (200, "<html><body><p>Ketamine, 1 Oak St, Salem, OR 97301</p></body></html>")


class Asking:
    """Answers by address, as the client does; what has no answer is not there."""

    def __init__(self, **replies):
        self.replies = {f"http://a.example/{path}": reply for path, reply in replies.items()}
        self.asked = []

    def fetch(self, url, *, limits, headers, head=False):  # noqa: ARG002
        assert CONTACT in headers["User-Agent"]
        assert limits.seconds == 10
        self.asked.append(url)
        reply = self.replies.get(url, (404, ""))
        if isinstance(reply, FetchError):
            raise reply
        status, text, *more = reply
        named = {"content-type": "text/html", **(more[0] if more else {})}
        return Reply(status, httpx.Headers(named), text.encode(), url)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def fetch(tmp_path, clock):
    with open_store(tmp_path, clock, clock.sleep) as store:

        def ask(client, url="http://a.example/"):
            return SiteFetcher(store, CONTACT, client).fetch(url)

        yield ask


def test_a_site_without_rules_may_be_read_once(fetch):
    client = Asking(**{"": PAGE})
    page = fetch(client)
    assert page.outcome == "read"
    assert [place.street for place in page.places] == ["1 Oak St"]
    assert fetch(client) == page
    assert client.asked == ["http://a.example/robots.txt", "http://a.example/"]


@pytest.mark.parametrize(
    ("rules", "outcome"),
    [
        ((200, "User-agent: *\nDisallow: /\n"), "refused"),
        ((200, f"User-agent: {ROBOT}\nDisallow: /\n\nUser-agent: *\nAllow: /\n"), "refused"),
        ((200, f"User-agent: *\nDisallow: /\n\nUser-agent: {ROBOT}\nAllow: /\n"), "read"),
        ((200, "User-agent: *\nCrawl-delay: 600\n"), "refused"),
        ((403, "User-agent: *\nDisallow: /\n"), "read"),
        ((503, ""), "failed"),
        (FetchError("a.example cannot be reached.", FetchFault.UNREACHABLE), "failed"),
        (FetchError("The reply of a.example is larger.", FetchFault.TOO_LARGE), "failed"),
    ],
)
def test_the_rules_of_a_site_are_obeyed(fetch, rules, outcome):
    client = Asking(**{"": PAGE, "robots.txt": rules})
    page = fetch(client)
    assert page.outcome == outcome
    assert ("http://a.example/" in client.asked) == (outcome == "read")
    assert bool(page.fault) == (outcome != "read")


def test_a_redirect_is_asked_of_the_rules_too(fetch):
    client = Asking(
        **{
            "": (302, "", {"location": "/private/x"}),
            "robots.txt": (200, "User-agent: *\nDisallow: /private\n"),
            "private/x": PAGE,
        }
    )
    assert fetch(client).outcome == "refused"
    assert "http://a.example/private/x" not in client.asked
    around = Asking(loop=(302, "", {"location": "/loop"}))
    page = fetch(around, "http://a.example/loop")
    assert (page.outcome, page.fault) == ("failed", "a.example redirects in circles")
    assert len(around.asked) <= 7


def test_the_pace_is_that_of_the_rules_and_a_busy_site_rests(fetch, clock):
    client = Asking(
        **{
            "robots.txt": (200, "User-agent: *\nCrawl-delay: 7\n"),
            "": PAGE,
            "busy": (429, "", {"retry-after": "90"}),
        }
    )
    start = clock.now
    fetch(client)
    fetch(client, "http://a.example/busy")
    assert clock.now - start >= 7
    rested = clock.now
    fetch(client, "http://a.example/other")
    assert clock.now - rested == pytest.approx(90, abs=1)


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ((404, ""), "missing"),
        ((500, "<p>1 Oak St, Salem, OR 97301</p>"), "failed"),
        ((200, "%PDF", {"content-type": "application/pdf"}), "other"),
        ((200, ""), "other"),
        (FetchError("a.example did not answer in time.", FetchFault.LATE), "failed"),
        (FetchError("The reply of a.example is larger than 2 MB.", FetchFault.TOO_LARGE), "failed"),
    ],
)
def test_what_is_no_page_is_told_and_gives_nothing(fetch, reply, outcome):
    page = fetch(Asking(**{"": reply}))
    assert (page.outcome, page.places) == (outcome, ())
    assert page.fault


def test_a_page_that_failed_is_asked_again_the_next_day_and_one_that_was_read_in_a_month(
    fetch, clock
):
    failing = Asking(**{"": (500, "")})
    fetch(failing)
    fetch(failing)
    assert failing.asked.count("http://a.example/") == 1
    clock.sleep(2 * 86_400)
    client = Asking(**{"": PAGE})
    assert fetch(client).outcome == "read"
    clock.sleep(20 * 86_400)
    fetch(client)
    assert client.asked.count("http://a.example/") == 1
    clock.sleep(20 * 86_400)
    fetch(client)
    assert client.asked.count("http://a.example/") == 2


def test_a_name_that_stands_for_a_private_number_is_not_asked(fetch, monkeypatch):
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.7", 80))],
    )
    page = fetch(Client(proxies={}))
    assert page.outcome == "failed"
    assert "private network" in page.fault


def test_a_site_is_told_whom_to_write_to():
    assert name_agent(CONTACT).startswith(f"{ROBOT}/")
    assert name_agent(CONTACT).endswith(f"{CONTACT})")
