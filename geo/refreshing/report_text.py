"""The report of a refresh in words: what came, what failed, what is to be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geo.exporting.terminal import plain
from geo.refreshing import refresh_report
from geo.sources import descriptors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from geo.refreshing.refresh_report import Asked, RefreshReport

_RESULTS: Final = {
    refresh_report.PUBLISHED: "Published: {release} is in use.",
    refresh_report.NOTHING: "Nothing changes: {release} stays in use.",
    refresh_report.DRAFT: (
        "A draft waits on the page Refresh, in its last step; {release} stays in use."
    ),
    refresh_report.NOT_BUILT: "No release was built; {release} stays in use.",
    "": "It did not come to an end; the next run goes on from there.",
}


def summarise_result(report: RefreshReport) -> str:
    """Return what came of a run, a sentence."""
    return _RESULTS[report.result].format(release=report.release_id)


def write_report(report: RefreshReport) -> str:
    """Return the report for people, in plain text."""
    return "\n".join(plain(line) for line in _list_lines(report)) + "\n"


def _list_lines(report: RefreshReport) -> Iterator[str]:
    yield f"Refresh of {report.started_at.replace('T', ' ').removesuffix('Z')} UTC"
    yield ""
    yield summarise_result(report)
    if report.changes and report.result != refresh_report.NOTHING:
        yield report.changes
    yield from (f"- {reason}" for reason in report.reasons)
    yield ""
    yield "Sources"
    yield from (f"- {_tell_asked(one)}" for one in report.asked)
    if report.clinics or report.faults:
        yield ""
        yield f"Clinics by what locating came to: {_count(report.clinics) or 'none was looked at'}."
        yield from (f"- {fault}" for fault in report.faults)


def _tell_asked(one: Asked) -> str:
    title = descriptors.find(one.source).title
    counts = f": {_count(one.counts)}" if one.counts else ""
    told = f" {one.told}" if one.told else ""
    return f"{title}, {one.outcome}{counts}.{told}"


def _count(counts: Mapping[str, int]) -> str:
    return ", ".join(
        f"{count:,} {word.replace('_', ' ')}" for word, count in counts.items() if count
    )
