"""What would come of a table, before anything of it is taken in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from geo.sources import table
from geo.sources.cleaning import is_relevant
from geo.sources.rejects import REASON
from geo.sources.table.known_exports import find_export

if TYPE_CHECKING:
    from collections.abc import Mapping as Named
    from pathlib import Path

    from geo.sources.reading import Batch
    from geo.sources.table import Layout, Mapping, Sample

SHOWN: Final = 5
"""Listings that are shown as they would be taken in."""

_FIELDS: Final = (
    "name", "street", "unit", "city", "state", "zip", "phone", "website", "treatments", "operating",
    "operating_date",
)  # fmt: skip
_SERVICES: Final = ("treatments", "conditions")
_TITLE: Final = "preview"
_NAMED_BY_HALF: Final = 2


@dataclass(frozen=True)
class Preview:
    """What would come of a table.

    Attributes
    ----------
    records : places that the table tells of, and rows that cannot be read.
    naming : those of them that name ketamine, esketamine or Spravato.
    only_naming : whether those alone are taken.
    accepted, not_relevant, rejected : what becomes of the records.
    reasons : why records are rejected, with how often.
    operating : of the accepted `open`, `closed` (closed, or not open yet), `doubtful`, `unsaid`.
    mended : fields that could not be used, with how often.
    notices : sentences that its reader tells.
    samples : the first listings, field -> value; where none is taken, as they would be.
    unread : columns that no field is read from.
    """

    records: int
    naming: int
    only_naming: bool
    accepted: int
    not_relevant: int
    rejected: int
    reasons: dict[str, int] = field(default_factory=dict)
    operating: dict[str, int] = field(default_factory=dict)
    mended: dict[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    samples: tuple[Named[str, str], ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def warning(self) -> str:
        """What is to be looked at before it is taken in; "" where nothing is."""
        if self.records and not self.naming:
            taken = "none is taken in" if self.only_naming else "all would be taken in"
            return (
                f"None of its {self.records:,} records names ketamine, esketamine or Spravato: "
                f"{taken}. Is it a list of such clinics?"
            )
        silent = self.records - self.naming
        if not self.only_naming and silent > 0:
            return f"Of the records {silent:,} do not name the treatment, and would be taken in."
        if self.only_naming and self.not_relevant:
            return f"Not naming the treatment, {self.not_relevant:,} records are left out."
        return ""


def look(
    path: Path, mapping: Mapping, layout: Layout, *, only_naming: bool | None = None
) -> Preview:
    """Return what would come of a table.

    Parameters
    ----------
    path, mapping, layout : as `geo.sources.table.read` takes them.
    only_naming : whether only records that name the treatment are such clinics; None to guess: all
        are where its title or half of them name it, or where no column could tell.

    Raises
    ------
    SourceError, CrsError : as `geo.sources.table.read`.
    """
    found = table.sample(path, layout)
    naming = _Tally(path, mapping, found.layout, only_naming=True)
    if only_naming is None:
        title = f"{found.above} {' '.join(found.sheets)} {path.stem.replace('_', ' ')}"
        all_are = (
            found.heading[-1:] == [REASON]
            or is_relevant(title)
            or (
                find_export(found.heading) is None
                and (
                    _NAMED_BY_HALF * naming.not_relevant <= naming.read
                    or not _tells_services(found, mapping)
                )
            )
        )
        only_naming = not all_are
    chosen = naming if only_naming else _Tally(path, mapping, found.layout, only_naming=False)
    shown = chosen.samples
    if only_naming and not shown:  # to be seen what it would be that is left out
        shown = _Tally(path, mapping, found.layout, only_naming=False).samples
    export = find_export(found.heading)
    known = export.list_columns(found.heading).values() if export else ()
    flags = export.flags if export else {}
    read = {*mapping.columns.values(), *(column for columns in known for column in columns)}
    read |= {column for column in found.heading if column.lower() in flags}
    return Preview(
        records=chosen.read,
        naming=naming.read - naming.not_relevant,
        only_naming=only_naming,
        accepted=chosen.accepted,
        not_relevant=chosen.not_relevant,
        rejected=sum(chosen.reasons.values()),
        reasons=dict(chosen.reasons.most_common()),
        operating=dict(chosen.operating),
        mended=dict(chosen.mended.most_common()),
        notices=tuple(chosen.notices),
        samples=tuple(shown),
        unread=tuple(column for column in found.heading if column not in read),
    )


def _tells_services(found: Sample, mapping: Mapping) -> bool:
    """Tell whether a table says of its rows what they offer, so that silence means something."""
    columns = [mapping.columns[name] for name in _SERVICES if name in mapping.columns]
    at = [found.heading.index(column) for column in columns if column in found.heading]
    return any(row[one].strip() for row in found.rows for one in at)


class _Tally:
    """A table read through, and what of it is counted."""

    def __init__(self, path: Path, mapping: Mapping, layout: Layout, *, only_naming: bool) -> None:
        self.read = self.accepted = self.not_relevant = 0
        self.reasons: Counter[str] = Counter()
        self.operating: Counter[str] = Counter()
        self.mended: Counter[str] = Counter()
        self.notices: list[str] = []
        self.samples: list[Named[str, str]] = []
        for batch in table.read(
            path, mapping, title=_TITLE, layout=layout, only_naming=only_naming
        ):
            self._add(batch)

    def _add(self, batch: Batch) -> None:
        self.read += batch.read
        self.accepted += len(batch.listings)
        self.not_relevant += batch.not_relevant
        self.reasons.update(batch.rejects["reason"])
        words = {"yes": "open", "unconfirmed": "doubtful", "": "unsaid"}
        self.operating.update(batch.listings["operating"].replace(words))
        self.mended.update(batch.cleared_fields["column"])
        self.notices += batch.notices["reason"].tolist()
        missing = SHOWN - len(self.samples)
        first = batch.listings[list(_FIELDS)].head(missing).to_dict("records")
        self.samples += [{str(name): str(text) for name, text in row.items()} for row in first]
