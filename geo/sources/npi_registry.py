"""The NPI Registry's API, version 2.1: organisations whose name begins with a word looked for.

The registry allows a wildcard at the end of a name alone and gives 1,200 records to a query, so
names with the word inside are found only in the full file (`geo.sources.nppes`).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from geo.errors import SourceError
from geo.sources import descriptors
from geo.sources.cleaning import clean_text, is_relevant
from geo.sources.nppes import provider_records
from geo.sources.reading import Batch, BatchBuilder
from geo.sources.replies import (
    as_object,
    as_objects,
    as_text,
    parse,
    read_replies,
    records_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

SOURCE: Final = descriptors.NPI_REGISTRY

PREFIXES: Final = ("ketamine", "esketamine", "spravato")
PAGE_SIZE: Final = 200
LARGEST_SKIP: Final = 1_000
_REACH: Final = LARGEST_SKIP + PAGE_SIZE
_ORGANISATION: Final = "NPI-2"
_DEACTIVATED: Final = "D"
_ADDRESS: Final = provider_records.AddressColumns(
    line_1="address_1",
    line_2="address_2",
    city="city",
    state="state",
    zip="postal_code",
    country="country_code",
    phone="telephone_number",
)
_FACTS: Final = ("organization_name", "enumeration_date", "last_updated", "status")


def read(path: Path | Sequence[Path]) -> Iterator[Batch]:
    """Yield what saved replies of the registry say.

    Parameters
    ----------
    path : a folder of `.json` files, a file with one reply or a list of replies, or several. A record that
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
        if reading.builder.full:
            yield reading.builder.take()
    for prefix in PREFIXES:
        if reading.beginning[prefix] >= _REACH:
            reading.note_reach(prefix)
    yield reading.builder.take()


def fetch(get: Callable[[str], bytes], url: str = SOURCE.service) -> Iterator[Batch]:
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
            yield reading.builder.take()
            if len(results) < PAGE_SIZE:
                break
        else:
            reading.note_reach(prefix)
    yield reading.builder.take()


def search(get: Callable[[str], bytes], words: str, state: str, url: str = SOURCE.service) -> Batch:
    """Return the organisations of a state whose name begins with some words, whatever they do.

    Parameters
    ----------
    get, url : as of `fetch`.
    words : two letters or more; the first 200 records are taken.
    state : the two letters of where they practise.

    Raises
    ------
    SourceError : the reply is an error, a web page or no reply of the registry.
    """
    query = {
        "version": "2.1",
        "organization_name": f"{words}*",
        "enumeration_type": _ORGANISATION,
        "address_purpose": "LOCATION",
        "state": state,
        "limit": PAGE_SIZE,
    }
    what = f"The registry's reply on {words}* in {state}"
    reply = parse(get(f"{url}api/?{urlencode(query)}"), what)
    if not isinstance(reply, dict):
        raise SourceError(f"{what} is no JSON object; try again later.")
    reading = _Reading(is_wanted=lambda _: True)
    reading.add(_results(reply, what))
    return reading.builder.take()


class _Reading:
    """What is known in the course of one reading: the records seen, and how they begin."""

    def __init__(self, is_wanted: Callable[[str], bool] = is_relevant) -> None:
        self._is_wanted = is_wanted
        self.builder = BatchBuilder.of(SOURCE)
        self.beginning: Counter[str] = Counter()
        self._seen: set[str] = set()

    def add(self, results: Iterable[object]) -> None:
        for result in results:
            if not isinstance(result, dict):
                self.builder.reject("", "it is no JSON object", raw={"record": result})
                continue
            npi = as_text(result.get("number"))
            if npi and npi in self._seen:
                continue
            self._seen.add(npi)
            names = [name.text.lower() for name in _names(result)]
            for prefix in PREFIXES:
                self.beginning[prefix] += any(name.startswith(prefix) for name in names)
            _gather(self.builder, npi, result, self._is_wanted)

    def note_reach(self, prefix: str) -> None:
        self.builder.note(
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


def _names(result: dict[str, object]) -> list[provider_records.Name]:
    """Return the organisation's legal name, then its other ones."""
    basic = as_object(result.get("basic"))
    names = [provider_records.Name(as_text(basic.get("organization_name")))]
    for other in as_objects(result.get("other_names")):
        is_former = (
            as_text(other.get("code")) == provider_records.FORMER_NAME
            or "former" in as_text(other.get("type")).lower()
        )
        names.append(provider_records.Name(as_text(other.get("organization_name")), is_former))
    return [name for name in names if name.text.strip()]


def _gather(
    builder: BatchBuilder, npi: str, result: dict[str, object], is_wanted: Callable[[str], bool]
) -> None:
    names = _names(result)
    if result.get("enumeration_type") != _ORGANISATION or not any(
        is_wanted(name.text) for name in names if not name.is_former
    ):
        builder.skip()
        return
    basic = as_object(result.get("basic"))
    facts = {"number": npi} | {key: basic[key] for key in _FACTS if key in basic}
    facts["other_names"] = [name.text for name in names[1:]]
    facts["taxonomies"] = result.get("taxonomies")
    places = [
        place
        for place in as_objects(result.get("addresses"))
        if place.get("address_purpose") == "LOCATION"
    ] + as_objects(result.get("practiceLocations"))
    if basic.get("status") == _DEACTIVATED:
        day = as_text(basic.get("deactivation_date"))
        reason = "the registry says that its NPI is deactivated"
        builder.note(npi, "deactivated", day, f"{reason}; ask whether the clinic goes on")
        builder.reject(npi, reason, raw=facts)
    elif not npi or not places:
        reason = "it has no practice location" if npi else "it has no NPI"
        builder.reject(npi, reason, raw=facts)
    else:
        shared = {
            "name": provider_records.choose_name(names),
            "npi": npi,
            "treatments": provider_records.name_treatments(names),
            "source_url": f"{SOURCE.url}provider-view/{npi}",
            "source_date": as_text(basic.get("last_updated")),
        }
        _add_places(builder, shared, places, facts)


def _add_places(
    builder: BatchBuilder,
    shared: dict[str, str],
    places: list[dict[str, object]],
    facts: dict[str, object],
) -> None:
    """Add a listing for each practice location, under the keys that `geo.sources.nppes` gives."""
    first = ""
    for position, place in enumerate(places):
        address = {column: as_text(place.get(column)) for column in _ADDRESS}
        key = provider_records.key_address(address, _ADDRESS)
        raw = facts | address
        if position and key == first:
            reason = "it repeats the organisation's first location"
            builder.reject(f"{shared['npi']}:{key}", reason, raw=raw)
            continue
        fields = shared | provider_records.describe_location(address, _ADDRESS)
        builder.add(f"{shared['npi']}:{key if position else 0}", fields, raw=raw)
        first = first or key
