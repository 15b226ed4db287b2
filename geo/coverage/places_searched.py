"""The places that were searched one by one for the second list, and who lives near one of them.

Where nobody searched, nothing was found: few clinics there would say little of how many there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geo.coverage.supply_evidence import SEARCHED_MILES
from geo.errors import SourceError
from geo.paths import DATA
from geo.places.names import name_keys
from geo.reference.tables import load
from geo.units import ecef_miles, to_ecef

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from geo.coverage.demand import Demand

PATH: Final = DATA / "places_searched.csv"


def read_places(path: Path = PATH) -> pd.DataFrame:
    """Return the places searched, each with its point.

    Returns
    -------
    `city`, `state`, `latitude`, `longitude` (degrees, EPSG:4326).

    Raises
    ------
    SourceError : the file is missing or damaged, or a place of it is in no table of cities.
    """
    try:
        places = pd.read_csv(path, dtype="str", keep_default_na=False)[["city", "state"]]
    except (OSError, ValueError, KeyError) as error:
        raise SourceError(
            f"data/{path.name} cannot be read; put back the file that came with the program."
        ) from error
    cities = load("cities").assign(key=lambda table: name_keys(table["name"]))
    points = cities.sort_values("population", ascending=False).drop_duplicates(["key", "state"])
    keyed = places.assign(key=name_keys(places["city"]))
    found = keyed.merge(
        points[["key", "state", "latitude", "longitude"]], on=["key", "state"], how="left"
    )
    if found["latitude"].isna().any():
        lost = found[found["latitude"].isna()].iloc[0]
        raise SourceError(
            f"data/{path.name}: {lost['city']}, {lost['state']} is not in the table of cities; "
            "write it as the table does."
        )
    return found[["city", "state", "latitude", "longitude"]]


def find_share_searched(demand: Demand, places: pd.DataFrame, level: str) -> NDArray[np.float64]:
    """Return the share of each area's adults who live near a place that was searched.

    Parameters
    ----------
    places : of `read_places`.
    level : above the county.

    Returns
    -------
    (areas,) 0-1, within `SEARCHED_MILES` (WGS84 geodesic, statute miles); NaN without adults.
    """
    points = to_ecef(places["latitude"].to_numpy(), places["longitude"].to_numpy())
    nearest = cKDTree(points).query(demand.xyz)[1]
    near = ecef_miles(demand.xyz, points[nearest]) <= SEARCHED_MILES
    weights = demand.areal_weights(level)
    size = weights.size
    reached = np.bincount(weights.area, weights.adults * near[weights.point], minlength=size)
    everybody = np.bincount(weights.area, weights.adults, minlength=size)
    with np.errstate(invalid="ignore"):
        return np.asarray(reached / everybody, dtype=np.float64)
