"""What a refresh did, kept in a file a run: how a killed one got on, too."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from geo.errors import WorkspaceError
from geo.files import whole_files
from geo.paths import find_home

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

TAKEN: Final = "taken in"
HELD: Final = "held"
FAILED: Final = "failed"

PUBLISHED: Final = "published"
NOTHING: Final = "nothing changes"
DRAFT: Final = "a draft waits"
NOT_BUILT: Final = "no release was built"

KEPT: Final = 60
"""Reports of so many runs are kept."""


@dataclass(frozen=True)
class Asked:
    """What came of one source.

    Attributes
    ----------
    source : its name.
    at : UTC, ISO 8601 to the second.
    outcome : `taken in`; `held` until an operator looks at it; `failed`.
    told : a sentence: of a failure who was asked, what came, and what to do.
    counts : records or sites, by what became of them.
    """

    source: str
    at: str
    outcome: str
    told: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class RefreshReport:
    """What one run did.

    Attributes
    ----------
    started_at, finished_at : UTC, ISO 8601 to the second; the latter "" while it is at work, and
        for good where it was killed.
    asked : the sources in the order in which they were asked.
    clinics : that were looked at by the geocoders, by what became of them.
    faults : a sentence for each geocoder that was given up.
    result : `published`, `nothing changes`, `a draft waits`, `no release was built`; "" before that.
    release_id : of the release in use at the end.
    changes : what the release or the draft changes, a sentence.
    reasons : why a draft was not published, or none was built; sentences.
    """

    started_at: str
    finished_at: str = ""
    asked: tuple[Asked, ...] = ()
    clinics: Mapping[str, int] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    result: str = ""
    release_id: str = ""
    changes: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether a source, a geocoder or the building of the release failed."""
        return (
            bool(self.faults)
            or self.result == NOT_BUILT
            or any(one.outcome == FAILED for one in self.asked)
        )


def keep(report: RefreshReport, text: str = "") -> Path:
    """Keep how a run stands; readers see the state before or this one. Return the file for people.

    Parameters
    ----------
    report : of the run.
    text : the report for people; "" leaves that file as it is.

    Raises
    ------
    WorkspaceError : the disk fails.
    """
    path = _folder() / f"{report.started_at.replace(':', '-')}.json"
    readable = path.with_suffix(".txt")
    try:
        whole_files.replace(path, json.dumps(asdict(report), indent=1))
        if text:
            whole_files.replace(readable, text)
            _remove_old()
    except OSError as error:
        raise WorkspaceError(
            f"The report {path} cannot be written: {error.strerror or error}."
        ) from error
    return readable


def list_reports() -> list[RefreshReport]:
    """Return the reports that are kept, the newest first; one that cannot be read is left out."""
    return list(_read_all())


def _read_all() -> Iterator[RefreshReport]:
    for path in sorted(_folder().glob("*.json"), reverse=True):
        try:
            read: dict[str, Any] = json.loads(path.read_bytes())
            read["asked"] = tuple(Asked(**one) for one in read["asked"])
            yield RefreshReport(
                **{**read, "faults": tuple(read["faults"]), "reasons": tuple(read["reasons"])}
            )
        except (OSError, ValueError, TypeError, KeyError):
            continue  # it tells of the past alone: the next run writes its own


def _folder() -> Path:
    return find_home() / "refreshes"


def _remove_old() -> None:
    for path in sorted(_folder().glob("*.json"), reverse=True)[KEPT:]:
        path.unlink(missing_ok=True)
        path.with_suffix(".txt").unlink(missing_ok=True)
