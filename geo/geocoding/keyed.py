"""Any other geocoder of geopy as a provider of the chain."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from geopy.exc import GeopyError
from geopy.geocoders import get_geocoder_for_service

from geo.errors import GeocodingError
from geo.geocoding.candidates import Candidate, gather_places, read_degrees
from geo.geocoding.outcome import KIND_BY_CANDIDATES, Outcome
from geo.geocoding.retry_policy import hide
from geo.geocoding.transport import HttpxAdapter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo.geocoding.outcome import Query
    from geo.geocoding.retry_policy import RetryPolicy
    from geo.geocoding.settings import KeyedSettings
    from geo.geocoding.urban_rural import UrbanRuralIndex

_MOST_CANDIDATES: Final = 5


class KeyedProvider:
    """Any of geopy's geocoders, with the precision that its settings claim for it."""

    def __init__(
        self,
        settings: KeyedSettings,
        retry_policy: RetryPolicy,
        urban_rural: UrbanRuralIndex,
        agent: str,
    ) -> None:
        self.name = settings.name
        self.benchmark = settings.service
        self._settings = settings
        self._retry_policy = retry_policy
        self._urban_rural = urban_rural
        try:
            make = get_geocoder_for_service(settings.service)
        except GeopyError:
            raise GeocodingError(
                f"geopy knows no geocoder {settings.service!r}, which geocoding.toml names; use "
                "one of its service names, such as opencage, mapbox or here."
            ) from None
        fixed = {
            "timeout": settings.timeout_seconds,
            "user_agent": agent,
            "adapter_factory": HttpxAdapter,
        }
        try:
            self._geocoder = make(**{**settings.arguments, **fixed})
        except (GeopyError, TypeError, ValueError, AttributeError):
            raise GeocodingError(
                f"The geocoder {settings.service} cannot be made with the arguments "
                f"{', '.join(sorted(settings.arguments)) or '(none)'} of [{settings.name}] in "
                "geocoding.toml; see geopy's documentation for those it takes."
            ) from None

    def ask(self, queries: Sequence[Query]) -> Iterator[dict[Query, Outcome]]:
        """Yield each address with its outcome, one by one; see `Provider`."""
        for query in queries:
            yield {query: self._ask_one(query)}

    def _ask_one(self, query: Query) -> Outcome:
        def request() -> tuple[tuple[Candidate, ...], str]:
            found = self._geocoder.geocode(query.line, exactly_one=False)
            locations = (found or [])[:_MOST_CANDIDATES]
            raw = json.dumps([location.raw for location in locations], default=str)
            return tuple(self._read(query, location) for location in locations), raw

        reply = self._retry_policy.ask(request)
        if isinstance(reply, Outcome):
            return reply
        candidates = gather_places(reply[0])
        return Outcome(
            KIND_BY_CANDIDATES[min(len(candidates), 2)],
            self.name,
            self.benchmark,
            candidates,
            self._settings.licence,
            hide(reply[1], self._retry_policy.secrets),
            self._retry_policy.cache.now(),
        )

    def _read(self, query: Query, location: Any) -> Candidate:  # noqa: ANN401 - geopy is untyped
        precision = self._settings.precision
        radius = self._settings.radius_miles or self._urban_rural.radius_miles(precision, query.zip)
        point = read_degrees(location.latitude, location.longitude)
        return Candidate(*point, precision, radius, str(location.address or ""))
