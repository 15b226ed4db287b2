"""Sites to choose from: cities and ZIP points of an area, an operator's own list, a clicked point.

A site's `site` is a short text that stands for it in links and locks: `city:Billings, MT`,
`zip:59101`, or `point:45.78329,-108.50069` for one of the operator's own.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geo.errors import PlaceError, SchemaError
from geo.files import csv_rows
from geo.i18n.language import gettext as _
from geo.reference.regions import assign_regions
from geo.units import table_points, to_ecef

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

    from geo.coverage.demand import Demand
    from geo.siting.study_area import Area

COLUMNS: Final = ("site", "name", "state", "zip", "latitude", "longitude", "population")
LEAST_POPULATION: Final = 5_000
"""The Census Bureau calls an area urban from 5,000 people on (or 2,000 homes; 2020 criteria)."""

_TEXTS: Final = ("site", "name", "state", "zip")
_POINT: Final = "point:"
_PLACES: Final = 5  # of a point's degrees in its `site`: a metre
_APART: Final = (
    1e8  # metres between two states on an axis of their own: none is nearer than its own
)


def list_candidates(
    demand: Demand, area: Area, cities: pd.DataFrame, least_population: float = LEAST_POPULATION
) -> pd.DataFrame:
    """Return the cities and ZIP points of an area with people enough, most populous first.

    Parameters
    ----------
    demand : the ZIP points.
    area : where the sites lie.
    cities : the reference table of cities; points in degrees, EPSG:4326.
    least_population : people of the city, or of the ZIP.

    Returns
    -------
    `site`, `name` (the city's, or the ZIP's), `state`, `zip` (the ZIP's; a city's is that of the
    nearest populated ZIP point of its state), `latitude`, `longitude` (degrees, EPSG:4326),
    `population`.
    """
    towns = cities.loc[
        cities["state"].isin(area.states) & (cities["population"] >= least_population),
        ["name", "state", "latitude", "longitude", "population"],
    ]
    towns = towns.assign(zip=_nearest_zips(towns, demand)["zip"].to_numpy())
    towns["site"] = "city:" + towns["name"] + ", " + towns["state"]
    zips = demand.zips[area.inside & (demand.population >= least_population)]
    zips = zips.rename(columns={"city": "name"}).assign(site="zip:" + zips["zip"])
    return _put_in_order(pd.concat([towns, zips], ignore_index=True))


def read_candidates(path: Path, demand: Demand, counties: gpd.GeoDataFrame) -> pd.DataFrame:
    """Read an operator's own list of sites.

    Parameters
    ----------
    path : a CSV file with the columns `latitude` and `longitude` (degrees, EPSG:4326), and if
        wanted `name` and `population`, by which of two equal sites the more populous is taken.
    demand, counties : as in `place_candidates`.

    Returns
    -------
    As `list_candidates`.

    Raises
    ------
    SchemaError : the file cannot be read, or lacks a column or a coordinate.
    PlaceError : a point lies outside of the United States.
    """
    try:
        csv_rows.check(path)
        points = pd.read_csv(path, dtype={"name": "str"})
    except (OSError, ValueError, csv.Error) as error:
        raise SchemaError(f"The list of sites {path} cannot be read ({error}).") from error
    numbers = points.columns.intersection(["latitude", "longitude", "population"])
    points[numbers] = points[numbers].apply(pd.to_numeric, errors="coerce")
    return place_candidates(points, demand, counties)


def place_candidates(
    points: pd.DataFrame, demand: Demand, counties: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Return points of one's own, clicked on a map or brought in a list, as sites.

    Parameters
    ----------
    points : `latitude`, `longitude` in degrees, EPSG:4326; if wanted `name`, else they are named
        after the nearest ZIP's city, and `population`.
    demand : the ZIP points.
    counties : the reference table of counties, to tell the state.

    Returns
    -------
    As `list_candidates`; `population` is 0 where not given.

    Raises
    ------
    SchemaError : a column or a coordinate is missing or wrong.
    PlaceError : a point lies in no state, nor within 10 miles of one.
    """
    latitude, longitude = table_points(points, "list of sites")
    if np.isnan(latitude).any():
        raise SchemaError(f"Row {np.isnan(latitude).argmax() + 1} of the sites has no point.")
    fips = assign_regions(pd.DataFrame({"latitude": latitude, "longitude": longitude}), counties)
    outside = fips["state_fips"].eq("").to_numpy()
    if outside.any():
        first = int(outside.argmax())
        raise PlaceError(
            _("{point} is not in the United States.").format(
                point=f"{latitude[first]:.5f}, {longitude[first]:.5f}"
            )
        )
    states = demand.areas["state"].set_index("geoid")["state"]
    placed = pd.DataFrame(
        {
            "latitude": latitude,
            "longitude": longitude,
            "state": fips["state_fips"].map(states).astype("str"),
        }
    )
    nearest = _nearest_zips(placed, demand)
    placed["zip"] = nearest["zip"].to_numpy()
    near = "near " + nearest["city"].reset_index(drop=True)
    names = points["name"] if "name" in points else pd.Series("", index=points.index)
    named = names.fillna("").astype("str").str.strip().reset_index(drop=True)
    placed["name"] = named.mask(named.eq(""), near)
    population = points["population"].fillna(0) if "population" in points else 0
    placed["population"] = np.asarray(population)
    placed["site"] = [*map(_name_point, latitude, longitude)]
    return _put_in_order(placed)


def find_candidates(
    names: Sequence[str], demand: Demand, cities: pd.DataFrame, counties: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Return the sites that their `site` texts stand for, as those of a saved link do.

    Parameters
    ----------
    names : as `city:Billings, MT`, `zip:59101` or `point:45.78329,-108.50069`.
    demand, cities, counties : the reference tables, as above.

    Returns
    -------
    As `list_candidates`, in the order of the texts.

    Raises
    ------
    PlaceError : a text stands for no site.
    SchemaError : a text's point has no such latitude or longitude.
    """
    towns = cities.assign(site="city:" + cities["name"] + ", " + cities["state"])
    towns = towns[towns["site"].isin(names)]
    towns = towns.assign(zip=_nearest_zips(towns, demand)["zip"].to_numpy())
    zips = demand.zips.assign(site="zip:" + demand.zips["zip"])
    zips = zips[zips["site"].isin(names)].rename(columns={"city": "name"})
    points = {name: point for name in names if (point := _parse_point(name)) is not None}
    own = pd.DataFrame([*points.values()], columns=["latitude", "longitude"], dtype=np.float64)
    placed = [place_candidates(own, demand, counties)] if points else []
    known = _put_in_order(pd.concat([towns, zips, *placed], ignore_index=True))
    wanted = [_name_point(*points[name]) if name in points else name for name in names]
    rows = pd.Index(known["site"]).get_indexer(wanted)
    if (rows < 0).any():
        raise PlaceError(
            _("{site} stands for no site that is known.").format(
                site=repr(names[int((rows < 0).argmax())])
            )
        )
    return known.take(rows).reset_index(drop=True)


def _name_point(latitude: float, longitude: float) -> str:
    return f"{_POINT}{latitude:.{_PLACES}f},{longitude:.{_PLACES}f}"


def _parse_point(name: str) -> tuple[float, float] | None:
    """Return the point that a text stands for; None where it is no point's."""
    latitude, comma, longitude = name.removeprefix(_POINT).partition(",")
    try:
        return (float(latitude), float(longitude)) if comma and _POINT in name else None
    except ValueError:
        return None


def _nearest_zips(points: pd.DataFrame, demand: Demand) -> pd.DataFrame:
    """Return the row of `Demand.zips` nearest to each point, in the point's own state if it can."""
    states = pd.Index(demand.areas["state"]["state"])

    def lift(xyz: NDArray[np.float64], state: pd.Series) -> NDArray[np.float64]:
        return np.column_stack([xyz, states.get_indexer(state) * _APART])

    around = cKDTree(lift(demand.xyz, demand.zips["state"]))
    xyz = to_ecef(points["latitude"], points["longitude"])
    rows = np.asarray(around.query(lift(xyz, points["state"]))[1])
    return demand.zips.iloc[rows]


def _put_in_order(sites: pd.DataFrame) -> pd.DataFrame:
    """Return sites, most populous first; of one `site` the first."""
    types = dict.fromkeys(_TEXTS, "str") | {"population": "int64"}
    typed: pd.DataFrame = sites[[*COLUMNS]].astype(types)
    ordered = typed.sort_values(["population", "site"], ascending=[False, True])
    return ordered.drop_duplicates("site", ignore_index=True)
