"""Whether clinics' sites are still there, whether they changed, and whether they say the end.

Nothing here closes a clinic: one whose site has gone is a case for a person.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from geo.enriching import own_sites
from geo.enriching.found import write_page
from geo.enriching.site_history import (
    CLOSED,
    GONE,
    LEFT_ALONE,
    PARKED,
    THERE,
    SiteCheck,
    find_failing_since,
    is_due,
)
from geo.enriching.site_reports import SAYS_CLOSED, SiteReport

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geo.enriching.found import FoundPage
    from geo.enriching.site_fetching import SiteFetcher
    from geo.enriching.site_history import SiteHistory

_REDIRECTED: Final = 300
_WANTS_NO_PROGRAM: Final = frozenset({401, 403, 406, 429, 451})
"""What a site that is there answers to programs."""

_JUDGED_FROM: Final = 5
"""Sites that answered last time: of so many it is told whether the network here is to blame."""


@dataclass
class SitesChecked:
    """What a check of sites came to.

    Attributes
    ----------
    counts : sites by what became of them.
    changed : clinics whose site says something else than when it was checked before.
    unread : the checks of those sites, to be kept once they were read: until then the history has
        what they said before, so that the next check finds them changed again.
    reports : of clinics whose site has gone, for an operator.
    is_offline : whether the failures were left uncounted, since the network here is to blame.
    """

    counts: Counter[str] = field(default_factory=Counter)
    changed: set[str] = field(default_factory=set)
    unread: list[SiteCheck] = field(default_factory=list)
    reports: list[SiteReport] = field(default_factory=list)
    is_offline: bool = False


def check_sites(
    fetcher: SiteFetcher,
    history: SiteHistory,
    clinics: Sequence[Mapping[str, str]],
    *,
    is_online: bool = False,
    now: datetime | None = None,
) -> SitesChecked:
    """Check the sites that are due.

    Parameters
    ----------
    fetcher : what asks.
    history : of earlier checks; these are added.
    clinics : that operate, columns of the clinic table.
    is_online : whether anything else has just been reached from here. Where nothing was, and no
        site replies, or most of those fail that answered last time, it is no failure of theirs.
    now : when; by default now.

    Raises
    ------
    GeocodingError : what is kept cannot be written.
    """
    at = now or datetime.now(UTC)
    sites: dict[str, list[str]] = {}
    for clinic in clinics:
        if own_sites.has_site(clinic):
            sites.setdefault(clinic["website"], []).append(clinic["clinic_id"])
    done = SitesChecked()
    fresh: list[tuple[SiteCheck, SiteCheck | None]] = []
    for url, clinic_ids in sites.items():
        earlier = history.list_checks(url)
        if is_due(earlier, at):
            before = earlier[0] if earlier else None
            check = replace(
                _check(fetcher, url, before, is_shared=len(clinic_ids) > 1),
                at=at.isoformat(timespec="seconds"),
            )
            fresh.append((check, before))
            if before is not None and _says_something_else(check, before):
                done.changed.update(clinic_ids)
                done.unread.append(check)
                check = replace(check, digest=before.digest, validator="")
            history.keep(check)
    done.counts.update(check.outcome for check, _before in fresh)
    done.is_offline = _is_offline(fresh, is_online=is_online)
    if done.is_offline:
        history.forget([check for check, _before in fresh if not check.has_replied])
    done.reports.extend(_report(history, [check for check, _before in fresh], sites))
    return done


def _check(
    fetcher: SiteFetcher, url: str, before: SiteCheck | None, *, is_shared: bool
) -> SiteCheck:
    """Ask for the headers of a site, and for its page unless these tell that it is the same."""
    head = fetcher.look(url)
    validator = "" if head is None else _find_validator(head.headers)
    if (
        head is not None
        and head.status < _REDIRECTED
        and before is not None
        and before.outcome != GONE
        and before.validator
        and before.validator == validator
    ):
        return replace(before, fault="")
    page, status = fetcher.fetch_anew(url)
    if not status and page.outcome == "failed" and url.startswith("https://"):
        # A list that names no scheme means https by default, which old sites do not speak.
        plain, plain_status = fetcher.fetch_anew(url.replace("https://", "http://", 1))
        if plain_status:
            page, status = plain, plain_status
    return SiteCheck(
        url,
        "",
        _judge(page, status, is_shared=is_shared),
        page.fault,
        has_replied=bool(status) or head is not None,
        validator=validator,
        digest=_digest(page),
    )


def _judge(page: FoundPage, status: int, *, is_shared: bool) -> str:
    """Return what a page tells of its site."""
    if page.outcome == "refused" or status in _WANTS_NO_PROGRAM:
        return LEFT_ALONE
    if page.outcome in {"failed", "missing"}:
        return GONE
    if page.parked:
        return PARKED
    # Of a page that several clinics are listed with, it may be another that has closed.
    return CLOSED if page.closed and not is_shared else THERE


def _says_something_else(check: SiteCheck, before: SiteCheck) -> bool:
    return (
        check.outcome == THERE
        and bool(check.digest)
        and bool(before.digest)
        and check.digest != before.digest
    )


def _is_offline(fresh: Sequence[tuple[SiteCheck, SiteCheck | None]], *, is_online: bool) -> bool:
    """Tell whether the sites failed since nothing can be reached from here."""
    silent = sum(not check.has_replied for check, _before in fresh)
    if not silent or is_online:
        return False
    were_there = [check for check, before in fresh if before is None or before.outcome != GONE]
    lost = sum(not check.has_replied for check in were_there)
    return silent == len(fresh) or (len(were_there) >= _JUDGED_FROM and 2 * lost > len(were_there))


def _report(
    history: SiteHistory, fresh: Sequence[SiteCheck], sites: Mapping[str, Sequence[str]]
) -> Iterator[SiteReport]:
    """Yield what operators are told of clinics whose site has gone."""
    for check in fresh:
        for clinic_id in sites[check.url]:
            if check.outcome == CLOSED:
                yield SiteReport(clinic_id, f"website:{clinic_id}", SAYS_CLOSED)
            elif check.outcome == PARKED:
                says = (
                    f"The domain of its website {check.url} is for sale; call, or look for another."
                )
                yield SiteReport(clinic_id, f"site:{clinic_id}:parked", says)
            elif since := find_failing_since(history.list_checks(check.url)):
                fault = check.fault.removesuffix(".")
                says = (
                    f"Its website {check.url} has failed each time since {since} ({fault}); call, or "
                    "look for another."
                )
                yield SiteReport(clinic_id, f"site:{clinic_id}:{since}", says)


def _find_validator(headers: Mapping[str, str]) -> str:
    return str(headers.get("etag") or headers.get("last-modified") or "")[:200]


def _digest(page: FoundPage) -> str:
    """Return the hash of what was read, whatever else of the page's code changes from day to day."""
    if page.outcome != "read":
        return ""
    return hashlib.sha256(json.dumps(write_page(page), sort_keys=True).encode()).hexdigest()
