"""Cases for operators of what clinics' own sites tell of their end; each is opened once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geo.workspace import cases, decisions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.workspace import Workspace

SAYS_CLOSED: Final = "Its own site says that it has closed; look at the site, or call."


@dataclass(frozen=True)
class SiteReport:
    """What a site tells of a clinic.

    Attributes
    ----------
    clinic_id : of the clinic.
    subject : what the case is about; it is asked once.
    says : a sentence, and what to do.
    """

    clinic_id: str
    subject: str
    says: str


def open_reports(workspace: Workspace, reports: Sequence[SiteReport], *, who: str) -> int:
    """Open a case for each report that was not made before; return how many.

    Raises
    ------
    SchemaError : nobody is named.
    WorkspaceError : the workspace cannot be written.
    """
    told = {row[0] for row in workspace.read("SELECT subject FROM cases WHERE kind = 'report'")}
    fresh = [report for report in reports if report.subject not in told]
    if not fresh:
        return 0
    with workspace.change():
        decided = decisions.record(workspace, "enrich", "", {"clinics": len(fresh)}, who=who)
        for report in fresh:
            cases.add(
                workspace,
                decided,
                "report",
                report.subject,
                clinic_id=report.clinic_id,
                reason=f"Reported: {report.says}",
                facts={"says": report.says, "received": decisions.today()},
            )
    return len(fresh)
