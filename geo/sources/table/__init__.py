"""Any table (CSV, Excel, GeoJSON, GeoParquet) with a mapping of its columns.

`guess` looks at a file and proposes a `Mapping`; a person sees it (`Mapping.to_table`), changes it
(`Mapping.choose`) and hands it to `read`. A file of rejects (`geo.sources.rejects.write_rejects`)
is such a table again.
"""

from __future__ import annotations

import re
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from geo.clinics.fields import FIELDS as REGISTERED
from geo.clinics.resolving import ADDRESS
from geo.clinics.vocabulary import EVIDENCE as KINDS_OF_EVIDENCE
from geo.clinics.vocabulary import Evidence
from geo.errors import SourceError
from geo.exporting.formulas import restore
from geo.files.csv_rows import MOST_COLUMNS
from geo.places import address
from geo.sources import descriptors
from geo.sources.cleaning import clean_date, clean_evidence, clean_text
from geo.sources.reading import FIELDS as LISTING_FIELDS
from geo.sources.reading import Batch, BatchBuilder, hash_key
from geo.sources.rejects import REASON
from geo.sources.table import delimited, geographic, spreadsheet
from geo.sources.table.mapping import COLUMNS, FIELDS, Mapping, guess_mapping, is_personal

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from pathlib import Path

    from geo.sources.table.cells import Row

__all__ = ["COLUMNS", "FIELDS", "Mapping", "Sample", "guess", "guess_mapping", "read", "sample"]

SOURCE: Final = descriptors.TABLE

MOST_ROWS: Final = 2_000_000
"""Ten times the places that treat anything of the mind; a small file can hold a billion rows."""

_SAMPLE_ROWS: Final = 200
# What keys a record for good, whatever fields are added: a listing keeps its id.
_KEY_FIELDS: Final = ("name", "street", "unit", "city", "state", "zip", "address")
_IN_NAME: Final = tuple(field.name for field in REGISTERED if field.in_name)
_EXTRA: Final = "more cells"
_REFUSED: Final = {
    b"\xd0\xcf\x11\xe0": "an old Excel file (.xls) or one with a password; save it as .xlsx or CSV",
    b"\x1f\x8b": "packed with gzip; unpack it first",
    b"%PDF": "a PDF; give the table it was made from",
}


@dataclass(frozen=True)
class Sample:
    """The beginning of a table.

    Attributes
    ----------
    heading : the columns' names.
    rows : the first 200 at most, each as long as the heading.
    """

    heading: list[str]
    rows: list[list[str]]


def guess(path: Path, *, delimiter: str = "", encoding: str = "") -> Mapping:
    """Return the likeliest mapping of a file's columns, from its heading and first 200 rows.

    Parameters
    ----------
    path : a file whose form is told by its content: .xlsx, Parquet, GeoJSON, else delimited text.
    delimiter, encoding : of a delimited text; sniffed unless told.

    Raises
    ------
    SourceError, CrsError : as `read`.
    """
    found = sample(path, delimiter=delimiter, encoding=encoding)
    return guess_mapping(found.heading, found.rows)


def sample(path: Path, *, delimiter: str = "", encoding: str = "") -> Sample:
    """Return the beginning of a file, to choose its columns by.

    Parameters
    ----------
    path, delimiter, encoding : as for `guess`.

    Raises
    ------
    SourceError, CrsError : as `read`.
    """
    with closing(_open(path, delimiter, encoding)) as rows:
        heading = _heading(path, rows)
        first = [
            [restore(cell) for cell in _fit(row.cells, len(heading))]
            for row in islice(rows, _SAMPLE_ROWS)
        ]
    return Sample(heading, first)


def read(
    path: Path,
    mapping: Mapping,
    *,
    title: str,
    url: str = SOURCE.url,
    licence: str = SOURCE.licence.name,
    evidence: str = SOURCE.evidence,
    source_date: str = "",
    delimiter: str = "",
    encoding: str = "",
) -> Iterator[Batch]:
    """Yield what a table says, each row of it taken as relevant.

    Parameters
    ----------
    path : as for `guess`. Of a workbook the first sheet is read.
    mapping : confirmed by whoever knows the table.
    title : the table's name in plain words; with the row's key it makes the listing's id, so give
        a newer edition of a table the same title.
    url, licence : where the table is from, and what its coordinates may be used for.
    evidence : one of `geo.clinics.vocabulary.EVIDENCE`.
    source_date : the table's date, for rows without one of their own; not for those that say they
        are of the press, as when a table was made tells nothing of when a story was written.
    delimiter, encoding : of a delimited text; sniffed unless told.

    Yields
    ------
    Batches. A row's key is its `id`, else a hash of its name and address as they stand. Rejects
    keep the row as it stood; a listing's `raw` is without columns that seem to name a person.

    Raises
    ------
    SourceError : the file cannot be read in its form, its heading has a name twice or lacks a
        column of the mapping, or an argument is not allowed.
    CrsError : the coordinate reference system of its geometries is unknown.
    """
    prefix = re.sub(r"[^a-z0-9]+", "-", clean_text(title).lower()).strip("-")
    if not prefix:
        raise SourceError("Name the table in plain words, such as 'State list of clinics'.")
    if evidence not in KINDS_OF_EVIDENCE:
        kinds = ", ".join(KINDS_OF_EVIDENCE)
        raise SourceError(f"{evidence!r} is no kind of evidence; use one of {kinds}.")
    if reason := clean_date(source_date, datetime.now(tz=UTC).date()).reason:
        raise SourceError(f"The table's date {reason}; give the day it was made.")
    builder = BatchBuilder(name=SOURCE.name, title=clean_text(title), url=url, evidence=evidence)
    with closing(_open(path, delimiter, encoding)) as rows:
        heading = _heading(path, rows)
        _check_split(path, heading, mapping)
        mapping.check(heading)
        personal = {column for column in heading if is_personal(column)} | {REASON}
        table = _Table(
            heading=heading,
            mapping=mapping,
            prefix=prefix,
            licence=licence,
            source_date=source_date,
            personal=frozenset(personal - set(mapping.columns.values())),
        )
        for count, row in enumerate(rows, start=1):
            if count > MOST_ROWS:
                raise SourceError(
                    f"{path.name} has more than {MOST_ROWS:,} rows, which is no table of clinics; "
                    "take in the rows that are of clinics."
                )
            table.add(row, builder)
            if builder.full:
                yield builder.take()
    yield builder.take()


@dataclass(frozen=True)
class _Table:
    """What is known of a table once its heading is read."""

    heading: list[str]
    mapping: Mapping
    prefix: str
    licence: str
    source_date: str
    personal: frozenset[str]

    def add(self, row: Row, builder: BatchBuilder) -> None:
        cells = [restore(cell) for cell in row.cells]
        width = len(self.heading)
        record = dict(zip(self.heading, _fit(cells, width), strict=True))
        more = [cell for cell in cells[width:] if cell.strip()]
        if row.fault or more:
            reason = row.fault or f"it has {len(cells)} cells, not {width}"
            whole = record | ({_EXTRA: " | ".join(more)} if more else {})
            builder.reject("", reason, raw=whole, line=row.line)
            return
        said = {name: record[column] for name, column in self.mapping.columns.items()}
        own_id = clean_text(said.get("id", ""))
        key = own_id or hash_key(*(said.get(name, "") for name in _KEY_FIELDS))
        builder.add(
            f"{self.prefix}:{key}",
            _fields(said, self.source_date),
            raw={name: cell for name, cell in record.items() if name not in self.personal},
            reject_raw=record,
            line=row.line,
            point=(said.get("latitude", ""), said.get("longitude", "")),
            point_licence=self.licence,
        )


def _fields(said: dict[str, str], source_date: str) -> dict[str, str]:
    """Return a listing's fields; a whole address fills those that have no column or no value."""
    fields = {name: said.get(name, "") for name in LISTING_FIELDS}
    for name in _IN_NAME:
        if not fields[name].strip():
            del fields[name]  # then the name is asked
    if said.get("address", "").strip():
        parts = address.parse(said["address"])
        for name in ADDRESS:
            fields[name] = fields[name].strip() or getattr(parts, name)
    own_kind = clean_evidence(fields["evidence"]).value
    if not fields["source_date"].strip() and own_kind != Evidence.PRESS:
        fields["source_date"] = source_date
    return fields


def _open(path: Path, delimiter: str, encoding: str) -> Generator[Row]:
    try:
        with path.open("rb") as file:
            start = file.read(1_000)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from error
    for magic, advice in _REFUSED.items():
        if start.startswith(magic):
            raise SourceError(f"{path.name} is {advice}.")
    if start.startswith(b"PK"):
        return spreadsheet.read_rows(path)
    if start.startswith(b"PAR1"):
        return geographic.read_parquet(path)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return geographic.read_geojson(path)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise SourceError(f"{path.name} is a web page or XML, no table; export it as CSV.")
    return delimited.read_rows(path, delimited.sniff(path, delimiter, encoding))


def _heading(path: Path, rows: Iterator[Row]) -> list[str]:
    """Return the names of the columns; one without a name is called by its place.

    Raises
    ------
    SourceError : there is no heading, or a name stands in it twice.
    """
    first = next(rows, None)
    if first is None or first.fault:
        raise SourceError(f"{path.name} has no heading; its first line must name the columns.")
    named = [clean_text(restore(cell)) for cell in first.cells]
    while named and not named[-1]:
        named.pop()
    if len(named) > MOST_COLUMNS:
        raise SourceError(
            f"{path.name} has {len(named):,} columns; leave those of a clinic, at most "
            f"{MOST_COLUMNS:,}, and export it again."
        )
    if not named:
        raise SourceError(f"{path.name} has no heading that can be read; name its columns.")
    heading = [name or f"column {at}" for at, name in enumerate(named, start=1)]
    if twice := [name for name, count in Counter(heading).items() if count > 1]:
        raise SourceError(
            f"The heading of {path.name} has {', '.join(map(repr, twice))} more than once; give each "
            "column a name of its own."
        )
    return heading


def _check_split(path: Path, heading: list[str], mapping: Mapping) -> None:
    """Raise if a delimited heading was split at the wrong character."""
    if len(heading) > 1 or set(mapping.columns.values()) <= set(heading):
        return
    for mark, name in delimited.DELIMITERS.items():
        if mark in heading[0]:
            raise SourceError(
                f"{path.name} has one column, {heading[0][:60]!r}; a {name} seems to stand between "
                "its cells: give that as the delimiter."
            )


def _fit(cells: Sequence[str], width: int) -> list[str]:
    """Return so many cells: empty ones behind, or the first of them."""
    return [*cells[:width], *[""] * (width - len(cells))]
