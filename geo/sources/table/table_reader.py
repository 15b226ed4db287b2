"""One table, read row by row into a `BatchBuilder`, in two passes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from geo.clinics.fields import FIELDS as REGISTERED
from geo.exporting.formulas import restore
from geo.sources.cleaning import is_relevant
from geo.sources.form_cleaning import find_treatments
from geo.sources.table import relevance
from geo.sources.table.cells import unescape
from geo.sources.table.columns import NAMES
from geo.sources.table.gathering import Keys, Record, make_key
from geo.sources.table.heading import fill_cells
from geo.sources.table.row_facts import read_facts

if TYPE_CHECKING:
    from datetime import date

    from geo.sources.reading import BatchBuilder
    from geo.sources.table.cells import Row
    from geo.sources.table.known_exports import KnownExport
    from geo.sources.table.linked_cells import Links
    from geo.sources.table.mapping import Mapping

_IN_NAME: Final = tuple(field.name for field in REGISTERED if field.in_name)
_EXTRA: Final = "more cells"


@dataclass
class TableReader:
    """What is known of a table once its heading is read.

    Parameters
    ----------
    heading, links : as `geo.sources.table.heading.read_heading` gives them.
    mapping : confirmed.
    prefix : of the keys of its records.
    licence, source_date, only_naming : as `geo.sources.table.read` takes them.
    personal : columns that are kept out of a listing's `raw`.
    export : what it is an export of, if that is known.
    today : the last day that is no future.
    """

    heading: list[str]
    mapping: Mapping
    prefix: str
    licence: str
    source_date: str
    personal: frozenset[str]
    links: Links
    export: KnownExport | None
    only_naming: bool
    today: date
    keys: Keys = field(default_factory=Keys)
    shared: dict[str, Record] = field(default_factory=dict)

    def look(self, row: Row) -> None:
        """Take note of a row in the first pass: which rows are of one place."""
        if not row.fault:
            self.keys.look(make_key(self._say(self._record(row))))

    def add(self, row: Row, builder: BatchBuilder) -> None:
        """Hand over a row, or keep it until the other rows of its place are there."""
        cells = [restore(cell) for cell in row.cells]
        width = len(self.heading) - len(self.links.added)
        record = self._record(row)
        more = [cell for cell in cells[width:] if cell.strip()]
        if row.fault or more:
            if self.only_naming and not any(map(is_relevant, cells)):
                builder.skip()
                return
            reason = row.fault or f"it has {len(cells)} cells, not {width}"
            whole = record | ({_EXTRA: " | ".join(more)} if more else {})
            builder.reject("", reason, raw=whole, line=row.line)
            return
        said = self._say(record)
        key = make_key(said)
        named_by = frozenset(self.mapping.columns.get(name, "") for name in NAMES)
        spoken = relevance.list_spoken(record, named_by, self.export)
        own = Record(said, record, row.line, spoken)
        name = self.keys.name(key)
        if not self.keys.is_shared(key):
            self._hand_over(name, own, builder)
        elif name in self.shared:
            self.shared[name].add(own)
        else:
            self.shared[name] = own

    def finish(self, builder: BatchBuilder) -> None:
        """Hand over the places that several rows tell of, and say how many rows those were."""
        rows = sum(record.rows - 1 for record in self.shared.values())
        if rows:
            reason = (
                f"Of the rows {rows:,} tell of a place that an earlier one tells of; each place is "
                "one record with all that its rows say."
            )
            builder.note("", "joined rows", "", reason)
        if "id" in self.mapping.columns and not self.keys.unique:
            column = self.mapping.columns["id"]
            reason = f"The column {column!r} has one value for several places, and keys none."
            builder.note("", "no key", "", reason)
        for name, record in self.shared.items():
            self._hand_over(name, record, builder)

    def _hand_over(self, key: str, record: Record, builder: BatchBuilder) -> None:
        if self.only_naming and not record.spoken:
            builder.skip()
            return
        said = record.said
        facts = read_facts(
            said, record.cells, self.export, source_date=self.source_date, today=self.today
        )
        fields = facts.fields
        if not fields["treatments"].strip() or self.export is not None:
            told = "; ".join(filter(None, (fields["treatments"], fields["name"], *record.spoken)))
            fields["treatments"] = find_treatments(told)
        for name in _IN_NAME:
            if not fields[name].strip():
                del fields[name]  # then the name is asked
        builder.add(
            f"{self.prefix}:{key}",
            fields,
            raw={name: cell for name, cell in record.cells.items() if name not in self.personal},
            reject_raw=record.cells,
            line=record.line,
            point=(said.get("latitude", ""), said.get("longitude", "")),
            point_licence=self.licence,
            remarks=facts.remarks,
        )

    def _record(self, row: Row) -> dict[str, str]:
        return dict(zip(self.heading, fill_cells(row, self.heading, self.links), strict=True))

    def _say(self, record: dict[str, str]) -> dict[str, str]:
        """Return what stands in the column of each field; of a known export in its further ones."""
        known = self.export.list_columns(self.heading) if self.export else {}
        said = {}
        for name, column in self.mapping.columns.items():
            said[name] = record[column]
            columns = known.get(name, ())
            if self.export is not None and columns[:1] == (column,):
                cells = [record[one] for one in columns if record[one].strip()]
                several = name in self.export.joined
                glue = ", " if name == "name" else "\n"
                said[name] = glue.join(cells if several else cells[:1])
        if self.export is not None and self.export.former[0] in record:
            column, value = self.export.former
            if record[column].strip() == value:
                said.pop("trade_name", None)
        return {name: unescape(cell) for name, cell in said.items()}
