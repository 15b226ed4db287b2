"""One refresh: sources asked, taken in, located, and a release made, published only where it is safe.

Each step is whole or not done: a run that is killed leaves what it took in, and the next one goes on.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from geo import releases
from geo.errors import (
    BusyError,
    GeocodingError,
    GeoError,
    ReleaseError,
    SchemaError,
    SourceError,
)
from geo.files.stamps import stamp
from geo.jobs import drafts
from geo.paths import find_home
from geo.publishing import publishing
from geo.publishing.diff_wording import summarise
from geo.refreshing import refresh_report, site_step
from geo.refreshing.refresh_report import Asked, RefreshReport
from geo.refreshing.safety import find_doubts
from geo.sources import descriptors
from geo.workspace import decisions, geocoding_run, holding, ingestion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from geo.publishing.publishing import Draft
    from geo.workspace import Workspace

WHO: Final = "refresh"
"""Who decides, as the history of the workspace and of releases has it."""

_COUNTED: Final = ("read", "accepted", "rejected", "added", "changed", "missing")


@dataclass(frozen=True)
class Steps:
    """What a run tells while it is at work, and the date of the release.

    Attributes
    ----------
    tell : called with a sentence as each step begins.
    as_of : the date to which the ages of the sources count; by default today, UTC.
    """

    tell: Callable[[str], None] = lambda _: None
    as_of: date | None = None


@contextmanager
def hold(home: Path | None = None) -> Iterator[None]:
    """Hold the right to refresh while the block runs.

    Raises
    ------
    BusyError : another refresh is at work.
    WorkspaceError : the file that stands for it cannot be used.
    """
    folder = find_home() if home is None else home
    with holding.hold(folder / "refresh.run", "Another refresh is at work; wait until it is done."):
        yield


def choose_sources(words: str) -> list[str]:
    """Return the sources that some words name, each once, in the order in which they are asked.

    Parameters
    ----------
    words : names, joined by commas; "" for all that can be asked, which clinics' own websites are
        where `contact` of geocoding.toml says whom a site may write to.

    Raises
    ------
    SourceError : one is no source that can be asked.
    GeocodingError : geocoding.toml cannot be read.
    """
    known = descriptors.list_refreshable()
    named = {word.strip() for word in words.split(",")} - {""}
    if unknown := sorted(named - known.keys()):
        raise SourceError(f"{unknown[0]!r} cannot be asked; there are {', '.join(known)}.")
    if not named:
        named = {*known} if site_step.has_contact() else {*known} - {descriptors.WEBSITE.name}
    return [name for name in known if name in named]


def refresh(
    workspace: Workspace,
    sources: Sequence[str],
    *,
    publish_if_safe: bool = False,
    steps: Steps | None = None,
) -> RefreshReport:
    """Ask sources, take in what they say, locate the clinics, and make a release of it.

    A source that fails leaves what it said before. The release is published where that is asked
    for, nothing passes a limit and no case touches what changes; else it is the draft on the page
    Refresh. Call it inside of `hold`.

    Parameters
    ----------
    sources : names, of `choose_sources`.
    publish_if_safe : whether the program may publish by itself.
    steps : what is told meanwhile.

    Returns
    -------
    What was done; it is kept as it goes on, so that of a killed run it is known how far it came.

    Raises
    ------
    SchemaError : the workspace's listings break their contract.
    WorkspaceError : the workspace or the report cannot be written.
    """
    told = steps or Steps()
    report = RefreshReport(started_at=_stamp())
    refresh_report.keep(report)
    for name in sources:
        told.tell(f"Asking {descriptors.find(name).title}")
        is_online = any(one.outcome != refresh_report.FAILED for one in report.asked)
        report = replace(report, asked=(*report.asked, _ask(workspace, name, is_online=is_online)))
        refresh_report.keep(report)
    told.tell("Locating the clinics")
    report = _locate(workspace, report)
    refresh_report.keep(report)
    told.tell("Building the release and measuring what it covers")
    report = _release(workspace, report, told.as_of, publish_if_safe=publish_if_safe)
    report = replace(report, finished_at=_stamp())
    refresh_report.keep(report)
    return report


def _ask(workspace: Workspace, name: str, *, is_online: bool) -> Asked:
    """Take in one source, or tell in a sentence why not."""
    try:
        if name == descriptors.WEBSITE.name:
            checked = site_step.check_websites(workspace, is_online=is_online, who=WHO)
            outcome = refresh_report.FAILED if checked.fault else refresh_report.TAKEN
            return Asked(name, _stamp(), outcome, checked.fault, checked.counts)
        summary, counts = ingestion.ingest(workspace, ingestion.open_service(name), who=WHO)
    except (SourceError, SchemaError, GeocodingError, BusyError) as error:
        return Asked(name, _stamp(), refresh_report.FAILED, str(error))
    counted = {word: getattr(summary, word) for word in _COUNTED} | {"clinics": counts.clinics}
    if summary.state == "held":
        told = (
            f"{summary.title} suddenly holds much less than before, and waits in Review (case "
            f"{summary.case_id}); what it said before stays in use."
        )
        return Asked(name, _stamp(), refresh_report.HELD, told, counted)
    return Asked(name, _stamp(), refresh_report.TAKEN, "", counted)


def _locate(workspace: Workspace, report: RefreshReport) -> RefreshReport:
    try:
        done = geocoding_run.geocode(workspace)
    except (GeocodingError, SourceError) as error:
        return replace(report, faults=(str(error),))
    return replace(report, clinics=done.counts, faults=done.failures)


def _release(
    workspace: Workspace, report: RefreshReport, as_of: date | None, *, publish_if_safe: bool
) -> RefreshReport:
    """Make a release, and publish it or leave it as a draft."""
    try:
        draft = publishing.prepare(workspace, as_of)
        report = replace(report, release_id=draft.base, changes=summarise(draft.diff))
        if draft.diff.is_empty:
            drafts.forget_stale(draft.base)  # of a run that was killed once it had published
            return replace(report, result=refresh_report.NOTHING)
        doubts = [*find_doubts(workspace, draft)]
        if publish_if_safe and not doubts:
            try:
                published = publishing.publish(workspace, draft, who=WHO)
            except ReleaseError as error:  # as where an operator decides something meanwhile
                doubts = [str(error)]
            else:
                drafts.forget()
                return replace(
                    report, result=refresh_report.PUBLISHED, release_id=published.release_id
                )
        return _leave(report, draft, doubts)
    except (ReleaseError, SourceError) as error:
        used = report.release_id or _name_used()
        return replace(
            report, result=refresh_report.NOT_BUILT, release_id=used, reasons=(str(error),)
        )


def _leave(report: RefreshReport, draft: Draft, doubts: Sequence[str]) -> RefreshReport:
    reasons = tuple(doubts) or ("It was not asked for that it be published (--publish-if-safe).",)
    if not drafts.leave(draft, who=WHO):
        reasons += ("An operator's draft is being built, and is the one to look at.",)
    return replace(report, result=refresh_report.DRAFT, reasons=reasons)


def _name_used() -> str:
    try:
        return releases.current_id()
    except GeoError:
        return ""


def _stamp() -> str:
    return stamp(decisions.now())
