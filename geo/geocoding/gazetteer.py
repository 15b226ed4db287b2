"""Geocoding without a network: to the ZIP, else to the city, by the reference tables.

For addresses whose street must not leave this machine, and for a first position of every clinic
before a service is asked for a better one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Never

import pandas as pd
from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderQueryError, GeocoderUnavailable
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

from geo.errors import SchemaError
from geo.places import AmbiguousPlaceError, Place, PlaceFinder
from geo.places.cities import miles_apart
from geo.places.names import name_key
from geo.places.position_columns import POSITION_COLUMNS, POSITION_NUMBERS
from geo.places.precision import Precision

if TYPE_CHECKING:
    from collections.abc import Sequence
    from ssl import SSLContext

FAR_MILES = 25.0
"""A ZIP whose point is this far from the record's city, and beyond both radii, is mistyped: of
7,596 hospitals located on imagery, 0.46% had such a ZIP in their record."""

LICENCE_OF_CITY = "CC BY 4.0 (GeoNames)"
LICENCE_OF_ZIP = {
    "geonames": "CC BY 4.0 (GeoNames)",
    "gazetteer": "public domain (US Census)",
    "zipcodes": "MIT (zipcodes)",
}

_QUERY_KEYS = frozenset({"street", "city", "state", "zip"})
_COLUMNS = ("city", "state", "zip")


class OfflineAdapter(BaseSyncAdapter):  # type: ignore[misc]  # geopy is untyped
    """An HTTP adapter for geopy that refuses every request."""

    def __init__(
        self,
        *,
        proxies: Mapping[str, str] | None = None,
        ssl_context: SSLContext | None = None,
    ) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Never:
        """Refuse.

        Raises
        ------
        GeocoderUnavailable : always.
        """
        self.get_text(url, timeout=timeout, headers=headers)

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Never:  # noqa: ARG002 - geopy's signature
        """Refuse.

        Raises
        ------
        GeocoderUnavailable : always.
        """
        raise GeocoderUnavailable("The gazetteer works offline and makes no request.")


@dataclass(frozen=True)
class Position:
    """Where a record is, how well that is known, and whose coordinates they are."""

    place: Place
    licence: str


class Gazetteer(Geocoder):  # type: ignore[misc]  # geopy is untyped
    """A geopy geocoder over the ZIP and city tables; it makes no request.

    Parameters
    ----------
    finder : the place search over the tables to geocode by.
    """

    def __init__(self, finder: PlaceFinder) -> None:
        super().__init__(adapter_factory=OfflineAdapter)
        self._finder = finder

    def geocode(
        self,
        query: str | Mapping[str, str],
        *,
        exactly_one: bool = True,
        timeout: float | None = DEFAULT_SENTINEL,  # noqa: ARG002 - geopy's signature
    ) -> Location | list[Location] | None:
        """Return where a place or an address is, by its ZIP or its city.

        Other geocoders of geopy return the first of several matches when asked for one; this
        one returns None, because the first "Springfield" is a guess.

        Parameters
        ----------
        query : text as `PlaceFinder.find_known` reads it, or any of `street` (not used), `city`,
            `state` and `zip`, which are matched as `locate` does.
        exactly_one : return the one match; else a list of all, most people first.
        timeout : taken for geopy's sake, without effect.

        Returns
        -------
        Location(s) with the place's label, its point (degrees, EPSG:4326), and in `raw` its
        `kind`, `precision`, `radius_miles`, `zip`, `city`, `state`, `note`. None where nothing
        is known by this name, where only a state is, or where one was asked for and several are.

        Raises
        ------
        GeocoderQueryError : a mapping has another key.
        """
        if isinstance(query, Mapping):
            if unknown := sorted(set(query) - _QUERY_KEYS):
                raise GeocoderQueryError(f"A query has no part {', '.join(unknown)}.")
            position = self.locate(*(query.get(part) or "" for part in _COLUMNS))
            places: Sequence[Place] = [position.place] if position else []
        else:
            places = self._search(query)
        located = [place for place in places if place.latitude is not None]
        if not located or (exactly_one and len(located) > 1):
            return None
        locations = [_as_location(place) for place in located]
        return locations[0] if exactly_one else locations

    def locate(self, city: str, state: str, zip_code: str) -> Position | None:
        """Return the best point for a recorded city, state and ZIP.

        The ZIP's point, if the ZIP lies in the state and is not `FAR_MILES` from a city it does
        not serve; else the city's point, if one place of that name dwarfs the others in that
        state; else none. A state that contradicts the ZIP is never overruled by it.

        Parameters
        ----------
        city, state, zip_code : as recorded; "" where unknown; `state` a code or a name; of the
            ZIP the first five digits count.

        Returns
        -------
        A place of kind `zip`, `city` or `area`; None where nothing fits.
        """
        code = self._finder.states.code(state)
        town = self._finder.city(city, code) if city and code else None
        place = self._finder.zips.get(zip_code.strip()[:5])
        if place and code in {"", place.state} and not (town and self._is_far(place, town, city)):
            source = self._finder.zips.point_source(place.zip)
            return Position(place, LICENCE_OF_ZIP[source])
        return Position(town, LICENCE_OF_CITY) if town else None

    def _is_far(self, place: Place, town: Place, city: str) -> bool:
        """Say whether a ZIP is too far from the city of its record to be the ZIP meant."""
        if name_key(city) in self._finder.zips.names(place.zip):
            return False
        reach = max(FAR_MILES, place.radius_miles + town.radius_miles)
        return miles_apart(place, town) > reach

    def _search(self, text: str) -> Sequence[Place]:
        try:
            match = self._finder.find_known(text)  # a record is never corrected by a guess
        except AmbiguousPlaceError as error:
            return error.places
        return [match.place] if match else []


def locate_clinics(clinics: pd.DataFrame, gazetteer: Gazetteer, as_of: str) -> pd.DataFrame:
    """Return the clinics with a position each, by `Gazetteer.locate`.

    Parameters
    ----------
    clinics : with at least the columns `city`, `state`, `zip`, "" where unknown.
    gazetteer : what to locate them by.
    as_of : the date to record, `YYYY-MM-DD`.

    Returns
    -------
    The same rows and columns, and `latitude`, `longitude` (degrees, EPSG:4326), `precision`
    (`zip`, `zip_po_box`, `city` or `none`), `radius_miles` (statute miles), `geocoder`
    ("gazetteer"), `geocoded_date`, `coordinate_licence`. A clinic that cannot be located keeps
    its row: NaN for numbers, precision "none", "" for the rest.

    Raises
    ------
    SchemaError : a column is missing.
    """
    missing = [column for column in _COLUMNS if column not in clinics]
    if missing:
        raise SchemaError(f"The clinic table lacks the columns {', '.join(missing)}.")
    records = zip(*(clinics[column] for column in _COLUMNS), strict=True)
    positions = [gazetteer.locate(*record) for record in records]
    nowhere = (float("nan"), float("nan"), str(Precision.NONE), float("nan"), "", "", "")
    found = pd.DataFrame(
        [_as_columns(position, as_of) if position else nowhere for position in positions],
        columns=list(POSITION_COLUMNS),
        index=clinics.index,
    )
    kinds = {column: "float64" if column in POSITION_NUMBERS else "str" for column in found}
    return clinics.assign(**found.astype(kinds))


def _as_columns(
    position: Position, as_of: str
) -> tuple[float | None, float | None, str, float, str, str, str]:
    place = position.place
    return (
        place.latitude,
        place.longitude,
        str(place.precision),
        place.radius_miles,
        "gazetteer",
        as_of,
        position.licence,
    )


def _as_location(place: Place) -> Location:
    raw = {
        "kind": place.kind,
        "precision": str(place.precision),
        "radius_miles": place.radius_miles,
        "zip": place.zip,
        "city": place.city,
        "state": place.state,
        "note": place.note,
    }
    return Location(place.label, (place.latitude, place.longitude), raw)
