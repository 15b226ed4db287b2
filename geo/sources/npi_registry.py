"""The NPI Registry's API, version 2.1: organisations whose name begins with a word looked for.

The registry allows a wildcard at the end of a name alone and gives 1,200 records to a query, so
names with the word inside are found only in the full file (`geo.sources.nppes`).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from geo.errors import SourceError
from geo.sources.cleaning import clean_text, find_treatments, is_relevant
from geo.sources.reading import Batch, Gathering, hash_key
from geo.sources.replies import (
    as_object,
    as_objects,
    as_text,
    parse,
    read_replies,
    records_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

NAME: Final = "npi_registry"
TITLE: Final = "the NPI Registry"
URL: Final = "https://npiregistry.cms.hhs.gov/"
LICENCE: Final = "public domain (CMS)"
EVIDENCE: Final = "registry"

PREFIXES: Final = ("ketamine", "esketamine", "spravato")
PAGE_SIZE: Final = 200
LARGEST_SKIP: Final = 1_000
_REACH: Final = LARGEST_SKIP + PAGE_SIZE
_ORGANISATION: Final = "NPI-2"
_ADDRESS: Final = (
    "address_1",
    "address_2",
    "city",
    "state",
    "postal_code",
    "country_code",
    "telephone_number",
)
_FACTS: Final = ("organization_name", "enumeration_date", "last_updated", "status")


def read(path: Path) -> Iterator[Batch]:
    """Yield what saved replies of the registry say.

    Parameters
    ----------
    path : a folder of `.json` files, or a file with one reply or a list of replies. A record that
        several replies hold (they overlap) is read once.

    Yields
    ------
    Batches; a listing for each practice location of a relevant organisation. A notice of kind
    `truncated` tells that as many records begin with a word as the registry gives at most.

    Raises
    ------
    SourceError : a file is no reply of the registry, or is one of its errors.
    """
    reading = _Reading()
    for file, reply in read_replies(path):
        reading.add(_results(reply, file.name))
        if reading.gathering.full:
            yield reading.gathering.take()
    for prefix in PREFIXES:
        if reading.beginning[prefix] >= _REACH:
            reading.note_reach(prefix)
    yield reading.gathering.take()


def fetch(get: Callable[[str], bytes], url: str = URL) -> Iterator[Batch]:
    """Yield what the registry answers to a query for each of `PREFIXES`.

    Parameters
    ----------
    get : returns what an address replies, such as `geo.sources.replies.get_bytes`.
    url : the registry's address.

    Yields
    ------
    As `read`, a batch a page. A query that goes on beyond 1,200 records gets a notice.

    Raises
    ------
    SourceError : a reply is an error, a web page or no reply of the registry.
    """
    reading = _Reading()
    for prefix in PREFIXES:
        for skip in range(0, _REACH, PAGE_SIZE):
            query = {
                "version": "2.1",
                "organization_name": f"{prefix}*",
                "enumeration_type": _ORGANISATION,
                "limit": PAGE_SIZE,
                "skip": skip,
            }
            what = f"The registry's reply on {prefix}* from {skip}"
            reply = parse(get(f"{url}api/?{urlencode(query)}"), what)
            if not isinstance(reply, dict):
                raise SourceError(f"{what} is no JSON object; try again later.")
            results = _results(reply, what)
            reading.add(results)
            yield reading.gathering.take()
            if len(results) < PAGE_SIZE:
                break
        else:
            reading.note_reach(prefix)
    yield reading.gathering.take()


class _Reading:
    """What is known in the course of one reading: the records seen, and how they begin."""

    def __init__(self) -> None:
        self.gathering = Gathering(name=NAME, title=TITLE, url=URL, evidence=EVIDENCE)
        self.beginning: Counter[str] = Counter()
        self._seen: set[str] = set()

    def add(self, results: Iterable[object]) -> None:
        for result in results:
            if not isinstance(result, dict):
                self.gathering.reject("", "it is no JSON object", raw={"record": result})
                continue
            npi = as_text(result.get("number"))
            if npi and npi in self._seen:
                continue
            self._seen.add(npi)
            names = _names(result)
            for prefix in PREFIXES:
                if any(name.lower().startswith(prefix) for name in names):
                    self.beginning[prefix] += 1
            _gather(self.gathering, npi, names, result)

    def note_reach(self, prefix: str) -> None:
        self.gathering.note(
            "",
            "truncated",
            "",
            f"The registry gives {_REACH:,} records to a query and has more that begin with "
            f"{prefix!r}; the rest are in the full file (source nppes).",
        )


def _results(reply: dict[str, object], what: str) -> list[object]:
    if "Errors" in reply:
        said = "; ".join(
            clean_text(as_text(error.get("description"))) for error in as_objects(reply["Errors"])
        )
        raise SourceError(f"{what} is an error of the registry: {said or 'it says no more'}.")
    return records_of(reply, "results", what)


def _names(result: dict[str, object]) -> list[str]:
    """Return the organisation's name, then its other names."""
    others = [
        as_text(other.get("organization_name")) for other in as_objects(result.get("other_names"))
    ]
    return [as_text(as_object(result.get("basic")).get("organization_name")), *others]


def _gather(gathering: Gathering, npi: str, names: list[str], result: dict[str, object]) -> None:
    if result.get("enumeration_type") != _ORGANISATION or not any(map(is_relevant, names)):
        gathering.skip()
        return
    basic = as_object(result.get("basic"))
    if basic.get("status") == "D":
        day = as_text(basic.get("deactivation_date"))
        gathering.note(npi, "deactivated", day, f"NPI {npi} of {names[0]!r} is deactivated.")
        gathering.skip()
        return
    places = [
        place
        for place in as_objects(result.get("addresses"))
        if place.get("address_purpose") == "LOCATION"
    ] + as_objects(result.get("practiceLocations"))
    facts = {"number": npi} | {key: basic[key] for key in _FACTS if key in basic}
    facts["other_names"] = names[1:]
    facts["taxonomies"] = result.get("taxonomies")
    if not npi or not places:
        reason = "it has no practice location" if npi else "it has no NPI"
        gathering.reject(npi, reason, raw=facts)
        return
    for position, place in enumerate(places):
        address = {key: as_text(place.get(key)) for key in _ADDRESS}
        gathering.add(
            f"{npi}:{hash_key(*(address[key] for key in _ADDRESS[:5])) if position else 'primary'}",
            {
                "name": next(filter(is_relevant, names)),  # under which patients know it
                "street": "\n".join((address["address_1"], address["address_2"])),
                "city": address["city"],
                "state": address["state"],
                "zip": address["postal_code"],
                "phone": address["telephone_number"],
                "npi": npi,
                "treatments": find_treatments("; ".join(names)),
                "source_url": f"{URL}provider-view/{npi}",
                "source_date": as_text(basic.get("last_updated")),
            },
            raw=facts | address,
        )
