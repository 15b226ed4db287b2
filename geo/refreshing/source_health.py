"""How each source does: when it ran last, what it held, how often it failed, who rests on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from geo.refreshing import refresh_report
from geo.sources import descriptors
from geo.workspace import runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo.refreshing.refresh_report import Asked
    from geo.workspace import Workspace
    from geo.workspace.runs import RunSummary

# A listing that no run brought is an operator's, or was found on a site: its id tells.
_ALONE: Final = """
SELECT source, COUNT(*) FROM (
    SELECT MIN(source) AS source FROM (
        SELECT assigned.clinic_id, COALESCE(
            runs.source, substr(sighted.listing_id, 1, instr(sighted.listing_id, ':') - 1)
        ) AS source
        FROM assigned JOIN sighted ON sighted.listing_id = assigned.listing_id
        LEFT JOIN runs ON runs.id = sighted.run_id
        WHERE sighted.version_id IS NOT NULL)
    GROUP BY clinic_id HAVING COUNT(DISTINCT source) = 1)
GROUP BY source
"""
_CLINICS: Final = """
SELECT COUNT(DISTINCT clinic_id) FROM assigned
JOIN sighted ON sighted.listing_id = assigned.listing_id WHERE sighted.version_id IS NOT NULL
"""
_KNOWN: Final = {source.name: source for source in descriptors.SOURCES}


@dataclass(frozen=True)
class SourceHealth:
    """How one source does.

    Attributes
    ----------
    source : what its runs are filed under.
    title : what people call it.
    last_at : when it was taken in last, UTC, ISO 8601 to the second; "" for never.
    age_days : since then; None for never.
    interval_days : after so many it is to be taken in again; 0 where it is never out of date.
    rows, rows_before : listings that the last run and the one before it held; None where there
        was none, and of clinics' own websites.
    failures : how often in a row `refresh` failed to have it since.
    fault : of the last failure, a sentence; "" where there is none.
    waits : whether its last run is held until an operator looks at it.
    licence : under which its records may be used, in words; "" where that is not stated.
    clinics_alone : clinics of which no other source says anything.
    share_alone : of all clinics, 0 to 1.
    """

    source: str
    title: str
    last_at: str
    age_days: int | None
    interval_days: int
    rows: int | None
    rows_before: int | None
    failures: int
    fault: str
    waits: bool
    licence: str = ""
    clinics_alone: int = 0
    share_alone: float = 0.0

    @property
    def is_overdue(self) -> bool:
        """Whether it has not been taken in for its interval; of one never had, whether it failed."""
        if self.age_days is None:
            return self.failures > 0
        return 0 < self.interval_days < self.age_days

    @property
    def growth(self) -> float | None:
        """By which share the last run held more than the one before; None where that is not known."""
        if not self.rows_before or self.rows is None:
            return None
        return self.rows / self.rows_before - 1


def list_health(workspace: Workspace, now: datetime | None = None) -> list[SourceHealth]:
    """Return how each source does that was ever taken in or can be asked, the most rested on first.

    Parameters
    ----------
    workspace : whose sources.
    now : to which ages count; by default now.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    alone = {str(source): int(count) for source, count in workspace.read(_ALONE)}
    clinics = int(workspace.read(_CLINICS)[0][0])
    licences = dict(
        workspace.read("SELECT source, licence FROM runs WHERE state = 'complete' ORDER BY id")
    )
    found = [
        replace(
            _tell(name, past, asked, now or datetime.now(UTC)),
            licence=str(licences.get(name, "")) or _find_licence(name),
            clinics_alone=alone.get(name, 0),
            share_alone=alone.get(name, 0) / max(clinics, 1),
        )
        for name, past, asked in _list_sources(workspace)
    ]
    return sorted(found, key=lambda one: (-one.clinics_alone, one.title))


def find_neglected(workspace: Workspace, now: datetime | None = None) -> list[str]:
    """Return a sentence for each source that has not run for its interval, or fails.

    Parameters
    ----------
    workspace, now : as of `list_health`.

    Raises
    ------
    WorkspaceError : the workspace cannot be read.
    """
    at = now or datetime.now(UTC)
    found = (_tell(name, past, asked, at) for name, past, asked in _list_sources(workspace))
    return [_say(one) for one in found if one.is_overdue]


def _say(one: SourceHealth) -> str:
    title = f"{one.title[:1].upper()}{one.title[1:]}"
    if one.age_days is None:
        since = "was never taken in"
    else:
        since = (
            f"was taken in {one.age_days:,} days ago, and is to be every {one.interval_days:,} days"
        )
    if one.fault:
        times = "once" if one.failures == 1 else f"{one.failures:,} times"
        return f"{title} {since}; it failed {times} since: {one.fault}"
    can_be_asked = one.source in descriptors.list_refreshable()
    way = "run `clinic-finder refresh`" if can_be_asked else "take in its newest file"
    return f"{title} {since}; {way}."


def _list_sources(
    workspace: Workspace,
) -> Iterator[tuple[str, Sequence[RunSummary], Sequence[Asked]]]:
    """Yield the name of each source, its runs and what refreshes got of it, the newest first."""
    by_source: dict[str, list[RunSummary]] = {}
    for run in runs.list_runs(workspace):
        by_source.setdefault(run.source, []).append(run)
    asked: dict[str, list[Asked]] = {}
    for report in refresh_report.list_reports():
        for one in report.asked:
            asked.setdefault(one.source, []).append(one)
    for name in dict.fromkeys((*by_source, *descriptors.list_refreshable())):
        yield name, by_source.get(name, ()), asked.get(name, ())


def _tell(
    name: str, past: Sequence[RunSummary], asked: Sequence[Asked], now: datetime
) -> SourceHealth:
    """Return how a source does, without who rests on it."""
    known = _KNOWN.get(name.partition(":")[0])
    standing = [run for run in past if run.state == "complete"]
    last_at = max(
        [run.finished_at for run in standing[:1]]
        + [one.at for one in asked if one.outcome == refresh_report.TAKEN][:1],
        default="",
    )
    failed = []
    for one in asked:
        if one.outcome != refresh_report.FAILED or one.at <= last_at:
            break
        failed.append(one)
    rows = [run.accepted for run in standing[:2]]
    return SourceHealth(
        source=name,
        title=past[0].title if past else known.title if known else name,
        last_at=last_at,
        age_days=_count_days(last_at, now) if last_at else None,
        interval_days=known.interval_days if known else 0,
        rows=rows[0] if rows else None,
        rows_before=rows[1] if len(rows) > 1 else None,
        failures=len(failed),
        fault=failed[0].told if failed else "",
        waits=bool(past) and past[0].state == "held",
    )


def _find_licence(name: str) -> str:
    return _KNOWN[name].licence.name if name in _KNOWN else ""


def _count_days(at: str, now: datetime) -> int:
    return max((now - datetime.fromisoformat(at)).days, 0)
