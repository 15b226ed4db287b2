"""Nominatim as a provider, and what its reply is worth: a house, one on a line, or a street."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from geopy.geocoders import Nominatim

from geo.errors import GeocodingError
from geo.geocoding.candidates import Candidate, gather_places, read_degrees, same_house
from geo.geocoding.outcome import KIND_BY_CANDIDATES, Outcome
from geo.geocoding.transport import HttpxAdapter
from geo.geocoding.urban_rural import STREET_RADIUS_MILES
from geo.places.precision import Precision
from geo.units import geodesic_miles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from geo.geocoding.outcome import Query
    from geo.geocoding.retry_policy import RetryPolicy
    from geo.geocoding.settings import NominatimSettings
    from geo.geocoding.urban_rural import UrbanRuralIndex

LICENCE: Final = "ODbL (OpenStreetMap)"

_SMALLEST_STREET_MILES: Final = 0.05
_MOST_CANDIDATES: Final = 5
_BOX: Final = 4  # south, north, west, east


class NominatimProvider:
    """Nominatim, one address after the other."""

    def __init__(
        self,
        settings: NominatimSettings,
        retry_policy: RetryPolicy,
        urban_rural: UrbanRuralIndex,
        state_code: Callable[[str], str],
        agent: str,
    ) -> None:
        self.name = settings.name
        self.benchmark = retry_policy.benchmark
        self._is_public = settings.is_public
        self._retry_policy = retry_policy
        self._urban_rural = urban_rural
        self._state_code = state_code
        host = urlsplit(settings.url)
        self._geocoder = Nominatim(
            domain=settings.url.removeprefix(f"{host.scheme}://"),
            scheme=host.scheme,
            timeout=settings.timeout_seconds,
            user_agent=agent,
            adapter_factory=HttpxAdapter,
        )

    def ask(self, queries: Sequence[Query]) -> Iterator[dict[Query, Outcome]]:
        """Yield each address with its outcome, one by one; see `Provider`.

        Raises
        ------
        GeocodingError : also where there are more addresses than the public server is to be asked
            for today.
        """
        left = self._retry_policy.limiter.left_today()
        if self._is_public and left is not None and len(queries) > left:
            raise GeocodingError(
                f"{len(queries):,} addresses are left for the public Nominatim, which is not for "
                f"bulk and takes {left:,} more today; set up a server of your own and give it as "
                "`url` of [nominatim] in geocoding.toml, or geocode fewer clinics at once."
            )
        for query in queries:
            yield {query: self._ask_one(query)}

    def _ask_one(self, query: Query) -> Outcome:
        def request() -> tuple[tuple[Candidate, ...], str]:
            found = self._geocoder.geocode(
                query.line,
                exactly_one=False,
                limit=_MOST_CANDIDATES,
                addressdetails=True,
                country_codes="us",
                language="en",
            )
            places = [location.raw for location in found or []]
            return read_places(places, query, self._urban_rural, self._state_code), json.dumps(
                places
            )

        reply = self._retry_policy.ask(request)
        if isinstance(reply, Outcome):
            return reply
        candidates = gather_places(reply[0])
        kind = KIND_BY_CANDIDATES[min(len(candidates), 2)]
        at = self._retry_policy.cache.now()
        return Outcome(kind, self.name, self.benchmark, candidates, LICENCE, reply[1], at)


def read_places(
    document: object, query: Query, urban_rural: UrbanRuralIndex, state_code: Callable[[str], str]
) -> tuple[Candidate, ...]:
    """Return the houses and streets of a reply, the best first.

    A house of the number asked for, in the ZIP asked for, is an `address`, or `interpolated` where
    Nominatim set it along a line of numbers; one of another number or ZIP is
    `interpolated_weak`. A road is a `street`, known to within its box. Towns, ZIPs and the rest
    are left out, since the gazetteer knows them.

    Parameters
    ----------
    document : the reply to a search with `format=json` or `jsonv2` and `addressdetails=1`.
    query : what was asked for.
    urban_rural : the radius of interpolated houses.
    state_code : gives the two letters of a state's name.

    Raises
    ------
    GeocodingError : it is not such a reply.
    """
    if not isinstance(document, list) or not all(isinstance(place, dict) for place in document):
        raise GeocodingError("Nominatim's reply is not a list of places; ask again later.")
    candidates = [_read_place(place, query, urban_rural, state_code) for place in document]
    known = (candidate for candidate in candidates if candidate is not None)
    return tuple(sorted(known, key=lambda candidate: candidate.precision.rank))


def _read_place(
    place: Mapping[str, Any],
    query: Query,
    urban_rural: UrbanRuralIndex,
    state_code: Callable[[str], str],
) -> Candidate | None:
    latitude, longitude = read_degrees(place.get("lat"), place.get("lon"))
    parts = place.get("address")
    parts = parts if isinstance(parts, Mapping) else {}
    number, zip_code = _text(parts, "house_number"), _text(parts, "postcode")[:5]
    category = place.get("category", place.get("class"))
    if number:
        same_zip = not query.zip or zip_code in {query.zip, ""}
        agrees = same_zip and same_house(query.house_number, number)
        is_on_line = (place.get("osm_type"), category, place.get("type")) == (
            "way",
            "place",
            "house",
        )
        best = Precision.INTERPOLATED if is_on_line else Precision.ADDRESS
        precision = best if agrees else Precision.INTERPOLATED_WEAK
        radius = urban_rural.radius_miles(precision, zip_code or query.zip)
    elif category == "highway":
        precision = Precision.STREET
        radius = _box_radius(place.get("boundingbox"), latitude, longitude)
    else:
        return None
    iso = _text(parts, "ISO3166-2-lvl4").removeprefix("US-")
    return Candidate(
        latitude,
        longitude,
        precision,
        radius,
        label=_text(place, "display_name"),
        house_number=number,
        zip=zip_code,
        state=iso or state_code(_text(parts, "state")),
    )


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    return value.strip() if isinstance(value, str) else ""


def _box_radius(box: object, latitude: float, longitude: float) -> float:
    """Return how far the corners of a place's box are from its point, in statute miles."""
    if not isinstance(box, list) or len(box) != _BOX:
        return STREET_RADIUS_MILES
    try:
        corners = [read_degrees(lat, lon) for lat in box[:2] for lon in box[2:]]
    except GeocodingError:
        return STREET_RADIUS_MILES
    miles = geodesic_miles(
        latitude, longitude, [lat for lat, _ in corners], [lon for _, lon in corners]
    )
    return max(float(miles.max()), _SMALLEST_STREET_MILES)
