"""Which pages of a site are read: a handful, and of a chain those of its branches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from geo.enriching.link_kinds import KINDS, fold, may_be_read

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo.enriching.found import FoundPage
    from geo.enriching.site_fetching import SiteFetcher

MOST_PAGES: Final = 5
"""Home, contact, locations, about, hours."""

MOST_BRANCHES: Final = 40
"""Pages of branches, beside those."""


def read_site(fetcher: SiteFetcher, starts: Sequence[str], towns: Iterable[str]) -> list[FoundPage]:
    """Return what the pages of one site say, the ones that could not be had too.

    Parameters
    ----------
    fetcher : what fetches.
    starts : addresses that clinics of the site are listed with; at least one.
    towns : of those clinics.

    Raises
    ------
    GeocodingError : what is kept cannot be written.
    """
    asked = list(dict.fromkeys(town for town in towns if town))
    pages: dict[str, FoundPage] = {}

    def read(url: str) -> FoundPage:
        if url not in pages:
            pages[url] = fetcher.fetch(url, asked)
        return pages[url]

    starts = list(dict.fromkeys(starts))[: MOST_BRANCHES + 1]
    home = read(_find_home(starts[0]))
    if home.outcome == "failed" and starts[0].startswith("https://") and _is_unreachable(home):
        # A list that names no scheme means https by default, which old sites do not speak.
        home = read(_find_home(starts[0]).replace("https://", "http://", 1))
    if home.outcome in {"failed", "refused"} and not any(map(_has_path, starts)):
        return list(pages.values())
    for start in starts:
        if _has_path(start):
            read(start)
    if not any(page.outcome == "read" for page in pages.values()):
        return list(pages.values())
    first = (
        home if home.outcome == "read" else next(p for p in pages.values() if p.outcome == "read")
    )
    chosen = _choose(first)
    extra = len(pages) - 1 - sum(map(_has_path, starts))
    for url in list(chosen.values())[: MOST_PAGES - 1 - max(extra, 0)]:
        read(url)
    listing = pages.get(chosen.get("locations", ""), first)
    known = {*pages, *(page.url for page in pages.values())}
    for url in _find_branches(listing, first, known, asked)[: MOST_BRANCHES + 1 - len(starts)]:
        read(url)
    return list(pages.values())


def _choose(page: FoundPage) -> dict[str, str]:
    """Return the page of each kind that a page links to, the nearest to the top of the site."""
    found: dict[str, str] = {}
    for kind, pattern in KINDS:
        fit = [
            url
            for url, words in page.links
            if pattern.search(f"{_say_path(url)} {words}"[:200])
            and url not in {page.url, *found.values()}
            and may_be_read(url)
        ]
        if fit:
            found[kind] = min(fit, key=lambda url: (urlsplit(url).path.count("/"), len(url)))
    return found


def _find_branches(
    listing: FoundPage, home: FoundPage, known: set[str], towns: Sequence[str]
) -> list[str]:
    """Return the pages of branches that a locations page links: those of the towns, else all."""
    base = urlsplit(listing.url).path.rstrip("/")
    below, named = [], []
    for url, words in dict.fromkeys((*listing.links, *home.links)):
        path = urlsplit(url).path
        if url in known or not may_be_read(url):
            continue
        said = f" {fold(f'{_say_path(url)} {words}')} "
        if any(f" {fold(town)} " in said for town in towns):
            named.append(url)
        elif base and path.startswith(f"{base}/") and path.rstrip("/") != base:
            below.append(url)
    return named or below


def _find_home(start: str) -> str:
    parts = urlsplit(start)
    return f"{parts.scheme}://{parts.netloc}/"


def _has_path(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.path.strip("/") or parts.query)


def _is_unreachable(page: FoundPage) -> bool:
    return "cannot be reached" in page.fault or "broke off" in page.fault


def _say_path(url: str) -> str:
    return re.sub(r"[-_/.+]+", " ", urlsplit(url).path)
