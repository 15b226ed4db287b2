"""Any table (CSV, Excel, GeoJSON, GeoParquet) with a mapping of its columns.

`guess` looks at a file and proposes a `Mapping`; a person sees it (`Mapping.to_table`, and what
would come of it: `geo.sources.table.preview`), changes it (`Mapping.choose`) and hands it to
`read`. A file of rejects (`geo.sources.rejects.write_rejects`) is such a table again.
"""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from geo.clinics.vocabulary import EVIDENCE as KINDS_OF_EVIDENCE
from geo.errors import SourceError
from geo.sources import descriptors
from geo.sources.cleaning import clean_date, clean_text
from geo.sources.reading import Batch, BatchBuilder
from geo.sources.rejects import REASON
from geo.sources.table.columns import COLUMNS, FIELDS
from geo.sources.table.heading import SAMPLE_ROWS, check_split, fill_cells, read_heading
from geo.sources.table.known_exports import find_export
from geo.sources.table.layout import Layout, find_layout, open_rows
from geo.sources.table.mapping import Mapping, guess_mapping, is_personal
from geo.sources.table.table_reader import TableReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "COLUMNS", "FIELDS", "Layout", "Mapping", "Sample", "guess", "guess_mapping", "read", "sample",
]  # fmt: skip

SOURCE: Final = descriptors.TABLE

MOST_ROWS: Final = 2_000_000
"""Ten times the places that treat anything of the mind; a small file can hold a billion rows."""

_UNTOLD: Final = Layout()


@dataclass(frozen=True)
class Sample:
    """The beginning of a table.

    Attributes
    ----------
    heading : the columns' names.
    rows : the first 200 at most, each as long as the heading.
    layout : how the table lies in its file.
    sheets : the names of a workbook's sheets; none of another file.
    above : what stands above the heading, as a title.
    """

    heading: list[str]
    rows: list[list[str]]
    layout: Layout = field(default_factory=Layout)
    sheets: tuple[str, ...] = ()
    above: str = ""


def guess(path: Path, layout: Layout = _UNTOLD) -> Mapping:
    """Return the likeliest mapping of a file's columns, from its heading and first 200 rows.

    Parameters
    ----------
    path : a file whose form is told by its content: .xlsx, Parquet, GeoJSON, else delimited text.
    layout : how the table lies in it, as far as that is known.

    Raises
    ------
    SourceError, CrsError : as `read`.
    """
    found = sample(path, layout)
    return guess_mapping(found.heading, found.rows)


def sample(path: Path, layout: Layout = _UNTOLD) -> Sample:
    """Return the beginning of a file, to choose its columns by.

    Parameters
    ----------
    path, layout : as for `guess`.

    Raises
    ------
    SourceError, CrsError : as `read`.
    """
    found = find_layout(path, layout)
    heading, links = read_heading(path, found)
    with closing(open_rows(path, found)) as rows:
        next(rows, None)
        first = [fill_cells(row, heading, links) for row in islice(rows, SAMPLE_ROWS)]
    return Sample(heading, first, found.layout, found.sheets, found.above)


def read(
    path: Path,
    mapping: Mapping,
    *,
    title: str,
    url: str = SOURCE.url,
    licence: str = SOURCE.licence.name,
    evidence: str = SOURCE.evidence,
    source_date: str = "",
    layout: Layout = _UNTOLD,
    only_naming: bool = False,
) -> Iterator[Batch]:
    """Yield what a table says; rows of one place are one record, with all that they tell.

    Parameters
    ----------
    path, layout : as for `guess`.
    mapping : confirmed by whoever knows the table.
    title : the table's name in plain words; with the row's key it makes the listing's id, so give
        a newer edition of a table the same title.
    url, licence : where the table is from, and what its coordinates may be used for.
    evidence : one of `geo.clinics.vocabulary.EVIDENCE`.
    source_date : the table's date, for rows without one of their own; not for those that say they
        are of the press, as when a table was made tells nothing of when a story was written.
    only_naming : whether only rows that name ketamine, esketamine or Spravato are such clinics;
        else all of them are.

    Yields
    ------
    Batches. A record's key is its `id`, if that tells one place from others, else a hash of its
    name and address as they stand. Rejects keep the row as it stood; a listing's `raw` is without
    columns that seem to name a person. A notice tells how many rows were of places told before.

    Raises
    ------
    SourceError : the file cannot be read in its form, its heading lacks a column of the mapping, or
        an argument is not allowed.
    CrsError : the coordinate reference system of its geometries is unknown.
    """
    prefix = re.sub(r"[^a-z0-9]+", "-", clean_text(title).lower()).strip("-")
    if not prefix:
        raise SourceError("Name the table in plain words, such as 'State list of clinics'.")
    if evidence not in KINDS_OF_EVIDENCE:
        kinds = ", ".join(KINDS_OF_EVIDENCE)
        raise SourceError(f"{evidence!r} is no kind of evidence; use one of {kinds}.")
    today = datetime.now(tz=UTC).date()
    if reason := clean_date(source_date, today).reason:
        raise SourceError(f"The table's date {reason}; give the day it was made.")
    builder = BatchBuilder(name=SOURCE.name, title=clean_text(title), url=url, evidence=evidence)
    found = find_layout(path, layout)
    heading, links = read_heading(path, found)
    check_split(path, heading, mapping)
    mapping.check(heading)
    personal = {column for column in heading if is_personal(column)} | {REASON}
    table = TableReader(
        heading=heading,
        mapping=mapping,
        prefix=prefix,
        licence=licence,
        source_date=source_date,
        personal=frozenset(personal - set(mapping.columns.values())),
        links=links,
        export=find_export(heading),
        only_naming=only_naming,
        today=today,
    )
    with closing(open_rows(path, found)) as rows:
        next(rows, None)
        for count, row in enumerate(rows, start=1):
            if count > MOST_ROWS:
                raise SourceError(
                    f"{path.name} has more than {MOST_ROWS:,} rows, which is no table of clinics; "
                    "take in the rows that are of clinics."
                )
            table.look(row)
    with closing(open_rows(path, found)) as rows:
        next(rows, None)
        for row in rows:
            table.add(row, builder)
            if builder.full:
                yield builder.take()
    table.finish(builder)
    yield builder.take()
