"""The US Census geocoder: one address on a line or in parts, and thousands in one batch."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlencode, urlsplit

from geopy.adapters import AdapterHTTPError
from geopy.exc import GeocoderParseError, GeocoderQueryError
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

from geo.errors import GeocodingError
from geo.geocoding.census_replies import BatchRow, read_batch, read_matches, write_batch
from geo.geocoding.settings import CENSUS_URL
from geo.geocoding.transport import HttpxAdapter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geo.geocoding.outcome import Query

LICENCE: Final = "public domain (US Census)"
MOST_ROWS: Final = 10_000
"""Rows the service takes in one batch."""

_PARTS: Final = frozenset({"street", "city", "state", "zip"})
_Read = TypeVar("_Read")


class USCensus(Geocoder):  # type: ignore[misc]  # geopy is untyped
    """The US Census geocoder as a geocoder of geopy, and its batches.

    Parameters
    ----------
    url : the service's address.
    benchmark : which of its address files is asked.
    timeout, proxies, user_agent, ssl_context, adapter_factory : geopy's; batches need an adapter
        with `post_form`, as the default has.
    """

    def __init__(
        self,
        *,
        url: str = CENSUS_URL,
        benchmark: str = "Public_AR_Current",
        timeout: float | None = DEFAULT_SENTINEL,
        proxies: Mapping[str, str] | None = DEFAULT_SENTINEL,
        user_agent: str | None = None,
        ssl_context: Any = DEFAULT_SENTINEL,  # noqa: ANN401 - geopy's signature
        adapter_factory: Any = HttpxAdapter,  # noqa: ANN401 - geopy's signature
    ) -> None:
        super().__init__(
            scheme=urlsplit(url).scheme,
            timeout=timeout,
            proxies=proxies,
            user_agent=user_agent,
            ssl_context=ssl_context,
            adapter_factory=adapter_factory,
        )
        self.benchmark = benchmark
        self._api = f"{url.rstrip('/')}/geocoder/locations"

    def geocode(
        self,
        query: str | Mapping[str, str],
        *,
        exactly_one: bool = True,
        timeout: float | None = DEFAULT_SENTINEL,
    ) -> Location | list[Location] | None:
        """Return where an address is.

        Parameters
        ----------
        query : an address on one line, or a mapping with any of `street`, `city`, `state`, `zip`.
        exactly_one : return the first match, even of several that tie; else a list of all.
        timeout : seconds, geopy's.

        Returns
        -------
        Location(s) whose `raw` is the service's object; None where there is no match.

        Raises
        ------
        GeocoderQueryError : a mapping has another key, or the service refuses the address.
        GeocoderServiceError : the service failed; see its children in `geopy.exc`.
        """
        asked = {"benchmark": self.benchmark, "format": "json"}
        if isinstance(query, Mapping):
            if unknown := sorted(set(query) - _PARTS):
                raise GeocoderQueryError(f"An address has no part {', '.join(unknown)}.")
            form, asked = "address", {**{k: v for k, v in query.items() if v}, **asked}
        else:
            form, asked = "onelineaddress", {"address": query, **asked}
        url = f"{self._api}/{form}?{urlencode(asked)}"
        return self._call_geocoder(
            url, partial(_read_locations, exactly_one=exactly_one), timeout=timeout
        )

    def geocode_batch(
        self, queries: Sequence[Query], *, timeout: float | None = DEFAULT_SENTINEL
    ) -> list[BatchRow]:
        """Return what the service says of each address, in their order.

        Parameters
        ----------
        queries : 1 to 10,000 addresses.
        timeout : seconds, geopy's; a batch takes minutes.

        Raises
        ------
        GeocoderParseError : the reply is not about exactly these addresses.
        GeocoderServiceError : the service failed; see its children in `geopy.exc`.
        ValueError : there are too many addresses, or none.
        """
        if not 0 < len(queries) <= MOST_ROWS:
            raise ValueError(f"A batch has 1 to {MOST_ROWS} addresses, not {len(queries)}.")
        file = {"addressFile": ("addresses.csv", write_batch(queries), "text/csv")}

        try:
            reply = self.adapter.post_form(
                f"{self._api}/addressbatch",
                {"benchmark": self.benchmark},
                file,
                timeout=self.timeout if timeout is DEFAULT_SENTINEL else timeout,
                headers=self.headers,
            )
            return _as_parse_error(lambda: read_batch(reply, len(queries)))
        except AdapterHTTPError as error:
            self._adapter_error_handler(error)  # geopy's: raises its own error for the status
            raise


def _read_locations(document: object, *, exactly_one: bool) -> Location | list[Location] | None:
    matches = _as_parse_error(lambda: read_matches(document))
    locations = [
        Location(
            match["matchedAddress"],
            (float(match["coordinates"]["y"]), float(match["coordinates"]["x"])),
            match,
        )
        for match in matches
    ]
    if not locations:
        return None
    return locations[0] if exactly_one else locations


def _as_parse_error(read: Callable[[], _Read]) -> _Read:
    """Read a reply, with geopy's error for one that cannot be read."""
    try:
        return read()
    except GeocodingError as error:
        raise GeocoderParseError(str(error)) from error
