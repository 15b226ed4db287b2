"""The geocoders of an installation: who is asked, in what order and at what pace.

They stand in `geocoding.toml` in the operator's folder; without the file the US Census is asked,
which takes no key. An example with everything in it:

    providers = ["census", "nominatim", "opencage"]   # asked in this order, then ZIP, then city
    contact = "maps@clinic.example"                   # the public Nominatim wants to know

    [census]
    benchmark = "Public_AR_Current"
    batch_rows = 1000

    [nominatim]
    url = "http://127.0.0.1:8088"                     # a server of one's own
    requests_per_second = 20

    [opencage]                                        # any name of geopy's get_geocoder_for_service
    licence = "ODbL (OpenCage)"                       # what may be done with its coordinates
    precision = "street"
    requests_per_second = 1
    daily_cap = 2500
    arguments = { api_key = "..." }                   # handed to the geocoder, never shown
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from geo.errors import GeocodingError
from geo.files.toml_tables import read_document
from geo.geocoding.settings_table import FILE, Table
from geo.places.precision import Precision

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

CENSUS_URL: Final = "https://geocoding.geo.census.gov"
NOMINATIM_URL: Final = "https://nominatim.openstreetmap.org"
PUBLIC_HOST: Final = "openstreetmap.org"
PUBLIC_DAILY_CAP: Final = 1000
"""Requests a day to the public Nominatim at most: its policy allows small jobs, and no bulk."""
GAZETTEER: Final = "gazetteer"
"""In the place of a provider: none is asked, the ZIP or the city gives the point."""

KEYED_PRECISIONS: Final = (Precision.ADDRESS, Precision.INTERPOLATED, Precision.STREET)


@dataclass(frozen=True, kw_only=True)
class ProviderSettings:
    """What every provider has.

    Attributes
    ----------
    name : as it stands in `providers`.
    requests_per_second, daily_cap : of the whole installation; the cap None for no cap.
    timeout_seconds : for one request.
    """

    name: str
    requests_per_second: float
    daily_cap: int | None
    timeout_seconds: float


@dataclass(frozen=True, kw_only=True)
class CensusSettings(ProviderSettings):
    """The US Census geocoder: its address, benchmark, and how many rows go into one batch."""

    url: str
    benchmark: str
    batch_rows: int
    batch_timeout_seconds: float


@dataclass(frozen=True, kw_only=True)
class NominatimSettings(ProviderSettings):
    """A Nominatim server, the public one or one's own."""

    url: str

    @property
    def is_public(self) -> bool:
        """Whether it is the one of the OpenStreetMap Foundation, whose policy then holds."""
        host = urlsplit(self.url).hostname or ""
        return host == PUBLIC_HOST or host.endswith(f".{PUBLIC_HOST}")


@dataclass(frozen=True, kw_only=True)
class KeyedSettings(ProviderSettings):
    """One of geopy's geocoders by its service name, with its keyword arguments."""

    service: str
    arguments: Mapping[str, Any] = field(repr=False)
    licence: str
    precision: Precision
    radius_miles: float | None


@dataclass(frozen=True)
class Settings:
    """All providers in the order they are asked, and whom a service may write to."""

    providers: tuple[ProviderSettings, ...]
    contact: str = ""


def read_settings(home: Path, only: str | None = None) -> Settings:
    """Return the settings in the operator's folder, or the default where there is no file.

    Parameters
    ----------
    home : the operator's folder.
    only : the one provider to ask, whatever `providers` says; `GAZETTEER` for none.

    Raises
    ------
    GeocodingError : the file cannot be read, or a value of it is unknown, missing or out of range;
        the public Nominatim is named without a contact address, or beyond its policy.
    """
    return parse_settings(read_document(home / FILE, GeocodingError) or {}, only)


def parse_settings(document: Mapping[str, Any], only: str | None = None) -> Settings:
    """Return the settings of a parsed `geocoding.toml`.

    Parameters
    ----------
    document : what the file holds.
    only : as of `read_settings`.

    Raises
    ------
    GeocodingError : a value is unknown, missing or out of range; the public Nominatim is named
        without a contact address, or beyond its policy.
    """
    top = Table("", document)
    names = top.names("providers", ["census"])
    contact = top.text("contact", "")
    if contact and "@" not in contact and not contact.startswith(("http://", "https://")):
        raise GeocodingError(
            f"contact in {FILE} is {contact!r}; give a mail address or a web page."
        )
    tables = {name: Table(name, top.table(name)) for name in names}
    top.finish(allowed=tuple(_READERS))
    if only is not None and only not in {*names, *_READERS, GAZETTEER}:
        raise GeocodingError(
            f"No provider is called {only!r}; use one of {', '.join({**tables, **_READERS})}, or "
            f"{GAZETTEER}, or describe it in {FILE}."
        )
    if only is not None:
        tables = {} if only == GAZETTEER else {only: Table(only, top.table(only))}
    settings = Settings(tuple(_read_provider(table) for table in tables.values()), contact)
    for provider in settings.providers:
        if isinstance(provider, NominatimSettings) and provider.is_public:
            _check_policy(provider, contact)
    return settings


def _read_provider(table: Table) -> ProviderSettings:
    provider = _READERS.get(table.name, _read_keyed)(table)
    table.finish()
    return provider


def _read_census(table: Table) -> CensusSettings:
    return CensusSettings(
        name=table.name,
        url=table.url("url", CENSUS_URL),
        benchmark=table.text("benchmark", "Public_AR_Current"),
        batch_rows=int(table.number("batch_rows", 1000, 1, 10_000, whole=True)),
        batch_timeout_seconds=table.number("batch_timeout_seconds", 600, 1, 3600),
        requests_per_second=table.number("requests_per_second", 2, 0.001, 1000),
        daily_cap=table.cap(None),
        timeout_seconds=table.number("timeout_seconds", 30, 0.1, 600),
    )


def _read_nominatim(table: Table) -> NominatimSettings:
    url = table.url("url", NOMINATIM_URL)
    bare = NominatimSettings(
        name=table.name, url=url, requests_per_second=1, daily_cap=None, timeout_seconds=10
    )
    return NominatimSettings(
        name=table.name,
        url=url,
        requests_per_second=table.number(
            "requests_per_second", 1 if bare.is_public else 20, 0.001, 1000
        ),
        daily_cap=table.cap(PUBLIC_DAILY_CAP if bare.is_public else None),
        timeout_seconds=table.number("timeout_seconds", 10, 0.1, 600),
    )


def _read_keyed(table: Table) -> KeyedSettings:
    licence = table.text("licence", "")
    if not licence:
        raise GeocodingError(
            f"{FILE} does not say what may be done with the coordinates of {table.name}; add "
            f"`licence` to [{table.name}]."
        )
    precision = table.text("precision", Precision.STREET)
    if precision not in KEYED_PRECISIONS:
        raise GeocodingError(
            f"precision of [{table.name}] in {FILE} is {precision!r}; use one of "
            f"{', '.join(KEYED_PRECISIONS)}."
        )
    radius = table.number("radius_miles", 0, 0, 100)
    return KeyedSettings(
        name=table.name,
        service=table.text("service", table.name),
        arguments=table.table("arguments"),
        licence=licence,
        precision=Precision(precision),
        radius_miles=radius or None,
        requests_per_second=table.number("requests_per_second", 1, 0.001, 1000),
        daily_cap=table.cap(None),
        timeout_seconds=table.number("timeout_seconds", 10, 0.1, 600),
    )


_READERS: Final[dict[str, Callable[[Table], ProviderSettings]]] = {
    "census": _read_census,
    "nominatim": _read_nominatim,
}


def _check_policy(provider: NominatimSettings, contact: str) -> None:
    """Hold the public Nominatim to the usage policy of the OpenStreetMap Foundation."""
    if not contact:
        raise GeocodingError(
            f"The public Nominatim is asked only by those it can write to; add `contact` to {FILE}, "
            "or give the address of a server of your own as `url` of [nominatim]."
        )
    if provider.requests_per_second > 1:
        raise GeocodingError(
            "The public Nominatim takes 1 request a second; lower requests_per_second of "
            f"[nominatim] in {FILE}."
        )
    if provider.daily_cap is None or provider.daily_cap > PUBLIC_DAILY_CAP:
        raise GeocodingError(
            f"The public Nominatim is not for bulk; set daily_cap of [nominatim] in {FILE} to "
            f"{PUBLIC_DAILY_CAP:,} or less."
        )
