"""OpenStreetMap through Overpass: elements whose tags speak of ketamine, esketamine or Spravato.

The data are under the ODbL: records and coordinates carry that licence, so that a release can
leave them out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from geo.clinics.code_lists import LANGUAGE_CODES
from geo.errors import SourceError
from geo.sources import descriptors, osm_lifecycle
from geo.sources.cleaning import clean_text, is_relevant
from geo.sources.form_cleaning import find_treatments
from geo.sources.found_state import find_state
from geo.sources.reading import Batch, BatchBuilder
from geo.sources.replies import as_object, as_text, parse, read_replies, records_of
from geo.sources.whole_address import part_whole
from geo.units import METRES_PER_MILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path


SOURCE: Final = descriptors.OSM

_QUERY: Final = """[out:json][timeout:180];
area["ISO3166-1"="US"][admin_level=2]->.us;
nwr[~"^((disused|abandoned|was|closed|demolished|removed|razed|construction|proposed|planned):)?(name|alt_name|official_name|short_name|brand|description|healthcare|healthcare:speciality|keywords)$"~"ketamine|spravato",i](area.us);
out meta center;"""

_NOT_SAYING: Final = re.compile(r"old_|not:|note|fixme|source|created_by", re.IGNORECASE)
_SPOKEN: Final = frozenset({"yes", "main", "only"})
_NAMES: Final = (
    "name",
    *(f"{prefix}:name" for prefix in osm_lifecycle.GONE),
    "official_name",
    "brand",
)
_PERSONAL: Final = re.compile(r"operator|owner|contact:(person|name)", re.IGNORECASE)


def read(path: Path | Sequence[Path]) -> Iterator[Batch]:
    """Yield what saved Overpass replies say.

    Parameters
    ----------
    path : a folder of `.json` files, a file with one reply or a list of replies, or several, written by
        `out meta center` or `out center`.

    Yields
    ------
    Batches. An element is relevant if a tag of its present state speaks of it; a disused or closed
    one is reported closed. Its date is that of its survey (`check_date`), else of its last edit,
    else of the data base. Where it names no state, its ZIP's is taken, else the one its point lies
    in. Opening hours that are
    more than days with hours stay in `raw`.

    Raises
    ------
    SourceError : a file is no reply of Overpass, or one that broke off.
    """
    builder = _begin()
    for file, reply in read_replies(path):
        _gather(builder, reply, file.name)
        if builder.full:
            yield builder.take()
    yield builder.take()


def fetch(get: Callable[[str], bytes], url: str = SOURCE.service) -> Iterator[Batch]:
    """Yield what an Overpass server answers for the whole country.

    Parameters
    ----------
    get : returns what an address replies, such as `geo.sources.replies.get_bytes`.
    url : the server's address.

    Yields
    ------
    As `read`.

    Raises
    ------
    SourceError : the reply is a web page, no reply of Overpass, or broke off.
    """
    builder = _begin()
    what = "Overpass's reply"
    reply = parse(get(f"{url}api/interpreter?data={quote(_QUERY)}"), what)
    if not isinstance(reply, dict):
        raise SourceError(f"{what} is no JSON object; try again later.")
    _gather(builder, reply, what)
    yield builder.take()


def search(
    get: Callable[[str], bytes],
    words: str,
    at: tuple[float, float],
    miles: float,
    url: str = SOURCE.service,
) -> Batch:
    """Return the elements around a point whose name holds some words, whatever they are.

    Parameters
    ----------
    get, url : as of `fetch`.
    words : letters, digits and spaces.
    at : latitude and longitude in degrees, EPSG:4326.
    miles : statute miles around it.

    Raises
    ------
    SourceError : the reply is a web page, no reply of Overpass, or broke off.
    """
    around = f"around:{miles * METRES_PER_MILE:.0f},{at[0]:g},{at[1]:g}"
    query = f'[out:json][timeout:60];nwr["name"~"{words}",i]({around});out meta center;'
    what = "Overpass's reply"
    reply = parse(get(f"{url}api/interpreter?data={quote(query)}"), what)
    if not isinstance(reply, dict):
        raise SourceError(f"{what} is no JSON object; try again later.")
    builder = _begin()
    _gather(builder, reply, what, every=True)
    return builder.take()


def _begin() -> BatchBuilder:
    return BatchBuilder.of(SOURCE)


def _gather(
    builder: BatchBuilder, reply: dict[str, object], what: str, *, every: bool = False
) -> None:
    elements = records_of(reply, "elements", what)
    remark = as_text(reply.get("remark"))
    if "error" in remark.lower():  # then the elements are only those found so far
        raise SourceError(f"{what} broke off ({clean_text(remark)}); ask Overpass again.")
    base_date = as_text(as_object(reply.get("osm3s")).get("timestamp_osm_base"))
    for element in elements:
        if not isinstance(element, dict):
            builder.reject("", "it is no JSON object", raw={"record": element})
            continue
        tags = {key: as_text(value) for key, value in as_object(element.get("tags")).items()}
        gone = osm_lifecycle.read_end(tags, builder.today)[0]
        said = [
            value
            for key, value in tags.items()
            if not _NOT_SAYING.match(key) and (gone or not osm_lifecycle.is_of_another_time(key))
        ]
        if not (every or any(map(is_relevant, said))):
            builder.skip()
            continue
        _add(builder, element, tags, base_date)


def _add(
    builder: BatchBuilder, element: dict[str, object], tags: dict[str, str], base_date: str
) -> None:
    kind, number = as_text(element.get("type")), as_text(element.get("id"))
    key = f"{kind}/{number}"
    if not re.fullmatch(r"(node|way|relation)/\d+", key, re.ASCII):
        builder.reject(key, "it has no type and id of OpenStreetMap", raw={"tags": tags})
        return
    center = as_object(element.get("center"))
    latitude = as_text(element.get("lat", center.get("lat")))
    longitude = as_text(element.get("lon", center.get("lon")))
    facts = {name: text for name, text in tags.items() if not _PERSONAL.match(name)}
    closed, ended = osm_lifecycle.read_end(tags, builder.today)
    address = _read_address(tags)
    state, note = address["state"], ""
    if not clean_text(state):
        state, note = find_state(address["zip"], latitude, longitude)
    builder.add(
        f"{kind}:{number}",
        {
            "name": next((tags[key] for key in _NAMES if tags.get(key)), ""),
            **address,
            "state": state,
            "phone": tags.get("phone") or tags.get("contact:phone", ""),
            "website": tags.get("website") or tags.get("contact:website", ""),
            "treatments": find_treatments("; ".join(filter(is_relevant, tags.values()))),
            "hours": tags.get("opening_hours", ""),
            "languages": _find_languages(tags),
            "email": tags.get("email") or tags.get("contact:email", ""),
            "wheelchair": tags.get("wheelchair", ""),
            "operating": closed,
            "operating_date": ended,
            "source_url": f"{SOURCE.url}{key}",
            "source_date": (
                tags.get("check_date") or as_text(element.get("timestamp")) or base_date
            ),
            "note": note,
        },
        raw={"type": kind, "id": number, "lat": latitude, "lon": longitude, "tags": facts},
        point=(latitude, longitude),
        point_licence=SOURCE.licence.name,
    )


def _read_address(tags: dict[str, str]) -> dict[str, str]:
    """Return the parts of an address; a whole one in a tag tells those that have none."""
    street = tags.get("addr:street") or tags.get("addr:place", "")
    parts = {
        "street": " ".join(filter(None, (tags.get("addr:housenumber", ""), street)))
        or tags.get("addr:street_address", ""),
        "unit": tags.get("addr:unit") or tags.get("addr:suite", ""),
        "city": tags.get("addr:city", ""),
        "state": tags.get("addr:state", ""),
        "zip": tags.get("addr:postcode", ""),
    }
    if full := tags.get("addr:full", "").strip():
        whole = part_whole(full)
        parts = {name: text.strip() or getattr(whole, name) for name, text in parts.items()}
    return parts


def _find_languages(tags: dict[str, str]) -> str:
    spoken = {
        key.removeprefix("language:")
        for key, value in tags.items()
        if key.startswith("language:") and value in _SPOKEN
    }
    return ";".join(code for code in LANGUAGE_CODES.names if code in spoken)
