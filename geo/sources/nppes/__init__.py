"""The full NPPES file: every organisation with an NPI whose name speaks of ketamine or Spravato.

A listing is one practice location. Records read are the rows of the main file, and of the side files
those that belong to a relevant organisation or cannot be parsed.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from contextlib import closing
from typing import TYPE_CHECKING, Final

from geo.sources import descriptors
from geo.sources.cleaning import is_relevant, show
from geo.sources.nppes import provider_records
from geo.sources.nppes.monthly_files import Month, Part, open_month
from geo.sources.nppes.provider_records import NPI, PRIMARY, SECONDARY, Name
from geo.sources.nppes.scanning import Scanner
from geo.sources.reading import Batch, BatchBuilder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from geo.sources.nppes.block_search import Record

SOURCE: Final = descriptors.NPPES

ROWS_A_BATCH: Final = 1_000_000
"""Rows after which a batch is handed over even if nothing was found, so that progress is seen."""

_PROVIDER_URL: Final = "https://npiregistry.cms.hhs.gov/provider-view/{}"
_NO_TREATMENT: Final = " "  # a blank: where nothing is given, wider words are looked for
_log = logging.getLogger(__name__)


def read(path: Path, known_npis: Collection[str] = frozenset()) -> Iterator[Batch]:
    """Return the practice locations of relevant organisations, and which known NPIs are no more.

    An organisation is relevant if its name, or another name that it still bears, speaks of
    ketamine, esketamine or Spravato. Its first location has the id `nppes:<npi>:0`, a secondary one
    `nppes:<npi>:<key of the address>`.

    Parameters
    ----------
    path : the main file, `npidata_pfile_<period>.csv`, with `othername_pfile_<period>.csv` and
        `pl_pfile_<period>.csv` beside it, or the month's zip. A side file that is missing is
        logged as a warning.
    known_npis : NPIs of clinics; for each that the file calls deactivated there is a notice.

    Returns
    -------
    Batches; over all of them the counts hold exactly. Memory does not grow with the file.

    Raises
    ------
    SourceError : a file is not in NPPES's form, is damaged or cut off, or has a line too long; the
        batches until then are to be thrown away.

    Source
    ------
    CMS, "NPPES Data Dissemination - Readme", and the code values that come with each month.
    """
    with open_month(path) as month:
        reading = _Reading(month, frozenset(known_npis))
        for part, read_part in (
            (month.other_names, reading.read_other_names),
            (month.main, reading.read_main),
            (month.locations, reading.read_locations),
        ):
            if part is not None:
                yield from read_part(part)
        yield reading.builder.take()


class _Reading:
    """One pass over a month: what the earlier files told is needed for the later ones."""

    def __init__(self, month: Month, known_npis: frozenset[str]) -> None:
        self.builder = BatchBuilder.of(SOURCE)
        self._file_date = month.date
        self._known = known_npis
        self._others: defaultdict[str, list[Name]] = defaultdict(list)
        self._shared: dict[str, dict[str, str]] = {}
        self._first_key: dict[str, str] = {}
        self._rows = 0  # since the last batch
        for part, kind in ((month.other_names, "other names"), (month.locations, "locations")):
            if part is None:
                _log.warning("%s comes without its file of %s.", month.main.name, kind)

    def read_other_names(self, part: Part) -> Iterator[Batch]:
        for _, rows in self._scan(part, provider_records.OTHER_NAME_COLUMNS, (), words=True):
            for _, row in rows:
                if is_relevant(row[provider_records.OTHER_NAME]):
                    kind = row[provider_records.OTHER_NAME_KIND]
                    name = Name(
                        row[provider_records.OTHER_NAME], kind == provider_records.FORMER_NAME
                    )
                    self._others[row[NPI]].append(name)
            yield from self._take_full()

    def read_main(self, part: Part) -> Iterator[Batch]:
        wanted = self._known | self._others.keys()
        for others, rows in self._scan(part, provider_records.MAIN_COLUMNS, wanted, words=True):
            self.builder.skip(others)
            for line, row in rows:
                self._judge(line, row)
            yield from self._take_full()

    def read_locations(self, part: Part) -> Iterator[Batch]:
        wanted = self._shared.keys()
        for _, rows in self._scan(part, provider_records.LOCATION_COLUMNS, wanted, words=False):
            for line, row in rows:
                if row[NPI] in self._shared:
                    self._add_secondary(line, row)
            yield from self._take_full()

    def _scan(
        self, part: Part, columns: Sequence[str], npis: Collection[str], *, words: bool
    ) -> Iterator[tuple[int, list[tuple[int, dict[str, str]]]]]:
        """Return how many rows matter to nobody, and the lines and cells of the others."""
        with closing(part.open()) as stream:
            scanner = Scanner(stream, part.name, columns)
            for stretch in scanner.scan(npis, words=words):
                rows = []
                for record in stretch.found:
                    row, fault = scanner.parse(record)
                    if fault:
                        self._reject(part, record, row, fault)
                    else:
                        rows.append((record.line, row))
                self._rows += stretch.records
                yield stretch.records - len(stretch.found), rows

    def _reject(self, part: Part, record: Record, row: Mapping[str, str], fault: str) -> None:
        reason = f"in {part.name}: {fault}"
        self.builder.reject(row.get(NPI, ""), reason, raw=row, line=record.line)

    def _judge(self, line: int, row: Mapping[str, str]) -> None:
        """Add the listing of a main row, or reject it, or count it as not relevant."""
        npi = row[NPI]
        deactivated = provider_records.find_deactivation(row)
        if deactivated and npi in self._known:
            reason = f"NPPES deactivated this NPI on {deactivated}; ask whether the clinic goes on"
            self.builder.note(npi, "deactivated", deactivated, reason)
        others = self._others.get(npi, ())
        names = provider_records.list_names(row, others)
        relevant = any(is_relevant(name.text) for name in names if not name.is_former)
        if row[provider_records.ENTITY] != provider_records.ORGANISATION or not relevant:
            self.builder.skip()
            return
        raw = provider_records.keep_facts(row, others)
        if deactivated or not provider_records.is_npi(npi):
            reason = f"its NPI was deactivated on {deactivated} and not reactivated"
            if not deactivated:
                reason = f"{show(npi)} is no NPI of ten digits, so nothing tells it from others"
            self.builder.reject(npi, reason, raw=raw, line=line)
            return
        self._shared[npi] = {
            "name": provider_records.choose_name(names),
            "npi": npi,
            "treatments": provider_records.name_treatments(names) or _NO_TREATMENT,
            "source_url": _PROVIDER_URL.format(npi),
            "source_date": row[provider_records.LAST_UPDATE].strip() or self._file_date,
        }
        self._first_key[npi] = provider_records.key_address(row, PRIMARY)
        fields = self._shared[npi] | provider_records.describe_location(row, PRIMARY)
        self.builder.add(f"{npi}:0", fields, raw=raw, line=line)

    def _add_secondary(self, line: int, row: Mapping[str, str]) -> None:
        npi = row[NPI]
        address = provider_records.key_address(row, SECONDARY)
        raw = provider_records.keep_facts(row)
        if address == self._first_key[npi]:
            reason = "it repeats the organisation's first location"
            self.builder.reject(f"{npi}:{address}", reason, raw=raw, line=line)
            return
        fields = self._shared[npi] | provider_records.describe_location(row, SECONDARY)
        self.builder.add(f"{npi}:{address}", fields, raw=raw, line=line)

    def _take_full(self) -> Iterator[Batch]:
        if self.builder.full or self._rows >= ROWS_A_BATCH:
            self._rows = 0
            yield self.builder.take()
