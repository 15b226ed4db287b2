"""SAMHSA's FindTreatment: mental health facilities that name ketamine or esketamine."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from geo.clinics import code_lists
from geo.errors import SourceError
from geo.sources import descriptors
from geo.sources.cleaning import clean_text, is_relevant
from geo.sources.form_cleaning import find_codes, find_treatments
from geo.sources.reading import Batch, BatchBuilder, hash_key
from geo.sources.replies import as_objects, as_text, parse, read_replies, records_of
from geo.units import METRES_PER_MILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from geo.clinics.forms import Codes

SOURCE: Final = descriptors.SAMHSA

PAGE_SIZE: Final = 2_000
_MOST_PAGES: Final = 500
# Half way round the Earth from the middle of the lower 48 states: every facility, Guam's too.
_EVERYWHERE: Final = {"sAddr": '"39.8,-98.6"', "limitType": 2, "limitValue": 20_100_000}
_FACTS: Final = (
    "frid",
    "name1",
    "name2",
    "street1",
    "street2",
    "city",
    "state",
    "zip",
    "phone",
    "intake1",
    "website",
    "latitude",
    "longitude",
    "typeFacility",
)
_TOLD_BY: Final[Mapping[str, tuple[Codes, tuple[str, ...]]]] = MappingProxyType(
    {
        "payment": (
            code_lists.PAYMENT_CODES,
            ("Payment/Insurance/Funding Accepted", "Payment Assistance Available"),
        ),
        "languages": (code_lists.LANGUAGE_CODES, ("Language Services",)),
        "ages": (code_lists.AGE_CODES, ("Age Groups Accepted",)),
    }
)
"""By field, its codes and the classes of services (`f1`) that tell them."""


def read(path: Path | Sequence[Path], *, source_date: str = "") -> Iterator[Batch]:
    """Yield what saved pages of FindTreatment say.

    Parameters
    ----------
    path : a folder of `.json` files, a file with one page or a list of pages, or several.
    source_date : the day of the export as `YYYY-MM-DD`; the pages do not tell it, so unless it is
        told each file's last change counts.

    Yields
    ------
    Batches; a facility is relevant if its name or a service speaks of ketamine, esketamine or
    Spravato. A notice of kind `truncated` tells that pages are missing.

    Raises
    ------
    SourceError : a file is no page of FindTreatment.
    """
    builder = _begin()
    expected, found = 0, 0
    for file, page in read_replies(path):
        rows = records_of(page, "rows", file.name)
        expected = max(expected, _count(page, "recordCount"))
        found += len(rows)
        _gather(builder, rows, source_date or _day_of(file))
        if builder.full:
            yield builder.take()
    _note_missing(builder, expected, found)
    yield builder.take()


def fetch(get: Callable[[str], bytes], url: str = SOURCE.service) -> Iterator[Batch]:
    """Yield what FindTreatment answers for the whole country, a batch a page.

    Parameters
    ----------
    get : returns what an address replies, such as `geo.sources.replies.get_bytes`.
    url : the service's address.

    Yields
    ------
    As `read`.

    Raises
    ------
    SourceError : a reply is a web page, or no page of FindTreatment.
    """
    builder = _begin()
    expected, found, pages, page_number = 0, 0, 1, 0
    while page_number < min(pages, _MOST_PAGES):
        page_number += 1
        query = {"sType": "MH", **_EVERYWHERE, "pageSize": PAGE_SIZE, "page": page_number}
        what = f"FindTreatment's page {page_number}"
        page = parse(get(f"{url}locator/exportsAsJson/v2?{urlencode(query)}"), what)
        if not isinstance(page, dict):
            raise SourceError(f"{what} is no JSON object; try again later.")
        rows = records_of(page, "rows", what)
        pages = _count(page, "totalPages")
        expected = max(expected, _count(page, "recordCount"))
        found += len(rows)
        _gather(builder, rows, builder.today.isoformat())
        yield builder.take()
    _note_missing(builder, expected, found)
    yield builder.take()


def search(
    get: Callable[[str], bytes],
    latitude: float,
    longitude: float,
    miles: float,
    url: str = SOURCE.service,
) -> Batch:
    """Return the facilities around a point, whether or not a service of theirs names ketamine.

    Parameters
    ----------
    get, url : as of `fetch`.
    latitude, longitude : degrees, EPSG:4326.
    miles : statute miles around it; the nearest `PAGE_SIZE` are taken.

    Raises
    ------
    SourceError : the reply is a web page, or no page of FindTreatment.
    """
    query = {
        "sType": "MH",
        "sAddr": f'"{latitude:g},{longitude:g}"',
        "limitType": 2,
        "limitValue": round(miles * METRES_PER_MILE),
        "pageSize": PAGE_SIZE,
        "page": 1,
    }
    what = "FindTreatment's reply"
    page = parse(get(f"{url}locator/exportsAsJson/v2?{urlencode(query)}"), what)
    if not isinstance(page, dict):
        raise SourceError(f"{what} is no JSON object; try again later.")
    builder = _begin()
    _gather(builder, records_of(page, "rows", what), builder.today.isoformat(), every=True)
    return builder.take()


def _begin() -> BatchBuilder:
    return BatchBuilder.of(SOURCE)


def _gather(
    builder: BatchBuilder, rows: list[object], source_date: str, *, every: bool = False
) -> None:
    for row in rows:
        if not isinstance(row, dict):
            builder.reject("", "it is no JSON object", raw={"record": row})
            continue
        facts = {key: as_text(row.get(key)) for key in _FACTS}
        # A service is one of a class's, joined by ";": only those that speak of it tell how.
        services = [
            clean_text(service)
            for group in as_objects(row.get("services"))
            for service in re.split(
                r"[;|]", f"{as_text(group.get('f2'))};{as_text(group.get('f3'))}"
            )
            if is_relevant(service)
        ]
        name = ", ".join(filter(None, map(clean_text, (facts["name1"], facts["name2"]))))
        if not (every or services or is_relevant(name)):
            builder.skip()
            continue
        key = facts["frid"] or hash_key(*(facts[part] for part in _FACTS[1:8]))
        builder.add(
            key,
            {
                "name": name,
                "street": "\n".join((facts["street1"], facts["street2"])),
                "city": facts["city"],
                "state": facts["state"],
                "zip": facts["zip"],
                "phone": facts["phone"] or facts["intake1"],
                "website": facts["website"],
                "treatments": find_treatments("; ".join([name, *services])),
                **_find_facts(row),
                "source_date": source_date,
            },
            raw={**facts, "services": services},
            point=(facts["latitude"], facts["longitude"]),
            point_licence=SOURCE.licence.name,
        )


def _find_facts(row: dict[str, object]) -> dict[str, str]:
    """Return the codes of what the classes of services say; what none of our codes names is left."""
    services = as_objects(row.get("services"))
    said = [(clean_text(as_text(one.get("f1"))), as_text(one.get("f3"))) for one in services]
    return {
        field: find_codes(codes, "; ".join(text for group, text in said if group in groups))
        for field, (codes, groups) in _TOLD_BY.items()
    }


def _note_missing(builder: BatchBuilder, expected: int, found: int) -> None:
    if found < expected:
        reason = f"The pages hold {found:,} of {expected:,} facilities; fetch the missing pages."
        builder.note("", "truncated", "", reason)


def _count(page: dict[str, object], key: str) -> int:
    text = as_text(page.get(key))
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len("1000000000") else 0


def _day_of(file: Path) -> str:
    return datetime.fromtimestamp(file.stat().st_mtime, tz=UTC).date().isoformat()
