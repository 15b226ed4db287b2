"""Medicare's payments for esketamine, by the address that a provider registered.

CMS tells for each provider and service how often Medicare paid. Whom it paid for giving esketamine has
an address, which is no proof of where it was given. Ten patients or fewer and hospital claims are left
out, so that an address that is not there means nothing.

Records read are the rows of other services, those that cannot be used, and the addresses: rows of one
address are one record.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

from geo.errors import SourceError
from geo.sources import descriptors
from geo.sources.medicare.paid_addresses import CODE, CODES, AddressBook, keep_facts
from geo.sources.medicare.payment_rows import WHAT, fold, pick_cells, scan
from geo.sources.reading import Batch, BatchBuilder
from geo.sources.replies import as_object, as_objects, as_text, parse, read_replies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

SOURCE: Final = descriptors.MEDICARE

ROWS_A_BATCH: Final = 250_000
"""Rows of other services after which a batch is handed over, so that progress is seen."""

PAGE_SIZE: Final = 5_000
"""Of the data API, which gives no more at once."""

_MOST_PAGES: Final = 40
_TITLE: Final = "Medicare Physician & Other Practitioners - by Provider and Service"
_YEAR_OF_DATA: Final = re.compile(r"_D(?:Y)?(\d\d)(?:_|\b)", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?<!\d)(20[12]\d)(?!\d)")


def read(path: Path, *, year: str = "") -> Iterator[Batch]:
    """Yield the addresses of providers whom Medicare paid for esketamine.

    Parameters
    ----------
    path : CMS's CSV, also zipped or gzipped; or saved JSON of its data API, a file or a folder.
    year : of the payments; unless it is told, that of the file's name: `..._D23_...` or `..._2023`.

    Yields
    ------
    Batches. A listing is an address, `medicare:<key of the address>`, named for the organisation there;
    of individuals it holds how many there are, and no name. Where no year is known, a notice tells so.

    Raises
    ------
    SourceError : it cannot be read, or is no such file; the batches until then are to be thrown away.
    """
    year = year or find_year(path.name)
    builder, book = BatchBuilder.of(SOURCE), AddressBook()
    if path.is_dir() or path.suffix.lower() == ".json":
        for file, row in read_replies(path):
            _take(builder, book, _pick(row, file.name))
            if builder.full:
                yield builder.take()
    else:
        rows = 0  # since the last batch
        for stretch in scan(path, CODE, ROWS_A_BATCH):
            builder.skip(stretch.others)
            if stretch.fault:
                builder.reject("", stretch.fault, raw={"line": stretch.line}, line=stretch.line)
            elif stretch.cells:
                _take(builder, book, stretch.cells, stretch.line)
            rows += stretch.others
            if builder.full or rows >= ROWS_A_BATCH:
                yield builder.take()
                rows = 0
    yield from _hand_over(builder, book, year)


def fetch(get: Callable[[str], bytes], url: str = SOURCE.service) -> Iterator[Batch]:
    """Yield what data.cms.gov answers for the newest year.

    Parameters
    ----------
    get : returns what an address replies, such as `geo.sources.replies.get_bytes`.
    url : the service's address.

    Yields
    ------
    As `read`.

    Raises
    ------
    SourceError : a reply is a web page, or not what the service is known to send.
    """
    asked, year = _find_newest(parse(get(f"{url}data.json"), "CMS's catalog"), url)
    builder, book = BatchBuilder.of(SOURCE), AddressBook()
    for code in sorted(CODES):
        for page in range(_MOST_PAGES):
            query = {"filter[HCPCS_Cd]": code, "size": PAGE_SIZE, "offset": page * PAGE_SIZE}
            what = f"CMS's page {page + 1} of {code}"
            rows = parse(get(f"{asked}?{urlencode(query)}"), what)
            if not isinstance(rows, list):
                raise SourceError(f"{what} is no list of rows; try again later.")
            for row in as_objects(rows):
                _take(builder, book, _pick(row, what))
            yield builder.take()
            if len(rows) < PAGE_SIZE:
                break
        else:
            told = f"{code} has more than {_MOST_PAGES * PAGE_SIZE:,} rows; read the whole file"
            builder.note("", "truncated", year, told)
    yield from _hand_over(builder, book, year)


def find_year(name: str) -> str:
    """Return the year of payments that a file's name tells, or "".

    Examples
    --------
    >>> find_year("MUP_PHY_R25_P05_V20_D23_Prov_Svc.csv"), find_year("by_Provider_and_Service_2022.zip")
    ('2023', '2022')
    """
    if found := _YEAR_OF_DATA.search(name):
        return f"20{found[1]}"
    years = _YEAR.findall(name)
    return years[-1] if years else ""


def _find_newest(catalog: object, url: str) -> tuple[str, str]:
    """Return the address of the newest year's rows, and the year.

    Raises
    ------
    SourceError : the catalog tells of none, or leads elsewhere.
    """
    found = [
        (as_text(one.get("temporal")), as_text(one.get("accessURL")))
        for dataset in as_objects(as_object(catalog).get("dataset"))
        if fold(as_text(dataset.get("title"))) == fold(_TITLE)
        for one in as_objects(dataset.get("distribution"))
        if as_text(one.get("format")).upper() == "API"
    ]
    newest = max((one for one in found if one[1]), default=("", ""))
    if not newest[1]:
        raise SourceError(f"CMS's catalog tells of no {_TITLE}; give its file instead.")
    if urlsplit(newest[1])[:2] != urlsplit(url)[:2]:
        raise SourceError(
            f"CMS's catalog leads to {urlsplit(newest[1]).hostname}, which is not asked; give {WHAT}."
        )
    return newest[1], newest[0][:4] if _YEAR.fullmatch(newest[0][:4]) else ""


def _pick(row: Mapping[str, object], what: str) -> dict[str, str]:
    """Return the cells of a row of JSON.

    Raises
    ------
    SourceError : it is a row of something else.
    """
    cells = pick_cells({name: as_text(value) for name, value in row.items()})
    if not cells["code"] and not cells["npi"]:
        shown = ", ".join(list(row)[:8])
        raise SourceError(f"{what} holds no payments, only {shown or 'nothing'}; give {WHAT}.")
    return cells


def _take(
    builder: BatchBuilder, book: AddressBook, cells: Mapping[str, str], line: int = 0
) -> None:
    if cells["code"].strip().upper() not in CODES:
        builder.skip()
    elif fault := book.add(cells, line):
        builder.reject("", fault, raw=keep_facts(cells), line=line)


def _hand_over(builder: BatchBuilder, book: AddressBook, year: str) -> Iterator[Batch]:
    if book.addresses and not year:
        builder.note("", "undated", "", "The file's name tells no year, as 2023 or D23 would.")
    for key, place in book.addresses.items():
        builder.add(
            key,
            {
                "name": place.name,
                "street": place.street,
                "unit": place.unit,
                "city": place.city,
                "state": place.state,
                "zip": place.zip,
                "npi": place.npi,
                "treatments": "esketamine",
                "payment": "medicare",
                "source_date": year,
            },
            raw=place.describe(year),
            line=place.line,
        )
        if builder.full:
            yield builder.take()
    yield builder.take()
