"""The services a chain may ask, each as it is best asked, all with one face."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from geo.geocoding.census_provider import CensusProvider
from geo.geocoding.keyed import KeyedProvider
from geo.geocoding.nominatim import NominatimProvider
from geo.geocoding.retry_policy import RetryPolicy
from geo.geocoding.settings import (
    CensusSettings,
    KeyedSettings,
    NominatimSettings,
    ProviderSettings,
    Settings,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from geo.geocoding.cache import Cache
    from geo.geocoding.outcome import Outcome, Query
    from geo.geocoding.urban_rural import UrbanRuralIndex


class Provider(Protocol):
    """A geocoding service, with its pace and its cache's names.

    `ask` yields addresses with their outcomes as soon as they are known, in any order, and raises
    GeocodingError where the service is not to be asked again in this run.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - as in the settings
    @property
    def benchmark(self) -> str: ...  # noqa: D102 - by which data it answers
    def ask(self, queries: Sequence[Query]) -> Iterator[dict[Query, Outcome]]: ...  # noqa: D102


def make_providers(
    settings: Settings, cache: Cache, urban_rural: UrbanRuralIndex, state_code: Callable[[str], str]
) -> list[Provider]:
    """Return the providers of the settings, in their order.

    Parameters
    ----------
    settings : who is asked.
    cache : whose database holds the pace of each service.
    urban_rural : the radius of interpolated houses.
    state_code : gives the two letters of a state's name, "" for none.

    Raises
    ------
    GeocodingError : geopy has no geocoder of a name, or not with these arguments.
    """
    agent = "clinic-finder" + (f" ({settings.contact})" if settings.contact else "")
    providers: list[Provider] = []
    for one in settings.providers:
        if isinstance(one, CensusSettings):
            providers.append(
                CensusProvider(one, _retry_policy(one, one.benchmark, cache), urban_rural, agent)
            )
        elif isinstance(one, NominatimSettings):
            retry_policy = _retry_policy(one, urlsplit(one.url).netloc, cache)
            providers.append(NominatimProvider(one, retry_policy, urban_rural, state_code, agent))
        elif isinstance(one, KeyedSettings):
            providers.append(
                KeyedProvider(one, _retry_policy(one, one.service, cache), urban_rural, agent)
            )
    return providers


def _retry_policy(settings: ProviderSettings, benchmark: str, cache: Cache) -> RetryPolicy:
    """Return the patience with a service; what is asked of one host is counted as one."""
    url = getattr(settings, "url", "")
    service = urlsplit(url).netloc or settings.name
    limiter = cache.limit(service, settings.requests_per_second, settings.daily_cap)
    secrets = tuple(_texts(settings.arguments)) if isinstance(settings, KeyedSettings) else ()
    return RetryPolicy(settings.name, benchmark, limiter, cache, secrets)


def _texts(value: object) -> Iterator[str]:
    """Yield every text within the arguments, any of which may be a key."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
