"""One page of somebody's site, fetched as its robots.txt and a polite pace allow.

Redirects are followed here, a step at a time: each step is asked of the robots.txt of its host, keeps
the pace of its host, and may lead to public addresses alone.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from protego import Protego

from geo.enriching.found import FoundPage, read_page, write_page
from geo.enriching.page_reading import read_page as read_html_page
from geo.errors import FetchError, FetchFault, GeocodingError
from geo.fetching.client import MOST_REDIRECTS, Client, Limits, Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.enriching.page_store import PageStore

LIMITS: Final = Limits(seconds=10, bytes=2_000_000)
"""Of one page."""

SECONDS_BETWEEN: Final = 1.0
"""Between two requests to a host, unless its robots.txt asks for more."""

LONGEST_DELAY_SECONDS: Final = 60.0
"""A host that asks for a longer pause between requests is left alone."""

ROBOT: Final = "ClinicFinder"
"""What a robots.txt calls us."""

_ROBOTS_LIMITS: Final = Limits(seconds=10, bytes=500_000)  # RFC 9309: at least 500 KiB are read
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MISSING: Final = frozenset({404, 410})
_FIRST_ERROR: Final = 400
_SERVER_FAILED: Final = 500
_BUSY: Final = frozenset({429, 503})
_LONGEST_BACKOFF_SECONDS: Final = 300.0
_LONGEST_URL: Final = 2_000


class SiteFetcher:
    """Fetches pages of sites.

    Parameters
    ----------
    store : where what was asked is kept.
    contact : of the operator, which every site is told.
    client : what asks.
    """

    def __init__(self, store: PageStore, contact: str, client: Client) -> None:
        self._store = store
        self._client = client
        self._rules: dict[str, Protego | FoundPage] = {}
        self._headers = {"User-Agent": name_agent(contact), "Accept": "text/html, */*;q=0.1"}
        self.requests = 0

    def fetch(self, url: str, towns: Sequence[str] = ()) -> FoundPage:
        """Return what a page says; what was asked lately is not asked again.

        Parameters
        ----------
        url : of the page, http or https.
        towns : as of `geo.enriching.page_reading.read_page`.

        Raises
        ------
        GeocodingError : what is kept cannot be written.
        """
        kept = self._store.find(url)
        if kept is not None:
            return read_page(kept)
        page = self._ask(url, towns)
        self._store.keep(url, write_page(page), failed=page.outcome == "failed")
        return page

    def fetch_anew(self, url: str) -> tuple[FoundPage, int]:
        """Return what a page says now, and the status of HTTP, 0 where no page came.

        Raises
        ------
        GeocodingError : what is kept cannot be written.
        """
        came = self._follow(url)
        page, status = (
            (came, 0) if isinstance(came, FoundPage) else (_try_read(came, ()), came[0].status)
        )
        self._store.keep(url, write_page(page), failed=page.outcome == "failed")
        return page, status

    def look(self, url: str) -> Reply | None:
        """Return the headers with which a page would come, None where none come."""
        came = self._follow(url, head=True)
        return None if isinstance(came, FoundPage) else came[0]

    def _ask(self, url: str, towns: Sequence[str]) -> FoundPage:
        came = self._follow(url)
        return came if isinstance(came, FoundPage) else _try_read(came, towns)

    def _follow(self, url: str, *, head: bool = False) -> FoundPage | tuple[Reply, str]:
        """Return the last reply and the address that gave it, or why there is none."""
        asked = url
        try:
            for _ in range(MOST_REDIRECTS + 1):
                rules = self._read_rules(asked)
                if isinstance(rules, FoundPage):
                    return replace(rules, url=url)
                if not rules.can_fetch(asked, ROBOT):
                    return FoundPage(url, "refused", "its robots.txt asks to leave the page alone")
                reply = self._send(asked, LIMITS, _find_delay(rules), head=head)
                target = _find_target(reply, asked)
                if target is None:
                    return reply, asked
                if len(target) > _LONGEST_URL:
                    break
                asked = target
        except FetchError as error:
            return FoundPage(url, "failed", str(error))
        return FoundPage(url, "failed", f"{urlsplit(url).hostname} redirects in circles")

    def _read_rules(self, url: str) -> Protego | FoundPage:
        """Return what the robots.txt of a host says, or what is told where it may not be asked.

        Source
        ------
        RFC 9309, 2.3.1: one that is not there allows all, one that cannot be had nothing.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            kept = self._store.find(f"{origin}/robots.txt")
            if kept is None:
                kept = self._ask_rules(origin)
                self._store.keep(f"{origin}/robots.txt", kept, failed=bool(kept["fault"]))
            self._rules[origin] = _settle_rules(kept, url)
        return self._rules[origin]

    def _ask_rules(self, origin: str) -> dict[str, str]:
        asked = f"{origin}/robots.txt"
        try:
            for _ in range(MOST_REDIRECTS + 1):
                reply = self._send(asked, _ROBOTS_LIMITS, SECONDS_BETWEEN)
                target = _find_target(reply, asked)
                if target is None:
                    break
                asked = target
        except FetchError as error:
            if error.fault is not FetchFault.TOO_LARGE:
                return {"text": "", "fault": str(error)}
            return {"text": "", "fault": f"{urlsplit(origin).hostname} has a robots.txt too large"}
        if reply.status >= _SERVER_FAILED or reply.status in _BUSY:
            host = urlsplit(origin).hostname
            return {"text": "", "fault": f"{host} failed at its robots.txt ({reply.status})"}
        text = reply.content.decode("utf-8", errors="replace")
        return {"text": text if reply.status < _REDIRECTED else "", "fault": ""}

    def _send(
        self, url: str, limits: Limits, seconds_between: float, *, head: bool = False
    ) -> Reply:
        """Return one reply, in its turn.

        Raises
        ------
        FetchError : as `geo.fetching.client.Client.fetch`; or the host asked to be left alone.
        """
        host = urlsplit(url).hostname or ""
        pace = self._store.limit(host, seconds_between)
        try:
            pace.acquire()
        except GeocodingError as error:
            raise FetchError(str(error), FetchFault.LATE) from error
        self.requests += 1
        reply = self._client.fetch(url, limits=limits, headers=self._headers, head=head)
        if reply.status in _BUSY:
            asked = reply.headers.get("retry-after", "")
            seconds = float(asked[:9]) if asked.isascii() and asked.isdigit() else 60.0
            pace.backoff(min(seconds, _LONGEST_BACKOFF_SECONDS))
        return reply


_REDIRECTED: Final = 300


def _settle_rules(kept: dict[str, str], url: str) -> Protego | FoundPage:
    if kept["fault"]:
        return FoundPage(url, "failed", kept["fault"])
    rules = Protego.parse(kept["text"])
    if _find_delay(rules) > LONGEST_DELAY_SECONDS:
        return FoundPage(
            url, "refused", "its robots.txt asks for more than a minute between requests"
        )
    return rules


class UnreadableError(Exception):
    """What came is no page of text."""


def name_agent(contact: str) -> str:
    """Return what we call ourselves to a site, with whom to write to."""
    try:
        number = version("clinic-finder")
    except PackageNotFoundError:
        number = "0"
    return f"{ROBOT}/{number} (fills in a public list of clinics; {contact})"


def _find_delay(rules: Protego) -> float:
    delay = rules.crawl_delay(ROBOT)
    return max(SECONDS_BETWEEN, float(delay or 0))


def _find_target(reply: Reply, asked: str) -> str | None:
    """Return where a reply sends on to, unless it would leave https."""
    if reply.status not in _REDIRECTS or "location" not in reply.headers:
        return None
    try:
        target = urljoin(asked, reply.headers["location"]).partition("#")[0]
        leaves = urlsplit(asked).scheme == "https" and urlsplit(target).scheme != "https"
    except ValueError:
        return None
    return None if leaves else target


def _try_read(came: tuple[Reply, str], towns: Sequence[str]) -> FoundPage:
    """Return what a reply says, or why it is none to read."""
    reply, asked = came
    try:
        return _read_reply(reply, asked, towns)
    except FetchError as error:
        return FoundPage(asked, "failed", str(error))
    except UnreadableError as error:
        return FoundPage(asked, "other", str(error))


def _read_reply(reply: Reply, asked: str, towns: Sequence[str]) -> FoundPage:
    """Return what a reply says.

    Raises
    ------
    FetchError : it cannot be read.
    UnreadableError : it is no page.
    """
    if reply.status in _MISSING:
        return FoundPage(asked, "missing", f"there is no such page ({reply.status})")
    if reply.status >= _REDIRECTED:
        host = urlsplit(asked).hostname
        what = "failed" if reply.status >= _FIRST_ERROR else "other"
        return FoundPage(asked, what, f"{host} answered with status {reply.status}")
    kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"text/html", "application/xhtml+xml"} and (
        kind or not reply.content.lstrip()[:1] == b"<"
    ):
        raise UnreadableError(f"it is no page but {kind or 'something unnamed'}")
    if not reply.content.strip():
        return FoundPage(asked, "other", "it is empty")
    return replace(read_html_page(reply.content, asked, towns), url=asked)
